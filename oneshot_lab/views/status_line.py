"""The line below the Lab: what is going on, how far it is, how long it will take, and what was done last."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from ipywidgets import FloatProgress

from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.log import LogEntry
from oneshot_lab.views.log_words import action_name, in_a_line
from oneshot_lab.views.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class StatusLine(Part):
    """Progress, time left and the last line of the log, with a button that stops what runs.

    Args:
        session: The session.
    """

    WATCHED = ("status", "doing", "message", "progress", "eta", "paused", "waiting", "log")

    def __init__(self, session: SearchSession) -> None:
        self.said, self.time, self.last = text("lab-said"), text("lab-time"), text("lab-last")
        self.bar = FloatProgress(min=0.0, max=1.0)
        self.stop = button("Stop", "Stop at the next batch; what was achieved until then stays", self._stop)
        # How long the log was when somebody last pressed it: what is stopped ends with a line there.
        self._stopped_at = -1
        super().__init__(session, (self.said, self.bar, self.time, self.stop, self.last), name="lab-status")

    def _draw(self) -> None:
        session = self.session
        runs = session.status != IDLE or session.paused
        status = "paused" if session.paused else session.status
        status = action_name(session.doing) if session.doing else status
        self.said.value = " · ".join(escape(part) for part in (status.capitalize(), session.message) if part)
        stops = runs and self._stopped_at == len(session.log)
        self.stop.description, self.stop.disabled = ("Stopping…", True) if stops else ("Stop", not runs)
        self.bar.value = session.progress
        self.bar.layout.visibility = "visible" if runs else "hidden"
        waiting = f" · then {', '.join(session.waiting)}" if session.waiting else ""
        self.time.value = escape(f"{time_left(session.eta)}{waiting}") if runs else ""
        self.last.value = escape(last_line(session.log[-1])) if session.log else ""

    def _stop(self) -> None:
        # A batch may take its time; that the button was pressed is seen at once.
        self._stopped_at = len(self.session.log)
        self._draw()
        self.session.stop()


def last_line(entry: LogEntry) -> str:
    """Returns when something was done, what, and how it ended if that is not well."""
    parts = (entry.time[11:19], action_name(entry.action), in_a_line(entry.arguments))
    ending = "" if entry.outcome == "done" else f" · {entry.outcome}"
    return f"{' '.join(filter(None, parts))}{ending}"


def time_left(seconds: float) -> str:
    """Returns in words how long something will still take."""
    if not math.isfinite(seconds):
        return ""
    if seconds < 90:
        return f"{max(math.ceil(seconds), 1)} s left"
    return f"{round(seconds / 60)} min left"
