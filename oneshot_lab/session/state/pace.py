"""How fast the supernet was trained last, for estimates of what other trainings will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.supernet.recipes import Recipe


@dataclass(frozen=True)
class Pace:
    """The speed of a training of the supernet.

    Attributes:
        seconds: Of a step, the median: what came only once, such as a pause, or the loading of a library before the
            first step, does not count.
        recipe: The recipe, which says what a step trains.
        architecture: The network then.
    """

    seconds: float
    recipe: Recipe
    architecture: Architecture

    @classmethod
    def of(cls, moments: Sequence[float], recipe: Recipe, *, architecture: Architecture) -> Pace | None:
        """Returns the pace of a training by when each of its steps was complete; None for fewer than two steps."""
        gaps = [after - before for before, after in pairwise(moments)]
        return cls(median(gaps), recipe, architecture) if gaps else None
