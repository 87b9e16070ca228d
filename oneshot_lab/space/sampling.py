"""Draws new candidates from a region: with the blocks of its candidates, accepted if they are placed inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region

Draw = Callable[[Mapping[str, float], np.random.Generator], Mask]
"""Returns a valid mask drawn with these probabilities of the blocks."""

Locate = Callable[[Projection, Sequence[Mask]], Projection]
"""Returns the map with these candidates placed on it."""

DOUBTS = (0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.1, 0.1)
"""The `doubt` of each round (see `Region.marginals`): it falls, so that later children lie closer to the region."""

LITTER = 2
"""How many children are drawn in a round for each one that is still wanted."""

SMALLEST = 16
"""How many children are drawn in a round, at least."""


def breed(
    region: Region, count: int, *, projection: Projection, draw: Draw, locate: Locate, rng: np.random.Generator
) -> Projection:
    """Draws candidates that are not on the map and belong inside a region.

    Each block of a child is drawn with its share among the candidates of the region, not from two parents. Children
    placed outside are dropped.

    Args:
        region: The region that they shall come from.
        count: How many are wanted.
        projection: The map.
        draw: Draws a child.
        locate: Places children on the map.
        rng: Source of randomness.

    Returns:
        The map with up to `count` new candidates. There are fewer if no more are found, as in a region whose networks
        are all on the map already.
    """
    grown = projection
    for doubt in DOUBTS:
        missing = count - (len(grown) - len(projection))
        if missing <= 0:
            break
        chances = region.marginals(doubt=doubt)
        drawn = (draw(chances, rng) for _ in range(max(SMALLEST, LITTER * missing)))
        litter = [mask for mask in dict.fromkeys(drawn) if mask not in grown]
        if litter:
            placed = locate(grown, litter)
            children = region.accepts([mask for mask in litter if mask in placed], placed)[:missing]
            grown = placed.only({*grown, *children}.__contains__)
    return grown
