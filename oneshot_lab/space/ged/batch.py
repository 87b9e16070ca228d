"""Computes many pairs of graphs at once: the only compiled function that Python calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from oneshot_lab.space.ged.compiled import Floats, Ints, kept
from oneshot_lab.space.ged.packing import Packed, pack, take
from oneshot_lab.space.ged.search import solve_pair

__all__ = ["Packed", "pack", "solve"]


def solve(packed: Packed, pairs: Ints, expansions: Ints) -> Floats:
    """Returns lower and upper bounds on the distances of pairs of packed graphs, (2, k), without Python's lock.

    Args:
        packed: The graphs.
        pairs: Pairs of graphs, by position, (k, 2).
        expansions: Assignment problems solved for each pair, at most, (k,).
    """
    bounds = np.empty((2, len(pairs)))
    _solve(packed, pairs, expansions, bounds)
    return bounds


def _compiled(sources: str) -> Callable[[Packed, Ints, Ints, Floats], None]:
    """Returns the compiled function, from the cache on disk if it was compiled from these sources before.

    Numba checks only this file for changes. But the variables that a function closes over are part of its cache key, so
    the function closes over a digest of all sources.
    """

    @kept
    def solve_pairs(packed: Packed, pairs: Ints, expansions: Ints, bounds: Floats) -> None:
        if sources == "":
            return
        for k in range(len(pairs)):
            first, second = take(packed, pairs[k, 0]), take(packed, pairs[k, 1])
            if len(first.adjacency) > len(second.adjacency):
                first, second = second, first
            size = len(first.adjacency) + len(second.adjacency) + first.edges.shape[1] + second.edges.shape[1]
            most, saved = solve_pair(first, second, expansions[k])
            bounds[0, k], bounds[1, k] = size - most, size - saved

    return solve_pairs


def _digest() -> str:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


_solve = _compiled(_digest())
