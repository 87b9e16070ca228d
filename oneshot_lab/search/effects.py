"""The effect of each block on the accuracy that candidates have when they are trained, by the posterior."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.search.surrogate import Posterior
from oneshot_lab.search.surrogate.process import NORMAL

MOST = 300
"""Candidates whose joint distribution is computed, at most: the work grows with their square."""


def posterior_effects(posterior: Posterior, masks: Sequence[Mask]) -> dict[str, Marginal]:
    """Returns the mean of the posterior means with each block minus that without it, with 95 % intervals, by block.

    An interval is as wide as two independent doubts make it: which candidates there are (Welch's interval, as of the
    losses), and how well the posterior knows them (from their joint distribution).

    Args:
        posterior: The posterior.
        masks: The candidates, each once.

    Returns:
        The effects as shares of accuracy: 0.004 is 0.4 points. Positive helps.

    Raises:
        MaskError: A mask is not valid for the posterior's architecture.
    """
    architecture = posterior.architecture
    # What `marginal_effect` takes for a loss is less where more is better.
    effects = marginal_effect(architecture, masks, -posterior.of(masks)[0] if masks else ())
    bits = np.array([mask.bits(architecture) for mask in masks], dtype=bool).reshape(
        len(masks), len(architecture.block_ids)
    )
    rows = _typical(bits)
    covariance = posterior.joint([masks[row] for row in rows])[1] if rows else np.empty((0, 0))
    return {
        block: _widened(effects[block], _deviation(bits[rows, column], covariance))
        for column, block in enumerate(architecture.block_ids)
    }


def _typical(bits: NDArray[np.bool_]) -> list[int]:
    """Returns the rows of at most about `MOST` candidates, among them some with and some without each block."""
    count = len(bits)
    if count <= MOST:
        return list(range(count))
    rows = set(np.linspace(0, count - 1, MOST, dtype=int).tolist())
    for column in bits.T:
        # argmax finds the first one; where there is none, it is any.
        rows |= {int(np.argmax(column)), int(np.argmax(~column))}
    return sorted(rows)


def _deviation(having: NDArray[np.bool_], covariance: NDArray[np.float64]) -> float:
    """Returns the posterior deviation of the mean of some candidates minus the mean of the others."""
    if having.all() or not having.any():
        return math.nan
    weights = having / having.sum() - ~having / (~having).sum()
    return math.sqrt(max(float(weights @ covariance @ weights), 0.0))


def _widened(effect: Marginal, deviation: float) -> Marginal:
    margin = math.hypot((effect.high - effect.low) / 2, NORMAL * deviation)
    return replace(effect, low=effect.effect - margin, high=effect.effect + margin)
