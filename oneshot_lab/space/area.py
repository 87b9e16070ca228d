"""Areas: the condition that a candidate in a region meets, by its place on the map or by its blocks."""

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
    """A rectangle on the map, its edges included.

    Attributes:
        x: From left to right.
        y: From bottom to top.
    """

    x: tuple[float, float] = (-math.inf, math.inf)
    y: tuple[float, float] = (-math.inf, math.inf)

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Returns whether a candidate at a place is inside."""
        return self.x[0] <= place[0] <= self.x[1] and self.y[0] <= place[1] <= self.y[1]


@dataclass(frozen=True)
class Polygon:
    """A polygon on the map, such as a lasso draws; if it crosses itself, points with an odd crossing count are inside.

    Attributes:
        corners: The corners in order; the last is joined to the first.
    """

    corners: tuple[Place, ...]

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Returns whether a place is inside: whether a ray from there crosses the outline an odd number of times."""
        (x, y), inside = place, False
        for (x0, y0), (x1, y1) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside = not inside
        return inside


@dataclass(frozen=True)
class Having:
    """All candidates that have certain blocks, wherever they lie: the inverse of the set operations.

    Attributes:
        blocks: The ids of the blocks.
    """

    blocks: frozenset[str]

    def holds(self, mask: Mask, place: Place) -> bool:  # noqa: ARG002
        """Returns whether a candidate has all the blocks."""
        return self.blocks <= mask.blocks


Area = Rectangle | Polygon | Having


def area_to_json(area: Area) -> dict[str, Any]:
    """Returns an area as values that JSON can hold, with numbers as text, since some are infinite."""
    if isinstance(area, Rectangle):
        return {"x": [repr(end) for end in area.x], "y": [repr(end) for end in area.y]}
    if isinstance(area, Polygon):
        return {"corners": [[repr(x), repr(y)] for x, y in area.corners]}
    return {"blocks": sorted(area.blocks)}


def area_from_json(data: Mapping[str, Any]) -> Area:
    """Reads an area that `area_to_json` returned.

    Raises:
        KeyError, TypeError, ValueError: The data does not have that form.
    """
    if "x" in data:
        return Rectangle(_pair(data["x"]), _pair(data["y"]))
    if "corners" in data:
        return Polygon(tuple(_pair(corner) for corner in data["corners"]))
    return Having(to_ids(data["blocks"]))


def _pair(values: Any) -> tuple[float, float]:
    first, second = (float(value) for value in values)
    if math.isnan(first) or math.isnan(second):
        raise ValueError("a place that is not a number")
    return first, second


def blocks_of(mask: Mask) -> list[str]:
    """Returns the blocks of a mask as a list, which JSON can hold."""
    return sorted(mask.blocks)


def mask_of(blocks: object) -> Mask:
    """Reads a mask that `blocks_of` returned.

    Raises:
        TypeError: The data is not a list of strings.
    """
    return Mask(to_ids(blocks))


def to_ids(blocks: object) -> frozenset[str]:
    """Returns block ids from a file.

    Raises:
        TypeError: The data is not a list of strings.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, str) for block in blocks):
        raise TypeError("blocks that are not a list of ids")
    return frozenset(blocks)
