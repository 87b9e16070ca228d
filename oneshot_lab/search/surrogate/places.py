"""Where candidates lie among the landmarks, by distances such as the map's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate.observations import Distances

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """The distances of candidates to the landmarks.

    Attributes:
        rows: The row of each mask among the distances.
        columns: The columns of the landmarks; empty if distances do not count.
        values: The distances, as a share of the mean one between different candidates.
    """

    rows: Mapping[Mask, int]
    columns: tuple[int, ...]
    values: Floats

    @classmethod
    def none(cls) -> Places:
        """Returns places without distances."""
        return cls({}, (), np.zeros((0, 0)))

    @classmethod
    def of_landmarks(cls, distances: Distances | None, landmarks: Sequence[Mask]) -> Places:
        """Returns the distances to these landmarks; none if no landmark has any."""
        if distances is None:
            return cls.none()
        rows = {mask: row for row, mask in enumerate(distances.masks)}
        columns = tuple(rows[mask] for mask in landmarks if mask in rows)
        positive = distances.values[distances.values > 0]
        if not columns or not positive.size:
            return cls.none()
        return cls(rows, columns, distances.values / positive.mean())

    def of(self, masks: Sequence[Mask]) -> Floats | None:
        """Returns the distances of candidates to the landmarks, (n, m), NaN where unknown; None if there are none."""
        if not self.columns:
            return None
        places = np.full((len(masks), len(self.columns)), np.nan)
        for at, mask in enumerate(masks):
            if mask in self.rows:
                places[at] = self.values[self.rows[mask], self.columns]
        return places
