"""What people give to a function: looked at before anything is done with it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from oneshot_lab.errors import ArchitectureError, OneShotError

T = TypeVar("T")

AN_ARCHITECTURE = "an architecture, such as load_template('lenet')"
"""What is expected where none was given."""

LONGEST = 60
"""Characters of a value that are shown."""


def shown(value: object) -> str:
    """Returns how a value looks, in short and in one line, whatever it is."""
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def is_among(value: object, names: Iterable[str]) -> bool:
    """Tells whether a value is one of some names; anything at all can be asked about, an array too."""
    return isinstance(value, str) and value in names


def check_kind(
    value: object, kind: type[T], *, where: str, expected: str, error: type[OneShotError] = ArchitectureError
) -> T:
    """Returns a value if it is of a kind.

    Raises:
        OneShotError: It is not; of the class `error`.
    """
    if not isinstance(value, kind):
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return value


def check_number(value: Any, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError) -> float:
    """Returns a number of any library's type as Python's own; text is none, even of digits.

    Raises:
        OneShotError: It is none, NaN included; of the class `error`.
    """
    try:
        number = math.nan if isinstance(value, (str, bytes)) else float(value)
    except Exception:  # an array or a tensor may raise whatever it likes
        number = math.nan
    if math.isnan(number):
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return number


def check_list(
    values: Iterable[T] | object, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError
) -> list[Any]:
    """Returns what can be gone through as a list; not text, which is one thing to a person.

    Raises:
        OneShotError: It cannot; of the class `error`.
    """
    if not isinstance(values, (str, bytes)):
        try:
            return list(values)  # type: ignore[call-overload,no-any-return]
        except Exception:  # as above
            pass
    raise error(f"got {shown(values)}", where=where, expected=expected)


def check_path(value: Any, *, where: str, expected: str, error: type[OneShotError] = ArchitectureError) -> Path:
    """Returns the path that is given as text, bytes or a path.

    Raises:
        OneShotError: It is none, or one that no file system has; of the class `error`.
    """
    try:
        text = os.fsdecode(value)
        os.fsencode(text)
    except (TypeError, UnicodeError):
        text = ""
    if not text or "\0" in text:
        raise error(f"got {shown(value)}", where=where, expected=expected)
    return Path(text)
