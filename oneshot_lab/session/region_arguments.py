"""The arguments of `session.region`: their checks, and their form in the log."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Any

from oneshot_lab.architecture.given import check_list, is_among, shown
from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.space.area import Area, Having, Place, Polygon, Rectangle
from oneshot_lab.space.region import LONGEST_NAME, is_name

MOST_CORNERS = 10_000
"""Corners of a lasso, at most: more than a hand draws."""


def choose_area(
    architecture: Architecture,
    *,
    x: object = None,
    y: object = None,
    polygon: Iterable[object] | None = None,
    masks: Iterable[Mask | str] | None = None,
    blocks: Collection[str] | str | None = None,
) -> tuple[Area | None, tuple[Mask, ...]]:
    """Returns the area of a region, or the candidates that were chosen one by one.

    Raises:
        SessionError: No way or several ways of choosing are given, a value is not a number, or there is no such block.
        MaskError: A mask does not give a network of this architecture.
    """
    ways = [x is not None or y is not None, polygon is not None, masks is not None, blocks is not None]
    if sum(ways) != 1:
        raise SessionError(
            "chosen in several ways" if any(ways) else "nothing is chosen",
            where="region",
            expected="x and y, or polygon, or masks, or blocks",
        )
    if masks is not None:
        return None, _masks(architecture, masks)
    if blocks is not None:
        return Having(_blocks(architecture, blocks)), ()
    if polygon is not None:
        return Polygon(_corners(polygon)), ()
    everything = (-math.inf, math.inf)
    return Rectangle(*(everything if side is None else _side(name, side) for name, side in (("x", x), ("y", y)))), ()


def area_arguments(area: Area | None, masks: Iterable[Mask]) -> dict[str, Any]:
    """Returns the arguments of `region` as values that JSON can hold and that choose the same region again."""
    if area is None:
        return {"masks": [sorted(mask.blocks) for mask in masks]}
    if isinstance(area, Having):
        return {"blocks": sorted(area.blocks)}
    if isinstance(area, Polygon):
        return {"polygon": [list(corner) for corner in area.corners]}
    return {name: list(side) for name, side in (("x", area.x), ("y", area.y)) if math.isfinite(side[0])}


def check_name(name: object) -> str:
    """Returns the name of a region.

    Raises:
        SessionError: The value is not a valid name.
    """
    if not is_name(name):
        raise SessionError(f"got {name!r:.80}", where="name", expected=f"a line of 1 to {LONGEST_NAME} characters")
    return str(name)


def _masks(architecture: Architecture, masks: Iterable[Mask | str]) -> tuple[Mask, ...]:
    given = check_list(masks, where="masks", expected="masks, such as [session.best.mask]", error=SessionError)
    chosen = tuple(Mask.parse(mask) if isinstance(mask, str) else mask for mask in given)
    for mask in chosen:
        if not isinstance(mask, Mask):
            raise SessionError(f"{mask!r:.60} is not a mask", where="masks", expected="masks, such as [best.mask]")
        check_mask(architecture, mask)
    return chosen


def _blocks(architecture: Architecture, blocks: Collection[str] | str) -> frozenset[str]:
    expected = "ids of blocks, such as ['B1', 'B4']"
    given = [blocks] if isinstance(blocks, str) else blocks
    chosen = check_list(given, where="blocks", expected=expected, error=SessionError)
    if not chosen:
        raise SessionError("no block", where="blocks", expected="at least one")
    for block in chosen:
        if not is_among(block, architecture.block_ids):
            raise SessionError(
                f"there is no block {shown(block)}", where="blocks", remedy=closest(block, architecture.block_ids)
            )
    return frozenset(chosen)


def _side(name: str, ends: object) -> tuple[float, float]:
    first, second = _numbers(name, ends)
    return min(first, second), max(first, second)


def _corners(polygon: Iterable[object]) -> tuple[Place, ...]:
    expected = "corners, such as [(0, 0), (9, 0), (0, 9)]"
    given = check_list(polygon, where="polygon", expected=expected, error=SessionError)
    corners = tuple(_numbers("polygon", corner) for corner in given)
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise SessionError(f"{len(corners)} corners", where="polygon", expected=f"3 to {MOST_CORNERS:,}")
    return corners


def _numbers(name: str, pair: Any) -> Place:
    try:
        first, second = (float(number) for number in pair)
    except Exception:  # an array or a tensor may raise whatever it likes
        first = second = math.nan
    if not (math.isfinite(first) and math.isfinite(second)):
        raise SessionError(f"got {shown(pair)}", where=name, expected="two finite numbers")
    return first, second
