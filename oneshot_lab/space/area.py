"""What makes a candidate belong to a region: where it is on the map, or which blocks it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oneshot_lab.architecture.mask import Mask

Place = tuple[float, float]
"""x and y on the map."""


@dataclass(frozen=True)
class Rectangle:
    """A part of the map, its edges included.

    Attributes:
        x: From left to right.
        y: From bottom to top.
    """

    x: tuple[float, float] = (-math.inf, math.inf)
    y: tuple[float, float] = (-math.inf, math.inf)

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Tells whether a candidate at a place is inside."""
        return self.x[0] <= place[0] <= self.x[1] and self.y[0] <= place[1] <= self.y[1]


@dataclass(frozen=True)
class Polygon:
    """A part of the map, such as a lasso draws; where it crosses itself, inside is what it winds around once.

    Attributes:
        corners: In order; the last is joined to the first.
    """

    corners: tuple[Place, ...]

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Tells whether a candidate at a place is inside: whether a ray from there crosses the outline oddly often."""
        (x, y), inside = place, False
        for (x0, y0), (x1, y1) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside = not inside
        return inside


@dataclass(frozen=True)
class Having:
    """All candidates that have certain blocks, wherever they are: the inverse of the set operations.

    Attributes:
        blocks: Ids of the blocks.
    """

    blocks: frozenset[str]

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Tells whether a candidate has all the blocks."""
        return self.blocks <= mask.blocks


Area = Rectangle | Polygon | Having


def area_to_json(area: Area) -> dict[str, Any]:
    """Returns an area as values that JSON can hold; its numbers as text, since some are infinite."""
    if isinstance(area, Rectangle):
        return {"x": [repr(end) for end in area.x], "y": [repr(end) for end in area.y]}
    if isinstance(area, Polygon):
        return {"corners": [[repr(x), repr(y)] for x, y in area.corners]}
    return {"blocks": sorted(area.blocks)}


def area_from_json(data: Mapping[str, Any]) -> Area:
    """Returns the area that `area_to_json` wrote down.

    Raises:
        KeyError, TypeError, ValueError: It is not of that form.
    """
    if "x" in data:
        return Rectangle(_pair(data["x"]), _pair(data["y"]))
    if "corners" in data:
        return Polygon(tuple(_pair(corner) for corner in data["corners"]))
    return Having(to_ids(data["blocks"]))


def _pair(values: Any) -> tuple[float, float]:
    first, second = (float(value) for value in values)
    if math.isnan(first) or math.isnan(second):
        raise ValueError("a place that is no number")
    return first, second


def blocks_of(mask: Mask) -> list[str]:
    """Returns the blocks of a mask as a list, which JSON can hold."""
    return sorted(mask.blocks)


def mask_of(blocks: object) -> Mask:
    """Returns the mask that `blocks_of` wrote down.

    Raises:
        TypeError: It is no list of texts.
    """
    return Mask(to_ids(blocks))


def to_ids(blocks: object) -> frozenset[str]:
    """Returns block ids from a file.

    Raises:
        TypeError: They are no list of texts.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, str) for block in blocks):
        raise TypeError("blocks that are no list of ids")
    return frozenset(blocks)
