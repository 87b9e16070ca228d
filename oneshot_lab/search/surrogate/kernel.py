"""The kernel of the surrogate: how alike two candidates are in quality, before any landmark was trained."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONSTANT = 10.0
"""Prior variance of the mean over all candidates, in units of the variance between them: hardly any knowledge.

Much more would cost digits: it is subtracted from itself."""

OWN = 0.1
"""Share of what the scores do not explain that is a candidate's own, so that no other candidate tells of it."""


@dataclass(frozen=True)
class Setting:
    """The hyperparameters of one Gaussian process.

    Attributes:
        share: How much of the variance between candidates is linear in their scores.
        length: Squared length of the smooth part, in shares of the blocks that differ.
        noise: Variance of one observation, in units of the variance between candidates.
    """

    share: float
    length: float
    noise: float

    @property
    def kernel(self) -> tuple[float, float]:
        """What the kernel depends on: the arguments of `Terms.weigh`."""
        return self.share, self.length


@dataclass(frozen=True)
class Terms:
    """The terms of the kernel between candidates, before hyperparameters weigh them; all arrays have one shape.

    Attributes:
        gap: Share of the blocks that differ, from 0 to 1.
        score: Expected product of their scores; None without scores.
        far: Mean squared difference of their distances to the landmarks, NaN where unknown; None without distances.
    """

    gap: Floats
    score: Floats | None = None
    far: Floats | None = None

    @classmethod
    def between(cls, rows: Floats, columns: Floats) -> Terms:
        """Returns the terms of blocks alone, (rows, columns).

        Args:
            rows: +1 for each active block and −1 for the others, (rows, d).
            columns: Likewise, (columns, d).
        """
        return cls((1.0 - rows @ columns.T / max(rows.shape[1], 1)) / 2.0)

    @classmethod
    def alone(cls, count: int) -> Terms:
        """Returns the terms of candidates with themselves, (count,)."""
        return cls(np.zeros(count))

    def mixed(self, score: Floats | None, far: Floats | None) -> Terms:
        """Returns these terms with those of scores and of distances."""
        return replace(self, score=score, far=far)

    def weigh(self, share: float, length: float) -> Floats:
        """Returns the covariance, in units of the variance between candidates.

        What the scores do not explain is in equal parts additive in the blocks and smooth in them. The additive part
        is linear in the signs of blocks (Rasmussen & Williams 2006, Section 2.1). The smooth one is the squared
        exponential (Equation 4.9) of the number of blocks that differ, which is the square of the distance of two rows
        of bits; it has interactions of all orders (the diffusion kernel of Kondor & Lafferty 2002). Where distances are
        given, half of the smooth part is the squared exponential of the distances to the landmarks instead: unlike one
        of the distance itself, it is a covariance for any distances (Pękalska & Duin 2002).

        Args:
            share: As in `Setting`.
            length: As in `Setting`.
        """
        smooth = np.exp(self.gap / (-2.0 * length))
        same = self.gap == 0
        if self.far is not None:
            near = np.exp(np.nan_to_num(self.far, nan=np.inf) / (-2.0 * length))
            smooth = (smooth + np.where(same, 1.0, near)) / 2.0
        blocks: Floats = (1.0 - OWN) * 0.5 * (1.0 - 2.0 * self.gap + smooth) + OWN * same
        if self.score is None:
            return CONSTANT + blocks
        return CONSTANT + (1.0 - share) * blocks + share * self.score
