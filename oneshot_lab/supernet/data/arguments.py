"""Checks of the numbers that users pass to `load_data`: Python's, numpy's or torch's."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import Size

LARGEST_SIDE = 4096
"""The largest height or width of an image, in pixels."""


def as_whole(value: Any, where: str, *, least: int) -> int:
    """Returns a whole number as a Python int.

    Args:
        value: What was passed.
        where: The name of the argument.
        least: The smallest number allowed.

    Raises:
        DataError: The value is not a number, or is a fraction, a truth value, or less than `least`.
    """
    number = _number(value)
    if number is None or number != number // 1 or number < least:
        raise DataError(f"{value!r:.60}", where=where, expected=f"a whole number, {least} or more")
    return int(number)


def as_share(value: Any, where: str) -> float:
    """Returns a share as a Python float.

    Raises:
        DataError: The value is not a number between 0 and 1.
    """
    number = _number(value)
    if number is None or not 0 < number < 1:
        got = f"{value!r:.60}" if number is None else str(number)
        raise DataError(f"a share of {got}", where=where, expected="a number between 0 and 1, such as 0.1")
    return float(number)


def as_size(value: Any) -> Size:
    """Returns height and width; a single number means both.

    Raises:
        DataError: The value is neither one nor two whole numbers of pixels.
    """
    several = isinstance(value, (tuple, list)) or (isinstance(value, (np.ndarray, Tensor)) and value.ndim == 1)
    sides = [_number(side) for side in (value if several else (value, value))]
    whole = [int(side) for side in sides if side is not None and side == side // 1 and 1 <= side <= LARGEST_SIDE]
    if len(sides) != 2 or len(whole) != 2:
        raise DataError(
            f"{value!r:.60}", where="size", expected=f"one side or (height, width) in pixels, 1 to {LARGEST_SIDE}"
        )
    return whole[0], whole[1]


def _number(value: Any) -> int | float | None:
    """Returns a real number as a Python float; None for any other value, and for a truth value."""
    if isinstance(value, (np.generic, np.ndarray, Tensor)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return value if isinstance(value, int) or abs(value) != float("inf") else None
