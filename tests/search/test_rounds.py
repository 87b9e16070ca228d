"""What strategies share; how they use it is tested with each of them, in `test_strategy`."""

import math

import pytest

from oneshot_lab.architecture.mask import Mask, is_valid
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint, Sizing
from oneshot_lab.search.rounds import Rounds, check_size, choose_size
from tests.strategies import chain

TWO = chain(2)
LENET = load_template("lenet", width=0.25)
POPULATION = [Mask.of("B1"), Mask.of("B2"), Mask.of("B1", "B2")]


def test_a_population_waits_and_becomes_a_generation():
    rounds = Rounds(TWO, seed=0)
    assert rounds.last is None
    rounds.wait_for(POPULATION, {POPULATION[2]: (POPULATION[0], POPULATION[1])})
    generation = rounds.close([1.0, math.inf, 1.0])
    assert rounds.last is generation
    assert (rounds.waiting, rounds.parents) == (None, {})
    assert generation.population == tuple(POPULATION)
    assert generation.fitness == pytest.approx((0.5, 0.0, 0.5))
    assert generation.parents == {POPULATION[2]: (POPULATION[0], POPULATION[1])}
    assert rounds.scores.of(TWO) == generation.block_fitness == pytest.approx({"B1": 2 / 3, "B2": 2 / 3})


def test_what_is_tried_is_no_state_before_it_is_closed():
    rounds = Rounds(TWO, seed=0)
    before = rounds.state(generations=True)
    with rounds.trying():
        rounds.rng.random()
        rounds.wait_for(POPULATION)
        assert rounds.state(generations=True) == before
        rounds.close([1.0] * 3)
        closed = rounds.state(generations=True)
    assert rounds.state(generations=True) == closed != before


def test_what_is_tried_and_fails_is_taken_back_with_its_numbers():
    rounds = Rounds(TWO, seed=0)
    rounds.wait_for(POPULATION[:1])
    before, numbers = rounds.state(generations=True), []

    def fail():
        with rounds.trying():
            numbers.append(rounds.rng.random())
            rounds.wait_for(POPULATION)
            rounds.close([1.0])

    for _ in range(2):
        with pytest.raises(SessionError):
            fail()
    assert rounds.state(generations=True) == before
    assert numbers[0] == numbers[1]


def test_a_generation_may_be_kept_elsewhere():
    rounds, restored = Rounds(TWO, seed=0), Rounds(TWO, seed=1)
    rounds.wait_for(POPULATION)
    rounds.close([1.0] * 3)
    state = rounds.state(generations=False)
    assert "generations" not in state
    restored.restore(state, generations=rounds.generations)
    assert restored.state(generations=True) == rounds.state(generations=True)
    assert restored.rng.random() == rounds.rng.random()


def test_the_size_of_a_population():
    assert choose_size(chain(3, 4), None) == 7
    assert choose_size(chain(1), None) == 4
    assert choose_size(chain(1), 2) == 2
    assert check_size(None) is None
    with pytest.raises(SessionError, match="population_size: got 1; expected 2 or more"):
        check_size(1)


def test_candidates_are_within_the_limit_of_size():
    rounds = Rounds(LENET, seed=0)
    limit = cost(LENET, Mask.full(LENET)).macs // 2
    rounds.sizing = Sizing(LENET, Constraint("macs", limit=limit))
    for mask in (rounds.random(), rounds.repaired(Mask.full(LENET)), rounds.repaired(Mask(frozenset()))):
        assert is_valid(LENET, mask)
        assert cost(LENET, mask).macs <= limit
    restored = Rounds(LENET, seed=1)
    restored.restore(rounds.state(generations=True), generations=None)
    assert restored.sizing.constraint == rounds.sizing.constraint


def test_what_a_missing_block_is_replaced_by_follows_the_weights():
    rounds = Rounds(TWO, seed=0)
    assert {rounds.repaired(Mask(frozenset()), weights={"B1": 0.0, "B2": 1.0}) for _ in range(9)} == {Mask.of("B2")}
    assert {rounds.repaired(Mask(frozenset())) for _ in range(30)} == {Mask.of("B1"), Mask.of("B2")}


def test_an_edit_without_a_network_within_the_limit_changes_nothing():
    rounds = Rounds(LENET, seed=0)
    rounds.sizing = Sizing(LENET, Constraint("macs", limit=cost(LENET, Mask.full(LENET)).macs))
    with pytest.raises(SessionError, match="the size of the smallest network"):
        rounds.follow(load_template("lenet", width=4.0))
    assert rounds.architecture is LENET
    smaller = load_template("lenet", width=0.125)
    rounds.follow(smaller)
    assert rounds.architecture is smaller
