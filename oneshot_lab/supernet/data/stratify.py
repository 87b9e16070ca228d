"""Draws a part of the images so that every class keeps its share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]


def allocate(counts: npt.NDArray[Any], total: int) -> Indices:
    """Distributes `total` places among classes in proportion to their counts, by largest remainder.

    Args:
        counts: How many images each class has.
        total: How many to take in all, at most the sum of the counts.

    Returns:
        How many to take of each class: less than one away from the exact proportion, summing to `total`.
    """
    # Whole numbers only, so that equal remainders compare equal and the first class wins on every machine.
    shares = counts.astype(np.int64) * total
    everything = int(counts.sum())
    taken, remainders = shares // everything, shares % everything
    left = total - int(taken.sum())
    taken[np.argsort(-remainders, kind="stable")[:left]] += 1
    return taken


def draw(labels: npt.NDArray[Any], quota: Indices, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """Draws `quota[c]` images of every class c.

    Args:
        labels: The class of each image, 0 to len(quota) - 1.
        quota: How many to draw of each class.
        rng: Source of randomness.

    Returns:
        The positions drawn and the remaining ones, each in random order; together every position once.
    """
    order = rng.permutation(len(labels))
    seen = labels[order]
    drawn = np.zeros(len(labels), dtype=bool)
    for label, count in enumerate(quota):
        drawn[np.flatnonzero(seen == label)[:count]] = True
    return order[drawn], order[~drawn]


def split_off(
    labels: npt.NDArray[Any], share: float, rng: np.random.Generator, *, leave: int = 1
) -> tuple[Indices, Indices]:
    """Splits a share of the images off, at least one of every class.

    Args:
        labels: The class of each image, 0 to K - 1; each class occurs more than `leave` times.
        share: Between 0 and 1.
        rng: Source of randomness.
        leave: How many images of every class must remain, at least.

    Returns:
        The positions split off and the remaining ones, each in random order.
    """
    counts = np.bincount(labels)
    quota = allocate(counts, round(share * len(labels)))
    return draw(labels, np.clip(quota, 1, counts - leave), rng)
