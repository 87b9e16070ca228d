"""What holds for every strategy that has a name."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import CopyBlock, apply
from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.registry import STRATEGIES, find_strategy, make_strategy
from oneshot_lab.search.strategy import changed_settings
from tests.strategies import architectures, chain

NAMES = sorted(STRATEGIES)
EXAMPLES = {"bayes": 15, "optuna": 5, "posterior": 15}
"""How many examples each property is tried on, for strategies that take long to choose a candidate."""
LENET = load_template("lenet", width=0.25)
LOSSES = st.floats(0, 10) | st.sampled_from([math.nan, math.inf])


def step(strategy, losses=None):
    population = strategy.ask()
    if not population:
        return None
    given = [float(len(mask)) for mask in population] if losses is None else losses(population)
    return strategy.tell(given)


def examples(name):
    """As many examples for a property as this strategy has time for."""
    return settings(max_examples=EXAMPLES.get(name, 40))


def drawn_losses(data):
    def losses(population):
        return data.draw(st.lists(LOSSES, min_size=len(population), max_size=len(population)))

    return losses


def again(strategy, architecture):
    """The strategy as a file brings it back: without its generations, which the file holds by themselves."""
    state = json.loads(json.dumps(strategy.state(generations=False), allow_nan=False))
    return type(strategy).restore(architecture, state, generations=strategy.generations)


def same(one, other):
    # By their text: a loss may be NaN.
    return json.dumps(one.state()) == json.dumps(other.state())


@pytest.mark.parametrize("name", NAMES)
def test_every_candidate_is_a_network_whatever_the_losses(name):
    @examples(name)
    @given(architectures(), st.integers(0, 2**32), st.data())
    def holds(architecture, seed, data):
        strategy = make_strategy(name, architecture, seed=seed)
        for index in range(3):
            population = strategy.ask()
            assert strategy.ask() == population
            assert strategy.waits == bool(population)
            assert population or strategy.remark
            assert all(is_valid(architecture, mask) and prune(architecture, mask) == mask for mask in population)
            if not population:
                break
            generation = strategy.tell(drawn_losses(data)(population))
            assert (generation.index, generation.population) == (index, tuple(population))
            assert strategy.generations[-1] is generation
            assert strategy.scores == generation.block_fitness
            assert not strategy.waits

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_restored_goes_on_as_what_was_saved(name):
    @examples(name)
    @given(architectures(), architectures(), st.integers(0, 2**32), st.integers(0, 3), st.booleans(), st.data())
    def holds(before, after, seed, steps, asked, data):
        strategy = make_strategy(name, before, seed=seed)
        for _ in range(steps):
            step(strategy, drawn_losses(data))
        if asked:
            strategy.ask()
        restored, copy = again(strategy, before), strategy.copy()
        assert same(restored, strategy)
        for architecture in (before, after):
            for each in (strategy, restored, copy):
                each.adapt(architecture)
            for _ in range(2):
                assert strategy.ask() == restored.ask() == copy.ask()
                assert strategy.remark == restored.remark == copy.remark
                for each in (strategy, restored, copy):
                    step(each)
                assert strategy.offers(3) == restored.offers(3) == copy.offers(3)
            assert same(restored, strategy)
            assert same(copy, strategy)

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_after_any_edit_the_candidates_are_networks_of_the_edited_one(name):
    @examples(name)
    @given(architectures(), architectures(), st.integers(0, 2**32), st.integers(0, 2), st.booleans())
    def holds(before, after, seed, steps, asked):
        strategy = make_strategy(name, before, seed=seed)
        found = [step(strategy) for _ in range(steps)]
        if asked:
            strategy.ask()
        strategy.adapt(after)
        assert strategy.architecture is after
        population = strategy.ask()
        assert population
        assert all(is_valid(after, mask) and prune(after, mask) == mask for mask in population)
        assert step(strategy).index == len([each for each in found if each])
        assert strategy.scores.keys() == set(after.block_ids)
        assert all(is_valid(after, mask) for mask in strategy.offers(3))

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_network_with_other_weights_is_evaluated_again(name):
    strategy = make_strategy(name, chain(2), seed=0)
    while strategy.ask() and len(strategy.generations) < 3:
        step(strategy)
    strategy.adapt(chain(2))
    assert strategy.ask()


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_to_nothing_is_taken_back(name):
    strategy = make_strategy(name, LENET, seed=0)
    step(strategy)
    before, drawn = strategy.state(), []

    def fail():
        with strategy.trying():
            drawn.extend(strategy.ask())
            assert strategy.state() == before
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert strategy.state() == before
    assert strategy.ask() == drawn


@pytest.mark.parametrize("name", NAMES)
def test_no_candidate_is_above_the_limit_also_of_those_that_wait_and_after_an_edit(name):
    strategy = make_strategy(name, LENET, seed=0)
    step(strategy)
    strategy.ask()
    limit = cost(LENET, Mask.full(LENET)).macs // 2
    strategy.constrain(Constraint("macs", limit=limit))
    for _ in range(3):
        assert all(cost(LENET, mask).macs <= limit for mask in [*strategy.ask(), *strategy.offers(5)])
        step(strategy, lambda population: [1 / len(mask) for mask in population])
    assert again(strategy, LENET).sizing.constraint == strategy.sizing.constraint
    larger = apply(LENET, CopyBlock("B1", to="L1"))
    strategy.adapt(larger)
    assert all(cost(larger, mask).macs <= limit for mask in strategy.ask())
    with pytest.raises(SessionError, match="the size of the smallest network"):
        strategy.constrain(Constraint("macs", limit=1))
    assert strategy.sizing.constraint.limit == limit


@pytest.mark.parametrize("name", NAMES)
def test_proposed_candidates_take_precedence_each_once(name):
    strategy, wanted = make_strategy(name, LENET, seed=0, population_size=4), []
    full, other = Mask.full(LENET), strategy.offers(1) or [Mask(frozenset(LENET.block_ids) - {"B1"})]

    def propose(count, rng):
        wanted.append(count)
        return [full, Mask(frozenset()), full, *other]

    population = strategy.ask(propose)
    assert wanted == [4]
    assert population[0] == full
    assert len(set(population)) == len(population) == 4
    assert strategy.ask(propose) == population
    assert wanted == [4], "a population that waits is not drawn again"


@pytest.mark.parametrize("name", NAMES)
def test_losses_that_do_not_fit_are_refused_and_the_population_waits_on(name):
    strategy = make_strategy(name, LENET, seed=0, population_size=4)
    with pytest.raises(SessionError, match="no population is waiting for losses; call ask first"):
        strategy.tell([])
    population = strategy.ask()
    for losses, said in ([1.0] * 3, "3 losses"), ([-1.0] * 4, "a loss of -1"), ({population[0]: 1.0}, "have no loss"):
        with pytest.raises(SessionError, match=said):
            strategy.tell(losses)
    assert strategy.ask() == population
    assert strategy.tell(dict.fromkeys(population, 1.0) | {Mask.of("elsewhere"): 0.0}).losses == (1.0,) * 4


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, "many", 2.5, float("nan"), -3, [2]])
def test_a_population_that_cannot_be_is_refused(name, size):
    with pytest.raises(SessionError, match=r"population_size: got .*; expected 2 or more"):
        make_strategy(name, LENET, seed=0, population_size=size)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "damage",
    [
        {"generator": {"bit_generator": "MT19937"}},
        {"generator": None},
        {"population_size": "many"},
        {"constraint": {"measure": "weight"}},
        {"generations": [{}]},
        {"generations": 3},
        {"scores": 3},
        {"pending": [[["B1"]]]},
        {"parents": [[["B1"]]]},
    ],
)
def test_a_damaged_state_is_refused(name, damage):
    state = make_strategy(name, LENET, seed=0).state()
    with pytest.raises(SessionError, match="the saved search"):
        find_strategy(name).restore(LENET, state | damage)


@pytest.mark.parametrize("name", NAMES)
def test_its_settings_make_it_again(name):
    strategy = make_strategy(name, LENET, seed=3, population_size=7)
    assert changed_settings(strategy) == {"population_size": 7}
    json.dumps(strategy.settings, allow_nan=False)
    other = make_strategy({"name": name, **strategy.settings}, LENET, seed=3)
    assert same(other, strategy)
    assert same(make_strategy(strategy, LENET, seed=3), strategy)
