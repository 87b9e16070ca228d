"""How well one ranking agrees with another: Kendall's τ with a bootstrap interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAMPLES = 1000
"""Bootstrap samples."""


@dataclass(frozen=True)
class Agreement:
    """Kendall's τ-b of two rankings.

    Attributes:
        tau: From −1 (reversed) over 0 (unrelated) to 1 (equal); NaN for fewer than two candidates, and where one of
            the two does not tell candidates apart.
        low: Lower end of its 95 % interval, by bootstrap over candidates; NaN for fewer than four candidates.
        high: Upper end.
        count: How many candidates were ranked.
    """

    tau: float
    low: float
    high: float
    count: int


def rank_agreement(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Agreement:
    """Returns how well two rankings of the same candidates agree.

    Candidates whose value is NaN or infinite in one of the two are left out.

    Args:
        first: One value for each candidate.
        second: Another one, in the same order.
        seed: Of the bootstrap (Efron & Tibshirani 1993, Section 13.3: percentile interval).
    """
    pairs = np.array([np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)])
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    count = pairs.shape[1]
    order = np.sign(pairs[:, :, None] - pairs[:, None, :])
    tau = float(_taus(order, np.ones((1, count)))[0])
    if count < 4 or math.isnan(tau):
        return Agreement(tau, math.nan, math.nan, count)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(count, np.full(count, 1 / count), size=SAMPLES).astype(np.float64)
    low, high = np.nanquantile(_taus(order, draws), [0.025, 0.975])
    return Agreement(tau, float(low), float(high), count)


def _taus(order: Floats, counts: Floats) -> Floats:
    """Returns τ-b for each sample; NaN where nothing is ranked.

    Args:
        order: The signs of all differences by the two rankings, (2, n, n).
        counts: How often each sample has each candidate, (samples, n).
    """
    agree, first, second = (
        ((counts @ each) * counts).sum(axis=1) for each in (order[0] * order[1], order[0] ** 2, order[1] ** 2)
    )
    ranked = first * second > 0
    taus: Floats = np.where(ranked, agree / np.sqrt(np.where(ranked, first * second, 1.0)), math.nan)
    return taus
