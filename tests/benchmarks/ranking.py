"""How well a ranking of networks agrees with training them, and what could be reached at best.

All rankings stand on equal footing: each is held against single trainings, never against a mean of some, which has less
noise and agrees better with everything.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

TOP = 5
"""How many of the best-scored networks are looked at for the regret."""

Row = NDArray[np.float64]
"""A number for each network; higher is better."""

Pairs = Sequence[tuple[Row, Row]]
"""Rankings, each with the trainings that it is held against."""


@dataclass(frozen=True)
class Agreement:
    """How a ranking agrees with single trainings.

    Attributes:
        tau: Kendall's τ-b, the mean over all pairs of a ranking and a training.
        low: The lower end of its 95 % interval: a bootstrap over the networks.
        high: The upper end.
    """

    tau: float
    low: float
    high: float


def tau(scores: Row, truth: Row) -> float:
    """Returns Kendall's τ-b of two rankings; 0 if one of them ranks nothing."""
    found = float(kendalltau(scores, truth).statistic)
    return 0.0 if np.isnan(found) else found


def against_each(scores: Iterable[Row], alone: NDArray[np.float64]) -> Pairs:
    """Returns each ranking with each training.

    Args:
        scores: The rankings, of n networks each.
        alone: What each training of each network gave, [n, seeds].
    """
    return [(row, truth) for row in scores for truth in alone.T]


def against_others(alone: NDArray[np.float64]) -> Pairs:
    """Returns each training as a ranking with each of the other trainings: what one more training would tell."""
    columns = range(alone.shape[1])
    return [(alone[:, one], alone[:, other]) for one in columns for other in columns if one != other]


def agreement(pairs: Pairs, *, samples: int = 500) -> Agreement:
    """Returns how rankings agree with the trainings that they are paired with."""
    low, high = interval(pairs, samples=samples)
    return Agreement(statistics.fmean(tau(*pair) for pair in pairs), low, high)


def interval(pairs: Pairs, *, samples: int) -> tuple[float, float]:
    """Returns the 95 % bootstrap interval of the mean τ, drawing networks with replacement."""
    rng = np.random.default_rng(0)
    count = len(pairs[0][0])
    drawn = (rng.integers(count, size=count) for _ in range(samples))
    taus = [statistics.fmean(tau(scores[rows], truth[rows]) for scores, truth in pairs) for rows in drawn]
    return float(np.quantile(taus, 0.025)), float(np.quantile(taus, 0.975))


def regret(pairs: Pairs, accuracies: Pairs) -> float:
    """Returns the accuracy that is lost by taking the best of a ranking's first `TOP` instead of the best of all.

    Args:
        pairs: The rankings; what each is held against does not matter here.
        accuracies: The same pairs by accuracy.
    """
    return statistics.fmean(
        float(truth.max() - truth[np.argsort(-scores, kind="stable")[:TOP]].max())
        for (scores, _), (_, truth) in zip(pairs, accuracies, strict=True)
    )


def spread(alone: NDArray[np.float64]) -> tuple[float, float]:
    """Returns the deviation of the networks' true values, and that of one training of a network.

    The second is the deviation within a network's trainings; the first what remains of the deviation of the means once
    their share of it is subtracted.
    """
    noise = float(alone.var(axis=1, ddof=1).mean())
    true = float(alone.mean(axis=1).var(ddof=1)) - noise / alone.shape[1]
    return max(true, 0.0) ** 0.5, noise**0.5


def typical_difference(alone: NDArray[np.float64]) -> float:
    """Returns by how much two trainings of a network differ: the median, which the few that fail do not move."""
    columns = range(alone.shape[1])
    differences = [np.abs(alone[:, one] - alone[:, other]) for one in columns for other in columns if one < other]
    return float(np.median(differences))


def ceiling(alone: NDArray[np.float64]) -> float:
    """Returns what a predictor that knows the true values would get, held against single trainings.

    It follows from how single trainings agree with each other: their correlation is the square of the one between true
    values and a training, and τ = 2/π · arcsin of it (Greiner's relation, for normal copulas). Taken from ranks, it
    does not depend on how far the worst networks are from the others, nor on how much noisier they are.

    Args:
        alone: What each training of each network gave, [n, seeds].
    """
    single = statistics.fmean(tau(*pair) for pair in against_others(alone))
    return 2 / math.pi * math.asin(math.sin(math.pi / 2 * max(single, 0.0)) ** 0.5)
