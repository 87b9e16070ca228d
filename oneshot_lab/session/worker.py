"""The worker: the one thread of a session that touches torch, and changes what the session holds (§5)."""

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
from oneshot_lab.session.job import LONG, SHORT, Job, R
from oneshot_lab.session.outbox import Outbox

LEAVING = 5.0
"""Seconds that a batch may take to end when the process does. Threads that are still in torch then may crash it."""

PARTING = 30.0
"""Seconds that may then pass until what has been done is kept: a disk that does not answer holds no process up."""


class Worker:
    """Does one job at a time: short ones before long ones, otherwise in the order in which they came.

    A job in several parts, such as a search of several generations, lets short ones in between. One that is paused
    between two parts lets all of them. The thread starts with the first job, and keeps no session alive.

    Args:
        outbox: Where the end of a job is told, and who waits for it.
        changed: Called when another job runs, waits or rests.
        rest: Called in the thread when there is nothing to do, also at its end; returns the seconds after which it
            wants to be called again, None: when something has been done.

    Attributes:
        current: The job that runs.
        holds: What is not let go yet, such as a session that is still to be kept.
        bar: Whether those who wait see a progress bar.
    """

    def __init__(self, outbox: Outbox, changed: Callable[[], None], rest: Callable[[], float | None]) -> None:
        self.outbox = outbox
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
        """Tells whether this is the worker's thread."""
        return current_thread() is self._thread

    def submit(self, job: Job[R], *, once: bool = False) -> Job[R]:
        """Queues a job. Returns it; or, if it is wanted only once, a long one that is the same and still goes on.

        Raises:
            SessionError: The session is closed.
        """
        self.outbox.find_loop()
        with self.outbox.lock:
            if self.is_forked:
                raise _elsewhere(job)
            if self.is_closed:
                raise SessionError("the session is closed", where=job.name, remedy="make or load another one")
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
        """Ends a job that was cancelled before it began; one that has begun ends by itself."""
        with self.outbox.lock:
            unbegun = job in self._queue and not job.is_started
            if unbegun:
                self._queue.remove(job)
        if unbegun:
            job.end(error=StoppedError("stopped before it began", where=job.name))
            self.changed()
        self.ring()

    def ring(self) -> None:
        """Has the worker look whether there is something to do."""
        self.wake()
        self.changed()

    def wake(self) -> None:
        """Has the thread call `rest`, if there is nothing else to do."""
        self._bell.put(None)

    def changed(self) -> None:
        """Tells the session that another job runs, waits or rests."""
        told = self._changed()
        if told is not None:
            told()

    def waiting(self) -> list[Job[Any]]:
        """Returns the jobs that wait, in the order in which they will run."""
        with self.outbox.lock:
            return [*self._queue]

    def foremost(self, *, due: bool = False) -> Job[Any] | None:
        """Returns the job that `stop` and `pause` mean: the long one that runs, else one that has begun, else any.

        Args:
            due: Whether one is left out that is not to begin yet.
        """
        with self.outbox.lock:
            jobs = [*([] if self.current is None else [self.current]), *self._queue]
        long = [job for job in jobs if job.rank > SHORT and not (due and job.due > monotonic() and not job.is_started)]
        return next((job for job in long if job.is_started or job is self.current), next(iter(long), None))

    def is_idle(self) -> bool:
        """Tells whether nothing will happen until somebody asks for something."""
        with self.outbox.lock:
            if self.current is not None:
                return self.current.is_resting and self.current.is_paused
            return not self._ends and all(job.is_paused for job in self._queue)

    def stay_behind(self) -> None:
        """Called in the child of a fork: the thread is in the parent, and so is who would unlock what is locked."""
        self.is_forked = self.is_closed = True
        jobs = [*self._queue, *([] if self.current is None else [self.current])]
        self.current, self.holds, self._queue, self._ends, self._thread = None, None, [], False, None
        self._bell = SimpleQueue()
        self.outbox.stay_behind()
        for job in jobs:
            job.stay_behind(_elsewhere(job))

    def close(self) -> None:
        """Cancels all jobs, and lets the thread end."""
        with self.outbox.lock:
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
            # No job is held here, where the thread spends its life: it would keep its session.
            if not self._turn():
                pauses = [pause for pause in (self._pause(), self.rest()) if pause is not None]
                with suppress(Empty):
                    self._bell.get(timeout=max(0.0, min(pauses)) if pauses else None)
        self.is_parting = True
        self.rest()

    def rest(self) -> float | None:
        """Has the session do what can wait. Returns the seconds after which there may be more of that."""
        told = self._rest()
        return None if told is None else told()

    def _next(self) -> Job[Any] | None:
        """Returns the first job that may run. If it is not due yet, all that come after it wait with it.

        What was stopped between two parts has nothing left to do but to end, and waits for nobody.
        """
        active = [job for job in self._queue if not job.is_paused]
        return next((job for job in active if job.is_cancelled), next(iter(active), None))

    def _pause(self) -> float | None:
        """Returns how many seconds there is nothing to do; None: until somebody rings."""
        with self.outbox.lock:
            job = self._next()
        return None if job is None else max(0.0, job.due - monotonic())

    def _turn(self) -> bool:
        """Does a part of the next job. Returns False if there is none now."""
        with self.outbox.lock:
            job = self._next()
            if job is None or job.due > monotonic():
                return False
            self._queue.remove(job)
            self.current = job
        self.changed()
        end = job.run()
        with self.outbox.lock:
            self.current, self._ends = None, True
            if end is None:
                self._put(job)
        # Whoever waits for the job finds the session as it is without it.
        self.changed()
        if end is not None:
            end()
        self._ends = False
        self.outbox.ring()
        return True


def _rank(job: Job[Any]) -> float:
    # What has begun comes before what has not.
    return job.rank + (0 if job.is_started else 0.5)


def _elsewhere(job: Job[Any]) -> SessionError:
    return SessionError(
        "this process was forked from that of the session, and has no thread to do it",
        where=job.name,
        remedy="ask the session in its own process; another one can load a copy that was saved (start it by 'spawn')",
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
    # Who interrupts this does not want to wait; and there is nobody left to tell what is wrong.
    with suppress(KeyboardInterrupt):
        for worker in workers:
            with suppress(Exception):
                worker.close()
        _join(workers, LEAVING)
        _join([worker for worker in workers if worker.is_parting], PARTING)


def _join(workers: Iterable[Worker], timeout: float) -> None:
    """Waits for the threads of all workers to end, so many seconds together."""
    limit = monotonic() + timeout
    for worker in workers:
        worker.join(max(0.0, limit - monotonic()))
