"""Round numbers along an axis."""

from __future__ import annotations

import math


def ticks(low: float, high: float, *, most: int, least: float = 0.0) -> list[float]:
    """Returns round numbers from one to another.

    Args:
        low: Where the axis begins.
        high: Where it ends, above `low` unless there is `least`.
        most: How many steps there are at most, about.
        least: How far they are apart at least.
    """
    apart = max((high - low) / most, least)
    power = 10.0 ** math.floor(math.log10(apart))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= apart * 0.999)
    return [round(step * times, 12) for times in range(math.ceil(low / step), math.floor(high / step) + 1)]


def spread(values: list[float], *, room: float = 0.05) -> tuple[float, float]:
    """Returns the ends of an axis that holds all values, with some room beside them."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    beside = room * (high - low) or abs(high) * room or 1.0
    return low - beside, high + beside
