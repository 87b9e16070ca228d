"""How far to trust the ranking: landmarks as predicted against as trained, and what would help most."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from traitlets import Bool, observe

from oneshot_lab.search.surrogate import HeldOutRow
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.trust import Trust
from oneshot_lab.views.common.part import Part, text
from oneshot_lab.views.lab.landmark_row import LandmarkRow
from oneshot_lab.views.lab.pointing import Pointing
from oneshot_lab.views.lab.rankings import rankings_table
from oneshot_lab.views.lab.recipe_row import RecipeRow
from oneshot_lab.views.lab.trust_chart import TrustChart
from oneshot_lab.views.tables.leaderboard import choices_of

if TYPE_CHECKING:
    from oneshot_lab.session.posteriors import Posteriors
    from oneshot_lab.session.session import SearchSession

LEGEND = (
    '<i class="osl-key-held">◆</i> interval held <i class="osl-key-missed">▲</i> it did not '
    '<i class="osl-key-equal">╌</i> predicted as trained'
)


class TrustPanel(Part):
    """The landmarks as predicted without their own trainings, how well they are ranked, and what to do next.

    The dot under the pointer is the session's `hovered_candidate`; a click pins its candidate (`pinned_candidates`), or
    unpins it. Nothing is worked out while the panel is not `seen`, or while anything but a training of landmarks runs.

    Args:
        session: The session.
    """

    WATCHED = (
        *("trained_landmarks", "candidates", "architecture", "training_losses", "status"),
        *("hovered_candidate", "pinned_candidates"),
    )

    seen = Bool(True, help="Whether the panel is visible.")

    trust: Trust | None = None
    """What is shown."""

    _basis: tuple[Any, Any, Posteriors | None] = (None, (), None)

    def __init__(self, session: SearchSession) -> None:
        self.said, self.notes = text("trust-said"), text("trust-notes")
        self.row, self.recipe, self.chart = LandmarkRow(session), RecipeRow(session), TrustChart()
        self.held, self.pointed, self.table = text("trust-held"), text("trust-pointed"), text("trust-rankings")
        self._pointing = Pointing(session)
        # Above the chart: below it the line may be out of sight.
        seen = (self.held, self.pointed, self.chart.figure, self.table)
        shown = (self.said, self.row, *seen, self.recipe, self.notes)
        super().__init__(session, shown, name="trust")
        self._pointing.link(self.chart.held, lambda: [row.mask for row in self.chart.those_that(held=True)])
        self._pointing.link(self.chart.missed, lambda: [row.mask for row in self.chart.those_that(held=False)])

    def _changed(self, change: Any) -> None:
        if change.name in ("hovered_candidate", "pinned_candidates"):
            self._point()
        elif self.seen:
            self._defer_drawing()

    @observe("seen")
    def _turned(self, change: Any) -> None:  # noqa: ARG002
        self._draw_if_open()

    def _draw(self) -> None:
        if self.seen and self._is_due():
            self.trust = self.session.trust()
            self._show(self.trust)

    def _is_due(self) -> bool:
        """Returns whether something has changed that is worth the time now."""
        session = self.session
        architecture, landmarks, known = self._basis
        is_same = session.architecture is architecture and session.trained_landmarks == landmarks
        if self.trust is not None and is_same and session.status != IDLE:
            # A search has new scores several times a second; they are looked at when it rests.
            return False
        # Without landmarks, no posterior is fitted.
        now = session.posterior() if session.trained_landmarks else None
        self._basis = session.architecture, session.trained_landmarks, now
        return self.trust is None or not is_same or now is not known

    def _show(self, trust: Trust) -> None:
        self.said.value = "".join(f"<p>{escape(each)}</p>" for each in trust.sentences)
        self.notes.value = "".join(f"<p>{escape(each)}</p>" for each in trust.notes)
        self.held.value = escape(_summary(trust))
        self.table.value = rankings_table(trust.rankings)
        self.chart.show(trust.rows)
        for part in (self.held, self.chart.figure, self.pointed, self.table):
            part.layout.display = None if trust.rows else "none"
        self.notes.layout.display = None if trust.notes else "none"
        self._point()

    def _point(self) -> None:
        rings = self.chart.ring(self._pointing.chosen())
        hovered = self.session.hovered_candidate
        mask = None if hovered is None else self._pointing.pruned(hovered)
        row = next((each for each in rings if each.mask == mask), None)
        if row is None:
            self.pointed.value = LEGEND
        else:
            self.pointed.value = escape(_described(row, choices_of(self.session.architecture)(row.mask)))


def _summary(trust: Trust) -> str:
    parts = [f"{trust.held_out.sentence}."]
    if trust.tied > 1:
        parts.append(f"{trust.tied} of {trust.candidates} candidates cannot be told apart from the best.")
    return " ".join(parts)


def _described(row: HeldOutRow, blocks: str) -> str:
    """Returns a landmark in a line: its blocks, and what was predicted and trained."""
    predicted = f"{100 * row.mean:.1f} % ± {100 * row.half:.1f}"
    held = "" if row.held else ": the interval did not hold"
    return f"{blocks}: trained {100 * row.trained:.1f} %, predicted {predicted}{held}"
