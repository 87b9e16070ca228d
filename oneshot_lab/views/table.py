"""A table in the browser: its rows can be sorted there, pointed at and selected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ipywidgets import DOMWidget
from traitlets import Int, List, Unicode, validate

from oneshot_lab.architecture.limits import LONGEST_NAME
from oneshot_lab.errors import OneShotError, SessionError, closest
from oneshot_lab.views.module import MODULE, MODULE_VERSION

KINDS = ("text", "number", "percent", "count", "blocks", "time")
"""What a column holds: `blocks` are ids parted by spaces, a `time` is written as ISO 8601 does."""

Cell = str | float | tuple[float, float] | None


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: Unlike that of any other column.
        title: What stands above it.
        kind: One of `KINDS`; a `percent` is given as a share.
        digits: Digits after the point; left out: as suits the kind.
        falling: Whether the first click on its head brings the highest value to the top.
        help: What it is, in a sentence.
    """

    key: str
    title: str
    kind: str = "text"
    digits: int | None = None
    falling: bool = False
    help: str = ""


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        key: Unlike that of any other row, and the same when it is drawn again.
        cells: One value for each column; a number may be a mean with its spread, and None is what is not known.
        badge: A word that sets it apart.
        tone: How it looks: `best`, `failed`, `refused`, `stopped`, or like any other.
    """

    key: str
    cells: tuple[Cell, ...]
    badge: str = ""
    tone: str = ""


class Table(DOMWidget):
    """Rows under sortable heads, in a box that scrolls.

    Args:
        columns: From left to right; the first ones stay when the others scroll sideways.
        rows: See `show`.
        label: What the table is called, for who cannot see where it stands.
        empty: What is told where there are no rows: what to do to get some.
        most: How many rows can be selected at once.
        copying: Label of a button that copies what `to_copy` gives; empty: there is none.

    Attributes:
        hovered: Key of the row under the pointer; empty: none. Setting it shows the row.
        selected: Keys of the selected rows, the one that was selected last at the end. Likewise.

    Raises:
        SessionError: A column's kind is unknown, or a key is there twice.
    """

    _model_name = Unicode("TableModel").tag(sync=True)
    _view_name = Unicode("TableView").tag(sync=True)
    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    columns = List(read_only=True).tag(sync=True)
    rows = List(read_only=True).tag(sync=True)
    label = Unicode(read_only=True).tag(sync=True)
    empty = Unicode().tag(sync=True)
    most = Int(1, read_only=True).tag(sync=True)
    copying = Unicode(read_only=True).tag(sync=True)
    hovered = Unicode().tag(sync=True)
    selected = List(Unicode()).tag(sync=True)

    # Nothing until it is complete: `close` is also called on a table that could not be made.
    _keys: frozenset[str] = frozenset()
    _owns_layout = False

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row] = (),
        *,
        label: str,
        empty: str = "",
        most: int = 1,
        copying: str = "",
        **kwargs: Any,
    ) -> None:
        _check_columns(columns)
        given = {"columns": [column._asdict() for column in columns], "label": label, "most": most, "copying": copying}
        # Before the comm opens, which then brings all there is to draw.
        for name, value in given.items():
            self.set_trait(name, value)
        self.empty = empty
        self.show(rows)
        super().__init__(**kwargs)
        self._owns_layout = "layout" not in kwargs
        self.on_msg(self._received)

    def close(self) -> None:
        """Takes the table away."""
        if self._owns_layout:
            # ipywidgets leaves it, and its comm, behind.
            self.layout.close()
        super().close()

    def __repr__(self) -> str:
        # A notebook keeps it beside the table; all rows would be too much.
        return f"{type(self).__name__}({self.label!r}, {len(self.rows)} rows)"

    def show(self, rows: Sequence[Row]) -> None:
        """Draws these rows, in this order until a head is clicked. What is pointed at and selected stays, by its key.

        Raises:
            SessionError: A key is there twice.
        """
        keys = frozenset(row.key for row in rows)
        if len(keys) < len(rows):
            raise SessionError(f"{len(rows) - len(keys)} keys that are there twice", where="rows")
        drawn = [[row.key, [_plain(cell) for cell in row.cells], row.badge, row.tone] for row in rows]
        with self.hold_sync():
            self._keys = keys
            self.set_trait("rows", drawn)
            self.selected = [key for key in self.selected if key in keys]
            self.hovered = self.hovered if self.hovered in keys else ""

    def to_copy(self) -> tuple[str, str]:
        """Returns what the button copies, and what is said about it then."""
        raise NotImplementedError

    @validate("hovered")
    def _check_hovered(self, proposal: Mapping[str, Any]) -> str:
        key: str = proposal["value"]
        return self._check_keys([key])[0] if key else key

    @validate("selected")
    def _check_selected(self, proposal: Mapping[str, Any]) -> list[str]:
        return self._check_keys(proposal["value"])[-self.most :] if self.most else []

    def _check_keys(self, keys: list[str]) -> list[str]:
        for key in keys:
            if key not in self._keys:
                remedy = closest(key, self._keys) if 0 < len(self._keys) <= 20 else "use the key of a row"
                raise SessionError(f"there is no row {key!r:.60}", where=self.label, remedy=remedy)
        return keys

    # ---- from the browser: whatever it sends, the worst that it gets is a refusal ----------------------------------

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Takes what is pointed at and selected from the browser; everything else is Python's."""
        taken: dict[str, Any] = {}
        # A click is told before where the pointer is: it must not be lost in what that leads to.
        for name in ("selected", "hovered"):
            if name in sync_data:
                keys = self._take_keys([sync_data[name]] if name == "hovered" else sync_data[name])
                if keys is not None:
                    taken[name] = "".join(keys) if name == "hovered" else keys[-self.most :] if self.most else []
        if taken:
            super().set_state(taken)

    def _take_keys(self, keys: object) -> list[str] | None:
        """Returns the keys of rows that are still there; None, and a refusal, where it is no list of keys."""
        most = max(self.most, 1)
        if isinstance(keys, list) and len(keys) <= most and all(map(_is_key, keys)):
            # A row may have gone while the pointer was on it.
            return list(dict.fromkeys(key for key in keys if key in self._keys))
        self._refuse(SessionError("no rows", where=self.label, expected=f"up to {most} keys"))
        return None

    def _refuse(self, error: OneShotError) -> None:
        """Takes note of what was refused."""
        self.log.warning("%s", error)

    def _received(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002
        """Answers one message."""
        message = content if isinstance(content, dict) else {}
        request = message.get("request")
        number = request if isinstance(request, int) and abs(request) < 2**53 else None
        try:
            if message.get("kind") != "copy" or not self.copying:
                raise SessionError("an unknown message", where=self.label, expected="copy")
            text, note = self.to_copy()
            answer = {"kind": "copied", "text": text, "note": note}
        except OneShotError as error:
            self._refuse(error)
            parts = {"where": error.where, "message": error.message, "expected": error.expected}
            answer = {"kind": "answer", "ok": False, **parts, "remedy": error.remedy}
        self.send({**answer, "request": number})


def _check_columns(columns: Sequence[Column]) -> None:
    for column in columns:
        if column.kind not in KINDS:
            raise SessionError(
                f"the kind {column.kind!r}", where=f"column {column.key}", remedy=closest(column.kind, KINDS)
            )
    if len({column.key for column in columns}) < len(columns):
        raise SessionError("a key that is there twice", where="columns")


def _plain(cell: Cell) -> Any:
    """Returns a cell as JSON can hold it, which knows no NaN."""
    if isinstance(cell, tuple):
        mean, spread = map(_plain, cell)
        return None if mean is None else [mean, spread]
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _is_key(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME
