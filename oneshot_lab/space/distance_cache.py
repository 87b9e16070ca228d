"""A cache of the distances between graphs, since an edit does not change most of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Key = tuple[tuple[str, ...], bytes, bytes, bytes]
"""Everything in a graph that a distance depends on, in any architecture: labels, edges, chains and layers."""

MOST = 1_000
"""The number of cached graphs, at most: their pairs take about 8 MB."""

PAIR = np.dtype([("lower", np.int32), ("upper", np.int32), ("steps", np.int64)])
"""The cached values of a pair. Bounds count edits, so they are whole numbers; an unknown pair has a lower one of -1."""


class DistanceCache:
    """Computed bounds on the distances of pairs of graphs, with the number of steps spent on each.

    The cache changes no result: a pair is returned only if computing it again would give the same bounds.
    """

    def __init__(self) -> None:
        self._places: dict[Key, int] = {}
        # Each pair once; the pairs of a graph with all graphs before it are adjacent, so that new graphs only append.
        self._pairs = _unknown(0)

    def __len__(self) -> int:
        """How many graphs are cached."""
        return len(self._places)

    def only(self, keys: Sequence[Key]) -> None:
        """Removes all graphs but these, and makes room for the new ones among them."""
        kept = [key for key in dict.fromkeys(keys) if key in self._places][:MOST]
        old = np.array([self._places[key] for key in kept], dtype=np.int64)
        self._pairs = self._pairs[_index(*(old[side] for side in np.tril_indices(len(kept), k=-1)))]
        self._places = {key: place for place, key in enumerate(kept)}
        self.add(keys)

    def add(self, keys: Sequence[Key]) -> None:
        """Makes room for graphs in addition to those that are cached."""
        before = len(self._places)
        for key in keys:
            if len(self._places) < MOST:
                self._places.setdefault(key, len(self._places))
        self._pairs = np.concatenate([self._pairs, _unknown(_count(len(self._places)) - _count(before))])

    def recall(self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Returns lower and upper bounds, (2, k); NaN for unknown ones.

        Args:
            keys: The keys of the graphs.
            pairs: Pairs of different graphs, by position, (k, 2).
            steps: How many steps would be spent on each pair, at most, (k,).
        """
        at, kept = self._at(keys, pairs)
        there = self._pairs[at]
        # Another number of steps gives other bounds, unless fewer were enough.
        enough = (there["steps"] < steps[kept]) & (there["lower"] == there["upper"])
        same = (there["lower"] >= 0) & ((there["steps"] == steps[kept]) | enough)
        found = np.full((2, len(pairs)), np.nan)
        found[:, kept[same]] = there["lower"][same], there["upper"][same]
        return found

    def learn(
        self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64], found: NDArray[np.float64]
    ) -> None:
        """Caches bounds of pairs of graphs if there is room; arguments are as for `recall` and its result.

        Bounds that came from `recall` may be given again, and NaN for a pair that was not computed.
        """
        at, kept = self._at(keys, pairs)
        new = ~np.isnan(found[0, kept]) & np.isnan(self.recall(keys, pairs, steps)[0, kept])
        learnt = np.empty(int(new.sum()), dtype=PAIR)
        learnt["lower"], learnt["upper"] = found[:, kept[new]]
        learnt["steps"] = steps[kept[new]]
        self._pairs[at[new]] = learnt

    def _at(self, keys: Sequence[Key], pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns the positions of pairs, (k',), and which of the pairs have a position, (k',)."""
        places = np.array([self._places.get(key, -1) for key in keys], dtype=np.int64)
        here = places[pairs].reshape(-1, 2)
        kept = np.flatnonzero((here >= 0).all(axis=1))
        return _index(*here[kept].T), kept


def _count(graphs: int) -> int:
    """Returns the number of pairs of this many graphs."""
    return graphs * (graphs - 1) // 2


def _index(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the positions of pairs of different graphs, in either order."""
    later = np.maximum(one, other)
    index: NDArray[np.int64] = later * (later - 1) // 2 + np.minimum(one, other)
    return index


def _unknown(count: int) -> NDArray[np.void]:
    pairs = np.zeros(count, dtype=PAIR)
    pairs["lower"] = -1
    return pairs
