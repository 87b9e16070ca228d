"""New candidates from a region: children bred from what its candidates have, accepted when they are placed inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region

Draw = Callable[[Mapping[str, float], np.random.Generator], Mask]
"""Gives a valid mask whose blocks have these chances."""

Locate = Callable[[Projection, Sequence[Mask]], Projection]
"""Gives a map with these candidates placed on it as newcomers."""

DOUBTS = (0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.1, 0.1)
"""Of each round (see `Region.marginals`): children that stray from the region are drawn closer to it."""

LITTER = 2
"""Children drawn in a round, over those that are still wanted."""

SMALLEST = 16
"""Children drawn in a round, however few are wanted."""


def breed(
    region: Region, count: int, *, projection: Projection, draw: Draw, locate: Locate, rng: np.random.Generator
) -> Projection:
    """Breeds candidates that are not on the map and belong inside a region.

    Each block of a child is drawn with its share among the candidates of the region, not from two parents. What is
    placed outside is dropped.

    Args:
        region: Where they are to come from.
        count: How many are wanted.
        projection: The map.
        draw: Draws a child.
        locate: Places children on the map.
        rng: Source of chance.

    Returns:
        The map with up to so many children. There are fewer where chance finds no more, as in a region whose
        networks are all on the map already.
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
