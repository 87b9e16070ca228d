"""What is known of distances between graphs: an edit leaves many of them as they were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Key = tuple[tuple[str, ...], bytes, bytes, bytes]
"""All that a distance depends on of a graph, whatever architecture it is part of: labels, edges, chains, layers."""

MOST = 1_000
"""Graphs that are kept, at most: their pairs take some 24 MB."""


class Known:
    """Bounds on the distances of pairs of graphs that were worked out, and the steps of work spent on each.

    It changes no result: a pair is recalled only where working it out again would give the same.
    """

    def __init__(self) -> None:
        self._places: dict[Key, int] = {}
        self._bounds = np.empty((2, 0, 0))
        self._steps = np.empty((0, 0), dtype=np.int64)

    def __len__(self) -> int:
        """How many graphs are kept."""
        return len(self._places)

    def only(self, keys: Sequence[Key]) -> None:
        """Forgets all graphs but these, and makes room for those of them that are new."""
        kept = [key for key in keys if key in self._places][:MOST]
        old = np.array([self._places[key] for key in kept], dtype=np.int64)
        # Those that were known come first, so that their pairs are one corner.
        places = {key: place for place, key in enumerate(islice(dict.fromkeys([*kept, *keys]), MOST))}
        size, corner = len(places), len(kept)
        bounds, steps = np.full((2, size, size), np.nan), np.zeros((size, size), dtype=np.int64)
        bounds[:, :corner, :corner] = self._bounds[:, old[:, None], old[None, :]]
        steps[:corner, :corner] = self._steps[old[:, None], old[None, :]]
        self._places, self._bounds, self._steps = places, bounds, steps

    def add(self, keys: Sequence[Key]) -> None:
        """Makes room for graphs, beside those that are kept."""
        if not all(key in self._places for key in keys):
            self.only([*self._places, *(key for key in keys if key not in self._places)])

    def recall(self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Returns lower and upper bounds, (2, k); NaN where they are not known.

        Args:
            keys: Of the graphs.
            pairs: Two of them by position, (k, 2).
            steps: Of work that would be spent on each pair at most, (k,).
        """
        (rows, columns), kept = self._at(keys, pairs)
        found = np.full((2, len(pairs)), np.nan)
        bounds, spent = self._bounds[:, rows, columns], self._steps[rows, columns]
        # Other steps give other bounds, but where fewer were enough.
        same = (spent == steps[kept]) | ((spent < steps[kept]) & (bounds[0] == bounds[1]))
        found[:, kept] = np.where(same, bounds, np.nan)
        return found

    def learn(
        self, keys: Sequence[Key], pairs: NDArray[np.int64], steps: NDArray[np.int64], found: NDArray[np.float64]
    ) -> None:
        """Keeps bounds of pairs of graphs that there is room for; arguments are as for `recall` and its result.

        What was recalled may be given again, and NaN where a pair was not worked out.
        """
        (rows, columns), kept = self._at(keys, pairs)
        new = ~np.isnan(found[0, kept]) & (np.isnan(self.recall(keys, pairs, steps)[0, kept]))
        rows, columns, kept = rows[new], columns[new], kept[new]
        for one, other in ((rows, columns), (columns, rows)):
            self._bounds[:, one, other] = found[:, kept]
            self._steps[one, other] = steps[kept]

    def _at(self, keys: Sequence[Key], pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns where pairs stand, (2, k'), and which of them have a place, (k',)."""
        places = np.array([self._places.get(key, -1) for key in keys], dtype=np.int64)
        at = places[pairs].reshape(-1, 2)
        kept = np.flatnonzero((at >= 0).all(axis=1))
        return at[kept].T, kept
