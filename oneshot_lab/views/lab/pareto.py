"""Size against accuracy: all candidates, and those that no smaller one equals (§7)."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

from bqplot import Lines, Scatter
from ipywidgets import BoundedFloatText, BoundedIntText, Box, Dropdown

from oneshot_lab.search.constraint import MEASURES, Constraint
from oneshot_lab.views.common.chart import ACCENT, INK, QUIET, axes, figure, fit, put, scales
from oneshot_lab.views.common.part import Part, button, text
from oneshot_lab.views.lab.pointing import Pointing

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession
    from oneshot_lab.session.state.evaluations import Candidate

MOST = 10**15
NEAR = 1.25
"""A limit above this multiple of the largest candidate's size is shown only in words, as it would squeeze the dots."""
WORDS = {"parameters": "parameters", "macs": "multiply-adds"}


class ParetoChart(Part):
    """Accuracy over size, with the Pareto front, and the size constraint: its weight and its limit.

    The dot under the pointer is the session's `hovered_candidate`; a click pins its candidate (`pinned_candidates`), or
    unpins it.

    Args:
        session: The session.
    """

    WATCHED = ("candidates", "constraint", "hovered_candidate", "pinned_candidates")

    _held: Constraint | None = None

    def __init__(self, session: SearchSession) -> None:
        shared = scales()
        self.dots = Scatter(x=[], y=[], scales=shared, colors=[QUIET], default_size=26, opacities=[0.45])
        self.front = Lines(x=[], y=[], scales=shared, colors=[ACCENT], stroke_width=2, interpolation="step-after")
        self.best = Scatter(x=[], y=[], scales=shared, colors=[ACCENT], default_size=60, marker="diamond")
        self.looked_at = Scatter(
            x=[], y=[], scales=shared, colors=[INK], default_size=140, fill=False, stroke_width=2, enable_hover=False
        )
        self.edge = Lines(x=[], y=[], scales=shared, colors=[INK], stroke_width=1.5, line_style="dashed")
        self.axes = axes(shared, x="parameters", y="accuracy", y_format="~%")
        self.figure = figure([self.edge, self.dots, self.front, self.best, self.looked_at], self.axes)
        self.measure = Dropdown(options=[(WORDS[each], each) for each in MEASURES], description="size is")
        self.weight = BoundedFloatText(
            0.0, min=0.0, max=sys.float_info.max, step=0.05, description="costs",
            tooltip="How many nats the size of the whole supernet adds to the loss",
        )  # fmt: skip
        self.limit = BoundedIntText(0, min=0, max=MOST, description="limit", tooltip="0: none")
        self.apply = button("Apply", "Applies from the next generation on", self._apply)
        self.rule = Box((self.measure, self.weight, self.limit, self.apply))
        self.rule.add_class("osl-pareto-rule")
        self.told, self.empty = text("pareto-told"), text("lab-empty", "Run the search to see candidates here.")
        self._shown: list[Candidate] = []
        self._pointing = Pointing(session)
        super().__init__(session, (self.rule, self.empty, self.figure, self.told), name="pareto")
        self._pointing.link(self.dots, lambda: [each.mask for each in self._shown])
        self._pointing.link(self.best, lambda: [each.mask for each in self._front])
        self._redraw_after(self.measure, self._draw)

    def _changed(self, change: Any) -> None:
        if change.name in ("hovered_candidate", "pinned_candidates"):
            self._point()
        else:
            self._defer_drawing()

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self.session.constraint != self._held:
            self._take()
        measure = self.measure.value
        self._shown = self.session.current_candidates()
        self._front = list(self.session.pareto(measure))
        _place(self.dots, self._shown, measure)
        _place(self.front, self._front, measure)
        _place(self.best, self._front, measure)
        self.axes[0].label = WORDS[measure]
        self._draw_edge([getattr(each, measure) for each in self._shown])
        self.empty.layout.display = "none" if self._shown else None
        self.figure.layout.display = None if self._shown else "none"
        self.told.value = escape(self._tell())
        self._point()

    def _draw_edge(self, sizes: list[float]) -> None:
        """Lets the axes reach over all candidates, and draws the limit if it is one of the size that is shown."""
        limit, accuracies = self._limit(), [each.accuracy for each in self._shown]
        near = [limit] * 2 if limit is not None and limit <= NEAR * max(sizes, default=0) else []
        fit(self.figure, [*sizes, *near], accuracies)
        scale = self.axes[1].scale
        put(self.edge, near, [scale.min, scale.max] if near else [])

    def _limit(self) -> int | None:
        constraint = self.session.constraint
        return constraint.limit if constraint.measure == self.measure.value else None

    def _tell(self) -> str:
        if not self._shown:
            return ""
        limit = self._limit()
        edge = "" if limit is None else f" The limit is {limit:,} {WORDS[self.measure.value]}."
        front = f"{len(self._front)} of {len(self._shown)} candidates are on the front: no smaller one is as accurate."
        return front + edge

    def _point(self) -> None:
        chosen = self._pointing.chosen()
        _place(self.looked_at, [each for each in self._shown if each.mask in chosen], self.measure.value)

    def _take(self) -> None:
        self._held = held = self.session.constraint
        self.measure.value, self.weight.value, self.limit.value = held.measure, held.weight, held.limit or 0
        self._untouched = self._rule()

    def _rule(self) -> dict[str, Any]:
        """Returns what the fields say."""
        return {"measure": self.measure.value, "weight": self.weight.value, "limit": self.limit.value or None}

    # ---- what is asked for -----------------------------------------------------------------------------------------

    def _apply(self) -> None:
        # Omit values that were not changed here, so that they keep the value they have when this runs.
        values = {name: value for name, value in self._rule().items() if value != self._untouched[name]}
        job = self._ask("constrain", self.session.constrain, **values) if values else None
        if job is not None:
            job.on_done(self._applied)

    def _applied(self, job: Any) -> None:
        if self._is_open and job.state != "done":
            # No network is within the limit: show the constraint that still applies.
            self._take()


def _place(mark: Any, candidates: list[Candidate], measure: str) -> None:
    put(mark, [getattr(each, measure) for each in candidates], [each.accuracy for each in candidates])
