"""Trains the supernet, starting from its current weights (§3)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol

from oneshot_lab.errors import ExhaustedError, SessionError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.source import call, keywords, recipe_code
from oneshot_lab.session.checks import check_count, check_fits
from oneshot_lab.session.state.pace import Pace
from oneshot_lab.session.state.settings import Settings
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.recipes import RECIPES, Recipe, get_recipe
from oneshot_lab.supernet.train import Progress
from oneshot_lab.supernet.train import train as train_supernet

Losses = tuple[float, ...]


class Trained(Protocol):
    """A session that can be trained."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102


def train(
    _session: Trained,
    epochs: int = 3,
    *,
    recipe: str | Recipe | None = None,
    stop_after: int | None = None,
) -> Action[Losses]:
    """Trains the supernet, starting from its current weights (§3).

    It can be stopped (`stop`, or interrupting the cell) at any batch; everything learned so far is kept. Afterwards the
    population is evaluated again with the new weights. `train.start` runs it in the background, after the running job,
    and returns its `Job` at once; every action has `start`.

    Args:
        epochs: Passes over the training images.
        recipe: A recipe for this training instead of the session's.
        stop_after: The number of batches after which it stops, to repeat a stopped training.

    Returns:
        The mean training loss of each epoch. On a CPU, the same seed and number of `threads` give the same values.

    Raises:
        SessionError: The training diverged: the loss became infinite, not a number, or ended an epoch far above
            that of guessing; the last good weights are restored.
    """
    return Train(
        check_count("epochs", epochs),
        None if recipe is None else get_recipe(recipe),
        None if stop_after is None else check_count("stop_after", stop_after, low=0),
    )


@dataclass(frozen=True)
class Train(Action[Losses]):
    """A training of the supernet."""

    verb = "train"
    label = "Train the supernet"
    status = "training"
    extent = "stop_after"

    epochs: int
    recipe: Recipe | None = None
    stop_after: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {
            "epochs": self.epochs,
            **({} if self.recipe is None else {"recipe": recipe_argument(self.recipe)}),
            **({} if self.stop_after is None else {"stop_after": self.stop_after}),
        }

    def run(self, context: Context) -> Losses:
        """Runs it."""
        check_fits(context.state, "train")
        learning = Learning(context, self.stop_after)
        context.interim = lambda: learning.interim(self)
        try:
            return self._learn(context, learning)
        finally:
            context.interim = None

    def _learn(self, context: Context, learning: Learning) -> Losses:
        state, settings = context.state, context.settings
        recipe = self.recipe or settings.recipe
        try:
            train_supernet(
                state.weights.supernet,
                settings.data.train,
                recipe=recipe,
                epochs=self.epochs,
                seed=int(state.rng.integers(2**31)),
                device=settings.device,
                progress=learning.progress,
                should_stop=learning.should_stop,
                bar=False,
            )
        except ExhaustedError:
            # Here as well it ends after a whole step.
            context.resolve(stop_after=learning.done)
            raise
        except SessionError:
            # The epoch in which the loss became infinite has been taken back; those before it have not.
            learning.losses.pop((learning.begun - 1) // settings.data.train.steps(recipe.batch_size), None)
            raise
        except BaseException:
            # An interrupt may come between a step and its report.
            learning.is_changed = learning.begun > 0
            raise
        finally:
            learned = tuple(learning.losses.values())
            if learned or learning.is_changed:
                learned_by(state, learned)
                state.pace = Pace.of(learning.moments, recipe, architecture=state.architecture) or state.pace
                context.publish()
        return learned

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        values = dict(arguments)
        if "recipe" not in values:
            return call(verb, values)
        recipe, more = recipe_code(values.pop("recipe"))
        return "\n".join([*more, f"session.{verb}({keywords(values)}, recipe={recipe})"])


class Learning:
    """A running training: its current batch, the loss of each epoch so far, and when each batch was done.

    Args:
        context: The search.
        most: The number of batches after which it stops; None for no limit.
    """

    def __init__(self, context: Context, most: int | None) -> None:
        self._context, self._most = context, most
        self.losses: dict[int, float] = {}
        self.moments: list[float] = []
        self.begun, self.done, self.is_changed = 0, 0, False

    def should_stop(self) -> bool:
        """Returns whether to stop before the next batch."""
        if self.begun == self._most:
            return True
        if self._context.should_stop():
            # Where it was, for who wants to repeat it.
            self._context.resolve(stop_after=self.done)
            return True
        self.begun += 1
        return False

    def progress(self, progress: Progress) -> None:
        """Records a batch that is done."""
        self.done += 1
        self.moments.append(perf_counter())
        self.losses[progress.epoch] = progress.loss
        self._context.training("supernet", progress)
        self._context.changed()

    def interim(self, action: Train) -> tuple[State, Action[Any] | None]:
        """Returns what a stop would leave now, and the training as the log would then hold it."""
        state, stopped = self._context.state, replace(action, stop_after=self.done)
        if not self.losses:
            # Nothing was learned, but random numbers were drawn.
            return state, stopped
        state = replace(state, weights=copy(state.weights), strategy=state.strategy.copy())
        learned_by(state, tuple(self.losses.values()))
        return state, stopped


def learned_by(state: State, losses: Losses) -> None:
    """Records that the supernet was trained for this many epochs."""
    state.weights.trained()
    state.strategy.adapt(state.architecture)
    state.training_losses = (*state.training_losses, *losses)


def recipe_argument(recipe: Recipe) -> str | dict[str, Any]:
    """Returns a recipe as the log holds it: by its name, or whole if it is your own."""
    return recipe.name if RECIPES.get(recipe.name) == recipe else recipe.to_json()
