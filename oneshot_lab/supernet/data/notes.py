"""Lists of items in notes: how many there are, and the first of them."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 3
"""How many items are named, at most; the rest is counted."""


def named(items: Sequence[object], *, most: int = MOST) -> str:
    """Returns the first items in words: `a.png, b.png, c.png and 12 more`."""
    first = ", ".join(map(str, items[:most]))
    return first if len(items) <= most else f"{first} and {len(items) - most:,} more"


def counted(one: str, many: str, items: Sequence[object], *, most: int = MOST) -> str:
    """Returns how many items there are, and the first of them: `2 pictures (a.png, b.png)`.

    Args:
        one: The word for a single item.
        many: The word for several items.
        items: The items, at least one.
        most: How many are named, at most.
    """
    return f"{len(items):,} {one if len(items) == 1 else many} ({named(items, most=most)})"
