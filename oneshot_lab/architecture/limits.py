"""Limits on ids, names, sizes and counts: the same rules for making, writing and reading an architecture.

Every architecture that can be made can be written and read back, and nothing else can be read.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from typing import Any

ID_LETTERS = "LBCK"
"""The first letter of the ids of layers, blocks, components and links."""

LONGEST_NAME = 100
"""Characters of a name or an id, at most."""

LONGEST_PATH = 3 * LONGEST_NAME + 2
"""Characters of a path such as `L1.B3.C7`, at most."""

LONGEST_TEXT = 500
"""Characters of a component's parameters as text, at most."""

LONGEST_NUMBER = 9
"""Digits in ids that are read as numbers, at most; an id with more is only a name."""

LARGEST_NUMBER = 10**12
"""The largest number of a new id. Numbers only grow, so it lies far above those of `LONGEST_NUMBER` digits."""

LARGEST_VALUE = 1e300
"""The largest absolute value of a parameter before `repair`. Keeps out infinities and NaN."""

LARGEST_INPUT = 2**24
"""Numbers in one input, at most (64 MB as float32); more is a mistake or an attack."""

MOST_CLASSES = 1_000_000

MOST_ITEMS = 2_000
"""Layers, blocks, components and links of one network together, at most."""

MOST_LISTED = 1_000
"""Rows of an array that are turned into a list, at most."""

LARGEST_INDEX = 1_000_000
"""The largest position that an edit may hold. Far above `MOST_ITEMS`, so that the edit itself can report the legal
range."""

# Control characters, line separators, marks that reverse the order of letters, halves of characters and
# non-characters. XML, terminals or files cannot hold them, or they make a name look like another one.
_UNREADABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

Wrong = tuple[str, str]
"""What was found, and what was expected."""


def wrong_text(value: object, *, longest: int = LONGEST_NAME) -> Wrong | None:
    """Returns what is wrong with a name; None for a short, printable text on one line."""
    if not isinstance(value, str):
        return kind_of(value), "text"
    if not 1 <= len(value) <= longest:
        return f"{len(value)} characters", f"1 to {longest}"
    if _UNREADABLE.search(value):
        return f"{value[:40]!r}", "printable characters"
    return None


def wrong_id(value: object) -> Wrong | None:
    """Returns what is wrong with an id, which becomes a key of weights and part of paths; None if it is valid."""
    wrong = wrong_text(value)
    if wrong:
        return wrong
    assert isinstance(value, str)
    if not (value.isascii() and value.isalnum()):
        return f"the id {value[:40]!r}", "letters and digits"
    return None


def wrong_number(value: object, *, low: int = 1, high: int) -> Wrong | None:
    """Returns what is wrong with a value; None for a whole number within these bounds."""
    number = whole(value)
    if number is None:
        return kind_of(value), "a whole number"
    return None if low <= number <= high else ("a number out of range", f"{low} to {high:,}")


def is_value(value: object) -> bool:
    """Returns whether a value is a number that a parameter may hold, if only until `repair`."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST_VALUE


def whole(value: Any) -> int | None:
    """Returns a whole number of any library's type as a Python int; None if the value is not a whole number."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except Exception:  # other libraries raise other errors than Python's TypeError
        return None


def plain(value: Any, *, depth: int = 4) -> Any:
    """Returns a number, a text, or a list of them in Python's own types, which JSON and code can hold.

    Args:
        value: Anything.
        depth: How deeply lists may be nested; deeper ones are returned unchanged.
    """
    if type(value) in (bool, str) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)):
        return tuple(plain(each, depth=depth - 1) for each in value) if depth else value
    if getattr(value, "ndim", 0):
        return plain(value.tolist()) if len(value) <= MOST_LISTED else value
    number = whole(value)
    if number is not None:
        return number
    # numpy's truth values are not numbers, but can be converted to one.
    if type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    try:
        return float(value) if hasattr(value, "__float__") else value
    except Exception:  # other libraries raise errors of many classes
        return value


def next_numbers(ids: Iterable[object], given: object) -> Any:
    """Returns the next free number for each of `ID_LETTERS`: above those in use, and not below the given one.

    Args:
        ids: The ids in use.
        given: Four whole numbers, 0 for one that is left out; anything else is returned unchanged.
    """
    numbers = plain(given)
    if not isinstance(numbers, tuple) or len(numbers) != len(ID_LETTERS) or any(whole(n) is None for n in numbers):
        return given
    free = [max(1, number) for number in numbers]
    for item_id in ids:
        if isinstance(item_id, str) and item_id:
            position, digits = ID_LETTERS.find(item_id[0]), item_id[1:]
            if position >= 0 and len(digits) <= LONGEST_NUMBER and digits.isascii() and digits.isdecimal():
                free[position] = max(free[position], int(digits) + 1)
    return tuple(free)


def kind_of(value: object) -> str:
    """Returns the type of a value in the words of JSON, such as `a list`."""
    names = {type(None): "nothing", dict: "an object", str: "text", bool: "true or false"}
    names |= {list: "a list", tuple: "a list"}
    if type(value) in names:
        return names[type(value)]
    return "a number" if isinstance(value, (int, float)) else f"a {type(value).__name__[:40]}"


def shown(value: object, *, longest: int = 60) -> str:
    """Returns a value as a short text for an error, also a number with too many digits for Python to write."""
    try:
        return f"{value!r:.{longest}}"
    except Exception:  # other libraries raise errors of many classes
        return f"a {type(value).__name__}"
