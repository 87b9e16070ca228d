"""Many pairs of graphs at once: the only compiled function that Python calls."""

from __future__ import annotations

import numpy as np
from numba import njit

from oneshot_lab.space.ged.arrays import Floats, Ints
from oneshot_lab.space.ged.packing import Packed, pack, take
from oneshot_lab.space.ged.search import solve_pair

__all__ = ["Packed", "pack", "solve"]


def solve(packed: Packed, pairs: Ints, expansions: int) -> Floats:
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
def _solve(packed: Packed, pairs: Ints, expansions: int, bounds: Floats) -> None:
    for k in range(len(pairs)):
        first, second = take(packed, pairs[k, 0]), take(packed, pairs[k, 1])
        if len(first.adjacency) > len(second.adjacency):
            first, second = second, first
        size = len(first.adjacency) + len(second.adjacency) + first.edges.shape[1] + second.edges.shape[1]
        most, saved = solve_pair(first, second, expansions)
        bounds[0, k], bounds[1, k] = size - most, size - saved
