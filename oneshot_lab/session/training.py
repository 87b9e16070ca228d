"""Training the supernet, from the weights that it has (§3)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal, overload

import numpy as np
import torch

from oneshot_lab.errors import ExhaustedError, SessionError
from oneshot_lab.session.actions import now
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.constraining import Constraining
from oneshot_lab.session.job import Job, R
from oneshot_lab.session.log import LogEntry
from oneshot_lab.supernet.computing import MOST_THREADS, computing
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import RECIPES, Recipe, get_recipe
from oneshot_lab.supernet.train import Progress, train


class Training(Constraining):
    """The part of a session that trains the supernet; see `SearchSession`."""

    data: Data
    recipe: Recipe
    device: torch.device
    deterministic: bool
    _threads: int
    _rng: np.random.Generator

    @property
    def threads(self) -> int:
        """How many threads of the CPU torch computes in for this session; results depend on it in their last digits."""
        return self._threads

    @overload
    def use_threads(self, threads: int, *, wait: Literal[True] = True) -> None: ...

    @overload
    def use_threads(self, threads: int, *, wait: Literal[False]) -> Job[None]: ...

    def use_threads(self, threads: int, *, wait: bool = True) -> Job[None] | None:
        """Has torch compute in another number of threads from the next action on, for this session alone.

        Args:
            threads: Their number; more than the machine has cores are slower.
            wait: As for `train`.

        Raises:
            SessionError: It is no such number, or the session is deterministic and always computes in one.
        """
        number = check_threads(threads, deterministic=self.deterministic)

        def run() -> None:
            self._threads = number

        return self._act("use_threads", run, {"threads": number}, wait=wait)

    def _tell_threads(self, before: int | None) -> None:
        """Tells and logs that a session goes on in another number of threads than it was computed in."""
        said = f"it was computed in {before} threads, and goes on in {self.threads}: last digits may differ from now on"
        self._note(LogEntry(now(), "use_threads", {"threads": self.threads}, 0.0, "done"), message=said)

    def _compute(self, run: Callable[[], R]) -> R:
        with computing(self._threads, repeatable_on=self.device if self.deterministic else None):
            return within_memory(run)()

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
            The mean training loss of each epoch. On a CPU, the same seed and number of `threads` give the same.

        Raises:
            SessionError: The training diverged: the loss became infinite, not a number, or ended an epoch far above
                that of guessing; the last good weights are back.
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


def check_threads(number: Any, *, deterministic: bool) -> int:
    """Returns a session's number of threads; None: torch's own here, and one where results are to repeat.

    Raises:
        SessionError: It is no such number, or another than one where results are to repeat.
    """
    if number is None:
        return 1 if deterministic else min(torch.get_num_threads(), MOST_THREADS)
    count = check_count("threads", number, high=MOST_THREADS)
    if deterministic and count != 1:
        raise SessionError(f"got {count}", where="threads", expected="1 in a deterministic session")
    return count


def threads_to_go_on(before: int | None) -> int | None:
    """Returns the number that a session of so many threads goes on with; None: torch's own here, as there are few."""
    return before if before is not None and before <= (os.cpu_count() or 1) else None


def recipe_argument(recipe: Recipe) -> str | dict[str, Any]:
    """Returns a recipe as the log holds it: by its name, or whole if it is your own."""
    return recipe.name if RECIPES.get(recipe.name) == recipe else asdict(recipe)
