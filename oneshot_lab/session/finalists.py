"""Who the finalists are, and what has to be trained before one of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.spread import spread
from oneshot_lab.session.landmarking import stands_alone
from oneshot_lab.session.ranking import by_mean
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.recipes import Recipe, get_recipe

MOST = 1000
"""Finalists, at most."""

EPOCHS, RECIPE = 3, "whole"
"""How a finalist is trained where there are no landmarks whose epochs and recipe it could take."""

AGAIN = 2
"""How many finalists are trained with a second seed, at most."""


@dataclass(frozen=True)
class Finalists:
    """The candidates among which `finalize(best_of=…)` chooses, and the short trainings that decide.

    Attributes:
        masks: The best by the posterior, others that are tied with it but differ much, then the next best.
        fresh: Those of them that are no landmarks yet, and are trained first.
        epochs: Passes over the training images, for each short training.
        recipe: How they are trained.
    """

    masks: tuple[Mask, ...]
    fresh: tuple[Mask, ...]
    epochs: int
    recipe: Recipe

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def better(self) -> int:
        """How many stay after their first training: half of them, rounded up."""
        return -(-len(self.masks) // 2)

    @property
    def again(self) -> int:
        """How many are trained with a second seed."""
        return min(AGAIN, self.better) if len(self.masks) > 1 else 0

    @property
    def trainings(self) -> int:
        """How many short trainings there are; none where there is nothing to choose."""
        return len(self.fresh) + self.again if len(self.masks) > 1 else 0


def finalists(state: State, wanted: int) -> Finalists:
    """Returns the finalists, and how they are trained: as the landmarks that count, with which they are compared.

    Args:
        state: The state of the session.
        wanted: How many; all if there are fewer.
    """
    masks, fitted = _chosen(state, wanted), state.posterior()
    known = frozenset(fitted.posterior.landmarks)
    fresh = tuple(mask for mask in masks if mask not in known)
    counting = fitted.landmarks
    if counting:
        return Finalists(masks, fresh, counting[-1].epochs, counting[-1].recipe)
    return Finalists(masks, fresh, EPOCHS, get_recipe(RECIPE))


def _chosen(state: State, wanted: int) -> tuple[Mask, ...]:
    ranked = [mask for mask in by_mean(state) if stands_alone(state.architecture, mask)]
    if not ranked:
        return ()
    best = ranked[0]
    ties = frozenset(state.posterior().posterior.ties(ranked)) - {best}
    tied = [mask for mask in ranked if mask in ties]
    bits = np.array([mask.bits(state.architecture) for mask in (best, *tied)], dtype=np.float64)
    chosen = [tied[row] for row in spread(bits[1:], wanted - 1, known=bits[:1])] if tied else []
    rest = [mask for mask in ranked[1:] if mask not in ties]
    return (best, *chosen, *rest)[:wanted]
