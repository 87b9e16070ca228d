"""Actions: jobs of the worker, one at a time, each logged with its duration and how it ended (§6.1.2)."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import get_ident
from time import monotonic, perf_counter
from typing import Any, TypeVar

from traitlets import Bool, Bunch, Enum, Float, HasTraits, Tuple, Unicode

from oneshot_lab.errors import OneShotError, SessionError, StoppedError
from oneshot_lab.session.job import LONG, SHORT, Job, once
from oneshot_lab.session.log import LogEntry, append_line
from oneshot_lab.session.outbox import Outbox, show_error
from oneshot_lab.session.worker import Worker

IDLE = "idle"
RUNNING, PAUSED = "running", "paused"

R = TypeVar("R")


class Actions(HasTraits):
    """The frame that every action runs in, and the traits that tell of it.

    Traits have their new values at once; observers are called on the main thread only, see `Outbox`.

    Args:
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    status = Enum((IDLE, "training", "searching", "evaluating", "mapping", "finalizing"), IDLE, read_only=True)
    doing = Unicode("", read_only=True, help="Name of the action without a status that is done, such as an edit.")
    progress = Float(0.0, read_only=True, help="Share of the running job that is done, 0 to 1.")
    eta = Float(math.nan, read_only=True, help="Seconds that the running job will still take; NaN: not known.")
    message = Unicode("", read_only=True, help="What the running action is at, or how the last one ended.")
    job_state = Enum(("", RUNNING, PAUSED), "", read_only=True, help="What `job` does; empty: there is none.")
    paused = Bool(False, read_only=True, help="Whether a job has been paused.")
    waiting = Tuple(read_only=True, help="Names of the jobs that wait for their turn, the next one first.")
    log = Tuple(read_only=True, help="All actions, oldest first.")

    def __init__(self, *, log_file: Path | None = None) -> None:
        self._outbox = Outbox(self)
        self._worker = Worker(self._outbox, self._tell_jobs, self._rest)
        self._setter = 0
        self._changes: list[Bunch] = []
        super().__init__()
        self.log_file = log_file
        self._running = ""
        # Requests to stop are counted rather than flagged: one that comes between two steps is not lost.
        self._stops = 0
        self._stops_before = 0
        self._has_heeded = False
        weakref.finalize(self, self._worker.close)

    # ---- jobs ------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Asks the running job to stop; it does at its next batch. May be called from any thread."""
        self._stops += 1
        job = self._worker.foremost()
        if job is not None:
            self._note_press("stop", job)
            job.cancel()

    def pause(self) -> None:
        """Has the running job rest from its next batch on, until `resume` or `stop`.

        A search that runs in the background lets edits and all other jobs run while it rests; everything else holds
        them up, since it is in the middle of something. May be called from any thread.
        """
        job = self.job
        if job is not None and not job.is_paused:
            self._note_press("pause", job)
            job.pause()

    @property
    def job(self) -> Job[Any] | None:
        """The long job that runs, rests or waits for its turn: the one that `pause` means. None: there is none.

        `job_state` tells observers when there is one, and when it is paused or goes on.
        """
        return self._worker.foremost(due=True)

    def resume(self) -> None:
        """Goes on with what was paused; of several jobs with the one that runs first. May be called from any thread."""
        jobs = [self._worker.current, *self._worker.waiting()]
        job = next((job for job in jobs if job is not None and job.is_paused), None)
        if job is not None:
            self._note_press("resume", job)
            job.resume()

    def _note_press(self, name: str, job: Job[Any]) -> None:
        """Logs what was asked of a job (§6.1.2), before it leads to anything."""
        self._note(LogEntry(now(), name, {"job": job.name}, 0.0, "done"))

    def wait(self, timeout: float | None = None) -> None:
        """Waits until all jobs have ended, but those that are paused. An interrupt ends the waiting, not the jobs.

        Args:
            timeout: Seconds; None: as long as it takes.

        Raises:
            TimeoutError: Some have not ended by then; they go on.
            Exception: What an observer raised meanwhile. What a job failed with is in its `result`, and in `log`.
        """
        errors: list[Exception] = []
        self._outbox.pump(self._worker.is_idle, errors=errors, timeout=timeout)
        for error in errors[1:]:
            show_error(error)
        if errors:
            raise errors[0]
        if not self._worker.is_idle():
            raise TimeoutError(f"{self._running or 'a job'} has not ended after {timeout:g} seconds")

    def close(self) -> None:
        """Stops all jobs, and ends the thread that does them. What has been achieved can still be looked at."""
        self._worker.close()

    def soon(self, draw: Callable[[], None]) -> None:
        """Calls something that takes time and may wait, such as the drawing of a view; see `Outbox.soon`."""
        self._outbox.soon(draw)

    def submit(self, name: str, run: Callable[[], R]) -> Job[R]:
        """Has something short done by the worker, before all long actions that wait; it may call actions itself.

        Views ask for edits this way, since they must not wait.
        """
        return self._submit(Job(name, once(run), worker=self._worker, rank=SHORT))

    def _act(
        self, name: str, run: Callable[[], R], arguments: Mapping[str, Any], *, wait: bool, status: str | None = None
    ) -> R | Job[R]:
        """Runs an action, within another one or as a job of its own.

        Args:
            name: The method's name.
            run: Does it.
            arguments: As the log holds them; `run` may fill in what depends on the session.
            wait: Whether to wait for the end, and return what comes of it.
            status: What to call it while it runs; None: it takes no time.

        Raises:
            SessionError: An observer waits for an action while another runs: that one would wait for the observer.
        """

        def framed() -> R:
            with self._action(name, status, arguments):
                return self._compute(run)

        if wait and self._worker.is_here():
            return framed()
        if wait and self._running and self._outbox.is_looked_at():
            raise SessionError(
                f"{self._running} has not ended yet (status: {self.status})",
                where=name,
                remedy="wait until it has, or call stop(); or give wait=False",
            )
        rank = SHORT if status is None else LONG
        job = Job(name, once(framed), worker=self._worker, rank=rank, arguments=arguments)
        if not wait:
            return self._submit(job)
        try:
            with self._outbox.awaiting():
                return self._submit(job, once=False).wait()
        except KeyboardInterrupt as interrupt:
            # Where exactly it came tells nobody anything, and what was left there may still hold the lock.
            interrupt.with_traceback(None)
            # Also one that comes just before the waiting begins, which is raised as well when the job has ended.
            waited, job.is_interrupted = job.is_interrupted, True
            job.cancel()
            if not waited and (job.is_started or self._worker.current is job):
                with suppress(Exception):
                    job.wait()
            raise

    def _submit(self, job: Job[R], *, once: bool = True) -> Job[R]:
        self._worker.bar = getattr(self, "bar", False)
        return self._worker.submit(job, once=once)

    def _should_stop(self) -> bool:
        """Tells whether the running action is to stop; asked before each batch. Rests here while it is paused."""
        job = self._worker.current
        if job is not None and job.is_paused and self._worker.is_here():
            if job.is_parted:
                return True
            said = self.message
            self._set(message=f"{job.name}: paused; edits wait until it goes on or is stopped")
            job.rest(self._rest)
            self._set(message=said)
        self._has_heeded = self._has_heeded or self._is_stopped()
        return self._has_heeded

    def _rest(self) -> float | None:
        """Does what can wait until nothing else is to be done. Called in the worker.

        Returns:
            The seconds after which it wants to be called again; None: when something has been done.
        """
        return None

    def _is_stopped(self) -> bool:
        job = self._worker.current
        return self._stops != self._stops_before or (job is not None and job.is_cancelled)

    @contextmanager
    def _action(self, name: str, status: str | None, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Runs in the worker: frames an action, and logs it with its duration and how it ended."""
        job = self._worker.current
        self._running, self._stops_before, self._has_heeded = name, self._stops, False
        began, started, outcome = now(), perf_counter(), "done"
        try:
            if status:
                self._begin(status)
            else:
                self._set(doing=name)
            yield
            # What had no batch left to stop at, such as an edit, has been done in full.
            outcome = self._stopped() if self._has_heeded else "done"
        except StoppedError:
            outcome = self._stopped()
            raise
        except BaseException as error:
            outcome = f"failed: {error}"
            raise
        finally:
            self._running = ""
            entry = LogEntry(began, name, dict(arguments), round(perf_counter() - started, 3), outcome)
            # A search of several generations goes on, also where an edit comes in between; see `_tell_jobs`.
            goes_on = status is None or (job is not None and job.is_parted)
            self._note(entry, doing="", **({} if goes_on else {"status": IDLE}))
            if job is not None:
                job.is_logged = True

    def _compute(self, run: Callable[[], R]) -> R:
        """Does what an action is there for, in the worker."""
        return run()

    def _begin(self, status: str) -> None:
        """Tells that something begins that takes time."""
        self._set(status=status, progress=0.0, message="")
        self._outbox.settle()

    def refuse(self, what: str, error: OneShotError) -> None:
        """Logs that something was asked for and not even tried, such as a message that no view of ours sends.

        May be called while an action runs.
        """
        self._note(LogEntry(now(), what, {}, 0.0, f"refused: {error}"))

    def _stopped(self) -> str:
        job = self._worker.current
        return "interrupted" if job is not None and job.is_interrupted else "stopped"

    def _note(self, entry: LogEntry, **values: Any) -> None:
        problem = append_line(self.log_file, entry) if self.log_file else None
        ended = {} if entry.outcome == "done" else {"message": f"{entry.action}: {entry.outcome}"}
        # What an action has achieved is not thrown away because a disk is full.
        said = {"message": problem} if problem else ended
        self._tell(self._assign(values | said, entry))

    # ---- traits ----------------------------------------------------------------------------------------------------

    def _set(self, **values: Any) -> None:
        """Sets traits together: whoever watches one of them finds the others set as well."""
        self._tell(self._assign(values))

    def _assign(self, values: Mapping[str, Any], entry: LogEntry | None = None) -> list[Bunch]:
        """Sets traits, and appends an entry to the log. Returns what has changed."""
        with self._outbox.setting():
            new = dict(values) if entry is None else {**values, "log": (*self.log, entry)}
            job = self._worker.current
            if job is not None and "progress" in new:
                job.progress = (job.parts_done + new["progress"]) / max(job.parts, 1)
                new["progress"] = job.progress
                if not (math.isnan(job.eta) and math.isnan(self.eta)):
                    new["eta"] = job.eta
            if job is not None and self._worker.is_here():
                job.said = new.get("message") or job.said
            self._setter = get_ident()
            try:
                for name, value in new.items():
                    self.set_trait(name, value)
            finally:
                changes, self._changes, self._setter = self._changes, [], 0
        return changes

    def _tell(self, changes: list[Bunch]) -> None:
        if self._worker.is_here() or not self._outbox.is_home():
            self._outbox.put(changes)
            return
        with self._outbox.looking():
            # Whoever watches the other traits is told of them, whatever an observer of one raises.
            errors = [error for error in map(self._tell_home, changes) if error is not None]
        for other in errors[1:]:
            show_error(other)
        if errors:
            raise errors[0]

    def _tell_home(self, change: Bunch) -> Exception | None:
        try:
            super().notify_change(self._outbox.merged(change))
        except Exception as error:
            return error
        return None

    def _tell_jobs(self) -> None:
        """Publishes which jobs run, wait or rest. Called by the worker, and by whoever asks something of a job."""
        with self._outbox.setting():
            jobs, current = self._worker.waiting(), self._worker.current
            active = [job for job in jobs if not job.is_paused]
            resting = len(active) < len(jobs) or (current is not None and current.is_paused)
            long = self.job
            # It is its turn now, but for the worker to wake up.
            next_one = current is None and bool(active) and active[0].due <= monotonic()
            values: dict[str, Any] = {
                "waiting": tuple(job.name for job in active[next_one:]),
                "paused": resting,
                "job_state": "" if long is None else PAUSED if long.is_paused else RUNNING,
            }
            if current is None and not any(job.is_started for job in active):
                values |= {"status": IDLE} | ({} if math.isnan(self.eta) else {"eta": math.nan})
            changes = self._assign(values)
        # Not delivered here: who asks something of a job does not expect what observers raise.
        self._outbox.put(changes)

    def _notify_trait(self, name: str, old_value: Any, new_value: Any) -> None:
        if self._setter == get_ident():
            self._changes.append(Bunch(name=name, old=old_value, new=new_value, owner=self, type="change"))
        else:
            super()._notify_trait(name, old_value, new_value)

    def notify_change(self, change: Bunch) -> None:
        """Calls observers; on the main thread, whichever thread it was that set the trait."""
        self._tell([change])


def now() -> str:
    """Returns the local time with its offset, to the second (ISO 8601)."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
