"""Checks of values from users and files: numbers, and whether a network can be used."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from oneshot_lab.architecture.given import shown
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.state import State

LARGEST_POPULATION = 100_000
LARGEST_SEED = 2**32 - 1
"""The largest seed that torch, numpy and scikit-learn all accept."""


def check_count(name: str, value: Any, *, low: int = 1, high: int = 10**9) -> int:
    """Returns a whole number of any library's type as a Python int.

    Raises:
        SessionError: The value is not a whole number, or is out of range.
    """
    try:
        number = operator.index(value)
    except Exception:  # arrays and tensors raise errors of many classes
        number = low - 1
    if not low <= number <= high:
        raise SessionError(f"got {shown(value)}", where=name, expected=f"a whole number, {low} to {high:,}")
    return number


def check_flag(name: str, value: Any) -> bool:
    """Returns a truth value.

    Raises:
        SessionError: The value is neither True nor False.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise SessionError(f"got {shown(value)}", where=name, expected="True or False")
    return bool(value)


def check_seed(value: Any) -> int:
    """Returns a seed, checked as by `check_count`."""
    return check_count("seed", value, low=0, high=LARGEST_SEED)


def check_population(value: Any) -> int | None:
    """Returns a population size, checked as by `check_count`; None stands for the number of blocks."""
    return None if value is None else check_count("population_size", value, low=2, high=LARGEST_POPULATION)


def check_trained(state: State) -> None:
    """Refuses to evaluate with weights that no training has seen.

    Raises:
        SessionError: The supernet was never trained.
    """
    if not state.weights.version:
        raise SessionError("the supernet is not trained", where="evaluation", remedy="call train() first")


def check_fits(state: State, where: str) -> None:
    """Refuses to train or search while there is a draft: it would work on another network than is shown.

    Raises:
        SessionError: There is a draft; says what does not fit.
    """
    problem = state.drawing.problem
    if problem is not None:
        raise SessionError(f"the network does not fit ({problem})", where=where, remedy="mend it, or call undo()")
