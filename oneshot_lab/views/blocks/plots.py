"""The plots: a share of each block, with earlier generations faint behind, or the effect with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from bqplot import Lines

from oneshot_lab.views.blocks.chart import BlockChart
from oneshot_lab.views.blocks.table import BlockRow, is_sure
from oneshot_lab.views.common.chart import QUIET, put

HELPS, HARMS = "var(--jp-success-color1, #388e3c)", "var(--jp-error-color1, #d32f2f)"


class ShareChart(BlockChart):
    """A share of each block, as a line, with earlier generations faint behind.

    Args:
        value: The name of the share in `BlockRow`; `earlier_…` are those before.
        colour: Of the line.
    """

    def __init__(self, value: str, *, colour: str, **kwargs: Any) -> None:
        self.value, self.colour = value, colour
        super().__init__(**kwargs)
        self.axis.tick_values, self.axis.tick_format = [0, 0.5, 1], ".0%"
        self.y.max = 1.05

    def _marks(self, scales: dict[str, Any]) -> list[Any]:
        self.earlier = Lines(scales=scales, colors=[self.colour], stroke_width=1.25, enable_hover=False)
        self.line = Lines(scales=scales, colors=[self.colour], stroke_width=2, enable_hover=False)
        # Separate marks: a dot without a value would be drawn in a corner, whereas a line only has a gap.
        self.dots = _dots(scales, self.colour, marker="circle")
        return [self.earlier, self.line, self.dots]

    def _plot(self, rows: Sequence[BlockRow]) -> None:
        now = _floats([getattr(row, self.value) for row in rows])
        seen, places = ~np.isnan(now), np.arange(len(rows), dtype=float)
        past = zip(*(getattr(row, f"earlier_{self.value}") for row in rows), strict=True)
        # A single block has no line.
        before = [shares for shares in past if len(rows) > 1 and any(share is not None for share in shares)]
        put(self.earlier, places if before else [], before)
        self.earlier.opacities = [0.12 + 0.28 * (index + 1) / len(before) for index in range(len(before))]
        put(self.line, places if seen.any() else [], now if seen.any() else [])
        put(self.dots, places[seen], now[seen])


class EffectChart(BlockChart):
    """The marginal effect of each block with its interval; the dot's shape shows direction and certainty."""

    def _marks(self, scales: dict[str, Any]) -> list[Any]:
        self.zero = Lines(scales=scales, colors=[QUIET], stroke_width=1, enable_hover=False)
        self.intervals = Lines(scales=scales, colors=[QUIET], stroke_width=1.5, enable_hover=False)
        self.helps = _dots(scales, HELPS, marker="triangle-up", size=56)
        self.harms = _dots(scales, HARMS, marker="triangle-down", size=56)
        self.unsure = _dots(scales, QUIET, marker="circle", size=30)
        return [self.zero, self.intervals, self.helps, self.harms, self.unsure]

    def _plot(self, rows: Sequence[BlockRow]) -> None:
        effects = [row.effect for row in rows]
        reach = _reach([effect.effect for effect in effects])
        self.y.min, self.y.max = -reach, reach
        self.axis.tick_values, self.axis.tick_format = [-reach, 0, reach], "~g"
        put(self.zero, [-0.5, len(rows) - 0.5], [0.0, 0.0])
        known = [(place, effect) for place, effect in enumerate(effects) if not math.isnan(effect.low)]
        # An interval that is wider than the chart is cut off.
        ends = [(max(effect.low, -reach), min(effect.high, reach)) for _, effect in known]
        put(self.intervals, [(place, place) for place, _ in known], ends)
        for dots, wanted in ((self.helps, 1), (self.harms, -1), (self.unsure, 0)):
            chosen = [
                (place, effect.effect)
                for place, effect in enumerate(effects)
                if not math.isnan(effect.effect) and is_sure(effect) * np.sign(effect.effect) == wanted
            ]
            put(dots, [place for place, _ in chosen], [value for _, value in chosen])


def _dots(scales: dict[str, Any], colour: str, *, marker: str, size: int = 40) -> Lines:
    return Lines(
        scales=scales,
        colors=[colour],
        marker=marker,
        marker_size=size,
        stroke_width=0,
        apply_clip=False,
        enable_hover=False,
    )


def _floats(values: Sequence[Any]) -> np.ndarray:
    """Returns numbers as an array, None as NaN."""
    return np.array(values, dtype=float)


def _reach(effects: Sequence[float]) -> float:
    """Returns the end of an axis for all effects: a round number, so that it seldom changes."""
    largest = max((abs(effect) for effect in effects if not math.isnan(effect)), default=0.0) * 1.2
    if largest == 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 3, 5, 7, 10) if step * power >= largest)
