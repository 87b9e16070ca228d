"""Places new dots near their neighbours by distance, and separates dots that would cover each other."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NEIGHBOURS = 10
"""The number of nearest dots around which places are tried, and the perplexity of the cost."""

RINGS = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
"""Radii of the rings of places that are tried around a dot; 1 is the width of t-SNE's kernel on the map."""

DIRECTIONS = 8

ROUNDS = 4
"""How often better places are tried around the best one, each time at half the distance."""

SPACING = 0.25
"""The smallest gap between two dots, relative to that of the same number of dots in an even grid."""

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def beside(distances: Floats, dots: Floats) -> Floats:
    """Returns places for new candidates on a map whose dots do not move.

    The cost of a place is t-SNE's cost for this candidate alone: the divergence between how near the dots are by
    distance (a Gaussian of fixed perplexity) and on the map (Student's t). It is computed at the nearest dots and on
    rings around them, then around the best of these. No random numbers are used, so the same candidate gets the same
    place.

    Args:
        distances: From new candidates to dots, (m, n), n ≥ 1.
        dots: Places of the dots, (n, 2).

    Returns:
        Places, (m, 2). A new candidate at distance 0 from a dot gets the dot's place.
    """
    closeness = _closeness(distances)
    places = np.empty((len(distances), 2))
    around = _rings(RINGS)
    for newcomer, (row, shares) in enumerate(zip(distances, closeness, strict=True)):
        nearest = np.argsort(row, kind="stable")[:NEIGHBOURS]
        place = dots[nearest[0]]
        if row[nearest[0]] > 0:
            place = _cheapest((dots[nearest, None] + around).reshape(-1, 2), dots, shares)
            for turn in range(1, ROUNDS + 1):
                place = _cheapest(place + around / 2**turn, dots, shares)
        places[newcomer] = place
    return places


def _rings(radii: Floats) -> Floats:
    """Returns the centre and the places on rings around it, as offsets."""
    angles = 2 * math.pi * np.arange(DIRECTIONS) / DIRECTIONS
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.concatenate([np.zeros((1, 2)), (radii[:, None, None] * directions).reshape(-1, 2)])


def _cheapest(places: Floats, dots: Floats, shares: Floats) -> Floats:
    widened = 1 + ((places[:, None] - dots) ** 2).sum(axis=-1)
    costs = np.log(widened) @ shares + np.log((1 / widened).sum(axis=1))
    chosen: Floats = places[int(costs.argmin())]
    return chosen


def _closeness(distances: Floats) -> Floats:
    """Returns the Gaussian weights of each row's columns, with a perplexity of `NEIGHBOURS`, or n/3 if less."""
    wanted = math.log(max(1.0, min(NEIGHBOURS, distances.shape[1] / 3)))
    squares = distances**2
    squares = squares - squares.min(axis=1, keepdims=True)
    shares: Floats = np.ones_like(squares)
    low, high = np.full(len(squares), 1e-9), np.full(len(squares), 1e9)
    for _ in range(64):
        sharpness = np.sqrt(low * high)
        shares = np.exp(-squares * sharpness[:, None])
        shares /= shares.sum(axis=1, keepdims=True)
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
        low, high = np.where(entropy > wanted, sharpness, low), np.where(entropy > wanted, high, sharpness)
    return shares


def spread(places: Floats, *, taken: Floats) -> Floats:
    """Returns the places, moved as little as needed to make every dot visible, in order.

    A dot that would cover an earlier one goes to the first free spot of a spiral around its place, like the seeds of a
    sunflower. So equal candidates form a rosette around one place rather than a single dot.

    Args:
        places: Wanted places, (m, 2).
        taken: Places of the existing dots, (n, 2); they do not move.
    """
    dots = np.concatenate([taken, places])
    done, gap = len(taken), _gap(dots)
    for index in range(done, len(dots)):
        dots[index] = _free_spot(dots[index], dots[:index], gap)
    moved: Floats = dots[done:]
    return moved


def _gap(dots: Floats) -> float:
    extent = float(np.ptp(dots, axis=0).max()) if len(dots) else 0.0
    return SPACING * (extent or 1.0) / math.sqrt(max(len(dots), 1))


def _free_spot(place: Floats, dots: Floats, gap: float) -> Floats:
    for turn in count():
        radius, angle = gap * math.sqrt(turn), turn * GOLDEN_ANGLE
        spot: Floats = place + radius * np.array([math.cos(angle), math.sin(angle)])
        # The second spot is one gap away from the first, up to rounding.
        if not len(dots) or ((dots - spot) ** 2).sum(axis=1).min() >= (0.99 * gap) ** 2:
            return spot
    raise AssertionError("the spiral has no end")
