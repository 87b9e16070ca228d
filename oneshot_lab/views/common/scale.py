"""The scale on which all views show scores: viridis, perceptually even and safe for colour-blind eyes."""

from __future__ import annotations

from collections.abc import Sequence

VIRIDIS = (
    *("#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c"),
    *("#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"),
)
"""Colours at even steps from 0 to 1."""


UNCERTAIN = ("#a6a6a6", "#e8590c")
"""Colours from certain to uncertain: strong on light and on dark paper, and apart for colour-blind eyes too."""


def colour(value: float, ramp: Sequence[str] = VIRIDIS) -> str:
    """Returns a value's colour as `#rrggbb`; what lies outside of 0 to 1 is drawn as the nearer end.

    Args:
        value: From 0, the first colour, to 1, the last one.
        ramp: At least two colours at even steps, as `#rrggbb`.
    """
    place = min(max(value, 0.0), 1.0) * (len(ramp) - 1)
    lower = min(int(place), len(ramp) - 2)
    share = place - lower
    pairs = zip(_channels(ramp[lower]), _channels(ramp[lower + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def _channels(text: str) -> tuple[int, ...]:
    return tuple(int(text[start : start + 2], 16) for start in (1, 3, 5))
