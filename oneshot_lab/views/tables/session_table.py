"""The base of a session's tables: they watch the session, and are redrawn when their rows change."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.errors import OneShotError
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.views.common.following import Following
from oneshot_lab.views.common.session_view import SessionView, check_session
from oneshot_lab.views.tables.widget import Column, Row, Table

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

REDRAW_SECONDS = 0.1
"""How long to wait between two drawings while an action runs."""

SHARE = 0.1
"""The share of that time which drawing may take: of thousands of rows there are fewer drawings."""


class SessionTable(SessionView, Table):
    """A table of what a session holds.

    A subclass returns its rows in `_rows`, and sets each row's candidate in `_masks`: then the row under the pointer is
    the session's `hovered_candidate`, and vice versa.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: It is no session.
    """

    COLUMNS: ClassVar[tuple[Column, ...]]
    LABEL: ClassVar[str]
    FOLLOWED: ClassVar[tuple[str, ...]] = ()
    """Those that say what people look at."""

    def __init__(self, session: SearchSession, **kwargs: Any) -> None:
        self.session = check_session(session, view=type(self).__name__)
        self._masks: dict[str, Mask] = {}
        self._key_of: dict[Mask, str] = {}
        self._led: Mask | None = None
        self._following = Following()
        self._seen: tuple[Any, ...] = ()
        self._drawn_at = self._cost = 0.0
        rows = self._read()
        super().__init__(self._columns(), rows, label=self.LABEL, empty=self._reason(), **kwargs)
        self._follow(*self.FOLLOWED)
        # The message comes several times a second while an action runs: what waits to be drawn then is not forgotten.
        self._watch(session, (*self.WATCHED, *self.FOLLOWED, "status", "message"))
        self.observe(self._lead, ["hovered", "selected"])
        self.observe(lambda _: self._defer_drawing(), "order")

    def _rows(self) -> Sequence[Row]:
        """Returns the current rows, and sets each row's candidate in `_masks`."""
        raise NotImplementedError

    def _columns(self) -> Sequence[Column]:
        """Returns the columns of the rows that were read last."""
        return self.COLUMNS

    def _reason(self) -> str:
        """Returns what to do where there are no rows."""
        raise NotImplementedError

    def _refuse(self, error: OneShotError) -> None:
        self.session.refuse(self.LABEL, error)

    # ---- from the session ------------------------------------------------------------------------------------------

    def _changed(self, change: Any) -> None:
        pause = max(REDRAW_SECONDS, self._cost / SHARE)
        is_due = self.session.status == IDLE or monotonic() - self._drawn_at >= pause
        # Several traits change together; the first one of them has drawn them all.
        if is_due and self._is_late():
            self._defer_drawing()
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
        began = monotonic()
        rows = self._read()
        try:
            # When a row disappears, the pointer has not left it.
            with self._following, self.hold_sync():
                self.set_columns(self._columns())
                self.show(rows)
                self.empty = self._reason()
        finally:
            self._drawn_at = monotonic()
            self._cost = self._drawn_at - began
        self._follow(*self.FOLLOWED)

    def _follow(self, *names: str) -> None:
        """Shows what people look at, by these traits."""
        with self._following:
            for name in names:
                self._show_attention(name)

    def _show_attention(self, name: str) -> None:
        if name == "hovered_candidate":
            self.hovered = self._find(self.session.hovered_candidate)

    def _find(self, mask: Mask | None) -> str:
        """Returns the key of a candidate's row, or an empty text."""
        if mask is None or mask in self._key_of:
            return "" if mask is None else self._key_of[mask]
        architecture = self.session.architecture
        # Evaluated masks have no blocks without effect.
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
                # The pointer has left this table, and has not reached a candidate in another view since.
                self.session.hovered_candidate = None

    def _select(self) -> None:
        """Passes the selection to the session."""
