"""The base of objects whose network is edited by actions in a worker thread, with undo and drafts (§5.1)."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets import Bool, Bunch, Enum, Float, HasTraits, Instance, Tuple, Unicode

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import OneShotError
from oneshot_lab.session.actions import editing
from oneshot_lab.session.actions.action import asked
from oneshot_lab.session.advice import advice
from oneshot_lab.session.runtime.job import SHORT, Job, once
from oneshot_lab.session.runtime.jobs import Jobs
from oneshot_lab.session.runtime.live import IDLE, PAUSED, RUNNING, Doable, Doing, R
from oneshot_lab.session.runtime.notifications import Notifications
from oneshot_lab.session.runtime.running import Running
from oneshot_lab.session.runtime.traits import Traits
from oneshot_lab.session.runtime.worker import Worker


class Editing(HasTraits):
    """A session, or a sketch without data and search.

    Actions change it, one at a time, in a worker thread; each is logged (§6.1.2). Traits have their new values at once;
    observers are called on the main thread only, see `Notifications`.

    `architecture` always fits. An edit whose result cannot be made to fit is refused by `edit`; `propose`, which
    the editors use, keeps it as a draft until another edit or `undo` fixes it, so that nothing typed is lost.

    Args:
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    # ---- what runs -------------------------------------------------------------------------------------------------

    status = Enum(
        (IDLE, "training", "searching", "evaluating", "mapping", "training landmarks", "finalizing"),
        IDLE,
        read_only=True,
    )
    doing = Unicode("", read_only=True, help="Name of the action without a status that is done, such as an edit.")
    progress = Float(0.0, read_only=True, help="Share of the running job that is done, 0 to 1.")
    eta = Float(math.nan, read_only=True, help="Seconds that the running job will still take; NaN: not known.")
    message = Unicode("", read_only=True, help="What the running action is at, or how the last one ended.")
    job_state = Enum(("", RUNNING, PAUSED), "", read_only=True, help="What `job` does; empty: there is none.")
    paused = Bool(False, read_only=True, help="Whether a job has been paused.")
    waiting = Tuple(read_only=True, help="Names of the jobs that wait for their turn, the next one first.")
    log = Tuple(read_only=True, help="All actions, oldest first.")

    # ---- the network -----------------------------------------------------------------------------------------------

    architecture = Instance(Architecture, read_only=True, help="The network as it is now, repaired.")
    draft = Instance(Architecture, allow_none=True, read_only=True, help="What was drawn last and does not fit.")
    problem = Instance(OneShotError, allow_none=True, read_only=True, help="Why the draft does not fit.")
    repairs = Tuple(read_only=True, help="What the last edit, or fitting the template, had to repair.")
    can_undo = Bool(False, read_only=True)
    can_redo = Bool(False, read_only=True)
    selected_blocks = Tuple(help="Ids of the blocks that are selected, in any view.")
    hovered_block = Unicode(help="Id of the block under the pointer, in any view; empty: none.")

    edit = asked(editing.edit)
    propose = asked(editing.propose)
    replace = asked(editing.replace_network)
    undo = asked(editing.undo)
    redo = asked(editing.redo)

    advice = advice

    bar = False

    def __init__(self, *, log_file: Path | None = None) -> None:
        self._notifications = Notifications(self)
        self._worker = Worker(self._notifications, self._tell_jobs, self._rest)
        parts: dict[str, Any] = {"notifications": self._notifications, "worker": self._worker}
        self._shown = Traits(self, **parts)
        self._running = Running(self._shown, **parts)
        self._jobs = Jobs(self._shown, running=self._running, **parts)
        super().__init__()
        self.log_file = log_file
        weakref.finalize(self, self._worker.close)

    @property
    def width(self) -> float:
        """Factor on a named template's channel counts."""
        return 1.0

    @property
    def drawn(self) -> Architecture:
        """What an editor shows: the draft where there is one, else the architecture."""
        return self.draft or self.architecture

    # ---- jobs ------------------------------------------------------------------------------------------------------

    @property
    def job(self) -> Job[Any] | None:
        """The long job that runs, rests or waits for its turn: the one that `pause` means. None: there is none.

        `job_state` tells observers when there is one, and when it is paused or goes on.
        """
        return self._jobs.foremost()

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more jobs."""
        return self._worker.is_closed

    def stop(self) -> None:
        """Asks the running job to stop; it does at its next batch. May be called from any thread."""
        self._jobs.stop()

    def pause(self) -> None:
        """Has the running job rest from its next batch on, until `resume` or `stop`.

        A search that runs in the background lets edits and all other jobs run while it rests; everything else holds
        them up, since it is in the middle of something. May be called from any thread.
        """
        self._jobs.pause()

    def resume(self) -> None:
        """Goes on with what was paused; of several jobs with the one that runs first. May be called from any thread."""
        self._jobs.resume()

    def wait(self, timeout: float | None = None) -> None:
        """Waits until all jobs have ended, but those that are paused. An interrupt ends the waiting, not the jobs.

        Args:
            timeout: Seconds; None: as long as it takes.

        Raises:
            TimeoutError: Some have not ended by then; they go on.
            Exception: What an observer raised meanwhile. What a job failed with is in its `result`, and in `log`.
        """
        self._jobs.wait(timeout)

    def close(self) -> None:
        """Stops all jobs, saves a session a last time, and ends the worker thread.

        What has been achieved can still be looked at.
        """
        self._worker.close()
        if self._running.keeper is not None:
            self._running.keeper.closed()

    def submit(self, name: str, run: Callable[[], R]) -> Job[R]:
        """Has something short done by the worker, before all long actions that wait; it may call actions itself.

        Views ask for edits this way, since they must not wait.
        """
        return self._jobs.submit(Job(name, once(run), worker=self._worker, rank=SHORT))

    def defer(self, draw: Callable[[], None]) -> None:
        """Calls something that takes time and may wait, such as the drawing of a view; see `Notifications.defer`."""
        self._notifications.defer(draw)

    def refuse(self, what: str, error: OneShotError) -> None:
        """Logs that something was asked for and not even tried, such as a message that no view of ours sends.

        May be called while an action runs.
        """
        self._running.refuse(what, error)

    # ---- what a subclass adds; see `Live` --------------------------------------------------------------------------

    def _context_of(self, action: Doable[Any]) -> Doing:
        raise NotImplementedError

    def _compute(self, run: Callable[[], R]) -> R:
        return run()

    def _requested(self, job: Job[Any]) -> None:
        pass

    def _publish(self, **values: Any) -> None:
        """Sets the traits that show the state, together with others."""
        raise NotImplementedError

    def _edited(self) -> None:
        """Called when the network has changed."""
        self._publish()

    # ---- traits ----------------------------------------------------------------------------------------------------

    def _set(self, **values: Any) -> None:
        self._shown.set(**values)

    # The worker holds these two weakly, so that it does not keep this object alive.

    def _tell_jobs(self) -> None:
        self._jobs.tell()

    def _rest(self) -> float | None:
        return None if self._running.keeper is None else self._running.keeper.rest()

    def _notify_trait(self, name: str, old_value: Any, new_value: Any) -> None:
        if not self._shown.holds_back(name, old=old_value, new=new_value):
            super()._notify_trait(name, old_value, new_value)

    def notify_change(self, change: Bunch) -> None:
        """Calls observers; on the main thread, whichever thread it was that set the trait."""
        self._shown.tell([change])
