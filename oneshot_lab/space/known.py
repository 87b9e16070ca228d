"""What is known of distances between graphs: an edit leaves many of them as they were."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Key = tuple[tuple[str, ...], bytes, bytes, bytes]
"""All that a distance depends on of a graph, whatever architecture it is part of: labels, edges, chains, layers."""

MOST = 1_000
"""Graphs that are kept, at most: their pairs take some 8 MB."""

PAIR = np.dtype([("lower", np.int32), ("upper", np.int32), ("steps", np.int64)])
"""What is kept of a pair. Bounds count edits, so they are whole numbers; the lower one of an unknown pair is -1."""


class Known:
    """Bounds on the distances of pairs of graphs that were worked out, and the steps of work spent on each.

    It changes no result: a pair is recalled only where working it out again would give the same.
    """

    def __init__(self) -> None:
        self._places: dict[Key, int] = {}
        # Each pair once, those of a graph with all before it in a row: more graphs only make it longer.
        self._pairs = _unknown(0)

    def __len__(self) -> int:
        """How many graphs are kept."""
        return len(self._places)

    def only(self, keys: Sequence[Key]) -> None:
        """Forgets all graphs but these, and makes room for those of them that are new."""
        kept = [key for key in dict.fromkeys(keys) if key in self._places][:MOST]
        old = np.array([self._places[key] for key in kept], dtype=np.int64)
        self._pairs = self._pairs[_index(*(old[side] for side in np.tril_indices(len(kept), k=-1)))]
        self._places = {key: place for place, key in enumerate(kept)}
        self.add(keys)

    def add(self, keys: Sequence[Key]) -> None:
        """Makes room for graphs, beside those that are kept."""
        before = len(self._places)
        for key in keys:
            if len(self._places) < MOST:
                self._places.setdefault(key, len(self._places))
        self._pairs = np.concatenate([self._pairs, _unknown(_count(len(self._places)) - _count(before))])

    def recall(self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Returns lower and upper bounds, (2, k); NaN where they are not known.

        Args:
            keys: Of the graphs.
            pairs: Two different ones of them by position, (k, 2).
            steps: Of work that would be spent on each pair at most, (k,).
        """
        at, kept = self._at(keys, pairs)
        there = self._pairs[at]
        # Other steps give other bounds, but where fewer were enough.
        enough = (there["steps"] < steps[kept]) & (there["lower"] == there["upper"])
        same = (there["lower"] >= 0) & ((there["steps"] == steps[kept]) | enough)
        found = np.full((2, len(pairs)), np.nan)
        found[:, kept[same]] = there["lower"][same], there["upper"][same]
        return found

    def learn(
        self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64], found: NDArray[np.float64]
    ) -> None:
        """Keeps bounds of pairs of graphs that there is room for; arguments are as for `recall` and its result.

        What was recalled may be given again, and NaN where a pair was not worked out.
        """
        at, kept = self._at(keys, pairs)
        new = ~np.isnan(found[0, kept]) & np.isnan(self.recall(keys, pairs, steps)[0, kept])
        learnt = np.empty(int(new.sum()), dtype=PAIR)
        learnt["lower"], learnt["upper"] = found[:, kept[new]]
        learnt["steps"] = steps[kept[new]]
        self._pairs[at[new]] = learnt

    def _at(self, keys: Sequence[Key], pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns where pairs stand, (k',), and which of them have a place, (k',)."""
        places = np.array([self._places.get(key, -1) for key in keys], dtype=np.int64)
        here = places[pairs].reshape(-1, 2)
        kept = np.flatnonzero((here >= 0).all(axis=1))
        return _index(*here[kept].T), kept


def _count(graphs: int) -> int:
    """Returns how many pairs so many graphs have."""
    return graphs * (graphs - 1) // 2


def _index(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns where pairs of different graphs stand, either way round."""
    later = np.maximum(one, other)
    index: NDArray[np.int64] = later * (later - 1) // 2 + np.minimum(one, other)
    return index


def _unknown(count: int) -> NDArray[np.void]:
    pairs = np.zeros(count, dtype=PAIR)
    pairs["lower"] = -1
    return pairs
