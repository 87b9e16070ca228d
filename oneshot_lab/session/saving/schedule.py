"""When a session saves itself: shortly after the last change, and every few seconds while it is busy."""

from __future__ import annotations

import math
from collections import deque
from time import monotonic

SETTLE_SECONDS = 1.0
"""How long an idle session waits after the last change before it saves itself, since changes come in bursts."""

UNSAVED_SECONDS = 4.0
"""How much work of a busy session may be unsaved; with the running batch and the writing, at most five are lost."""

SHARE = 50.0
"""A large session waits this many times as long as its writing takes, so that writing takes 2 % of the time."""

WAITS = 5
"""Writings whose wait for the disk is looked at; the shortest counts, so that it does from the fifth one on. A slow
disk is slow each time; what other programs on a busy machine add is no reason to keep less."""

RETRY_SECONDS = 5.0
"""How long to wait before saving is retried after an error."""


class Schedule:
    """The unsaved changes of a session, and when they have to be saved."""

    def __init__(self) -> None:
        # The time of the first change that is not being written yet, and of the first one that is.
        self._since: float | None = None
        self._taken: float | None = None
        self._changed_at = self._not_before = -math.inf
        self._computed = 0.0
        self._waits = deque([0.0] * WAITS, maxlen=WAITS)

    @property
    def is_unsaved(self) -> bool:
        """Whether there are unsaved changes."""
        return self._since is not None or self._taken is not None

    def changed(self) -> None:
        """Records a change."""
        self._changed_at = monotonic()
        if self._since is None:
            self._since = self._changed_at

    def left(self, *, busy: bool) -> float:
        """Returns how many seconds saving may still wait: 0 or less if it is due, infinite if nothing has changed.

        Args:
            busy: Whether the session is in the middle of something.
        """
        if self._since is None:
            return math.inf
        due = self._since + max(UNSAVED_SECONDS, SHARE * (self._computed + min(self._waits)))
        if not busy:
            due = min(due, self._changed_at + SETTLE_SECONDS)
        return max(due, self._not_before) - monotonic()

    def take(self) -> bool:
        """Records that all changes so far are being written. Returns whether there are any."""
        self._taken, self._since = self._since, None
        return self._taken is not None

    def wrote(self, *, computed: float, waited: float) -> None:
        """Records that they are written.

        Args:
            computed: Seconds of work that the writing took.
            waited: Seconds more that passed until it was done.
        """
        self._waits.append(waited)
        self._taken, self._computed, self._not_before = None, computed, -math.inf

    def failed(self, *, computed: float) -> None:
        """Records that they could not be written, so they are unsaved again.

        Args:
            computed: Seconds of work that the writing took.
        """
        self._since, self._taken = self._taken, None
        self._not_before = monotonic() + max(RETRY_SECONDS, SHARE * computed)

    def forget(self) -> None:
        """Records that a file holds the session as it is."""
        self._since = self._taken = None
