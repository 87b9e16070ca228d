"""Size against accuracy: all candidates, and those that no smaller one equals (§7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bqplot import Lines, Scatter
from ipywidgets import BoundedFloatText, BoundedIntText, Box, Dropdown

from oneshot_lab.search.constraint import MEASURES
from oneshot_lab.views.chart import ACCENT, INK, QUIET, axes, close_figure, figure, fit, put, scales
from oneshot_lab.views.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.candidates import Candidate
    from oneshot_lab.session.session import SearchSession

MOST = 10**15
WORDS = {"parameters": "parameters", "macs": "multiply-adds"}


class ParetoChart(Part):
    """Accuracy over size, with the front, and what size costs a candidate: softly, and as a limit.

    Args:
        session: The session.
    """

    WATCHED = ("candidates", "constraint", "hovered_candidate", "pinned_candidates")

    def __init__(self, session: SearchSession) -> None:
        shared = scales()
        self.dots = Scatter(x=[], y=[], scales=shared, colors=[QUIET], default_size=26, opacities=[0.45])
        self.front = Lines(x=[], y=[], scales=shared, colors=[ACCENT], stroke_width=2, interpolation="step-after")
        self.best = Scatter(x=[], y=[], scales=shared, colors=[ACCENT], default_size=60, marker="diamond")
        self.looked_at = Scatter(
            x=[], y=[], scales=shared, colors=[INK], default_size=140, fill=False, stroke_width=2, enable_hover=False
        )
        self.axes = axes(shared, x="parameters", y="accuracy", y_format="~%")
        self.figure = figure([self.dots, self.front, self.best, self.looked_at], self.axes)
        self.measure = Dropdown(options=[(WORDS[each], each) for each in MEASURES], description="size is")
        self.weight = BoundedFloatText(
            0.0, min=0.0, max=100.0, step=0.05, description="costs",
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
        self.measure.observe(lambda _: self._draw(), "value")

    def close(self) -> None:
        """Takes the chart away; the session stays."""
        if self._parts:
            close_figure(self.figure)
        super().close()

    def _changed(self, change: Any) -> None:
        if change.name == "constraint":
            self._take(change.new)
        if change.name in ("hovered_candidate", "pinned_candidates"):
            self._point()
        else:
            self.session.soon(self._draw)

    def _draw(self) -> None:
        if not self._parts:
            return
        measure = self.measure.value
        self._shown = self.session.current_candidates()
        self._front = list(self.session.pareto(measure))
        _place(self.dots, self._shown, measure)
        _place(self.front, self._front, measure)
        _place(self.best, self._front, measure)
        self.axes[0].label = WORDS[measure]
        fit(self.figure, [getattr(each, measure) for each in self._shown], [each.accuracy for each in self._shown])
        self.empty.layout.display = "none" if self._shown else None
        self.figure.layout.display = None if self._shown else "none"
        self.told.value = self._tell()
        self._point()

    def _tell(self) -> str:
        if not self._shown:
            return ""
        return f"{len(self._front)} of {len(self._shown)} candidates are on the front: no smaller one is as accurate."

    def _point(self) -> None:
        session = self.session
        chosen = {*session.pinned_candidates, session.hovered_candidate}
        _place(self.looked_at, [each for each in self._shown if each.mask in chosen], self.measure.value)

    def _take(self, constraint: Any) -> None:
        self.measure.value, self.weight.value = constraint.measure, constraint.weight
        self.limit.value = constraint.limit or 0

    def _apply(self) -> None:
        values = {"measure": self.measure.value, "weight": self.weight.value, "limit": self.limit.value or None}
        self._ask("constrain", lambda: self.session.constrain(**values, wait=False))

    def _look(self, shown: list[Candidate], index: Any) -> None:
        inside = isinstance(index, int) and 0 <= index < len(shown)
        self.session.hovered_candidate = shown[index].mask if inside else None


def _place(mark: Any, candidates: list[Candidate], measure: str) -> None:
    put(mark, [getattr(each, measure) for each in candidates], [each.accuracy for each in candidates])
