"""A live chart of the loss during a training."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from bqplot import Lines

from oneshot_lab.views.common.chart import ACCENT, axes, figure, fit, put, scales
from oneshot_lab.views.common.part import Part, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

HEIGHT = 140
"""Pixels: what has been trained so far stays in sight below."""

LEARNS = {
    **dict.fromkeys(("training", "train"), "the supernet"),
    **dict.fromkeys(("training landmarks", "landmarks"), "the landmarks"),
    **dict.fromkeys(("finalizing", "finalize"), "a final model"),
}
"""The words for what is trained, by the session's status and by the action in its log."""


class Curve(Part):
    """The training loss of the running or last training, of the supernet, landmarks or a final model.

    Args:
        session: The session.
    """

    WATCHED = ("curve",)

    def __init__(self, session: SearchSession) -> None:
        shared = scales()
        self.line = Lines(x=[], y=[], scales=shared, colors=[ACCENT], stroke_width=2)
        sides = axes(shared, x="epochs", y="training loss", x_format="~g")
        self.figure = figure([self.line], sides, height=HEIGHT)
        self.empty = text("lab-empty", "Start a training to see its loss here.")
        self.title = text("curve-title")
        super().__init__(session, (self.empty, self.title, self.figure), name="curve")

    def _draw(self) -> None:
        points = np.array(self.session.curve, dtype=float).reshape(-1, 2)
        put(self.line, points[:, 0], points[:, 1])
        fit(self.figure, points[:, 0].tolist(), points[:, 1].tolist())
        self.empty.layout.display = "none" if len(points) else None
        self.title.value = escape(f"Training loss of {self._what()}")
        self.title.layout.display = self.figure.layout.display = None if len(points) else "none"

    def _what(self) -> str:
        """Returns what learns, or was the last to."""
        session = self.session
        if session.status in LEARNS:
            return LEARNS[session.status]
        done = (entry.action for entry in reversed(session.log) if not entry.outcome.startswith("refused"))
        return next((LEARNS[action] for action in done if action in LEARNS), "the supernet")
