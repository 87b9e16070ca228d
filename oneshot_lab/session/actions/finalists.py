"""Chooses the final network among finalists: several candidates are trained for a few epochs before one is in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.search.spread import spread
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.landmarks import DEFAULT_RECIPE, Landmarks, keep
from oneshot_lab.session.landmarking import seed_of, stands_alone, train_landmark
from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.session.ranking import by_mean
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.recipes import Recipe, get_recipe

MOST = 1000
"""Finalists, at most."""

EPOCHS = 3
"""Epochs of a finalist's training where there are no landmarks whose epochs it could take."""

AGAIN = 2
"""How many finalists are trained with a second seed."""


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
        if not entrants:
            raise SessionError("there is no candidate to take", where="best_of", remedy="step the search first")
        self.said = f"; the best of {len(entrants)} finalists" if len(entrants) > 1 else "; the only finalist"
        if len(entrants) < self._wanted:
            self.said += f", since there are no more candidates for {self._wanted}"
        if len(entrants) == 1:
            return entrants[0]
        for split in (data.validation, data.test):
            split.verify(should_stop=self._context.should_stop)
        return self._decided(entrants)

    def _decided(self, entrants: Sequence[Mask]) -> Mask:
        known = frozenset(self._context.state.posterior().posterior.landmarks)
        fresh = [mask for mask in entrants if mask not in known]
        epochs, recipe = _way(self._context.state)
        self._total = (len(fresh) + AGAIN) * epochs + self._then
        for number, mask in enumerate(fresh, 1):
            self._train(mask, f"finalist {number} of {len(fresh)}", epochs=epochs, recipe=recipe)
        better = self._ranked(entrants)[: -(-len(entrants) // 2)]
        for number, mask in enumerate(better[:AGAIN], 1):
            self._train(mask, f"second seed {number} of {AGAIN}", epochs=epochs, recipe=recipe)
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


def finalists(state: State, wanted: int) -> list[Mask]:
    """Returns finalists: the best by the posterior, others that are tied with it but differ much, then the next best.

    Args:
        state: The state of the session.
        wanted: How many; all if there are fewer.
    """
    ranked = [mask for mask in by_mean(state) if stands_alone(state.architecture, mask)]
    if not ranked:
        return []
    best = ranked[0]
    ties = frozenset(state.posterior().posterior.ties(ranked)) - {best}
    tied = [mask for mask in ranked if mask in ties]
    bits = np.array([mask.bits(state.architecture) for mask in (best, *tied)], dtype=np.float64)
    chosen = [tied[row] for row in spread(bits[1:], wanted - 1, known=bits[:1])] if tied else []
    rest = [mask for mask in ranked[1:] if mask not in ties]
    return [best, *chosen, *rest][:wanted]


def _way(state: State) -> tuple[int, Recipe]:
    """Returns epochs and recipe of finalists: those of the landmarks that count, with which they are compared."""
    counting = state.posterior().landmarks
    if counting:
        return counting[-1].epochs, counting[-1].recipe
    return EPOCHS, get_recipe(DEFAULT_RECIPE)
