"""How notes name what they tell of: how many there are, and the first of them."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 3
"""So many are named, the rest is counted."""


def named(items: Sequence[object], *, most: int = MOST) -> str:
    """Returns the first items in words: `a.png, b.png, c.png and 12 more`."""
    first = ", ".join(map(str, items[:most]))
    return first if len(items) <= most else f"{first} and {len(items) - most:,} more"


def counted(one: str, many: str, items: Sequence[object], *, most: int = MOST) -> str:
    """Returns how many items there are, and the first of them: `2 pictures (a.png, b.png)`.

    Args:
        one: What a single item is called.
        many: What several are called.
        items: The items, which are not none.
        most: So many are named.
    """
    return f"{len(items):,} {one if len(items) == 1 else many} ({named(items, most=most)})"
