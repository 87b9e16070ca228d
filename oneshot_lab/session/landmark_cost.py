"""How long landmarks will take, from the speed of trainings so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import fmean, median
from typing import Any

from oneshot_lab.architecture.shapes import infer
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.state.settings import Settings
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.recipes import RECIPES, Recipe

SHARE = 0.5
"""The multiply-adds of a random candidate, as a share of those of the whole network, before any is known."""

SETTING = ("create", "use_recipe")
"""The actions that set the recipe of a session."""


def landmark_seconds(
    state: State, settings: Settings, log: Iterable[LogEntry], *, count: int, epochs: int
) -> float | None:
    """Returns the seconds that landmarks will take.

    By the landmarks of this network before, or else by the newest training of the supernet: a step takes time in
    proportion to the multiply-adds of all sub-networks that it trains, which is twice a candidate's and more. The
    median step of that training counts. After loading it is no longer known, and the log has only the whole time.

    Args:
        state: The state of the session.
        settings: Its settings.
        log: All of its actions.
        count: How many landmarks.
        epochs: Passes over the training images, for each.

    Returns:
        The estimate; None if nothing was trained yet.
    """
    known = [each.seconds / each.epochs for each in state.current_landmarks() if not each.has_diverged]
    epoch = median(known) if known else _by_supernet(state, settings, log)
    return None if epoch is None else count * epochs * epoch


def newest_recipe(log: Iterable[LogEntry], usual: Recipe) -> Recipe:
    """Returns the recipe of the newest training of the supernet; a session's usual one before any."""
    trainings = [recipe for entry, recipe in _with_recipes(log, usual) if entry.action == "train"]
    return trainings[-1] if trainings else usual


def _by_supernet(state: State, settings: Settings, log: Iterable[LogEntry]) -> float | None:
    """Returns the seconds of an epoch of a candidate, by the newest training of the supernet."""
    whole = infer(state.architecture).macs
    candidates = [candidate.macs for candidate in state.current_candidates()]
    typical = fmean(candidates) if candidates else SHARE * whole
    step, recipe, grown = _step(state, settings, log, macs=whole)
    # What a step of that training trained, to be held against a candidate alone.
    trained = sum(whole if path == "whole" else typical for path in recipe.paths)
    if step is None or not trained:
        return None
    return step * settings.data.train.steps(recipe.batch_size) * grown * typical / trained


def _step(
    state: State, settings: Settings, log: Iterable[LogEntry], *, macs: int
) -> tuple[float | None, Recipe, float]:
    """Returns the seconds of a step of the newest training, its recipe, and by how much the network has grown since."""
    pace = state.pace
    if pace is None:
        return *_logged_step(settings, log), 1.0
    then = infer(pace.architecture).macs
    return pace.seconds, pace.recipe, macs / then if then else 1.0


def _logged_step(settings: Settings, log: Iterable[LogEntry]) -> tuple[float | None, Recipe]:
    """Returns the seconds of a step by the log, of the newest training that was not paused, and its recipe."""
    newest, paused = None, False
    for entry, recipe in _with_recipes(log, settings.recipe):
        if entry.action == "pause" and entry.arguments.get("job") == "train":
            paused = True
        elif entry.action == "train":
            newest, paused = newest if paused else (entry, recipe), False
    if newest is None:
        return None, settings.recipe
    training, recipe = newest
    steps = settings.data.train.steps(recipe.batch_size) * training.arguments["epochs"]
    done = training.arguments.get("stop_after", steps)
    return training.seconds / done if done else None, recipe


def _with_recipes(log: Iterable[LogEntry], usual: Recipe) -> Iterator[tuple[LogEntry, Recipe]]:
    """Yields each entry with the recipe of a training then: its own, or else that of the session at that time."""
    current = usual
    for entry in log:
        if entry.action in SETTING and entry.outcome == "done":
            current = _recipe_of(entry.arguments, usual)
        yield entry, _recipe_of(entry.arguments, current)


def _recipe_of(arguments: Mapping[str, Any], usual: Recipe) -> Recipe:
    """Returns the recipe of a training in the log; one of the person's own counts as the usual one."""
    named = arguments.get("recipe")
    return RECIPES.get(named, usual) if isinstance(named, str) else usual
