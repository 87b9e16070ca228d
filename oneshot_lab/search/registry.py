"""The registry of all strategies by name, and how one is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.search.bayes import BayesianSearch
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.optuna_search import OptunaSearch
from oneshot_lab.search.posterior_evolution import PosteriorEvolution
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.reinforce import Reinforce
from oneshot_lab.search.strategy import Strategy, changed_settings, default_settings

STRATEGIES: dict[str, type[Strategy]] = {
    kind.name: kind for kind in (Evolution, PosteriorEvolution, RandomSearch, Reinforce, OptunaSearch, BayesianSearch)
}
"""All strategies by name. One of your own is added with `STRATEGIES[Mine.name] = Mine`."""


def make_strategy(
    choice: str | Mapping[str, Any] | Strategy, architecture: Architecture, *, seed: int, **settings: Any
) -> Strategy:
    """Makes a strategy for an architecture.

    Args:
        choice: Its name; or its name with settings, such as `{"name": "evolution", "elite": 2}`; or a strategy, whose
            settings are taken.
        architecture: A repaired architecture.
        seed: Of its generator.
        settings: More settings, by the names of its arguments.

    Raises:
        SessionError: There is no such strategy or setting, a setting is given twice or out of its range, a package
            that the strategy needs is not installed, or the strategy that is given has been used.
    """
    kind, given = _chosen(choice)
    known = default_settings(kind)
    for name in {**given, **settings}:
        if not is_among(name, known):
            raise SessionError(
                f"{kind.name!r} has no setting {shown(name)}",
                where="strategy",
                remedy=closest(name, known) if known else None,
            )
    for name in settings.keys() & given.keys():
        raise SessionError(f"{name} is given twice", where="strategy", remedy="give it to the strategy alone")
    kind.check_installed()
    return kind(architecture, seed=seed, **given, **settings)


def find_strategy(name: object) -> type[Strategy]:
    """Returns the strategy with this name.

    Raises:
        SessionError: There is no such strategy; the message lists all of them.
    """
    if isinstance(name, str) and name in STRATEGIES:
        return STRATEGIES[name]
    hint = closest(name, STRATEGIES)
    raise SessionError(
        f"got {shown(name)}",
        where="strategy",
        expected=f"one of {', '.join(STRATEGIES)}",
        remedy=hint if hint.startswith("did") else None,
    )


def _chosen(choice: str | Mapping[str, Any] | Strategy) -> tuple[type[Strategy], dict[str, Any]]:
    if isinstance(choice, Mapping):
        given = dict(choice)
        return find_strategy(given.pop("name", None)), given
    kind = STRATEGIES.get(str(getattr(choice, "name", "")))
    if isinstance(choice, str) or kind is None or type(choice) is not kind:
        return find_strategy(choice), {}
    if choice.generations or choice.waits:
        raise SessionError(
            f"this {choice.name} has been used", where="strategy", remedy="give a new one, or its name alone"
        )
    return kind, changed_settings(choice)
