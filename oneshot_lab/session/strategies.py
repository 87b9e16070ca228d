"""The strategy of a session: how it is chosen, and how the log and the file name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.registry import STRATEGIES, make_strategy
from oneshot_lab.search.strategy import Strategy, changed_settings
from oneshot_lab.session.checks import check_population

DEFAULT = Evolution.name
"""The strategy of a session, or of a file, that names none. Older files name none."""

ARGUMENTS: Mapping[str, Any] = {"population_size": None, "mutation_rate": 0.1, "crossover": "fitness"}
"""Settings that are also arguments of a session, with their defaults. A strategy may lack some of them."""


def choose_strategy(
    choice: str | Mapping[str, Any] | Strategy, architecture: Architecture, *, seed: int, **arguments: Any
) -> Strategy:
    """Makes a session's strategy.

    Args:
        choice: As for `make_strategy`.
        architecture: The session's.
        seed: The session's.
        arguments: Values of `ARGUMENTS`; a value that equals its default counts as left out.

    Raises:
        SessionError: As `make_strategy`.
    """
    check_population(arguments["population_size"])
    given = {name: value for name, value in arguments.items() if not _is_same(value, ARGUMENTS[name])}
    strategy = make_strategy(choice, architecture, seed=seed, **given)
    check_population(strategy.settings.get("population_size"))
    return strategy


def strategy_arguments(strategy: Strategy) -> dict[str, Any]:
    """Returns the arguments with which a new session has the same strategy, as values that JSON can hold.

    The default strategy is named only if it has settings that are not among `ARGUMENTS`.
    """
    settings = strategy.settings
    own = {name: value for name, value in changed_settings(strategy).items() if name not in ARGUMENTS}
    named: dict[str, Any] = {"strategy": {"name": strategy.name, **own} if own else strategy.name}
    shared = {name: settings[name] for name in ARGUMENTS if name in settings}
    return shared if named["strategy"] == DEFAULT else {**named, **shared}


def known_strategy(name: Any, *, where: str) -> type[Strategy]:
    """Returns the strategy that a file names; None stands for the default.

    Args:
        name: What the file says.
        where: The file.

    Raises:
        SessionError: There is no such strategy here.
    """
    wanted = DEFAULT if name is None else name
    if not is_among(wanted, STRATEGIES):
        raise SessionError(
            f"it was searched by the strategy {shown(name)}",
            where=where,
            expected=f"one of {', '.join(STRATEGIES)}",
            remedy="update oneshot-lab, or add the strategy to STRATEGIES before you load the file",
        )
    return STRATEGIES[wanted]


def _is_same(value: Any, default: Any) -> bool:
    # The types first: comparing an array gives an array, which is neither true nor false.
    return type(value) is type(default) and bool(value == default)
