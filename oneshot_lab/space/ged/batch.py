"""Many pairs of graphs at once: the only compiled function that Python calls."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from oneshot_lab.space.ged.dual import assign, begin, disagreement, move
from oneshot_lab.space.ged.packing import Packed, pack, take

__all__ = ["Packed", "pack", "solve"]


def solve(packed: Packed, pairs: NDArray[np.int64], expansions: int) -> NDArray[np.float64]:
    """Returns lower and upper bounds on the distances of pairs of packed graphs, (2, k); other threads may run.

    Args:
        packed: The graphs.
        pairs: Two of them by position, (k, 2).
        expansions: Assignment problems solved for one pair, at most.
    """
    bounds = np.empty((2, len(pairs)))
    _solve(packed, pairs, expansions, bounds)
    return bounds


@njit(nogil=True, cache=True)
def _solve(packed, pairs, expansions, bounds):
    for k in range(len(pairs)):
        first, second = take(packed, pairs[k, 0]), take(packed, pairs[k, 1])
        if len(first.labels) > len(second.labels):
            first, second = second, first
        size = len(first.labels) + len(second.labels) + len(first.tails) + len(second.tails)
        bound, best = _ascend(first, second, expansions)
        bounds[0, k] = size - np.floor(bound + 1e-6)
        bounds[1, k] = size - best


@njit(nogil=True)
def _ascend(first, second, expansions):
    dual = begin(first, second)
    least, best, scale, stuck = np.inf, 0.0, 1.0, 0
    for _ in range(max(1, expansions)):
        bound = assign(dual)
        best = max(best, saving(first, second, dual.column_of))
        if bound < least - 1e-3:
            least, stuck = bound, 0
        else:
            stuck += 1
            if stuck == 5:
                scale, stuck = scale * 0.6, 0
        if least < best + 1.0 - 1e-6:
            break
        count, squares = disagreement(dual)
        if squares == 0.0:
            break
        move(dual, count, scale * (bound - best) / squares)
    return least, best


@njit(nogil=True)
def saving(first, second, column_of):
    """Returns what a map of the first graph's nodes into the second's saves; see `dual`."""
    saved = 0.0
    for i in range(len(first.labels)):
        saved += 2.0 if first.labels[i] == second.labels[column_of[i]] else 1.0
    for e in range(len(first.tails)):
        saved += 2.0 * second.adjacency[column_of[first.tails[e]], column_of[first.heads[e]]]
    return saved
