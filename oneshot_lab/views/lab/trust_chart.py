"""What was predicted of landmarks against what was trained (a calibration plot)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bqplot import Lines, Scatter

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import HeldOutRow
from oneshot_lab.views.common.chart import ACCENT, INK, QUIET, axes, figure, fit, put, scales

MISSED = "var(--jp-warn-color1, #f57c00)"

HEIGHT = 220


class TrustChart:
    """Each landmark as predicted by the others, with its 95 % interval, over its accuracy when it was trained.

    An interval that crosses the diagonal held. Landmarks whose interval did are diamonds, as on the map, the others
    triangles of another colour.

    Attributes:
        held: The landmarks whose interval held.
        missed: The others.
        looked_at: A ring around those that are looked at.
        diagonal: Where what was predicted is what was trained.
        intervals: Of those that held.
        missed_intervals: Of the others.
        figure: All of it.
    """

    def __init__(self) -> None:
        shared = scales()
        plain = {"scales": shared, "enable_hover": False}
        self.diagonal = Lines(x=[], y=[], colors=[QUIET], stroke_width=1, line_style="dashed", **plain)
        self.intervals = Lines(x=[], y=[], colors=[ACCENT], stroke_width=1.5, opacities=[0.55], **plain)
        self.missed_intervals = Lines(x=[], y=[], colors=[MISSED], stroke_width=1.5, **plain)
        self.held = Scatter(x=[], y=[], scales=shared, colors=[ACCENT], default_size=70, marker="diamond")
        self.missed = Scatter(x=[], y=[], scales=shared, colors=[MISSED], default_size=80, marker="triangle-up")
        self.looked_at = Scatter(x=[], y=[], colors=[INK], default_size=190, fill=False, stroke_width=2, **plain)
        self.axes = axes(shared, x="accuracy when trained", y="predicted", x_format="~%", y_format="~%")
        marks = [
            *(self.diagonal, self.intervals, self.missed_intervals),
            *(self.held, self.missed, self.looked_at),
        ]
        self.figure = figure(marks, self.axes, height=HEIGHT)
        self.rows: tuple[HeldOutRow, ...] = ()

    def show(self, rows: Sequence[HeldOutRow]) -> None:
        """Shows these landmarks."""
        self.rows = tuple(rows)
        trained = [row.trained for row in rows]
        fit(self.figure, trained, [end for row in rows for end in (row.low, row.high, row.mean)])
        across, up = (axis.scale for axis in self.axes)
        low, high = max(across.min, up.min), min(across.max, up.max)
        put(self.diagonal, *[[low, high] if low < high else []] * 2)
        for held, dots, lines in (
            (True, self.held, self.intervals),
            (False, self.missed, self.missed_intervals),
        ):
            some = self.those_that(held=held)
            _place(dots, some)
            put(lines, [(row.trained, row.trained) for row in some], [(row.low, row.high) for row in some])

    def those_that(self, *, held: bool) -> list[HeldOutRow]:
        """Returns the landmarks whose interval held, or the others."""
        return [row for row in self.rows if row.held == held]

    def ring(self, masks: Collection[Mask]) -> list[HeldOutRow]:
        """Draws rings around the landmarks among these candidates. Returns them."""
        found = [row for row in self.rows if row.mask in masks]
        _place(self.looked_at, found)
        return found


def _place(mark: Scatter, rows: Sequence[HeldOutRow]) -> None:
    put(mark, [row.trained for row in rows], [row.mean for row in rows])
