"""Parts of the Lab's charts: a bqplot figure in JupyterLab's colours that fills its panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bqplot import Axis, Figure, LinearScale, Mark
from ipywidgets import Layout

from oneshot_lab.views.common.ticks import spread, ticks

INK, ACCENT, QUIET = "var(--jp-ui-font-color1, #212121)", "var(--jp-brand-color1, #1976d2)", "var(--jp-ui-font-color2)"
GRID = "var(--jp-border-color2, #e0e0e0)"


def scales() -> dict[str, Any]:
    """Makes an x and a y scale."""
    return {"x": LinearScale(allow_padding=False), "y": LinearScale(allow_padding=False)}


def axes(shared: dict[str, Any], *, x: str, y: str, x_format: str = "~s", y_format: str = "~g") -> list[Axis]:
    """Makes the two axes with their labels."""
    options = {"grid_color": GRID, "label_color": QUIET}
    below = Axis(scale=shared["x"], label=x, label_offset="30px", tick_format=x_format, **options)
    beside = Axis(scale=shared["y"], label=y, label_offset="42px", tick_format=y_format, side="left", **options)
    return [below, beside]


def figure(marks: Sequence[Mark], sides: Sequence[Axis], *, height: int = 240) -> Figure:
    """Makes the figure with this height in pixels."""
    made = Figure(
        marks=list(marks),
        axes=list(sides),
        display_toolbar=False,
        fig_margin={"top": 10, "bottom": 44, "left": 58, "right": 14},
        background_style={"fill": "transparent"},
        layout=Layout(width="100%", height=f"{height}px", min_width="200px"),
    )
    made.add_class("osl-chart")
    return made


def fit(made: Figure, x: list[float], y: list[float]) -> None:
    """Makes the axes cover all of these values, with round numbers at the ticks."""
    for axis, values in zip(made.axes, (x, y), strict=True):
        low, high = spread(values)
        axis.scale.min, axis.scale.max = low, high
        axis.tick_values = ticks(low, high, most=4)


def put(mark: Mark, x: Any, y: Any) -> None:
    """Sets a mark's places in one message."""
    with mark.hold_sync():
        mark.x, mark.y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
