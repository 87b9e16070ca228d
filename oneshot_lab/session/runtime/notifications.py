"""Notifications of the worker: kept until the main thread, where observers and views live, delivers them."""

from __future__ import annotations

import asyncio
import math
import sys
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import RLock, current_thread, get_ident, main_thread
from time import monotonic, sleep
from typing import Any

from traitlets import Bunch, HasTraits

PROGRESS_SECONDS = 0.2
"""How long to wait between two deliveries of progress."""

PASSING = frozenset({"progress", "message", "eta", "curve"})
"""Traits that change with each batch."""

RESULT_SECONDS = 0.1
"""The least time between two deliveries of results, such as the generations of a search. A search among candidates that
are known already has hundreds in a second; a Jupyter server drops messages past 1,000 in a second."""

PROMPT = frozenset({"status", "doing", "job_state", "waiting", "paused"})
"""Traits that say what begins and what ends; they are delivered at once, with all that came before."""

DEFERRED_GAP_SECONDS = 0.004
"""How long to wait between two deferred calls, so that messages from the browser are answered first."""

OBSERVER_SECONDS = 1.0
"""How long the worker waits for observers before it sets traits. A slower observer may see values of two states."""


class Notifications:
    """Changes of traits, and calls, on their way to the main thread.

    Values are set in the thread that does the work. Their observers are called on the main thread only: by a caller
    that waits (`pump`), or by the event loop that runs there. Without a loop, as in a script, a waiting caller
    delivers.

    Args:
        owner: The owner of the traits; not kept alive.

    Attributes:
        lock: Held while traits are set together and while jobs are queued; never while observers are called.
    """

    def __init__(self, owner: HasTraits) -> None:
        self.lock = RLock()
        self._owner = weakref.ref(owner)
        self._changes: dict[str, Bunch] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._bells: list[SimpleQueue[None]] = []
        self._lookers: list[int] = []
        self._looking_since = 0.0
        self._awaiting = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        # When what is undelivered is to be delivered, and when the event loop will do so by itself.
        self._due = self._timer = math.inf
        self._delivered = -math.inf
        self._later: dict[Callable[[], None], None] = {}
        # The event loop while it delivers.
        self._delivering: asyncio.AbstractEventLoop | None = None
        self.find_loop()

    def find_loop(self) -> None:
        """Records the event loop that runs on the main thread, if there is one."""
        if current_thread() is main_thread():
            with suppress(RuntimeError):
                loop, before = asyncio.get_running_loop(), self._loop
                self._loop, self._timer = loop, self._timer if loop is before else math.inf

    def is_home(self) -> bool:
        """Returns whether observers may be called on this thread."""
        return current_thread() is main_thread() or self._loop is None or self._loop.is_closed()

    def is_looked_at(self) -> bool:
        """Returns whether this thread runs an observer."""
        return get_ident() in self._lookers

    def stay_behind(self) -> None:
        """Called in the child of a fork, where no thread holds the locks and no observer is waiting."""
        self.lock = RLock()
        self._changes, self._calls, self._bells, self._lookers = {}, deque(), [], []
        self._awaiting, self._loop, self._delivering, self._later = 0, None, None, {}
        self._due = self._timer = math.inf

    # ---- from the thread that sets ---------------------------------------------------------------------------------

    @contextmanager
    def setting(self) -> Iterator[None]:
        """Holds the lock while no observer runs, so that an observer of one trait finds the others set as well."""
        while True:
            with self.lock:
                if not self._lookers or self.is_looked_at() or monotonic() - self._looking_since > OBSERVER_SECONDS:
                    yield
                    return
            sleep(0.001)

    def put(self, changes: Iterable[Bunch]) -> None:
        """Queues changes for the main thread; several changes of a trait become one.

        What begins and ends is delivered at once, results some ten times a second, progress less often than that.
        """
        with self.lock:
            # Undelivered changes do not keep a session alive.
            merged = [Bunch(self.merged(change), owner=None) for change in changes]
            self._changes |= {change.name: change for change in merged}
        names = {change.name for change in merged}
        if names:
            now = monotonic()
            results = now if names & PROMPT else max(now, self._delivered + RESULT_SECONDS)
            self._announce(now + PROGRESS_SECONDS if names <= PASSING else results)

    def merged(self, change: Bunch) -> Bunch:
        """Returns a change merged with the undelivered one of the same trait, which is removed."""
        with self.lock:
            before = self._changes.pop(change.name, None)
        return change if before is None else Bunch(change, old=before.old)

    def call(self, callback: Callable[[], None]) -> None:
        """Schedules a call on the main thread, after the changes so far."""
        self._calls.append(callback)
        self._announce(monotonic())

    def ring(self) -> None:
        """Wakes waiting callers."""
        for bell in [*self._bells]:
            bell.put(None)

    def settle(self) -> None:
        """Waits until a waiting caller has delivered, so that an action starts after its start was announced."""
        limit = monotonic() + OBSERVER_SECONDS
        while self._awaiting and ("status" in self._changes or self._lookers) and monotonic() < limit:
            sleep(0.0002)

    def _announce(self, due: float) -> None:
        """Has what is queued delivered at some time, or earlier."""
        with self.lock:
            sooner, self._due = due < self._due, min(self._due, due)
        if sooner:
            self.ring()
        loop, wait = self._loop, due - monotonic()
        if loop is not None and due < self._timer:
            # The loop may close at any time; the next waiting caller then delivers.
            with suppress(RuntimeError):
                if wait <= 0:
                    loop.call_soon_threadsafe(self._deliver_from_loop)
                else:
                    self._timer = due
                    loop.call_soon_threadsafe(loop.call_later, wait, self._deliver_in_time)

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """Announces that this thread is going to wait for a job that it submits."""
        here = self.is_home()
        with self.lock:
            self._awaiting += here
        try:
            yield
        finally:
            with self.lock:
                self._awaiting -= here

    # ---- on the main thread ----------------------------------------------------------------------------------------

    def deliver(self) -> list[Exception]:
        """Calls the observers of all changes, and then the scheduled calls. Returns the errors that they raised."""
        errors: list[Exception] = []
        if not self.is_home():
            return errors
        with self.looking():
            while True:
                with self.lock:
                    name = next(iter(self._changes), None)
                    change = None if name is None else self._changes.pop(name)
                    call = self._calls.popleft() if change is None and self._calls else None
                    if change is None and call is None:
                        self._due = math.inf
                try:
                    if change is not None:
                        self._notify(change)
                        self._delivered = monotonic()
                    elif call is not None:
                        call()
                    else:
                        return errors
                except Exception as error:
                    errors.append(error)
                except BaseException:
                    # An interrupt: remaining observers are called the next time.
                    self._put_back(change, call)
                    raise

    def _put_back(self, change: Bunch | None, call: Callable[[], None] | None) -> None:
        with self.lock:
            if change is not None:
                newer = self._changes.pop(change.name, None)
                again = change if newer is None else Bunch(newer, old=change.old)
                self._changes = {change.name: again, **self._changes}
            if call is not None:
                self._calls.appendleft(call)

    def defer(self, draw: Callable[[], None]) -> None:
        """Defers a slow call, such as a drawing, and runs it once for any number of requests.

        If the event loop called the observer, deferred calls run one after another, with time for messages in between.
        Otherwise they run at once, since a waiting caller or a cell keeps the loop from running. Requested on another
        thread, such as one that takes messages while a cell runs, they run on the main thread.
        """
        if not self.is_home():
            self.call(partial(self.defer, draw))
            return
        loop = self._delivering
        if loop is None or self._bells:
            self._later.pop(draw, None)
            draw()
            return
        if not self._later:
            loop.call_later(DEFERRED_GAP_SECONDS, self._next_drawing, loop)
        self._later[draw] = None

    def _next_drawing(self, loop: asyncio.AbstractEventLoop) -> None:
        draw = next(iter(self._later), None)
        if draw is None:
            return
        del self._later[draw]
        if self._later:
            loop.call_later(DEFERRED_GAP_SECONDS, self._next_drawing, loop)
        try:
            draw()
        except Exception as error:
            show_error(error)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Keeps the worker from setting traits while observers run."""
        with self.lock:
            if not self._lookers:
                self._looking_since = monotonic()
            self._lookers.append(get_ident())
        try:
            yield
        finally:
            with self.lock, suppress(ValueError):
                # An interrupt may have removed it already.
                self._lookers.remove(get_ident())

    def pump(
        self,
        until: Callable[[], bool],
        *,
        errors: list[Exception],
        timeout: float | None = None,
        each: Callable[[], None] = lambda: None,
    ) -> None:
        """Waits, and meanwhile delivers if this thread may do so.

        Args:
            until: The condition to wait for; it still holds after all has been delivered.
            errors: Receives the errors that observers raise.
            timeout: Seconds; None: as long as it takes.
            each: Called after each delivery.
        """
        # A raw queue rather than a condition: an interrupt at any point leaves nothing locked.
        bell: SimpleQueue[None] = SimpleQueue()
        limit = None if timeout is None else monotonic() + timeout
        if self.is_home():
            self._bells.append(bell)
        # An observer that waits for the worker must not block it.
        with self.lock:
            here = [looker for looker in self._lookers if looker == get_ident()]
            self._lookers = [looker for looker in self._lookers if looker != get_ident()]
        try:
            while True:
                ended = until()
                if ended or monotonic() >= self._due:
                    errors += self.deliver()
                each()
                # Observers may have requested more, or fulfilled the condition.
                ended, before, now = until(), ended, monotonic()
                if (ended and before) or (limit is not None and now >= limit):
                    break
                if not ended:
                    with suppress(Empty):
                        bell.get(timeout=self._rest(now, limit))
        finally:
            self._lookers += here
            if bell in self._bells:
                self._bells.remove(bell)

    def _rest(self, now: float, limit: float | None) -> float:
        """Returns for how many seconds a waiting caller has nothing to do unless it is woken."""
        due = self._due if self.is_home() else math.inf
        return max(0.0, min(PROGRESS_SECONDS, due - now, math.inf if limit is None else limit - now))

    def _notify(self, change: Bunch) -> None:
        owner = self._owner()
        if owner is not None and not _is_same(change.old, change.new):
            HasTraits.notify_change(owner, Bunch(change, owner=owner))

    def _deliver_in_time(self) -> None:
        self._timer = math.inf
        self._deliver_from_loop()

    def _deliver_from_loop(self) -> None:
        self._delivering = self._loop
        try:
            errors = self.deliver()
        finally:
            self._delivering = None
        for error in errors:
            show_error(error)


def show_error(error: Exception) -> None:
    """Shows an error that no caller waits for, in the notebook if there is one."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is None:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        shell.showtraceback((type(error), error, error.__traceback__))


def _is_same(old: object, new: object) -> bool:
    """Returns whether a trait has its last delivered value again; False if that cannot be determined."""
    try:
        return bool(old == new)
    except Exception:
        return False
