"""A job: a unit of work that waits for the worker, runs there, and reports its progress."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from functools import partial
from threading import Event
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from oneshot_lab.errors import StoppedError
from oneshot_lab.session.runtime.bar import showing
from oneshot_lab.session.runtime.notifications import Notifications, show_error

R = TypeVar("R")

Body = Generator[None, None, R]
"""Does the work; it yields between its parts, so that other jobs can run."""

SHORT, NEXT, LONG = 0.0, 0.25, 1.0
"""Ranks: an edit runs before a waiting training. `NEXT` runs before a started job that is between two parts."""

ETA_AFTER_SECONDS = 0.5
"""How much work has to be done before the time left can be estimated."""


class Doer(Protocol):
    """The worker, as its jobs see it."""

    notifications: Notifications
    bar: bool

    def withdraw(self, job: Job[Any]) -> None:
        """Ends a job that was cancelled before it began."""

    def ring(self) -> None:
        """Has the worker look whether there is something to do."""


class Job(Generic[R]):
    """A unit of work for the worker of a session. Sessions make jobs; see `SearchSession.train`.

    Attributes:
        name: The action's name.
        progress: The share that is done, 0 to 1.
        said: Its status in one line.
    """

    def __init__(
        self,
        name: str,
        body: Body[R],
        *,
        worker: Doer,
        rank: float = LONG,
        parts: int = 0,
        due: float = 0.0,
        arguments: object = None,
    ) -> None:
        self.name = name
        self.progress, self.said = 0.0, name
        self.rank = rank
        self.due = due
        # What tells a job from one that was asked for twice. Arguments may be filled in when it runs.
        self.key = name, repr(arguments)
        self.parts, self.parts_done = parts, 0
        self.is_cancelled = self.is_interrupted = self.is_started = self.is_logged = self.is_resting = False
        self._worker = worker
        self._body: Body[R] | None = body
        self._go = Event()
        self._go.set()
        self._state: str | None = None
        self._result: R | None = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Job[R]], None]] = []
        # Seconds of work so far; since when there is more of it, NaN: there is none now.
        self._spent, self._since = 0.0, math.nan

    def __repr__(self) -> str:
        return f"<Job {self.name}: {self.state}, {self.progress:.0%}>"

    @property
    def is_parted(self) -> bool:
        """Whether it lets other jobs run between its parts."""
        return self.parts > 0

    # ---- what is asked of it ---------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """`waiting`, `running` or `paused`; after its end `done`, `stopped` or `failed`."""
        if self._state:
            return self._state
        if not self._go.is_set():
            return "paused"
        return "running" if self.is_started else "waiting"

    @property
    def done(self) -> bool:
        """Whether it has ended, in any way."""
        return self._state is not None

    @property
    def is_paused(self) -> bool:
        """Whether it was asked to pause and has not ended."""
        return self._state is None and not self._go.is_set()

    @property
    def eta(self) -> float:
        """The estimated seconds left; NaN if unknown."""
        if self.done or not self.is_started:
            return 0.0 if self.done else math.nan
        since = self._since
        spent = self._spent + (0.0 if math.isnan(since) else monotonic() - since)
        if spent < ETA_AFTER_SECONDS or self.progress <= 0:
            return math.nan
        return round(spent * (1 - self.progress) / self.progress, 1)

    @property
    def result(self) -> R:
        """Its result.

        Raises:
            Exception: The error that it failed with; StoppedError if it was stopped without a result, or has not ended.
        """
        if self._error is not None:
            raise self._error
        if not self.done:
            raise StoppedError(f"it has not ended yet (state: {self.state})", where=self.name, remedy="call wait()")
        return self._result  # type: ignore[return-value]

    def cancel(self) -> None:
        """Withdraws it if it waits; if it runs, asks it to stop at its next batch."""
        self.is_cancelled = True
        self._go.set()
        self._worker.withdraw(self)

    def pause(self) -> None:
        """Pauses it at its next batch. A paused search lets other jobs run; any other paused job holds them up."""
        if not self.done and not self.is_cancelled and not self.is_paused:
            self._go.clear()
            self._worker.ring()

    def resume(self) -> None:
        """Resumes it after a pause."""
        self._go.set()
        self._worker.ring()

    def wait(self, timeout: float | None = None) -> R:
        """Waits until it has ended, and returns its result. An interrupt stops the job, then is raised.

        Args:
            timeout: Seconds; None: as long as it takes.

        Raises:
            TimeoutError: It has not ended by then; it continues.
            StoppedError: It was stopped before there was a result.
            Exception: The error that it failed with, or that an observer raised meanwhile.
        """
        errors: list[Exception] = []
        interrupt: KeyboardInterrupt | None = None
        with showing(self, shown=self._worker.bar) as each:
            while True:
                try:
                    self._worker.notifications.pump(lambda: self.done, errors=errors, timeout=timeout, each=each)
                    break
                except KeyboardInterrupt as error:
                    # A second interrupt means that the user does not want to wait for the end of the batch.
                    if interrupt is not None:
                        raise
                    # The exact place of the wait is of no interest.
                    interrupt, self.is_interrupted = error.with_traceback(None), True
                    self.cancel()
        failed = interrupt or self._error or (errors.pop(0) if errors else None)
        for other in errors:
            show_error(other)
        if failed is not None:
            raise failed
        if not self.done:
            raise TimeoutError(f"{self.name} has not ended after {timeout:g} seconds")
        return self.result

    def on_done(self, callback: Callable[[Job[R]], None]) -> None:
        """Schedules a call on the main thread after its end; if it has ended already, the call is queued now."""
        with self._worker.notifications.lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        self._worker.notifications.call(partial(callback, self))

    # ---- for the worker --------------------------------------------------------------------------------------------

    def run(self) -> Callable[[], None] | None:
        """Does one part of the work. Returns the outcome that ends the job, or None if there is more to do."""
        self.is_started = True
        assert self._body is not None
        self._take_up()
        try:
            next(self._body)
        except StopIteration as end:
            return partial(self.end, end.value)
        except BaseException as error:
            return partial(self.end, error=error)
        finally:
            self._lay_down()
        return None

    def end(self, result: R | None = None, *, error: BaseException | None = None) -> None:
        """Records how it ended."""
        with self._worker.notifications.lock:
            # A short job is complete by then.
            stopped = isinstance(error, StoppedError) or (error is None and self.is_cancelled and self.rank > SHORT)
            self._result, self._error = result, error
            self._state = "stopped" if stopped else "failed" if error else "done"
            callbacks, self._callbacks, self._body = self._callbacks, [], None
        for callback in callbacks:
            self._worker.notifications.call(partial(callback, self))
        self._worker.notifications.ring()

    def stay_behind(self, error: Exception) -> None:
        """Ends it in the child of a fork, which has no worker thread; that thread may have held locks."""
        self._go = Event()
        self._go.set()
        self._error, self._state, self._callbacks = error, "failed", []

    def rest(self, meanwhile: Callable[[], float | None]) -> None:
        """Waits while it is paused.

        Args:
            meanwhile: Called at once, and again after the number of seconds that it returns; not again after None.
        """
        self.is_resting = True
        self._lay_down()
        while not self._go.wait(meanwhile()):
            pass
        self._take_up()
        self.is_resting = False

    def _take_up(self) -> None:
        self._since = monotonic()

    def _lay_down(self) -> None:
        self._spent, self._since = self._spent + monotonic() - self._since, math.nan


def once(run: Callable[[], R]) -> Body[R]:
    """Wraps work without parts."""
    yield from ()
    return run()
