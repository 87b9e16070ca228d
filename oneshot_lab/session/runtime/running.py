"""The action that runs: begun, asked before each batch whether to stop, and logged when it has ended (§6.1.2)."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from oneshot_lab.errors import OneShotError, StoppedError
from oneshot_lab.session.log import LogEntry, append_line, now
from oneshot_lab.session.runtime.live import IDLE, Doable, Doing, Keeper, Live, R
from oneshot_lab.session.runtime.notifications import Notifications
from oneshot_lab.session.runtime.traits import Traits
from oneshot_lab.session.runtime.worker import Worker


class Running:
    """Runs actions in the worker, one at a time, and logs each.

    Args:
        traits: Those of the object that the actions change, which show what runs.
        notifications: Those of the object.
        worker: Its worker.

    Attributes:
        verb: The name of the running action; empty: there is none.
        doing: Its context.
        stops: How often a stop was asked for. Requests are counted rather than flagged: one that comes between two
            steps is not lost.
        keeper: What keeps the object in a file; None: nothing does.
    """

    def __init__(self, traits: Traits, *, notifications: Notifications, worker: Worker) -> None:
        self._traits, self._notifications, self._worker = traits, notifications, worker
        self.verb = ""
        self.doing: Doing | None = None
        self.keeper: Keeper | None = None
        self.stops = 0
        self._stops_before = 0
        self._has_heeded = False

    def do(self, owner: Live, action: Doable[R]) -> R:
        """Runs an action of an object in the worker, and logs it with its duration and its outcome."""
        job = self._worker.current
        self.verb, self._stops_before, self._has_heeded = action.verb, self.stops, False
        doing = self.doing = owner._context_of(action)
        began, started, outcome = now(), perf_counter(), "done"
        try:
            if action.status:
                self.begin(action.status)
            else:
                self._traits.set(doing=action.verb)
            result = owner._compute(lambda: action.run(doing))
            # What had no batch left to stop at, such as an edit, has been done in full.
            outcome = self._stopped() if self._has_heeded else "done"
        except StoppedError:
            outcome = self._stopped()
            raise
        except BaseException as error:
            outcome = f"failed: {error}"
            raise
        else:
            return result
        finally:
            self.verb, self.doing = "", None
            seconds = round(perf_counter() - started, 3)
            entry = LogEntry(began, action.verb, doing.action.arguments(), seconds, outcome)
            # A search of several generations goes on, also where an edit comes in between; see `Jobs.tell`.
            goes_on = action.status is None or (job is not None and job.is_parted)
            self.note(entry, doing="", **({} if goes_on else {"status": IDLE}))
            if job is not None:
                job.is_logged = True

    def begin(self, status: str) -> None:
        """Tells that something begins that takes time."""
        self._traits.set(status=status, progress=0.0, message="")
        self._notifications.settle()

    def should_stop(self) -> bool:
        """Returns whether the running action is to stop; asked before each batch. Rests here while it is paused."""
        job = self._worker.current
        if self._worker.is_here():
            # The state is the same as after a stop.
            if self.keeper is not None:
                self.keeper.between(at_once=job is not None and job.is_paused)
            if job is not None and job.is_paused:
                if job.is_parted:
                    return True
                said = self._traits.owner.message
                self._traits.set(message=f"{job.name}: paused; edits wait until it goes on or is stopped")
                job.rest(self._worker.rest)
                self._traits.set(message=said)
        self._has_heeded = self._has_heeded or self.is_stopped()
        return self._has_heeded

    def is_stopped(self) -> bool:
        """Returns whether somebody has asked the running action to stop."""
        job = self._worker.current
        return self.stops != self._stops_before or (job is not None and job.is_cancelled)

    def _stopped(self) -> str:
        job = self._worker.current
        return "interrupted" if job is not None and job.is_interrupted else "stopped"

    # ---- the log ---------------------------------------------------------------------------------------------------

    def note(self, entry: LogEntry, **values: Any) -> None:
        """Appends an entry to the log and to the object's file, and sets traits with it."""
        owner = self._traits.owner
        problem = append_line(owner.log_file, entry) if owner.log_file else None
        ended = {} if entry.outcome == "done" else {"message": f"{entry.action}: {entry.outcome}"}
        # What an action has achieved is not thrown away because a disk is full.
        said = {"message": problem} if problem else ended
        self._traits.tell(self._traits.assign(values | said, entry))
        if self.keeper is not None:
            self.keeper.noted(entry)

    def refuse(self, what: str, error: OneShotError) -> None:
        """Logs that something was asked for and not even tried."""
        self.note(LogEntry(now(), what, {}, 0.0, f"refused: {error}"))
