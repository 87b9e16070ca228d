"""Chooses points that are spread over a set of points (k-centre)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def spread(points: Floats, count: int, *, known: Floats) -> list[int]:
    """Returns points that are far from each other and from known ones: always the farthest one next.

    The first points of a longer choice are the shorter choice, so that an interrupted choice can be continued. The
    largest distance from any point to the nearest chosen one is at most twice what is possible (Gonzalez 1985).

    Args:
        points: The points to choose from, (n, d).
        count: How many to choose; all if there are fewer.
        known: Points that are chosen already, (m, d). Without any, the first choice is the point nearest to the mean.

    Returns:
        The rows of the chosen points, in the order of the choice. Of equally far points the first is chosen.
    """
    free = np.ones(len(points), dtype=bool)
    nearest = np.full(len(points), np.inf)
    for point in known:
        nearest = np.minimum(nearest, _squares(points, point))
    chosen: list[int] = []
    while len(chosen) < min(count, len(points)):
        if chosen or len(known):
            row = int(np.argmax(np.where(free, nearest, -1.0)))
        else:
            row = int(np.argmin(_squares(points, points.mean(axis=0))))
        free[row] = False
        chosen.append(row)
        nearest = np.minimum(nearest, _squares(points, points[row]))
    return chosen


def _squares(points: Floats, point: Floats) -> Floats:
    """Returns the squared distances, (n,), which are in the order of the distances."""
    squares: Floats = ((points - point) ** 2).sum(axis=1)
    return squares
