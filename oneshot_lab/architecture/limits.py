"""What ids, names, sizes and counts may be: one set of rules for whoever makes, writes or reads an architecture.

Whatever can be made can be written and read, and whatever can be read could have been made.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from typing import Any

ID_LETTERS = "LBCK"
"""What ids begin with: layers, blocks, components, links."""

LONGEST_NAME = 100
"""Characters of a name or an id."""

LONGEST_PATH = 3 * LONGEST_NAME + 2
"""Characters of a path, such as `L1.B3.C7`."""

LONGEST_TEXT = 500
"""Characters of parameters as people type them; a longer text is no list of parameters."""

LONGEST_NUMBER = 9
"""Digits in ids that count as numbers; an id with more is only a name."""

LARGEST_NUMBER = 10**12
"""Of an id that is given next. They only grow, so there is room above those that count."""

LARGEST_VALUE = 1e300
"""Of a parameter before it is repaired. Keeps out infinities and NaN."""

LARGEST_INPUT = 2**24
"""Numbers in one input, at most (64 MB as float32); more is a mistake or an attack."""

MOST_CLASSES = 1_000_000

MOST_ITEMS = 2_000
"""Layers, blocks, components and links of one network together."""

MOST_LISTED = 1_000
"""Of an array's rows that become a list."""

LARGEST_INDEX = 1_000_000
"""Of a place among others, far above `MOST_ITEMS`: what is out of range is for the edit to tell."""

# Control characters, separators of lines, what turns the order of letters around, halves of characters, and what is
# no character: XML, a terminal or a file cannot hold them, or people read something else than what is there.
_UNREADABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

Wrong = tuple[str, str]
"""What was got, and what was expected."""


def wrong_text(value: object, *, longest: int = LONGEST_NAME) -> Wrong | None:
    """Returns what is wrong with a name; None if it is one: something that can be read, on one line, and short."""
    if not isinstance(value, str):
        return kind_of(value), "text"
    if not 1 <= len(value) <= longest:
        return f"{len(value)} characters", f"1 to {longest}"
    if _UNREADABLE.search(value):
        return f"{value[:40]!r}", "characters that can be printed"
    return None


def wrong_id(value: object) -> Wrong | None:
    """Returns what is wrong with an id; None if it is one. Ids become keys of weights and parts of paths (`L1.B3`)."""
    wrong = wrong_text(value)
    if wrong:
        return wrong
    assert isinstance(value, str)
    if not (value.isascii() and value.isalnum()):
        return f"the id {value[:40]!r}", "letters and digits"
    return None


def wrong_number(value: object, *, low: int = 1, high: int) -> Wrong | None:
    """Returns what is wrong with a whole number; None if it is one within these bounds."""
    number = whole(value)
    if number is None:
        return kind_of(value), "a whole number"
    return None if low <= number <= high else ("a number out of range", f"{low} to {high:,}")


def is_value(value: object) -> bool:
    """Tells whether something is a number that a parameter may hold, if only until it is repaired."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST_VALUE


def whole(value: Any) -> int | None:
    """Returns a whole number of any library's type as Python's own; None: it is none."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except Exception:  # of whatever library; Python's own is a TypeError
        return None


def plain(value: Any, *, depth: int = 4) -> Any:
    """Returns a number, a text, or a list of them as Python's own, which JSON and code can hold; all else as it is.

    Args:
        value: Anything.
        depth: Lists within lists; what is nested more deeply stays as it is.
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
    # numpy's truth values are no numbers, but can be made one.
    if type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    try:
        return float(value) if hasattr(value, "__float__") else value
    except Exception:  # of whatever library
        return value


def next_numbers(ids: Iterable[object], given: object) -> Any:
    """Returns the next free number for each of `ID_LETTERS`: above those in use, and not below what is given.

    Args:
        ids: Of all that there is.
        given: Four whole numbers, 0 where one is left out; anything else is returned as it is.
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
    """Returns what sort of value something is, in the words of whoever reads JSON."""
    names = {type(None): "nothing", dict: "an object", str: "text", bool: "true or false"}
    names |= {list: "a list", tuple: "a list"}
    if type(value) in names:
        return names[type(value)]
    return "a number" if isinstance(value, (int, float)) else f"a {type(value).__name__[:40]}"


def shown(value: object, *, longest: int = 60) -> str:
    """Returns what was got, for an error: as Python writes it, in short. Python writes no number of 5,000 digits."""
    try:
        return f"{value!r:.{longest}}"
    except Exception:  # of whatever library
        return f"a {type(value).__name__}"
