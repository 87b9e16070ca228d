"""Training the supernet, from the weights that it has (§3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal, overload

import numpy as np
import torch

from oneshot_lab.errors import ExhaustedError, SessionError
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.constraining import Constraining
from oneshot_lab.session.job import Job
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.recipes import RECIPES, Recipe, get_recipe
from oneshot_lab.supernet.train import Progress, train


class Training(Constraining):
    """The part of a session that trains the supernet; see `SearchSession`."""

    data: Data
    recipe: Recipe
    device: torch.device
    _rng: np.random.Generator

    @overload
    def train(
        self,
        epochs: int = 3,
        *,
        recipe: str | Recipe | None = None,
        stop_after: int | None = None,
        wait: Literal[True] = True,
    ) -> tuple[float, ...]: ...

    @overload
    def train(
        self,
        epochs: int = 3,
        *,
        recipe: str | Recipe | None = None,
        stop_after: int | None = None,
        wait: Literal[False],
    ) -> Job[tuple[float, ...]]: ...

    def train(
        self,
        epochs: int = 3,
        *,
        recipe: str | Recipe | None = None,
        stop_after: int | None = None,
        wait: bool = True,
    ) -> tuple[float, ...] | Job[tuple[float, ...]]:
        """Trains the supernet, from the weights that it has (§3).

        It can be stopped (`stop`, or interrupting the cell) at any batch; what was learned until then stays.
        Afterwards the population waits to be evaluated again, with the new weights.

        Args:
            epochs: Passes over the training images.
            recipe: Another recipe than the session's, for this time.
            stop_after: Batches after which it ends as if it had been stopped there; so a stopped training is repeated.
            wait: False: do it in the background, after what runs already, and return the `Job` at once.

        Returns:
            The mean training loss of each epoch.

        Raises:
            SessionError: The loss became infinite or not a number; the last good weights are back.
        """
        epochs = check_count("epochs", epochs)
        chosen = self.recipe if recipe is None else get_recipe(recipe)
        arguments: dict[str, Any] = {"epochs": epochs}
        arguments |= {} if recipe is None else {"recipe": recipe_argument(chosen)}
        arguments |= {} if stop_after is None else {"stop_after": check_count("stop_after", stop_after, low=0)}

        def run() -> tuple[float, ...]:
            self._check_fits("train")
            return self._train(epochs, chosen, arguments)

        return self._act("train", run, arguments, wait=wait, status="training")

    def _train(self, epochs: int, recipe: Recipe, arguments: dict[str, Any]) -> tuple[float, ...]:
        losses: dict[int, float] = {}
        begun, done, changed, most = 0, 0, False, arguments.get("stop_after")

        def should_stop() -> bool:
            nonlocal begun
            if begun == most:
                return True
            if self._should_stop():
                # Where it was, for who wants to repeat it.
                arguments["stop_after"] = done
                return True
            begun += 1
            return False

        def progress(state: Progress) -> None:
            nonlocal done
            done += 1
            losses[state.epoch] = state.loss
            self._show_training("supernet", 0, 1, state)

        try:
            train(
                self._weights.supernet,
                self.data.train,
                recipe=recipe,
                epochs=epochs,
                seed=int(self._rng.integers(2**31)),
                device=self.device,
                progress=progress,
                should_stop=should_stop,
                bar=False,
            )
        except ExhaustedError:
            # Here as well it ends after a whole step.
            arguments["stop_after"] = done
            raise
        except SessionError:
            # The epoch in which the loss became infinite has been taken back; those before it have not.
            losses.pop((begun - 1) // self.data.train.steps(recipe.batch_size), None)
            raise
        except BaseException:
            # An interrupt may come between a step and its report.
            changed = begun > 0
            raise
        finally:
            learned = tuple(losses.values())
            if learned or changed:
                self._weights.trained()
                self._evolution.adapt(self.architecture)
                self._publish(training_losses=(*self.training_losses, *learned))
        return learned

    def _check_trained(self) -> None:
        if not self._weights.version:
            raise SessionError("the supernet is not trained", where="evaluation", remedy="call train() first")


def recipe_argument(recipe: Recipe) -> str | dict[str, Any]:
    """Returns a recipe as the log holds it: by its name, or whole if it is your own."""
    return recipe.name if RECIPES.get(recipe.name) == recipe else asdict(recipe)
