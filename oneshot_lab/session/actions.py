"""Actions: one at a time, each logged with its duration and how it ended (§6.1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from traitlets import Enum, Float, HasTraits, Tuple, Unicode

from oneshot_lab.errors import OneShotError, SessionError, StoppedError
from oneshot_lab.session.log import LogEntry, append_line

IDLE = "idle"


class Actions(HasTraits):
    """The frame that every action runs in, and the traits that tell of it.

    Args:
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    status = Enum((IDLE, "training", "searching", "evaluating", "mapping", "finalizing"), IDLE, read_only=True)
    progress = Float(0.0, read_only=True, help="Share of the running action that is done, 0 to 1.")
    message = Unicode("", read_only=True, help="What the running action is at, or how the last one ended.")
    log = Tuple(read_only=True, help="All actions, oldest first.")

    def __init__(self, *, log_file: Path | None = None) -> None:
        super().__init__()
        self.log_file = log_file
        self._busy = Lock()
        self._running = ""
        # Requests to stop are counted rather than flagged: one that comes between two steps is not lost.
        self._stops = 0
        self._stops_before = 0

    def stop(self) -> None:
        """Asks the running action to stop; it does at its next batch. May be called from any thread."""
        self._stops += 1

    def _should_stop(self) -> bool:
        return self._stops != self._stops_before

    @contextmanager
    def _action(self, name: str, status: str | None, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Runs one action at a time, and logs it with its duration and how it ended."""
        if not self._busy.acquire(blocking=False):
            raise SessionError(
                f"{self._running} has not ended yet (status: {self.status})",
                where=name,
                remedy="wait until it has, or call stop()",
            )
        try:
            self._running, self._stops_before = name, self._stops
            began, started, outcome = now(), perf_counter(), "done"
            try:
                if status:
                    self._set(status=status, progress=0.0, message="")
                yield
                outcome = "stopped" if self._should_stop() else "done"
            except StoppedError:
                outcome = "stopped"
                raise
            except BaseException as error:
                outcome = f"failed: {error}" if isinstance(error, Exception) else "interrupted"
                raise
            finally:
                entry = LogEntry(began, name, arguments, round(perf_counter() - started, 3), outcome)
                self._note(entry, status=IDLE)
        finally:
            self._busy.release()

    def refuse(self, what: str, error: OneShotError) -> None:
        """Logs that something was asked for and not even tried, such as a message that no view of ours sends.

        May be called while an action runs.
        """
        self._note(LogEntry(now(), what, {}, 0.0, f"refused: {error}"))

    def _note(self, entry: LogEntry, **values: Any) -> None:
        problem = append_line(self.log_file, entry) if self.log_file else None
        ended = {} if entry.outcome == "done" else {"message": f"{entry.action}: {entry.outcome}"}
        # What an action has achieved is not thrown away because a disk is full.
        said = {"message": problem} if problem else ended
        self._set(**values, log=(*self.log, entry), **said)

    def _set(self, **values: Any) -> None:
        """Sets traits together: whoever watches one of them finds the others set as well."""
        with self.hold_trait_notifications():
            for name, value in values.items():
                self.set_trait(name, value)


def now() -> str:
    """Returns the local time with its offset, to the second (ISO 8601)."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
