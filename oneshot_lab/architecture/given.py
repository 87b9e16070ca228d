"""Checks of the values that users pass to public functions."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from oneshot_lab.architecture import limits
from oneshot_lab.errors import ArchitectureError, OneShotError

T = TypeVar("T")

AN_ARCHITECTURE = "an architecture, such as load_template('lenet')"
"""What an error says it expected instead of a value that is not an architecture."""

LONGEST = 60
"""How many characters of a value an error shows, at most."""


def shown(value: object) -> str:
    """Returns any value as a short text on one line, for an error message."""
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def is_among(value: object, names: Iterable[str]) -> bool:
    """Returns whether a value is one of these names; works for values of any type, arrays too."""
    return isinstance(value, str) and value in names


def check_kind(
    value: object, kind: type[T], *, where: str, expected: str, error: type[OneShotError] = ArchitectureError
) -> T:
    """Returns a value of this type.

    Raises:
        OneShotError: The value has another type; raised as `error`.
    """
    if not isinstance(value, kind):
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return value


def check_number(value: Any, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError) -> float:
    """Returns a number of any library's type as a Python number; refuses text, even digits.

    Raises:
        OneShotError: The value is not a number, or is NaN; raised as `error`.
    """
    try:
        number = math.nan if isinstance(value, (str, bytes)) else float(value)
    except Exception:  # arrays and tensors raise errors of many classes
        number = math.nan
    if math.isnan(number):
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return number


def check_whole(
    value: Any,
    *,
    where: str,
    expected: str,
    low: float = -math.inf,
    high: float = math.inf,
    error: type[OneShotError] = ArchitectureError,
) -> int:
    """Returns a whole number of any library's type as Python's own; True and False are none.

    Raises:
        OneShotError: It is none, or below `low` or above `high`; of the class `error`.
    """
    number = limits.whole(value)
    if number is None or not low <= number <= high:
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return number


def check_list(
    values: Iterable[T] | object, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError
) -> list[Any]:
    """Returns an iterable as a list; refuses text, since a string is one value to a user.

    Raises:
        OneShotError: The value is not iterable; raised as `error`.
    """
    if not isinstance(values, (str, bytes)):
        try:
            return list(values)  # type: ignore[call-overload,no-any-return]
        except Exception:  # as above
            pass
    raise error(f"got {shown(values)}", where=where, expected=expected)


def check_path(value: Any, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError) -> Path:
    """Returns a path given as text, bytes or a path object.

    Raises:
        OneShotError: The value is not a path, or no file system can hold it; raised as `error`.
    """
    try:
        text = os.fsdecode(value)
        os.fsencode(text)
    except (TypeError, UnicodeError):
        text = ""
    if not text or "\0" in text:
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return Path(text)
