import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.random_search import RandomSearch
from tests.strategies import architectures, chain

LENET = load_template("lenet", width=0.25)


def step(search):
    return search.tell([float(len(mask)) for mask in search.ask()])


def drawn(search, *, most=60):
    """The candidates of all generations up to the end of the space, in their order."""
    while search.ask():
        step(search)
        assert len(search.generations) < most
    return [mask for generation in search.generations for mask in generation.population]


@given(architectures(max_layers=3), st.integers(0, 2**32))
def test_each_candidate_is_drawn_once_and_none_is_left_out(architecture, seed):
    found = drawn(RandomSearch(architecture, seed=seed))
    assert len(found) == len(set(found))
    assert set(found) == set(every_mask(architecture, most=10**6))


def test_the_end_of_a_space_is_an_answer_that_takes_no_numbers():
    search = RandomSearch(chain(1, 2), seed=0, population_size=2)
    assert len(step(search).population) == 2
    assert search.remark == ""
    assert len(step(search).population) == 1
    assert search.remark == "random search: only 1 candidate was left"
    before = search.state()
    assert search.ask() == search.ask() == []
    assert search.remark == "random search: all candidates have been evaluated (3)"
    assert not search.waits
    assert search.state() == before


def test_after_an_edit_or_a_training_all_may_be_drawn_again():
    search = RandomSearch(chain(1, 2), seed=0, population_size=3)
    first = step(search)
    assert search.ask() == []
    search.adapt(chain(1, 2))
    assert search.remark == "random search: all candidates have been evaluated (3)", "until it is asked again"
    assert set(search.ask()) == set(first.population)
    assert search.remark == ""
    search.adapt(chain(2, 2))
    assert len(drawn(search)) == 3 + 9


def test_a_saved_search_knows_what_it_has_drawn():
    search = RandomSearch(LENET, seed=0, population_size=40)
    step(search)
    search.adapt(LENET)
    before = set(search.generations[0].population)
    step(search)
    restored = RandomSearch.restore(LENET, search.state())
    found = drawn(restored)[40:]
    assert len(found) == len(set(found)) == len(every_mask(LENET, most=10**6)) == 147
    assert before <= set(found)


def test_within_a_limit_all_that_are_small_enough_are_drawn():
    limit = int(0.6 * cost(LENET, Mask.full(LENET)).parameters)
    search = RandomSearch(LENET, seed=0)
    search.constrain(Constraint("parameters", limit=limit))
    small = {mask for mask in every_mask(LENET, most=10**6) if cost(LENET, mask).parameters <= limit}
    assert 0 < len(small) < 147
    assert set(drawn(search)) == small
    assert search.remark == f"random search: all candidates within the limit have been evaluated ({len(small)})"
    search.constrain(Constraint())
    assert len(drawn(search)) == 147


def test_losses_have_no_influence_on_what_is_drawn():
    one, other = (RandomSearch(LENET, seed=0) for _ in range(2))
    for number in range(5):
        one.tell([float(index) for index, _ in enumerate(one.ask())])
        other.tell([math.nan if index == number else 1.0 for index, _ in enumerate(other.ask())])
    assert one.ask() == other.ask()
    assert [each.population for each in one.generations] == [each.population for each in other.generations]


@pytest.mark.parametrize("seed", range(3))
def test_the_first_population_has_each_block_with_a_chance_of_a_half(seed):
    architecture = chain(1, 10)
    population = RandomSearch(architecture, seed=seed, population_size=200).ask()
    shares = [sum(block in mask for mask in population) / 200 for block in architecture.block_ids[1:]]
    assert shares == pytest.approx([0.5] * 10, abs=0.15)


def test_a_region_gives_what_it_has_that_is_new():
    search = RandomSearch(chain(3, 3), seed=0, population_size=6)
    known = step(search).population
    inside = [mask for mask in every_mask(chain(3, 3), most=100) if "B1" in mask]
    population = search.ask(lambda count, rng: [*known, *inside, *inside])
    new = [mask for mask in inside if mask not in known]
    assert population == new[:6]
    assert not set(search.offers(50)) & set(known)


def test_candidates_that_wait_and_are_too_large_are_drawn_again():
    search = RandomSearch(LENET, seed=0, population_size=20)
    large = search.ask()
    limit = cost(LENET, min(large, key=lambda mask: cost(LENET, mask).macs)).macs
    search.constrain(Constraint("macs", limit=limit))
    assert not search.waits
    small = search.ask()
    search.constrain(Constraint("macs", limit=2 * limit))
    assert search.ask() == small, "what fits goes on waiting"


def test_nobody_is_a_parent():
    search = RandomSearch(LENET, seed=0)
    assert [step(search).parents for _ in range(3)] == [{}, {}, {}]
    assert search.parents == {}


def test_two_seeds_draw_in_another_order():
    orders = [tuple(drawn(RandomSearch(chain(3, 3), seed=seed))) for seed in range(4)]
    assert all(set(one) == set(other) for one, other in itertools.pairwise(orders))
    assert len(set(orders)) == 4
