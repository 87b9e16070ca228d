"""The losses of all generations, and where a person stepped in (Algorithm 1, §3.1)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from bqplot import Axis, Figure, Label, LinearScale, Lines
from ipywidgets import HTML, Layout, VBox

from oneshot_lab.views.common.chart import ACCENT, INK, QUIET, put
from oneshot_lab.views.common.session_view import SessionView, check_session
from oneshot_lab.views.common.ticks import ticks
from oneshot_lab.views.lab.loss_table import LossTable, loss_table

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

SIGNS = {"edit": "E", "training": "T"}

LEGEND = (
    '<i class="osl-key-lowest"></i> lowest <i class="osl-key-mean"></i> mean <i class="osl-key-highest"></i> highest '
    "loss of each generation"
)


class LossChart(SessionView, VBox):
    """The highest, mean and lowest loss of each generation; edits and trainings are marked between them.

    Args:
        session: A session.

    Attributes:
        session: The session.
        table: What is drawn.

    Raises:
        SessionError: The argument is not a session.
    """

    # The log grows at the end of each action, when its generation is there already: the two fit together only then.
    WATCHED = ("log",)

    def __init__(self, session: SearchSession, **kwargs: Any) -> None:
        self.session = check_session(session, view="LossChart")
        self.x, self.y = LinearScale(allow_padding=False), LinearScale(allow_padding=False)
        scales = {"x": self.x, "y": self.y}
        self.highest = Lines(scales=scales, colors=[QUIET], stroke_width=1.75, line_style="dotted")
        self.mean = Lines(scales=scales, colors=[INK], stroke_width=1.5, line_style="dashed")
        self.lowest = Lines(scales=scales, colors=[ACCENT], stroke_width=2)
        self.dots = Lines(scales=scales, colors=[ACCENT], marker="circle", marker_size=30, stroke_width=0)
        self.steps = Lines(scales=scales, colors=[QUIET], stroke_width=1)
        self.signs = Label(
            scales=scales, text=[], colors=[QUIET], default_size=10, font_weight="bold", align="middle", y_offset=-7,
            apply_clip=False,
        )  # fmt: skip
        grid = {"grid_color": "var(--jp-border-color2, #e0e0e0)", "tick_format": ".3~g"}
        self.figure = Figure(
            marks=[self.steps, self.highest, self.mean, self.lowest, self.dots, self.signs],
            axes=[Axis(scale=self.x, tick_format="d", grid_lines="none"), Axis(scale=self.y, side="left", **grid)],
            display_toolbar=False,
            padding_y=0,
            fig_margin={"top": 18, "bottom": 24, "left": 46, "right": 12},
            background_style={"fill": "transparent"},
            layout=Layout(width="100%", height="220px"),
        )
        self._legend, self._news = HTML(LEGEND), HTML()
        super().__init__(**kwargs)
        self.add_class("osl-blocks")
        self._legend.add_class("osl-losses-legend")
        # Not all of them are children at each time.
        self._adopt(self.figure, self._legend, self._news)
        self._draw()
        self._watch(session, self.WATCHED)

    def __repr__(self) -> str:
        return f"LossChart({self.session.architecture.name!r})"

    def _changed(self, change: Any) -> None:  # noqa: ARG002
        self._defer_drawing()

    def _draw(self) -> None:
        self.table = table = loss_table(self.session)
        if not table.indices:
            # A chart without a place on the page complains of it, so it is not there at all.
            self._news.value, self.children = (
                "No generation yet. Train the supernet, then step the search.",
                [self._news],
            )
            return
        self._news.value = escape(_news(table))
        self._plot(table)
        self.children = [self._legend, self.figure, self._news]

    def _plot(self, table: LossTable) -> None:
        places = np.arange(len(table.indices), dtype=float)
        low, high = _range(table)
        self.x.min, self.x.max, self.y.min, self.y.max = -0.5, max(len(places), 2) - 0.5, low, high
        below, beside = self.figure.axes
        below.tick_values, beside.tick_values = ticks(0, len(places) - 1, most=10, least=1), ticks(low, high, most=5)
        for line, values in ((self.highest, table.highest), (self.mean, table.mean), (self.lowest, table.lowest)):
            put(line, places, values)
        seen = np.isfinite(table.lowest)
        put(self.dots, places[seen], np.array(table.lowest)[seen])
        # An edit and the training after it stand at one line.
        signs: dict[float, str] = {}
        for step in table.interventions:
            signs[step.before - 0.5] = signs.get(step.before - 0.5, "") + SIGNS[step.kind]
        put(self.steps, [(x, x) for x in signs], [(low, high)] * len(signs))
        with self.signs.hold_sync():
            self.signs.x, self.signs.y = np.array(list(signs)), np.full(len(signs), high)
            self.signs.text = np.array(list(signs.values()), dtype=str)


# Details -------------------------------------------------------------------------------------------------------------


def _range(table: LossTable) -> tuple[float, float]:
    """Returns the ends of the axis: so far up that no mean is cut off; a single bad candidate may be."""
    lowest, mean, highest = ([value for value in values if np.isfinite(value)] for values in table[1:4][::-1])
    low = min(lowest, default=0.0)
    high = min(max(highest, default=1.0), low + 2 * (max(mean, default=1.0) - low))
    room = 0.05 * (high - low) or 0.5
    return max(low - room, 0.0), high + room


def _news(table: LossTable) -> str:
    kinds = {step.kind for step in table.interventions}
    signs = ", ".join(f"{sign} {kind}" for kind, sign in SIGNS.items() if kind in kinds)
    lowest, mean, highest = (_number(values[-1]) for values in (table.lowest, table.mean, table.highest))
    said = f"generation {table.indices[-1]}: lowest {lowest}, mean {mean}, highest {highest}"
    return f"{said} · {signs}" if signs else said


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "none"
