"""What colours the dots of the map, and how the numbers behind the colours are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from oneshot_lab.views.common.numbers import in_percent
from oneshot_lab.views.common.scale import UNCERTAIN, VIRIDIS


class Colour(NamedTuple):
    """One of the numbers that can colour the dots.

    Attributes:
        tip: What it is, in words.
        rises: Whether more is better.
        ramp: The colours from the worst value to the best.
        tell: A value as text.
    """

    tip: str
    rises: bool
    ramp: Sequence[str]
    tell: Callable[[float], str]


def _in_digits(value: float) -> str:
    return f"{value:.3f}"


def _in_points(half: float) -> str:
    return f"± {100 * half:.1f}"


COLOURS: Mapping[str, Colour] = {
    "accuracy": Colour("Accuracy with the supernet's weights", True, VIRIDIS, _in_digits),
    "loss": Colour("Loss with the supernet's weights", False, VIRIDIS, _in_digits),
    "posterior": Colour("Estimated accuracy when trained, from scores and landmarks", True, VIRIDIS, in_percent),
    # Strong where little is known, which is the worst of it.
    "uncertainty": Colour("Half the 95 % interval of the posterior", False, UNCERTAIN[::-1], _in_points),
}
"""What dots can be coloured by, in the order of the buttons."""

OF_THE_POSTERIOR = frozenset({"posterior", "uncertainty"})
"""Those of them that the posterior gives, which knows every candidate."""


def default_colour(*, is_calibrated: bool) -> str:
    """Returns what the dots are coloured by as long as nothing was chosen."""
    return "posterior" if is_calibrated else "accuracy"
