"""The fitness of a candidate from its loss (§3.1.2), and of blocks from their population (§3.1.6)."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError

LEVEL = 0.95

Losses = Sequence[float] | NDArray[np.floating]


def candidate_fitness(losses: Losses, *, epsilon: float = 1e-8) -> NDArray[np.float64]:
    """Returns 1/(loss + epsilon) of each candidate over the sum of all (Equation 2).

    A NaN or infinite loss has fitness 0. The others sum to 1. If there are no others, all are 0: then there are no
    parents, and the search draws a new population.

    Args:
        losses: One loss ≥ 0 for each candidate.
        epsilon: Keeps a loss of 0 from dividing by zero.

    Raises:
        SessionError: A loss is below 0, for which Equation 2 has no meaning.
    """
    values = np.asarray(losses, dtype=np.float64)
    finite = np.isfinite(values)
    if (values[finite] < 0).any():
        raise SessionError(
            f"a loss of {values[finite].min():g}",
            where="losses",
            expected="0 or more",
            remedy="shift or square the score",
        )
    fitness = np.zeros(values.shape)
    fitness[finite] = 1.0 / (values[finite] + epsilon)
    return fitness / fitness.sum() if finite.any() else fitness


def block_fitness(architecture: Architecture, population: Collection[Mask]) -> dict[str, float]:
    """Returns the share of the population that has each block, by the block's id (§3.1.6).

    Of no candidates every share is 0.
    """
    return {
        block: sum(block in mask for mask in population) / max(len(population), 1) for block in architecture.block_ids
    }


@dataclass(frozen=True)
class Marginal:
    """The effect of a block on the loss, over many candidates.

    Attributes:
        effect: Mean loss of the candidates without the block minus that of those with it: positive helps.
            NaN when one of the two groups is empty.
        low: Lower end of the 95 % interval of the effect; NaN when a group has fewer than two candidates.
        high: Upper end.
        with_count: Candidates of finite loss that have the block.
        without_count: Those that lack it.
    """

    effect: float
    low: float
    high: float
    with_count: int
    without_count: int


def marginal_effect(architecture: Architecture, masks: Sequence[Mask], losses: Losses) -> dict[str, Marginal]:
    """Returns the effect of each block on the loss with Welch's 95 % interval, by the block's id.

    Stands beside the paper's block fitness, which moves in steps of 1/n (§3.1.6). Candidates whose loss is NaN
    or infinite are left out. The other blocks are not held fixed, so the effects of blocks that occur together are
    mixed.

    Args:
        architecture: Whose blocks.
        masks: The candidates, each once.
        losses: Their losses, in the same order.
    """
    values = np.asarray(losses, dtype=np.float64)
    finite = np.isfinite(values)
    bits = np.array([mask.bits(architecture) for mask in masks], dtype=bool).reshape(
        len(masks), len(architecture.block_ids)
    )
    return {
        block: _welch(values[finite & bits[:, column]], values[finite & ~bits[:, column]])
        for column, block in enumerate(architecture.block_ids)
    }


def _welch(having: NDArray[np.float64], lacking: NDArray[np.float64]) -> Marginal:
    counts = having.size, lacking.size
    if min(counts) == 0:
        return Marginal(math.nan, math.nan, math.nan, *counts)
    effect = float(lacking.mean() - having.mean())
    if min(counts) == 1:
        return Marginal(effect, math.nan, math.nan, *counts)
    # Squared standard errors of the two means; their sum is that of the effect.
    errors = float(having.var(ddof=1)) / counts[0], float(lacking.var(ddof=1)) / counts[1]
    total = sum(errors)
    if total == 0.0:
        return Marginal(effect, effect, effect, *counts)
    shares = errors[0] / total, errors[1] / total
    freedom = 1.0 / (shares[0] ** 2 / (counts[0] - 1) + shares[1] ** 2 / (counts[1] - 1))
    from scipy.special import stdtrit  # slow to load, so only when it is needed

    # The quantile of Student's t distribution, of a number of degrees of freedom that need not be whole.
    margin = float(stdtrit(freedom, (1 + LEVEL) / 2)) * math.sqrt(total)
    return Marginal(effect, effect - margin, effect + margin, *counts)
