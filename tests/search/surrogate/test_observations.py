import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.search.surrogate import Distances

MASKS = (Mask.of("B1"), Mask.of("B2"))


@pytest.mark.parametrize(
    ("masks", "values", "message"),
    [
        (MASKS, np.zeros((2, 3)), r"distances: an array of shape \(2, 3\) for 2 different masks"),
        (
            MASKS,
            np.zeros((3, 3)),
            r"shape \(3, 3\) for 2 different masks; expected one row and one column for each mask",
        ),
        ((MASKS[0], MASKS[0]), np.zeros((2, 2)), "for 1 different masks"),
        (MASKS, -np.ones((2, 2)), "a distance that is negative or not finite; expected 0 or more"),
        (MASKS, np.full((2, 2), np.nan), "a distance that is negative or not finite"),
    ],
)
def test_distances_that_are_none_are_refused(masks, values, message):
    with pytest.raises(SessionError, match=message):
        Distances(masks, values)


def test_distances_may_be_lists():
    assert Distances(list(MASKS), [[0, 1], [1, 0]]).values.dtype == np.float64
