import math

import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.constraint import Constraint, Sizing
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.rating import Rating
from oneshot_lab.search.surrogate import Observations, Training, fit

LENET = load_template("lenet", width=0.25)
EVERY = every_mask(LENET, most=10**6)
FREE = Sizing(LENET, Constraint())


def without_b2(mask):
    return 1.0 + ("B2" in mask)


def generations(loss):
    """One generation of 30 candidates with these losses."""
    search = RandomSearch(LENET, seed=0, population_size=30)
    search.tell(list(map(loss, search.ask())))
    return search.generations


def landmarks(accuracy, masks=EVERY[::9]):
    """The posterior by landmarks alone."""
    return fit(Observations(trainings=[Training(mask, accuracy(mask)) for mask in masks]), LENET)


def share(masks, block="B2"):
    return sum(block in mask for mask in masks) / len(masks)


def test_before_anything_is_known_there_are_no_ratings():
    assert Rating.of([], LENET, sizing=FREE) is None
    assert Rating.of(generations(lambda mask: math.nan), LENET, sizing=FREE) is None


def test_without_landmarks_losses_rate_also_those_that_were_not_told():
    rating = Rating.of(generations(without_b2), LENET, sizing=FREE)
    ordered = rating.best_first(EVERY)
    assert set(ordered) == set(EVERY)
    assert share(ordered[:40]) == 0
    assert share(ordered[-40:]) == 1
    assert share(rating.known[:5]) == 0


def test_landmarks_overrule_losses():
    rating = Rating.of(
        generations(without_b2), LENET, sizing=FREE, calibrated=landmarks(lambda mask: 0.8 + 0.1 * ("B2" in mask))
    )
    assert share(rating.best_first(EVERY)[:30]) == 1
    assert share(rating.favourites(EVERY, 20, rng=np.random.default_rng(0))) > 0.8


def test_what_is_known_are_landmarks_and_candidates_of_finite_loss():
    found = generations(lambda mask: math.inf if "B2" in mask else 1.0)
    (population,) = [each.population for each in found]
    finite = {mask for mask in population if "B2" not in mask}
    assert set(Rating.of(found, LENET, sizing=FREE).known) == finite
    posterior = landmarks(lambda mask: 0.8)
    assert set(Rating.of(found, LENET, sizing=FREE, calibrated=posterior).known) == finite | set(posterior.landmarks)


@pytest.mark.parametrize(
    "calibrated", [None, landmarks(lambda mask: 0.8 + 0.001 * len(mask))], ids=["losses", "landmarks"]
)
def test_size_counts(calibrated):
    sizing = Sizing(LENET, Constraint("parameters", weight=5.0))
    rating = Rating.of(generations(lambda mask: 0.1), LENET, sizing=sizing, calibrated=calibrated)
    ordered = rating.best_first(EVERY)
    assert sum(map(sizing.size, ordered[:20])) < sum(map(sizing.size, ordered[-20:]))
    limit = sizing.size(Mask.full(LENET)) // 2
    tight = Sizing(LENET, Constraint("parameters", limit=limit))
    known = Rating.of(generations(lambda mask: 0.1), LENET, sizing=tight, calibrated=calibrated).known
    assert known
    assert all(tight.size(mask) <= limit for mask in known)


def test_favourites_are_different_and_no_more_than_there_are():
    rating = Rating.of(generations(without_b2), LENET, sizing=FREE)
    rng = np.random.default_rng(0)
    assert len(set(rating.favourites(EVERY, 50, rng=rng))) == 50
    assert set(rating.favourites(EVERY[:3], 10, rng=rng)) == set(EVERY[:3])
    assert rating.favourites([], 10, rng=rng) == rating.best_first([]) == []
