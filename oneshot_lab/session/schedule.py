"""When a session is kept: soon after it has come to rest, and every few seconds while it is busy."""

from __future__ import annotations

import math
from collections import deque
from time import monotonic

SETTLE = 1.0
"""Seconds without another change before a session is kept that has nothing to do: what people do comes in bursts."""

APART = 4.0
"""Seconds of work that are not kept yet, at most, while a session is busy; with the batch that runs and the writing
itself no more than five are lost."""

SHARE = 50.0
"""Of a large session more: so many times as long as its writing takes, which is then 2 % of the time."""

WAITS = 5
"""Writings whose wait for the disk is looked at; the shortest counts, so that it does from the fifth one on. A slow
disk is slow each time; what other programs on a busy machine add is no reason to keep less."""

AGAIN = 5.0
"""Seconds after which what could not be written is tried again."""


class Schedule:
    """What has changed since a session was kept last, and until when it may wait."""

    def __init__(self) -> None:
        # Since when there are changes that nobody has begun to write, and since when those that are being written.
        self._since: float | None = None
        self._taken: float | None = None
        self._changed_at = self._not_before = -math.inf
        self._computed = 0.0
        self._waits = deque([0.0] * WAITS, maxlen=WAITS)

    @property
    def is_unsaved(self) -> bool:
        """Whether there are changes that have not been written."""
        return self._since is not None or self._taken is not None

    def changed(self) -> None:
        """Notes that something has."""
        self._changed_at = monotonic()
        if self._since is None:
            self._since = self._changed_at

    def left(self, *, busy: bool) -> float:
        """Returns how many seconds the writing may wait; 0 or less: it is time, infinitely many: nothing has changed.

        Args:
            busy: Whether the session is in the middle of something.
        """
        if self._since is None:
            return math.inf
        due = self._since + max(APART, SHARE * (self._computed + min(self._waits)))
        if not busy:
            due = min(due, self._changed_at + SETTLE)
        return max(due, self._not_before) - monotonic()

    def take(self) -> bool:
        """Notes that all changes so far are being written. Returns whether there are any."""
        self._taken, self._since = self._since, None
        return self._taken is not None

    def wrote(self, *, computed: float, waited: float) -> None:
        """Notes that they are.

        Args:
            computed: Seconds of work that it took.
            waited: Seconds more that passed until it was done.
        """
        self._waits.append(waited)
        self._taken, self._computed, self._not_before = None, computed, -math.inf

    def failed(self, *, computed: float) -> None:
        """Notes that they could not be written: they wait again.

        Args:
            computed: Seconds of work that it took.
        """
        self._since, self._taken = self._taken, None
        self._not_before = monotonic() + max(AGAIN, SHARE * computed)

    def forget(self) -> None:
        """Notes that the session is as a file has it."""
        self._since = self._taken = None
