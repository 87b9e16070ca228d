"""Size against accuracy: all candidates, and those that no smaller one equals (§7)."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

from bqplot import Lines, Scatter
from ipywidgets import BoundedFloatText, BoundedIntText, Box, Dropdown

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.search.constraint import MEASURES, Constraint
from oneshot_lab.session.attention import MOST_PINNED
from oneshot_lab.views.chart import ACCENT, INK, QUIET, axes, close_figure, figure, fit, put, scales
from oneshot_lab.views.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.candidates import Candidate
    from oneshot_lab.session.session import SearchSession

MOST = 10**15
NEAR = 1.25
"""A limit further away than this, of the largest candidate's size, is told in words only: it would squeeze the dots."""
WORDS = {"parameters": "parameters", "macs": "multiply-adds"}


class ParetoChart(Part):
    """Accuracy over size, with the front, and what size costs a candidate: softly, and as a limit.

    The dot under the pointer is the session's `hovered_candidate`; a click has its candidate compared
    (`pinned_candidates`), or no longer.

    Args:
        session: The session.
    """

    WATCHED = ("candidates", "constraint", "hovered_candidate", "pinned_candidates")

    _held: Constraint | None = None
    _led: Mask | None = None

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
            tooltip="Nats that the whole supernet's size adds to the loss",
        )  # fmt: skip
        self.limit = BoundedIntText(0, min=0, max=MOST, description="limit", tooltip="0: none")
        self.apply = button("Apply", "From the next generation on", self._apply)
        self.rule = Box((self.measure, self.weight, self.limit, self.apply))
        self.rule.add_class("osl-pareto-rule")
        self.told, self.empty = text("pareto-told"), text("lab-empty", "Run the search, and candidates stand here.")
        self._shown: list[Candidate] = []
        inner = (self.measure, self.weight, self.limit, self.apply)
        super().__init__(session, (self.rule, self.empty, self.figure, self.told), name="pareto", inner=inner)
        self.dots.observe(lambda change: self._look(self._shown, change.new), "hovered_point")
        self.best.observe(lambda change: self._look(self._front, change.new), "hovered_point")
        self.dots.on_element_click(lambda _, content: self._click(self._shown, content))
        self.best.on_element_click(lambda _, content: self._click(self._front, content))
        self.measure.observe(lambda _: self._draw(), "value")

    def close(self) -> None:
        """Takes the chart away; the session stays."""
        if self._parts:
            close_figure(self.figure)
        super().close()

    def _changed(self, change: Any) -> None:
        if change.name in ("hovered_candidate", "pinned_candidates"):
            self._point()
        else:
            self.session.soon(self._draw)

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self._parts:
            return
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
        is_near = limit is not None and limit <= NEAR * max(sizes, default=0)
        fit(self.figure, [*sizes, *([limit] if is_near else [])], accuracies)
        scale = self.axes[1].scale
        put(self.edge, *(([limit, limit], [scale.min, scale.max]) if is_near else ([], [])))

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
        session = self.session
        hovered = () if session.hovered_candidate is None else (session.hovered_candidate,)
        chosen = {self._pruned(mask) for mask in (*session.pinned_candidates, *hovered)}
        _place(self.looked_at, [each for each in self._shown if each.mask in chosen], self.measure.value)

    def _pruned(self, mask: Mask) -> Mask:
        # What is evaluated has no blocks that cannot matter; what was pinned on the map may have some.
        architecture = self.session.architecture
        return prune(architecture, mask) if is_valid(architecture, mask) else mask

    def _take(self) -> None:
        self._held = held = self.session.constraint
        self.measure.value, self.weight.value, self.limit.value = held.measure, held.weight, held.limit or 0
        self._untouched = self._rule()

    def _rule(self) -> dict[str, Any]:
        """Returns what the fields say."""
        return {"measure": self.measure.value, "weight": self.weight.value, "limit": self.limit.value or None}

    # ---- what is asked for -----------------------------------------------------------------------------------------

    def _apply(self) -> None:
        # What nobody has changed here is left out, and stays as it is by the time that this is done.
        values = {name: value for name, value in self._rule().items() if value != self._untouched[name]}
        if values:
            self._ask("constrain", lambda: self.session.constrain(**values, wait=False).on_done(self._applied))

    def _applied(self, job: Any) -> None:
        if self._parts and job.state != "done":
            # A limit that no network is within: what holds is seen again.
            self._take()

    def _look(self, shown: list[Candidate], index: Any) -> None:
        session = self.session
        if isinstance(index, int) and 0 <= index < len(shown):
            self._led = session.hovered_candidate = shown[index].mask
        elif session.hovered_candidate == self._led:
            # The pointer has left this chart, and not come to another view's candidate in the meantime.
            session.hovered_candidate = None

    def _click(self, shown: list[Candidate], content: object) -> None:
        data = content.get("data") if isinstance(content, dict) else None
        index = data.get("index") if isinstance(data, dict) else None
        if not isinstance(index, int) or not 0 <= index < len(shown):
            return
        mask, pinned = shown[index].mask, self.session.pinned_candidates
        others = tuple(other for other in pinned if self._pruned(other) != mask)
        self.session.pinned_candidates = others if len(others) < len(pinned) else (*others, mask)[-MOST_PINNED:]


def _place(mark: Any, candidates: list[Candidate], measure: str) -> None:
    put(mark, [getattr(each, measure) for each in candidates], [each.accuracy for each in candidates])
