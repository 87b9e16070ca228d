import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.bayes import POOL, BayesianSearch
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.surrogate import Observations, Training, fit
from tests.search.simulated import SPACE, additive, mean_found
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)
MIDDLE = chain(1, 8)
"""A space of 255 candidates, all of which are in the pool."""


def told(search, loss):
    """A search that was told a loss of its next population."""
    search.tell(list(map(loss, search.ask())))
    return search


def without_b2(mask):
    return 1.0 + ("B2" in mask)


@pytest.mark.parametrize("evaluations", [48, 96])
def test_it_finds_a_better_candidate_than_random_search_in_as_many_evaluations(evaluations):
    seeds = range(4)
    chosen = mean_found(lambda seed: BayesianSearch(SPACE, seed=seed), seeds=seeds, evaluations=evaluations)
    drawn = mean_found(lambda seed: RandomSearch(SPACE, seed=seed), seeds=seeds, evaluations=evaluations)
    assert chosen < 0.85 * drawn


def test_the_first_population_is_random():
    assert BayesianSearch(SPACE, seed=3).ask() == RandomSearch(SPACE, seed=3).ask()
    assert BayesianSearch(SPACE, seed=3).offers(5) == []


@pytest.mark.parametrize("architecture", [MIDDLE, SPACE], ids=["the whole space", "a pool"])
def test_what_is_chosen_has_the_blocks_that_help_and_is_new_each_once(architecture):
    search = told(BayesianSearch(architecture, seed=0, population_size=16), without_b2)
    chosen = search.ask()
    assert len(set(chosen)) == 16
    assert not set(chosen) & set(search.generations[0].population)
    assert sum("B2" in mask for mask in chosen) <= 4
    offered = search.offers(30)
    assert len(offered) == len(set(offered)) == 30
    assert sum("B2" in mask for mask in offered) <= 10


def test_a_pool_is_no_larger_than_it_may_be():
    assert len(every_mask(MIDDLE, most=POOL)) == 255
    assert every_mask(SPACE, most=POOL) is None
    search = told(BayesianSearch(SPACE, seed=0), without_b2)
    assert 100 < len(search.offers(10**6)) <= POOL


def test_relatives_of_the_best_are_among_what_is_chosen_from():
    loss = additive(0)
    search = told(BayesianSearch(SPACE, seed=0), loss)
    best = search.generations[0].best
    assert min(len(best.blocks ^ mask.blocks) for mask in search.offers(POOL)) <= 2


def test_each_candidate_is_evaluated_once_and_the_end_of_the_space_is_an_answer():
    search, found = BayesianSearch(chain(1, 3), seed=0, population_size=4), []
    while population := search.ask():
        found += population
        told(search, without_b2)
    assert len(found) == len(set(found)) == 7
    assert search.remark == "Bayesian optimisation: all candidates have been evaluated (7)"


@pytest.mark.parametrize("losses", [[math.nan] * 16, [math.inf] * 16, [0.0] * 16, [2.0] * 16, [0.0, 1e300] * 8])
def test_losses_that_tell_little_are_no_obstacle(losses):
    search = BayesianSearch(MIDDLE, seed=0, population_size=16)
    search.ask()
    search.tell(losses)
    assert len(set(search.ask())) == 16
    assert told(search, without_b2).ask()


def test_a_loss_that_is_not_finite_counts_as_the_largest_one():
    searches = [BayesianSearch(MIDDLE, seed=0, population_size=16) for _ in range(2)]
    for search, failed in zip(searches, (math.nan, 1.8), strict=True):
        told(search, lambda mask, failed=failed: failed if "B2" in mask else min(1.0 + 0.2 * len(mask), 1.8))
    assert 1.8 in searches[0].generations[0].losses
    assert searches[0].ask() == searches[1].ask()


def test_size_counts():
    search = BayesianSearch(LENET, seed=0, population_size=30)
    search.constrain(Constraint("parameters", weight=5.0))
    told(search, lambda mask: 0.1)
    size = search.sizing.size
    small = sorted(size(mask) for mask in every_mask(LENET, most=10**6) if mask not in search.generations[0].population)
    assert sum(map(size, search.ask())) / 30 < sum(small) / len(small)


def test_a_region_takes_precedence_and_the_posterior_completes_it():
    search = told(BayesianSearch(MIDDLE, seed=0, population_size=16), without_b2)
    inside = [mask for mask in every_mask(MIDDLE, most=POOL) if "B2" in mask]
    new = [mask for mask in inside if mask not in search.generations[0].population]
    population = search.ask(lambda count, rng: [*search.generations[0].population, *new[:6]])
    assert population[:6] == new[:6]
    assert sum("B2" in mask for mask in population[6:]) <= 4
    assert Mask(frozenset()) not in population


def test_candidates_of_a_region_are_ranked_by_draws_from_the_posterior():
    every = list(every_mask(MIDDLE, most=POOL))
    search = BayesianSearch(MIDDLE, seed=0, population_size=16)
    assert search.ranked(every) == every
    told(search, without_b2)
    ranked = search.ranked(every)
    assert set(ranked) == set(every)
    assert sum("B2" in mask for mask in ranked[:40]) < 10
    assert search.ranked([*every, *every])[POOL:] == [*every, *every][POOL:]


def test_landmarks_overrule_losses():
    search = told(BayesianSearch(LENET, seed=0), without_b2)
    trainings = [Training(mask, 0.8 + 0.1 * ("B2" in mask)) for mask in every_mask(LENET, most=10**6)[::9]]
    posterior = fit(Observations(trainings=trainings), LENET)
    assert sum("B2" in mask for mask in search.copy().ask()) <= 4
    assert sum("B2" in mask for mask in search.ask(calibrated=lambda: posterior)) >= 9
