"""What the tables of a session share: they watch it, and are drawn anew when what they show has changed."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.attention import Attention
from oneshot_lab.views.table import Column, Row, Table

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

PAUSE = 0.1
"""Seconds between two drawings while an action runs."""

SHARE = 0.1
"""The share of that time which drawing may take: of thousands of rows there are fewer drawings."""


class SessionTable(Table):
    """A table of what a session holds.

    A table says what it shows in `_rows`, and which row is which candidate in `_masks`: the row under the pointer is
    then the session's `hovered_candidate`, and the other way round.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: It is no session.
    """

    COLUMNS: ClassVar[tuple[Column, ...]]
    LABEL: ClassVar[str]
    WATCHED: ClassVar[tuple[str, ...]]
    """The session's traits that change the rows."""
    FOLLOWED: ClassVar[tuple[str, ...]] = ()
    """Those that say what people look at."""

    # Nothing until it is complete: `close` is also called on a table that could not be made.
    _observed: tuple[str, ...] = ()

    def __init__(self, session: SearchSession, **kwargs: Any) -> None:
        if not isinstance(session, Attention):
            raise SessionError(f"a {type(session).__name__}", where=type(self).__name__, expected="a search session")
        self.session = session
        self._masks: dict[str, Mask] = {}
        self._key_of: dict[Mask, str] = {}
        self._led: Mask | None = None
        self._following = False
        self._seen: tuple[Any, ...] = ()
        self._drawn_at = self._cost = 0.0
        rows = self._read()
        super().__init__(self.COLUMNS, rows, label=self.LABEL, empty=self._reason(), **kwargs)
        self._follow(*self.FOLLOWED)
        # The message comes several times a second while an action runs: what waits to be drawn then is not forgotten.
        self._observed = tuple(dict.fromkeys((*self.WATCHED, *self.FOLLOWED, "status", "message")))
        session.observe(self._changed, list(self._observed))
        self.observe(self._lead, ["hovered", "selected"])

    def close(self) -> None:
        """Takes the table away; the session stays."""
        if self._observed:
            self.session.unobserve(self._changed, list(self._observed))
            self._observed = ()
        super().close()

    def _rows(self) -> Sequence[Row]:
        """Returns what is shown now, and keeps in `_masks` which row is which candidate."""
        raise NotImplementedError

    def _reason(self) -> str:
        """Returns what to do where there are no rows."""
        raise NotImplementedError

    def _refuse(self, error: OneShotError) -> None:
        self.session.refuse(self.LABEL, error)

    # ---- from the session ------------------------------------------------------------------------------------------

    def _changed(self, change: Any) -> None:
        pause = max(PAUSE, self._cost / SHARE)
        is_due = self.session.status == IDLE or monotonic() - self._drawn_at >= pause
        # Several traits change together; the first one of them has drawn them all.
        if is_due and self._is_late():
            self.session.soon(self._draw)
        elif change.name in self.FOLLOWED:
            # Only this: of what came from the browser in one message, the rest is not the session's yet.
            self._follow(change.name)

    def _is_late(self) -> bool:
        values = tuple(getattr(self.session, name) for name in self.WATCHED)
        return any(one is not other for one, other in zip(values, self._seen, strict=True))

    def _read(self) -> Sequence[Row]:
        self._seen = tuple(getattr(self.session, name) for name in self.WATCHED)
        self._masks = {}
        rows = self._rows()
        # Of several rows with one network the first one stands for it.
        self._key_of = {mask: key for key, mask in reversed(self._masks.items())}
        return rows

    def _draw(self) -> None:
        if not self._observed:
            return
        began = monotonic()
        rows, before = self._read(), self._following
        # A row that goes away is none that the pointer has left.
        self._following = True
        try:
            self.show(rows)
            self.empty = self._reason()
        finally:
            self._following = before
            self._drawn_at = monotonic()
            self._cost = self._drawn_at - began
        self._follow(*self.FOLLOWED)

    def _follow(self, *names: str) -> None:
        """Shows what people look at, by these traits."""
        before, self._following = self._following, True
        try:
            for name in names:
                self._show_attention(name)
        finally:
            self._following = before

    def _show_attention(self, name: str) -> None:
        if name == "hovered_candidate":
            self.hovered = self._find(self.session.hovered_candidate)

    def _find(self, mask: Mask | None) -> str:
        """Returns the key of a candidate's row, or an empty text."""
        if mask is None or mask in self._key_of:
            return "" if mask is None else self._key_of[mask]
        architecture = self.session.architecture
        # What is evaluated has no blocks that cannot matter.
        return self._key_of.get(prune(architecture, mask), "") if is_valid(architecture, mask) else ""

    # ---- from the browser ------------------------------------------------------------------------------------------

    def _lead(self, change: Any) -> None:
        if self._following:
            return
        if change.name == "selected":
            self._select()
        elif "hovered_candidate" in self.FOLLOWED:
            mask = self._masks.get(self.hovered)
            if mask is not None:
                self._led = self.session.hovered_candidate = mask
            elif self.session.hovered_candidate == self._led:
                # The pointer has left this table, and not come to another view's candidate in the meantime.
                self.session.hovered_candidate = None

    def _select(self) -> None:
        """Tells the session what was selected here."""
