"""Trains the finalists: several candidates are trained for a few epochs before one of them is in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.landmarks import Landmarks, keep
from oneshot_lab.session.finalists import Finalists, finalists
from oneshot_lab.session.landmarking import seed_of, train_landmark
from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.supernet.recipes import Recipe


class Contest:
    """The trainings that decide which finalist is trained in full.

    Each of them is a landmark, with an entry of its own in the log: it is kept and replayed whatever comes later.

    Args:
        context: The context of the action.
        wanted: How many finalists.
        then: Epochs of the training that follows, for the progress.

    Attributes:
        epochs: Epochs of the contest's trainings so far.
        said: The part of the action's message about it.
    """

    def __init__(self, context: Context, wanted: int, *, then: int) -> None:
        self._context, self._wanted, self._then = context, wanted, then
        self.epochs, self.said = 0, ""
        self._total = then

    def winner(self) -> Mask:
        """Trains the finalists, and returns the one of the highest posterior mean.

        Raises:
            DataError: A validation or test image cannot be read. Nothing has been trained.
            SessionError: There is no candidate, or the trainings of all finalists diverged.
            StoppedError: It was stopped; what is trained is kept.
        """
        state, data = self._context.state, self._context.settings.data
        entrants = finalists(state, self._wanted)
        if not entrants.masks:
            raise SessionError("there is no candidate to take", where="best_of", remedy="step the search first")
        self.said = f"; the best of {len(entrants)} finalists" if len(entrants) > 1 else "; the only finalist"
        if len(entrants) < self._wanted:
            self.said += f", since there are no more candidates for {self._wanted}"
        if len(entrants) == 1:
            return entrants.masks[0]
        for split in (data.validation, data.test):
            split.verify(should_stop=self._context.should_stop)
        return self._decided(entrants)

    def _decided(self, entrants: Finalists) -> Mask:
        epochs, recipe = entrants.epochs, entrants.recipe
        self._total = entrants.trainings * epochs + self._then
        for number, mask in enumerate(entrants.fresh, 1):
            self._train(mask, f"finalist {number} of {len(entrants.fresh)}", epochs=epochs, recipe=recipe)
        better = self._ranked(entrants.masks)[: entrants.better]
        for number, mask in enumerate(better[: entrants.again], 1):
            self._train(mask, f"second seed {number} of {entrants.again}", epochs=epochs, recipe=recipe)
        return self._ranked(better)[0]

    def _ranked(self, masks: Sequence[Mask]) -> list[Mask]:
        """Returns the finalists that count as landmarks, the highest posterior mean first."""
        posterior = self._context.state.posterior().posterior
        sound = [mask for mask in masks if mask in frozenset(posterior.landmarks)]
        if not sound:
            raise SessionError(
                "the trainings of all finalists diverged",
                where="best_of",
                remedy="train landmarks with a recipe of a lower learning rate, or name a candidate with mask=",
            )
        means = posterior.of(sound)[0]
        return [sound[row] for row in np.argsort(-means, kind="stable")]

    def _train(self, mask: Mask, name: str, *, epochs: int, recipe: Recipe) -> None:
        context, state, settings = self._context, self._context.state, self._context.settings
        began, started = now(), perf_counter()
        landmark = train_landmark(
            state.architecture,
            mask,
            settings.data,
            recipe=recipe,
            epochs=epochs,
            seed=seed_of(settings.seed, len(state.landmarks)),
            device=settings.device,
            progress=partial(context.training, name, finished=self.epochs / epochs, runs=self._total / epochs),
            should_stop=context.should_stop,
        )
        if landmark is None:
            trained = "the landmarks that are trained are kept" if self.epochs else "nothing was trained yet"
            raise StoppedError(f"stopped before the end; {trained}", where="finalize", remedy="call it again")
        keep(context, landmark)
        self.epochs += epochs
        action = Landmarks(1, (mask,), epochs, recipe)
        entry = LogEntry(began, action.verb, action.arguments(), round(perf_counter() - started, 3), "done")
        context.note(entry)
        context.publish(message=f"{name}: {landmark.summary}")
