"""Numbers that people and files give."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from oneshot_lab.architecture.given import shown
from oneshot_lab.errors import SessionError

LARGEST_POPULATION = 100_000
LARGEST_SEED = 2**32 - 1
"""What torch, numpy and scikit-learn all take."""


def check_count(name: str, value: Any, *, low: int = 1, high: int = 10**9) -> int:
    """Returns a whole number of any library's type as Python's own.

    Raises:
        SessionError: It is none, or out of range.
    """
    try:
        number = operator.index(value)
    except Exception:  # an array or a tensor may raise whatever it likes
        number = low - 1
    if not low <= number <= high:
        raise SessionError(f"got {shown(value)}", where=name, expected=f"a whole number, {low} to {high:,}")
    return number


def check_flag(name: str, value: Any) -> bool:
    """Returns whether something is asked for.

    Raises:
        SessionError: It is neither True nor False.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise SessionError(f"got {shown(value)}", where=name, expected="True or False")
    return bool(value)


def check_seed(value: Any) -> int:
    """Returns a seed as `check_count` does."""
    return check_count("seed", value, low=0, high=LARGEST_SEED)


def check_population(value: Any) -> int | None:
    """Returns a population size as `check_count` does; None stands for the number of blocks."""
    return None if value is None else check_count("population_size", value, low=2, high=LARGEST_POPULATION)
