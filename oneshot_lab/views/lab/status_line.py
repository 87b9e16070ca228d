"""The line below the Lab: the running job, its progress, the time left, and the last action."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import FloatProgress

from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.live import IDLE, RUNNING
from oneshot_lab.views.common.log_words import action_name, in_a_line, printable
from oneshot_lab.views.common.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

SEARCHING = "searching"
STOP = "Stop at the next batch and keep the results so far. The kernel's own interrupt stops cells only"


class StatusLine(Part):
    """Progress, time left and the last line of the log, with a button that stops what runs.

    Args:
        session: The session.
    """

    WATCHED = ("status", "doing", "message", "progress", "eta", "job_state", "paused", "waiting", "log")

    def __init__(self, session: SearchSession) -> None:
        self.said, self.time, self.last = text("lab-said"), text("lab-time"), text("lab-last")
        self.bar = FloatProgress(min=0.0, max=1.0)
        self.stop = button("Stop", STOP, self._stop)
        self._stopping: Job[Any] | None = None
        super().__init__(session, (self.said, self.bar, self.time, self.stop, self.last), name="lab-status")

    def tell(self, said: str) -> None:
        """Shows a text, such as what keeps the kernel busy, until the session has another message."""
        self.said.value = escape(said)

    def _draw(self) -> None:
        session, job = self.session, self.session.job
        runs = session.status != IDLE or job is not None
        self.said.value = escape(" · ".join(filter(None, self._say())))
        # A stopped job may leave no line in the log; it has ended once it is gone.
        stops = job is not None and job is self._stopping
        self.stop.description, self.stop.disabled = ("Stopping…", True) if stops else ("Stop", not runs)
        self.bar.value = session.progress
        self.bar.layout.visibility = "visible" if runs else "hidden"
        waiting = f" · then {', '.join(session.waiting)}" if session.waiting else ""
        self.time.value = escape(f"{time_left(session.eta)}{waiting}") if runs else ""
        self.last.value = escape(last_line(session.log[-1])) if session.log else ""

    def _say(self) -> tuple[str, ...]:
        """Returns the parts of the status."""
        session = self.session
        # Only a search lets other jobs run while it is paused.
        beside = bool(session.doing) or session.job_state == RUNNING or session.status not in (IDLE, SEARCHING)
        resting = "the search is paused" if session.paused and beside and not self._holds_up() else ""
        if session.doing:
            return action_name(session.doing), session.message, resting
        said = "paused" if session.paused and not resting else session.status
        if session.status == IDLE and "train" in session.waiting:
            return said.capitalize(), "training starts soon"
        return said.capitalize(), session.message, resting

    def _holds_up(self) -> bool:
        """Returns whether the paused job is in the middle of its work and holds all others up."""
        job = self.session.job
        return job is not None and job.is_paused and not job.is_parted

    def _stop(self) -> None:
        if self.session.status == IDLE and self.session.job is None:
            return
        # A batch may take long, so show at once that the button was pressed.
        self._stopping = self.session.job
        self._draw()
        self.session.stop()


def last_line(entry: LogEntry) -> str:
    """Returns when something was done, what, and how it ended if that is not well."""
    parts = (entry.time[11:19], action_name(entry.action), in_a_line(entry.arguments))
    ending = "" if entry.outcome == "done" else f" · {entry.outcome}"
    return printable(f"{' '.join(filter(None, parts))}{ending}")


def time_left(seconds: float) -> str:
    """Returns in words how long something will still take."""
    if not math.isfinite(seconds):
        return ""
    if seconds < 90:
        return f"{max(math.ceil(seconds), 1)} s left"
    return f"{round(seconds / 60)} min left"
