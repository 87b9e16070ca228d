import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import Distances
from oneshot_lab.search.surrogate.places import Places

A, B, C, D = (Mask.of(block) for block in ("B1", "B2", "B3", "B4"))
DISTANCES = Distances((A, B, C), np.array([[0.0, 2, 4], [2, 0, 6], [4, 6, 0]]))


def test_places_are_distances_to_the_landmarks_as_a_share_of_the_mean_distance():
    places = Places.of_landmarks(DISTANCES, [B, D, A])
    assert places.of([C, A]) == pytest.approx(np.array([[6, 4], [2, 0]]) / 4)


def test_a_candidate_without_distances_has_no_place():
    places = Places.of_landmarks(DISTANCES, [A])
    assert np.isnan(places.of([D])).all()
    assert not np.isnan(places.of([B])).any()


@pytest.mark.parametrize("distances", [None, DISTANCES, Distances((D,), np.zeros((1, 1)))])
def test_without_distances_to_a_landmark_there_are_no_places(distances):
    assert Places.of_landmarks(distances, [D]).of([A, B]) is None
