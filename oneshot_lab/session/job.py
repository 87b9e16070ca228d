"""A job: a piece of work that waits for the worker, is done there, and tells how far it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from functools import partial
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

from oneshot_lab.errors import StoppedError
from oneshot_lab.session.bar import showing
from oneshot_lab.session.outbox import show_error

if TYPE_CHECKING:
    from oneshot_lab.session.worker import Worker

R = TypeVar("R")

Body = Generator[None, None, R]
"""Does the work; between its parts it yields, and then gives way to other jobs."""

SHORT, NEXT, LONG = 0.0, 0.25, 1.0
"""Ranks: an edit goes before a training that waits. `NEXT` goes before what has begun and makes a break."""

SOON = 0.5
"""Seconds after which the time that is left can be told."""


class Job(Generic[R]):
    """A piece of work for the worker of a session. Sessions make them; see `SearchSession.train` and its like.

    Attributes:
        name: The action's name.
        progress: Share that is done, 0 to 1.
        said: What it is at, in a line.
    """

    def __init__(
        self,
        name: str,
        body: Body[R],
        *,
        worker: Worker,
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
        """Whether it lets other jobs in between its parts."""
        return self.parts > 0

    # ---- what is asked of it ---------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """`waiting`, `running` or `paused`; at the end `done`, `stopped` or `failed`."""
        if self._state:
            return self._state
        if not self._go.is_set():
            return "paused"
        return "running" if self.is_started else "waiting"

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._state is not None

    @property
    def is_paused(self) -> bool:
        """Whether it has been asked to pause, and has not ended."""
        return self._state is None and not self._go.is_set()

    @property
    def eta(self) -> float:
        """Seconds that are left, by what is done so far; NaN: not known."""
        if self.done or not self.is_started:
            return 0.0 if self.done else math.nan
        since = self._since
        spent = self._spent + (0.0 if math.isnan(since) else monotonic() - since)
        if spent < SOON or self.progress <= 0:
            return math.nan
        return round(spent * (1 - self.progress) / self.progress, 1)

    @property
    def result(self) -> R:
        """What it has led to.

        Raises:
            Exception: What it failed with; StoppedError if it was stopped without a result, or has not ended.
        """
        if self._error is not None:
            raise self._error
        if not self.done:
            raise StoppedError(f"it has not ended yet (state: {self.state})", where=self.name, remedy="call wait()")
        return self._result  # type: ignore[return-value]

    def cancel(self) -> None:
        """Takes it back if it waits; asks it to stop if it runs, which it does at its next batch."""
        self.is_cancelled = True
        self._go.set()
        self._worker.withdraw(self)

    def pause(self) -> None:
        """Has it rest from its next batch on. A search lets other jobs run meanwhile, everything else holds them up."""
        if not self.done and not self.is_cancelled and not self.is_paused:
            self._go.clear()
            self._worker.ring()

    def resume(self) -> None:
        """Goes on after a pause."""
        self._go.set()
        self._worker.ring()

    def wait(self, timeout: float | None = None) -> R:
        """Waits until it has ended, and returns its result. An interrupt stops the job, and is raised when it has.

        Args:
            timeout: Seconds; None: as long as it takes.

        Raises:
            TimeoutError: It has not ended by then; it goes on.
            StoppedError: It was stopped before there was a result.
            Exception: What it failed with, or what an observer raised meanwhile.
        """
        errors: list[Exception] = []
        interrupt: KeyboardInterrupt | None = None
        with showing(self, shown=self._worker.bar) as each:
            while True:
                try:
                    self._worker.outbox.pump(lambda: self.done, errors=errors, timeout=timeout, each=each)
                    break
                except KeyboardInterrupt as error:
                    # Who interrupts a second time does not want to wait for the batch to end.
                    if interrupt is not None:
                        raise
                    # Where exactly the waiting was tells nobody anything.
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
        """Has something called on the main thread when it has ended; at once, in its turn, if it has already."""
        with self._worker.outbox.lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        self._worker.outbox.call(partial(callback, self))

    # ---- for the worker --------------------------------------------------------------------------------------------

    def run(self) -> Callable[[], None] | None:
        """Does a part of the work. Returns what ends the job, or None if there is more to do."""
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
        """Notes how it ended."""
        with self._worker.outbox.lock:
            # What is short has been done in full by then.
            stopped = isinstance(error, StoppedError) or (error is None and self.is_cancelled and self.rank > SHORT)
            self._result, self._error = result, error
            self._state = "stopped" if stopped else "failed" if error else "done"
            callbacks, self._callbacks, self._body = self._callbacks, [], None
        for callback in callbacks:
            self._worker.outbox.call(partial(callback, self))
        self._worker.outbox.ring()

    def stay_behind(self, error: Exception) -> None:
        """Ends it in the child of a fork: the thread that does it is not there, but may have locked something."""
        self._go = Event()
        self._go.set()
        self._error, self._state, self._callbacks = error, "failed", []

    def rest(self, meanwhile: Callable[[], float | None]) -> None:
        """Waits while it is paused.

        Args:
            meanwhile: Called at once, and again after as many seconds as it returns; None: not again.
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
    """Does something that has no parts."""
    yield from ()
    return run()
