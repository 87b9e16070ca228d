"""A chart of the Block Information View: one column for each block, sensitive to the pointer from top to label."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from bqplot import Axis, Figure, Label, LinearScale, Scatter
from ipywidgets import Layout

from oneshot_lab.views.blocks.table import BlockRow
from oneshot_lab.views.common.chart import ACCENT, INK, QUIET
from oneshot_lab.views.common.closing import close_all

PLOT, TOP, LEFT, RIGHT = 68, 8, 38, 12
"""Pixels: the height of the plot, and the margins around it."""

SLOT = 26
"""The least width of a block, in pixels; if there is not enough room for all blocks, the charts scroll."""

SHORT = 4
"""The longest id that fits below its column, in characters; longer ones are rotated."""

SELECTED, HOVERED = 0.12, 0.2
"""How strongly a hovered and a selected column are tinted; the tints add up."""


class BlockChart:
    """A figure with a column for each block.

    Args:
        on_hover: Called with the chart when the pointer enters or leaves a block; see `pointed`.
        on_click: Called with the id of a block that was clicked.
    """

    def __init__(self, *, on_hover: Callable[[BlockChart], None], on_click: Callable[[str], None]) -> None:
        self._on_hover, self._on_click = on_hover, on_click
        self.blocks: tuple[str, ...] = ()
        self.x, self.y = _scale(0, 1), _scale(0, 1)
        # Tints and labels keep their pixels, whatever the values are.
        self._whole = _scale(0, 1)
        fixed = {"x": self.x, "y": self._whole}
        text = {"scales": fixed, "apply_clip": False, "default_size": 10, "enable_hover": False}
        self.labels = Label(text=[], colors=[QUIET], font_weight="normal", **text)
        self.strong = Label(text=[], colors=[INK], font_weight="bold", **text)
        # Above everything else, so that it is what the pointer meets. Not kept apart by name: positions then are.
        self.columns = Scatter(
            scales=fixed,
            apply_clip=False,
            marker="rectangle",
            colors=[ACCENT],
            names=[],
            names_unique=False,
            display_names=False,
            stroke_width=0,
        )
        self.axis = Axis(scale=self.y, side="left", grid_color="var(--jp-border-color2, #e0e0e0)")
        self.figure = Figure(
            marks=[*self._marks({"x": self.x, "y": self.y}), self.labels, self.strong, self.columns],
            axes=[self.axis],
            display_toolbar=False,
            padding_y=0,
            background_style={"fill": "transparent"},
            layout=Layout(width="100%"),
        )
        self.columns.observe(self._pointed, "hovered_point")
        self.columns.on_element_click(self._clicked)

    def _marks(self, scales: dict[str, Any]) -> list[Any]:
        """Returns the plotted marks, from back to front."""
        raise NotImplementedError

    def _plot(self, rows: Sequence[BlockRow]) -> None:
        """Updates the plotted marks."""
        raise NotImplementedError

    def draw(self, rows: Sequence[BlockRow]) -> None:
        """Shows these blocks, in this order."""
        self.blocks = tuple(row.block for row in rows)
        self._make_room()
        self._plot(rows)

    def _make_room(self) -> None:
        turned = max(map(len, self.blocks), default=0) > SHORT
        below = min(16 + 4 * max(map(len, self.blocks)), 72) if turned else 20
        height = TOP + PLOT + below
        places = np.arange(len(self.blocks), dtype=float)
        self.x.max, self.x.min = max(len(self.blocks), 1) - 0.5, -0.5
        self.figure.fig_margin = {"top": TOP, "bottom": below, "left": LEFT, "right": RIGHT}
        self.figure.layout.height = f"{height}px"
        self.figure.layout.min_width = f"{LEFT + RIGHT + SLOT * len(self.blocks)}px"
        for label in (self.labels, self.strong):
            with label.hold_sync():
                label.x, label.y = places, np.zeros(len(places))
                label.y_offset, label.rotate_angle = (8, -50.0) if turned else (11, 0.0)
                label.align = "end" if turned else "middle"
        with self.columns.hold_sync():
            self.columns.x = places
            self.columns.y = np.full(len(places), 1 - height / 2 / PLOT + TOP / PLOT)
            self.columns.names = np.array(self.blocks, dtype=str)
            self.columns.default_size = SLOT * height
            self.columns.default_skew = math.log10(height / SLOT)

    def emphasise(self, hovered: str, selected: Collection[str]) -> None:
        """Shows which block is under the pointer, in any view, and which ones are selected."""
        tints = [HOVERED * (block == hovered) + SELECTED * (block in selected) for block in self.blocks]
        strong = [tint > 0 for tint in tints]
        self.columns.opacities = tints or [0.0]
        self.labels.text = np.array([_unless(block, bold) for block, bold in zip(self.blocks, strong, strict=True)])
        self.strong.text = np.array([_unless(block, not bold) for block, bold in zip(self.blocks, strong, strict=True)])

    @property
    def pointed(self) -> str:
        """The block under the pointer in this chart; empty: none."""
        index = self.columns.hovered_point
        return self.blocks[index] if index is not None and 0 <= index < len(self.blocks) else ""

    def forget_pointer(self) -> None:
        """Forgets the pointer: a chart that is removed from the page does not report that the pointer has left."""
        self.columns.hovered_point = None

    def _pointed(self, change: Any) -> None:  # noqa: ARG002
        self._on_hover(self)

    def _clicked(self, mark: object, content: object) -> None:  # noqa: ARG002
        data = content.get("data") if isinstance(content, dict) else None
        block = data.get("name") if isinstance(data, dict) else None
        if isinstance(block, str) and block in self.blocks:
            self._on_click(block)

    def close(self) -> None:
        """Closes the chart."""
        close_all(self.figure)


def _scale(low: float, high: float) -> LinearScale:
    return LinearScale(min=low, max=high, allow_padding=False)


def _unless(text: str, hidden: bool) -> str:
    return "" if hidden else text
