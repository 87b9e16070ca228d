"""The worker: the only thread of a session that uses torch and changes the session's state (§5)."""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, current_thread
from time import monotonic
from typing import Any

from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.session.runtime.job import LONG, SHORT, Job, R
from oneshot_lab.session.runtime.notifications import Notifications

LAST_BATCH_SECONDS = 5.0
"""How long the process waits at its end for the running batch. A thread still inside torch may crash the process."""

LAST_SAVE_SECONDS = 30.0
"""How long the process then waits for the last save, so that a disk that does not respond cannot block its end."""


class Worker:
    """Runs one job at a time: short ones before long ones, otherwise in the order of their submission.

    A job in several parts, such as a search over several generations, lets short jobs run between its parts. While it
    is paused between two parts, all jobs may run. The thread starts with the first job, and does not keep a session
    alive.

    Args:
        notifications: Delivers the end of a job to the callers that wait for it.
        changed: Called when another job runs, waits or is paused.
        rest: Called in the thread when there is nothing to do, also at its end; returns the seconds after which it
            wants to be called again, None: when something has been done.

    Attributes:
        current: The job that runs.
        holds: Objects to keep alive, such as a session that still has to be saved.
        bar: Whether waiting callers see a progress bar.
    """

    def __init__(
        self, notifications: Notifications, changed: Callable[[], None], rest: Callable[[], float | None]
    ) -> None:
        self.notifications = notifications
        self.current: Job[Any] | None = None
        self.holds: object = None
        self.bar = False
        self.is_closed = False
        self.is_parting = False
        self.is_forked = False
        self._changed = weakref.WeakMethod(changed)
        self._rest = weakref.WeakMethod(rest)
        self._queue: list[Job[Any]] = []
        self._ends = False
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._thread: Thread | None = None
        _workers.add(self)

    def is_here(self) -> bool:
        """Returns whether this is the worker's thread."""
        return current_thread() is self._thread

    def submit(self, job: Job[R], *, once: bool = False) -> Job[R]:
        """Queues a job and returns it; with `once`, returns an equal long job that has not ended instead.

        Raises:
            SessionError: The session is closed.
        """
        self.notifications.find_loop()
        with self.notifications.lock:
            if self.is_forked:
                raise _elsewhere(job)
            if self.is_closed:
                raise SessionError("the session is closed", where=job.name, remedy="make or load another session")
            known = [*self._queue, *([] if self.current is None else [self.current])]
            same = [other for other in known if other.key == job.key and not (other.is_cancelled or other.is_paused)]
            if once and job.rank == LONG and same:
                return same[0]
            self._put(job)
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="oneshot-lab worker", daemon=True)
                self._thread.start()
        self.ring()
        return job

    def withdraw(self, job: Job[Any]) -> None:
        """Ends a job that was cancelled before it started; a started one ends by itself."""
        with self.notifications.lock:
            unbegun = job in self._queue and not job.is_started
            if unbegun:
                self._queue.remove(job)
        if unbegun:
            job.end(error=StoppedError("stopped before it started", where=job.name))
            self.changed()
        self.ring()

    def ring(self) -> None:
        """Wakes the worker to check for work."""
        self.wake()
        self.changed()

    def wake(self) -> None:
        """Makes the thread call `rest` if it has no other work."""
        self._bell.put(None)

    def changed(self) -> None:
        """Tells the session that another job runs, waits or is paused."""
        told = self._changed()
        if told is not None:
            told()

    def waiting(self) -> list[Job[Any]]:
        """Returns the waiting jobs, in the order in which they will run."""
        with self.notifications.lock:
            return [*self._queue]

    def foremost(self, *, due: bool = False) -> Job[Any] | None:
        """Returns the job that `stop` and `pause` affect: the running long one, otherwise a started one, otherwise any.

        Args:
            due: Whether to skip jobs that are not due yet.
        """
        with self.notifications.lock:
            jobs = [*([] if self.current is None else [self.current]), *self._queue]
        long = [job for job in jobs if job.rank > SHORT and not (due and job.due > monotonic() and not job.is_started)]
        return next((job for job in long if job.is_started or job is self.current), next(iter(long), None))

    def is_idle(self) -> bool:
        """Returns whether the worker is idle until the next request."""
        with self.notifications.lock:
            if self.current is not None:
                return self.current.is_resting and self.current.is_paused
            return not self._ends and all(job.is_paused for job in self._queue)

    def stay_behind(self) -> None:
        """Called in the child of a fork, which lacks the worker thread and any thread that would release locks."""
        self.is_forked = self.is_closed = True
        jobs = [*self._queue, *([] if self.current is None else [self.current])]
        self.current, self.holds, self._queue, self._ends, self._thread = None, None, [], False, None
        self._bell = SimpleQueue()
        self.notifications.stay_behind()
        for job in jobs:
            job.stay_behind(_elsewhere(job))

    def close(self) -> None:
        """Cancels all jobs and ends the thread."""
        with self.notifications.lock:
            self.is_closed = True
            jobs = [*self._queue, *([] if self.current is None else [self.current])]
        for job in jobs:
            job.cancel()
        self._bell.put(None)

    def join(self, timeout: float) -> None:
        """Waits for the thread to end."""
        if self._thread is not None and not self.is_here():
            self._thread.join(timeout)

    def _put(self, job: Job[Any]) -> None:
        rank = _rank(job)
        place = next((at for at, other in enumerate(self._queue) if _rank(other) > rank), len(self._queue))
        self._queue.insert(place, job)

    def _serve(self) -> None:
        while not (self.is_closed and not self._queue):
            # Hold no job in this frame, which lives as long as the thread: a job would keep its session alive.
            if not self._turn():
                pauses = [pause for pause in (self._pause(), self.rest()) if pause is not None]
                with suppress(Empty):
                    self._bell.get(timeout=max(0.0, min(pauses)) if pauses else None)
        self.is_parting = True
        self.rest()

    def rest(self) -> float | None:
        """Lets the session do deferred work. Returns the seconds until there may be more."""
        told = self._rest()
        return None if told is None else told()

    def _next(self) -> Job[Any] | None:
        """Returns the first job that may run. If it is not due yet, all later ones wait with it.

        A job that was stopped between two parts only has to end, so it does not wait.
        """
        active = [job for job in self._queue if not job.is_paused]
        return next((job for job in active if job.is_cancelled), next(iter(active), None))

    def _pause(self) -> float | None:
        """Returns how many seconds the worker may sleep; None means until it is woken."""
        with self.notifications.lock:
            job = self._next()
        return None if job is None else max(0.0, job.due - monotonic())

    def _turn(self) -> bool:
        """Does one part of the next job. Returns False if there is none now."""
        with self.notifications.lock:
            job = self._next()
            if job is None or job.due > monotonic():
                return False
            self._queue.remove(job)
            self.current = job
        self.changed()
        end = job.run()
        with self.notifications.lock:
            self.current, self._ends = None, True
            if end is None:
                self._put(job)
        # A caller that waits for the job sees the session without it.
        self.changed()
        if end is not None:
            end()
        self._ends = False
        self.notifications.ring()
        return True


def _rank(job: Job[Any]) -> float:
    # Started jobs come before others.
    return job.rank + (0 if job.is_started else 0.5)


def _elsewhere(job: Job[Any]) -> SessionError:
    return SessionError(
        "this process was forked from the session's process and has no worker thread",
        where=job.name,
        remedy="call the session in its own process, or load a saved copy in a process started by 'spawn'",
    )


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()


def _stay_behind() -> None:
    for worker in [*_workers]:
        worker.stay_behind()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stay_behind)


@atexit.register
def _leave() -> None:
    workers = [*_workers]
    # An interrupt means not to wait, and at this point no error can be shown.
    with suppress(KeyboardInterrupt):
        for worker in workers:
            with suppress(Exception):
                worker.close()
        _join(workers, LAST_BATCH_SECONDS)
        _join([worker for worker in workers if worker.is_parting], LAST_SAVE_SECONDS)


def _join(workers: Iterable[Worker], timeout: float) -> None:
    """Waits for the threads of all workers to end, at most this many seconds in all."""
    limit = monotonic() + timeout
    for worker in workers:
        worker.join(max(0.0, limit - monotonic()))
