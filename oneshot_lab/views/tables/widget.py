"""A table in the browser: its rows can be sorted there, pointed at and selected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from ipywidgets import DOMWidget
from traitlets import Int, List, Unicode, validate

from oneshot_lab.errors import OneShotError, SessionError, closest
from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.common.messages import Answer, is_id, refusal, request_number
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION

KINDS = ("text", "number", "percent", "count", "blocks", "time")
"""What a column holds: `blocks` are ids parted by spaces, a `time` is written as ISO 8601 does."""

Cell = str | float | tuple[float, float] | None


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: A unique key.
        title: Its heading.
        kind: One of `KINDS`; a `percent` is given as a share.
        digits: Digits after the decimal point; by default as suits the kind.
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
        key: A unique key, which stays the same when the row is drawn again.
        cells: One value for each column; a number may be a mean with its spread, and None means unknown.
        badge: A word that marks the row.
        tone: How it looks, in words of `best`, `tied`, `failed`, `refused`, `stopped`; empty: like any other. Tied rows
            have a bracket at the left.
        hint: Tooltip of its first cell.
    """

    key: str
    cells: tuple[Cell, ...]
    badge: str = ""
    tone: str = ""
    hint: str = ""


class Table(OwningWidget, DOMWidget):
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
        order: What the rows are ranked by, one of `ORDERS`, where there is a choice.
        orders: The choice that is offered above the rows, as pairs of a name and its words; empty: there is none.
        note: A remark beside that choice.

    Raises:
        SessionError: A column's kind is unknown, or a key is there twice.
    """

    ORDERS: ClassVar[Mapping[str, str]] = {}
    """What the rows can be ranked by, with the words for it."""

    _model_name = Unicode("TableModel").tag(sync=True)
    _view_name = Unicode("TableView").tag(sync=True)
    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    columns: List[Any] = List(read_only=True).tag(sync=True)
    rows: List[Any] = List(read_only=True).tag(sync=True)
    label = Unicode(read_only=True).tag(sync=True)
    empty = Unicode().tag(sync=True)
    most = Int(1, read_only=True).tag(sync=True)
    copying = Unicode(read_only=True).tag(sync=True)
    hovered = Unicode().tag(sync=True)
    selected = List(Unicode()).tag(sync=True)
    order = Unicode().tag(sync=True)
    orders: List[Any] = List(read_only=True).tag(sync=True)
    note = Unicode(read_only=True).tag(sync=True)

    _keys: frozenset[str] = frozenset()

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
        # Before the comm opens, which then brings all there is to draw.
        for name, value in {"label": label, "most": most, "copying": copying}.items():
            self.set_trait(name, value)
        self.set_columns(columns)
        self.empty = empty
        self.show(rows)
        super().__init__(**kwargs)
        self.on_msg(self._received)

    def __repr__(self) -> str:
        # A notebook keeps it beside the table; all rows would be too much.
        return f"{type(self).__name__}({self.label!r}, {len(self.rows)} rows)"

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Draws other columns; the rows for them have to follow.

        Raises:
            SessionError: A column's kind is unknown, or a key occurs twice.
        """
        _check_columns(columns)
        self.set_trait("columns", [column._asdict() for column in columns])

    def offer_orders(self, *, offered: bool, note: str = "") -> None:
        """Offers the choice of `ORDERS` above the rows, with a remark beside it, or no choice."""
        self.set_trait("orders", [list(pair) for pair in self.ORDERS.items()] if offered else [])
        self.set_trait("note", note)

    def show(self, rows: Sequence[Row]) -> None:
        """Draws these rows, in this order until a head is clicked. The hovered and selected rows stay, by their keys.

        Raises:
            SessionError: A key occurs twice.
        """
        keys = frozenset(row.key for row in rows)
        if len(keys) < len(rows):
            raise SessionError(f"{len(rows) - len(keys)} keys that occur twice", where="rows")
        drawn = [[row.key, [_plain(cell) for cell in row.cells], *row[2 : 5 if row.hint else 4]] for row in rows]
        with self.hold_sync():
            self._keys = keys
            self.set_trait("rows", drawn)
            self.selected = [key for key in self.selected if key in keys]
            self.hovered = self.hovered if self.hovered in keys else ""

    def to_copy(self) -> tuple[str, str]:
        """Returns the text that the button copies, and the message to show then."""
        raise NotImplementedError

    @validate("hovered")
    def _check_hovered(self, proposal: Mapping[str, Any]) -> str:
        key: str = proposal["value"]
        return self._check_keys([key])[0] if key else key

    @validate("order")
    def _check_order(self, proposal: Mapping[str, Any]) -> str:
        order: str = proposal["value"]
        if order and order not in self.ORDERS:
            raise SessionError(f"order {order!r:.60}", where=type(self).__name__, expected=self._known_orders())
        return order

    def _known_orders(self) -> str:
        return " or ".join(self.ORDERS) or "none"

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
        """Accepts the hovered and the selected rows and the order from the browser; ignores everything else."""
        taken: dict[str, Any] = {}
        if "order" in sync_data:
            if is_id(sync_data["order"]) and sync_data["order"] in self.ORDERS:
                taken["order"] = sync_data["order"]
            else:
                self._refuse(
                    SessionError("not an order", where=self.label, expected=" or ".join(self.ORDERS) or "none")
                )
        # The browser reports a click before the pointer's new position, which must not hide the click.
        for name in ("selected", "hovered"):
            if name in sync_data:
                keys = self._take_keys([sync_data[name]] if name == "hovered" else sync_data[name])
                if keys is not None:
                    taken[name] = "".join(keys) if name == "hovered" else keys[-self.most :] if self.most else []
        if taken:
            super().set_state(taken)

    def _take_keys(self, keys: object) -> list[str] | None:
        """Returns the keys of existing rows; None, after a refusal, if the value is not a list of keys."""
        most = max(self.most, 1)
        if isinstance(keys, list) and len(keys) <= most and all(map(is_id, keys)):
            # A row may have gone while the pointer was on it.
            return list(dict.fromkeys(key for key in keys if key in self._keys))
        self._refuse(SessionError("not a list of rows", where=self.label, expected=f"up to {most} keys"))
        return None

    def _refuse(self, error: OneShotError) -> None:
        """Records a refusal."""
        self.log.warning("%s", error)

    def _received(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002
        """Answers one message."""
        message = content if isinstance(content, dict) else {}
        try:
            if message.get("kind") != "copy" or not self.copying:
                raise SessionError("an unknown message", where=self.label, expected="copy")
            text, note = self.to_copy()
            answer: Answer = {"kind": "copied", "text": text, "note": note}
        except OneShotError as error:
            self._refuse(error)
            answer = refusal(error)
        self.send({**answer, "request": request_number(message)})


def _check_columns(columns: Sequence[Column]) -> None:
    for column in columns:
        if column.kind not in KINDS:
            raise SessionError(
                f"the kind {column.kind!r}", where=f"column {column.key}", remedy=closest(column.kind, KINDS)
            )
    if len({column.key for column in columns}) < len(columns):
        raise SessionError("a key that occurs twice", where="columns")


def _plain(cell: Cell) -> Any:
    """Returns a cell as JSON can hold it, which knows no NaN."""
    if isinstance(cell, tuple):
        mean, spread = map(_plain, cell)
        return None if mean is None else [mean, spread]
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
