import math

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.posterior_evolution import PosteriorEvolution
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.surrogate import Observations, Training, fit
from tests.search.simulated import SPACE, mean_found
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)
EVERY = every_mask(LENET, most=10**6)
MIDDLE = chain(1, 8)


def told(search, loss, **options):
    """A search that was told a loss of its next population."""
    search.tell(list(map(loss, search.ask(**options))))
    return search


def without_b2(mask):
    return 1.0 + ("B2" in mask)


def calibrated():
    """The posterior of landmarks that are good where they have B2."""
    trainings = [Training(mask, 0.8 + 0.1 * ("B2" in mask)) for mask in EVERY[::9]]
    return fit(Observations(trainings=trainings), LENET)


def test_it_finds_a_better_candidate_than_evolution_in_as_many_evaluations():
    seeds = range(4)
    ours, theirs = (
        mean_found(lambda seed, kind=kind: kind(SPACE, seed=seed), seeds=seeds, evaluations=96)
        for kind in (PosteriorEvolution, Evolution)
    )
    assert ours < 0.9 * theirs


def test_the_first_population_is_random():
    assert PosteriorEvolution(SPACE, seed=3).ask() == RandomSearch(SPACE, seed=3).ask()
    assert PosteriorEvolution(SPACE, seed=3).offers(5) == []


def test_children_have_the_blocks_that_help_and_are_new():
    search = told(PosteriorEvolution(MIDDLE, seed=0, population_size=16), without_b2)
    before = search.generations[0].population
    generation = told(search, without_b2).generations[1]
    children = generation.population[search.elite :]
    assert len(set(generation.population)) == 16
    assert set(generation.population[: search.elite]) <= set(before)
    assert not set(children) & set(before)
    assert sum("B2" in mask for mask in children) <= 2
    assert set(generation.parents) <= set(children)
    assert all({*pair} <= set(before) for pair in generation.parents.values())
    assert generation.block_fitness["B2"] < search.generations[0].block_fitness["B2"]


def test_landmarks_overrule_losses_in_elites_parents_and_children():
    search = told(PosteriorEvolution(LENET, seed=0), without_b2)
    by_losses, by_landmarks = search.copy().ask(), search.copy().ask(calibrated=calibrated)
    assert sum("B2" in mask for mask in by_losses) <= 3
    assert sum("B2" in mask for mask in by_landmarks) >= 9
    assert all("B2" in mask for mask in by_landmarks[: search.elite])
    assert set(by_landmarks[: search.elite]) & set(calibrated().landmarks)


def test_offers_are_new_and_the_most_promising_come_first():
    search = told(PosteriorEvolution(LENET, seed=0), without_b2)
    offered = search.offers(40)
    assert not set(offered) & set(search.generations[0].population)
    assert sum("B2" in mask for mask in offered[:5]) <= sum("B2" in mask for mask in offered[-5:])
    assert search.ranked(EVERY[:20]) != EVERY[:20]
    assert PosteriorEvolution(LENET, seed=0).ranked(EVERY[:20]) == EVERY[:20]


def test_each_candidate_is_evaluated_once_and_the_end_of_the_space_is_an_answer():
    search, found = PosteriorEvolution(chain(1, 3), seed=0, population_size=4, elite=1), []
    while population := search.ask():
        found += [mask for mask in population if search.untried.has(mask)]
        told(search, without_b2)
    assert len(found) == len(set(found)) == 7
    assert search.remark == "evolution on the posterior: all candidates have been evaluated (7)"


def test_after_an_edit_the_population_is_evaluated_again():
    search = told(PosteriorEvolution(LENET, seed=0), without_b2)
    search.adapt(LENET)
    assert set(search.ask()) == set(search.generations[0].population)


def test_without_a_finite_loss_there_are_no_parents():
    search = told(PosteriorEvolution(LENET, seed=0), lambda mask: math.nan)
    population = search.ask()
    assert len(set(population)) == 12
    assert not search.parents
    assert Mask(frozenset()) not in population
