"""Size against accuracy: all candidates, and those that no smaller one equals (§7)."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

from bqplot import Lines, Scatter
from ipywidgets import BoundedFloatText, BoundedIntText, Box, Dropdown
from traitlets import Bool, observe

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.constraint import MEASURES, Constraint
from oneshot_lab.views.common.chart import ACCENT, INK, QUIET, axes, figure, fit, put, scales
from oneshot_lab.views.common.part import Part, button, text
from oneshot_lab.views.lab.pointing import Pointing
from oneshot_lab.views.lab.sized import Sized, sized
from oneshot_lab.views.tables.leaderboard import choices_of

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

MOST = 10**15
NEAR = 1.25
"""A limit above this multiple of the largest candidate's size is shown only in words, as it would squeeze the dots."""
WORDS = {"parameters": "parameters", "macs": "multiply-adds"}


class ParetoChart(Part):
    """Accuracy over size, with the Pareto front, and the size constraint: its weight and its limit.

    As soon as landmarks count, accuracy is the posterior mean, and the front has its 95 % intervals.

    The dot under the pointer is the session's `hovered_candidate`; a click pins its candidate (`pinned_candidates`), or
    unpins it. Nothing is drawn while the panel is not `seen`.

    Args:
        session: The session.
    """

    WATCHED = (
        "candidates",
        "constraint",
        "hovered_candidate",
        "pinned_candidates",
        "trained_landmarks",
        "architecture",
    )

    seen = Bool(True, help="Whether the panel is visible.")

    _held: Constraint | None = None

    def __init__(self, session: SearchSession) -> None:
        shared = scales()
        self.dots = Scatter(x=[], y=[], scales=shared, colors=[QUIET], default_size=26, opacities=[0.45])
        self.front = Lines(x=[], y=[], scales=shared, colors=[ACCENT], stroke_width=2, interpolation="step-after")
        self.intervals = Lines(x=[], y=[], scales=shared, colors=[ACCENT], stroke_width=1.5, opacities=[0.55])
        self.best = Scatter(x=[], y=[], scales=shared, colors=[ACCENT], default_size=60, marker="diamond")
        self.looked_at = Scatter(
            x=[], y=[], scales=shared, colors=[INK], default_size=140, fill=False, stroke_width=2, enable_hover=False
        )
        self.edge = Lines(x=[], y=[], scales=shared, colors=[INK], stroke_width=1.5, line_style="dashed")
        self.axes = axes(shared, x="parameters", y="accuracy", y_format="~%")
        self.figure = figure([self.edge, self.dots, self.intervals, self.front, self.best, self.looked_at], self.axes)
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
        self._shown: list[Sized] = []
        self._front: list[Sized] = []
        self._pointing = Pointing(session)
        # The words come above the chart: below it they may be out of sight.
        super().__init__(session, (self.rule, self.empty, self.told, self.figure), name="pareto")
        self._pointing.link(self.dots, lambda: [each.mask for each in self._shown])
        self._pointing.link(self.best, lambda: [each.mask for each in self._front])
        self._redraw_after(self.measure, self._draw)

    def _changed(self, change: Any) -> None:
        if change.name in ("hovered_candidate", "pinned_candidates"):
            self._point()
        elif self.seen:
            self._defer_drawing()

    @observe("seen")
    def _turned(self, change: Any) -> None:  # noqa: ARG002
        self._draw_if_open()

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self.seen:
            return
        if self.session.constraint != self._held:
            self._take()
        measure = self.measure.value
        self._shown = sized(self.session)
        shown = {each.mask: each for each in self._shown}
        self._front = [shown[each.mask] for each in self.session.pareto(measure) if each.mask in shown]
        _place(self.dots, self._shown, measure)
        _place(self.front, self._front, measure)
        _place(self.best, self._front, measure)
        ranged = [(getattr(each, measure), each.interval) for each in self._front if each.interval]
        put(self.intervals, [(size, size) for size, _ in ranged], [ends for _, ends in ranged])
        self.axes[0].label = WORDS[measure]
        self.axes[1].label = "posterior mean" if self.session.is_calibrated else "accuracy"
        self._draw_edge([getattr(each, measure) for each in self._shown])
        self.empty.layout.display = "none" if self._shown else None
        self.figure.layout.display = None if self._shown else "none"
        self._point()

    def _draw_edge(self, sizes: list[float]) -> None:
        """Lets the axes reach over all candidates, and draws the limit if it is one of the size that is shown."""
        limit, accuracies = self._limit(), [each.accuracy for each in self._shown]
        accuracies += [end for each in self._front for end in each.interval or ()]
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
        by = " by the posterior mean" if self.session.is_calibrated else ""
        front = f"{len(self._front)} of {len(self._shown)} candidates are on the front: no smaller one is as accurate"
        return f"{front}{by}.{edge}"

    def _describe(self, hovered: Mask) -> str:
        """Returns what the chart shows of a candidate; empty if that is not one of its dots."""
        mask = self._pointing.pruned(hovered)
        found = next((each for each in self._shown if each.mask == mask), None)
        if found is None:
            return ""
        size = f"{getattr(found, self.measure.value):,} {WORDS[self.measure.value]}"
        return f"{choices_of(self.session.architecture)(mask)}: {found.told}, {size}"

    def _point(self) -> None:
        chosen, hovered = self._pointing.chosen(), self.session.hovered_candidate
        self.told.value = escape((hovered and self._describe(hovered)) or self._tell())
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


def _place(mark: Any, candidates: list[Sized], measure: str) -> None:
    put(mark, [getattr(each, measure) for each in candidates], [each.accuracy for each in candidates])
