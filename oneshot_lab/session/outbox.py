"""What the worker has to tell: kept until the main thread, where observers and views live, delivers it."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import RLock, current_thread, get_ident, main_thread
from time import monotonic, sleep
from typing import Any

from traitlets import Bunch, HasTraits

PAUSE = 0.2
"""Seconds between two deliveries of what passes."""

PASSING = frozenset({"progress", "message", "eta", "curve"})
"""Traits that change with each batch. What an action has led to, or its end, is told at once."""

BREATH = 0.004
"""Seconds between two things that may wait: what a browser has sent meanwhile is answered first."""

LOOK = 1.0
"""Seconds for which the worker sets nothing while observers look. One that takes longer may find a mixture."""


class Outbox:
    """Changes of traits, and calls, on their way to the main thread.

    Values are set where the work is done. Their observers are called on the main thread only: by a caller that waits
    (`pump`), or by the event loop that runs there. Without a loop, as in a script, whoever waits delivers.

    Args:
        owner: Whose traits they are; not kept alive.

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
        self._timer = False
        self._later: dict[Callable[[], None], None] = {}
        # The event loop, while it delivers.
        self._delivering: asyncio.AbstractEventLoop | None = None
        self.find_loop()

    def find_loop(self) -> None:
        """Takes note of the event loop that runs on the main thread, if there is one."""
        if current_thread() is main_thread():
            with suppress(RuntimeError):
                loop, before = asyncio.get_running_loop(), self._loop
                self._loop, self._timer = loop, self._timer and loop is before

    def is_home(self) -> bool:
        """Tells whether observers may be called on this thread."""
        return current_thread() is main_thread() or self._loop is None or self._loop.is_closed()

    def is_looked_at(self) -> bool:
        """Tells whether this thread is in an observer."""
        return get_ident() in self._lookers

    def stay_behind(self) -> None:
        """Called in the child of a fork, where whoever had locked or still had to be told something is not."""
        self.lock = RLock()
        self._changes, self._calls, self._bells, self._lookers = {}, deque(), [], []
        self._awaiting, self._loop, self._delivering, self._later = 0, None, None, {}

    # ---- from the thread that sets ---------------------------------------------------------------------------------

    @contextmanager
    def setting(self) -> Iterator[None]:
        """Holds the lock, at a time when no observer looks: whoever watches a trait finds the others set as well."""
        while True:
            with self.lock:
                if not self._lookers or self.is_looked_at() or monotonic() - self._looking_since > LOOK:
                    yield
                    return
            sleep(0.001)

    def put(self, changes: Iterable[Bunch]) -> None:
        """Keeps changes for the main thread; of several changes of a trait the first old value and the last new one."""
        with self.lock:
            # What nobody has taken yet keeps no session alive.
            merged = [Bunch(self.merged(change), owner=None) for change in changes]
            self._changes |= {change.name: change for change in merged}
        if merged:
            self._announce(passing=all(change.name in PASSING for change in merged))

    def merged(self, change: Bunch) -> Bunch:
        """Returns a change together with the one of the same trait that has not been delivered, which is taken out."""
        with self.lock:
            before = self._changes.pop(change.name, None)
        return change if before is None else Bunch(change, old=before.old)

    def call(self, callback: Callable[[], None]) -> None:
        """Has something called on the main thread, after the changes so far."""
        self._calls.append(callback)
        self._announce(passing=False)

    def ring(self) -> None:
        """Wakes those who wait."""
        for bell in [*self._bells]:
            bell.put(None)

    def settle(self) -> None:
        """Waits until a caller that waits has delivered, so that an action begins when its beginning has been told."""
        limit = monotonic() + LOOK
        while self._awaiting and (self._changes or self._lookers) and monotonic() < limit:
            sleep(0.0002)

    def _announce(self, *, passing: bool) -> None:
        if not passing:
            self.ring()
        loop = self._loop
        if loop is not None:
            # The loop may close at any time; what is here is then delivered by the next one who waits.
            with suppress(RuntimeError):
                if not passing:
                    loop.call_soon_threadsafe(self._deliver_from_loop)
                elif not self._timer:
                    self._timer = True
                    loop.call_soon_threadsafe(loop.call_later, PAUSE, self._deliver_in_time)

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """Tells that this thread is going to wait for a job that it gives to the worker."""
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
        """Calls the observers of all that has changed, and then the calls. Returns what was raised there."""
        errors: list[Exception] = []
        if not self.is_home() or not (self._changes or self._calls):
            return errors
        with self.looking():
            while True:
                with self.lock:
                    name = next(iter(self._changes), None)
                    change = None if name is None else self._changes.pop(name)
                    call = self._calls.popleft() if change is None and self._calls else None
                try:
                    if change is not None:
                        self._notify(change)
                    elif call is not None:
                        call()
                    else:
                        return errors
                except Exception as error:
                    errors.append(error)
                except BaseException:
                    # An interrupt: whoever has not been told yet is told the next time.
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

    def soon(self, draw: Callable[[], None]) -> None:
        """Calls something that takes time and may wait, such as a drawing, once for however often it is asked for.

        Asked by an observer that the event loop has called, one after another, with room for messages in between.
        Otherwise at once: a caller that waits keeps the loop from running, and so does a cell.
        """
        loop = self._delivering
        if loop is None or self._bells:
            self._later.pop(draw, None)
            draw()
            return
        if not self._later:
            loop.call_later(BREATH, self._next_drawing, loop)
        self._later[draw] = None

    def _next_drawing(self, loop: asyncio.AbstractEventLoop) -> None:
        draw = next(iter(self._later), None)
        if draw is None:
            return
        del self._later[draw]
        if self._later:
            loop.call_later(BREATH, self._next_drawing, loop)
        try:
            draw()
        except Exception as error:
            show_error(error)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Keeps the worker from setting traits meanwhile."""
        with self.lock:
            if not self._lookers:
                self._looking_since = monotonic()
            self._lookers.append(get_ident())
        try:
            yield
        finally:
            with self.lock, suppress(ValueError):
                # An interrupt at a bad moment may have taken it out already.
                self._lookers.remove(get_ident())

    def pump(
        self,
        until: Callable[[], bool],
        *,
        errors: list[Exception],
        timeout: float | None = None,
        each: Callable[[], None] = lambda: None,
    ) -> None:
        """Waits, and delivers meanwhile where that may be done on this thread.

        Args:
            until: What is waited for; it still holds when all has been delivered.
            errors: Takes what observers raise.
            timeout: Seconds; None: as long as it takes.
            each: Called after each delivery.
        """
        # A raw queue rather than a condition: an interrupt at any point leaves nothing locked.
        bell: SimpleQueue[None] = SimpleQueue()
        limit = None if timeout is None else monotonic() + timeout
        if self.is_home():
            self._bells.append(bell)
        # An observer that waits for the worker does not keep it waiting.
        with self.lock:
            here = [looker for looker in self._lookers if looker == get_ident()]
            self._lookers = [looker for looker in self._lookers if looker != get_ident()]
        try:
            while True:
                # What came before there was a bell is delivered at once: the worker may wait for that.
                ended = until()
                errors += self.deliver()
                each()
                # Observers may have asked for more, or done what is waited for.
                ended, before = until(), ended
                left = PAUSE if limit is None else min(PAUSE, limit - monotonic())
                if (ended and before) or left <= 0:
                    break
                if not ended:
                    with suppress(Empty):
                        bell.get(timeout=left)
        finally:
            self._lookers += here
            if bell in self._bells:
                self._bells.remove(bell)

    def _notify(self, change: Bunch) -> None:
        owner = self._owner()
        if owner is not None and not _is_same(change.old, change.new):
            HasTraits.notify_change(owner, Bunch(change, owner=owner))

    def _deliver_in_time(self) -> None:
        self._timer = False
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
    """Shows an error that nobody waits for: in the notebook, where there is one."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is None:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        shell.showtraceback((type(error), error, error.__traceback__))


def _is_same(old: object, new: object) -> bool:
    """Tells whether a trait has come back to what observers know; where that cannot be told, it has not."""
    try:
        return bool(old == new)
    except Exception:
        return False
