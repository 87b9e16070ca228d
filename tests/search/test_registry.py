"""How a strategy is chosen."""

import re
import textwrap
from pathlib import Path

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.registry import STRATEGIES, make_strategy
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)
NAMES = ", ".join(STRATEGIES)


def test_the_names_are_those_of_the_strategies():
    assert {name: kind.name for name, kind in STRATEGIES.items()} == {name: name for name in STRATEGIES}
    assert type(make_strategy("evolution", LENET, seed=0)) is Evolution
    assert type(make_strategy("random", LENET, seed=0)) is RandomSearch


def test_a_strategy_is_chosen_by_name_with_settings_or_as_one_that_is_there():
    for choice in ({"name": "evolution", "elite": 2}, Evolution(chain(2, 2), seed=9, elite=2, population_size=4)):
        settings = {} if isinstance(choice, Evolution) else {"population_size": 4}
        strategy = make_strategy(choice, LENET, seed=0, **settings)
        assert strategy is not choice
        assert strategy.state() == Evolution(LENET, seed=0, elite=2, population_size=4).state()


@pytest.mark.parametrize(
    ("choice", "settings", "message"),
    [
        ("evolutoin", {}, f"strategy: got 'evolutoin'; expected one of {NAMES}; did you mean 'evolution'?"),
        ("annealing", {}, f"strategy: got 'annealing'; expected one of {NAMES}"),
        (None, {}, f"strategy: got None; expected one of {NAMES}"),
        ({}, {}, f"strategy: got None; expected one of {NAMES}"),
        ({"name": 3}, {}, f"strategy: got 3; expected one of {NAMES}"),
        ("random", {"elite": 2}, "strategy: 'random' has no setting 'elite'; use one of population_size"),
        (
            {"name": "evolution", "mutation": 1},
            {},
            "strategy: 'evolution' has no setting 'mutation'; did you mean 'mutation_rate'?",
        ),
        (
            {"name": "random", "seed": 1},
            {},
            "strategy: 'random' has no setting 'seed'; use one of population_size",
        ),
        (
            {"name": "random", "population_size": 4},
            {"population_size": 5},
            "strategy: population_size is given twice; give it to the strategy alone",
        ),
        ({"name": "evolution", "elite": "two"}, {}, "elite: got 'two'; expected a whole number"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(choice, settings, message):
    with pytest.raises(SessionError) as caught:
        make_strategy(choice, LENET, seed=0, **settings)
    assert str(caught.value) == message


def test_one_that_has_been_used_is_refused():
    used = RandomSearch(LENET, seed=0)
    used.ask()
    with pytest.raises(SessionError, match="this random has been used; give a new one, or its name alone"):
        make_strategy(used, LENET, seed=0)
    used.tell([1.0] * 12)
    with pytest.raises(SessionError, match="has been used"):
        make_strategy(used, LENET, seed=0)


def test_one_of_your_own_has_to_be_among_the_strategies(monkeypatch):
    class Mine(RandomSearch):
        name = "mine"

    with pytest.raises(SessionError, match=f"expected one of {NAMES}"):
        make_strategy(Mine(LENET, seed=0), LENET, seed=0)
    monkeypatch.setitem(STRATEGIES, "mine", Mine)
    assert type(make_strategy(Mine(LENET, seed=0), LENET, seed=0)) is Mine


def test_the_recipe_of_contributing_makes_a_strategy(monkeypatch):
    text = Path(__file__).parents[2].joinpath("CONTRIBUTING.md").read_text("utf-8")
    (recipe,) = re.findall(r"## Adding a search strategy\n.*?\n( *```python\n.*?)```", text, re.S)
    made = {"__name__": "tests.recipe"}
    exec(textwrap.dedent(recipe).removeprefix("```python\n"), made)
    monkeypatch.setitem(STRATEGIES, "chance", made["Chance"])
    strategy = make_strategy("chance", LENET, seed=0, population_size=4)
    strategy.tell([1.0] * len(strategy.ask()))
    assert strategy.ask(lambda count, rng: [Mask.full(LENET)])[0] == Mask.full(LENET)
    assert made["Chance"].restore(LENET, strategy.state()).ask() == strategy.ask()
