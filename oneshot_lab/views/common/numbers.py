"""Numbers, short enough for a line."""

from __future__ import annotations


def in_short(number: int) -> str:
    """Returns a number in two or three digits, before what it counts: `42 k `, `0.9 M `."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        # From half a unit on: 0.9 M rather than 896 k.
        if number >= size / 2:
            return f"{number / size:.{0 if number >= 9.95 * size else 1}f} {unit} "
    return f"{number} "


def in_percent(accuracy: float) -> str:
    """Returns an accuracy, a share, in percent: `86.2 %`."""
    return f"{100 * accuracy:.1f} %"


def with_interval(mean: float, half: float) -> str:
    """Returns an accuracy with half of its 95 % interval, both shares, in percent: `86.2 % ± 0.8`."""
    return f"{in_percent(mean)} ± {100 * half:.1f}"
