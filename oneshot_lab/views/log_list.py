"""The log of a session as a list, and as Python to copy (§6.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oneshot_lab.session.log import LogEntry
from oneshot_lab.views.session_table import SessionTable
from oneshot_lab.views.table import Column, Row

WIDTH = 120
"""Characters of an action's arguments."""

WORDS = {
    "create": "Make the session",
    "load": "Load the session",
    "train": "Train the supernet",
    "step": "Step the search",
    "constrain": "Limit the size",
    "evaluate": "Evaluate candidates",
    "edit": "Edit the network",
    "propose": "Edit the network",
    "replace": "Take another network",
    "undo": "Undo",
    "redo": "Redo",
    "project": "Lay out the map",
    "region": "Draw a region",
    "where_common": "Find a region",
    "focus": "Search in a region",
    "forget": "Forget a region",
    "finalize": "Finalize",
    "save": "Save",
}
"""What an action is called; those that are not here come from a view, and by its name."""

MARKS = {"done": "✓", "stopped": "◼", "interrupted": "◼", "failed": "✕", "refused": "⊘"}
"""How an outcome is told apart at a glance, beside its words and its colour."""


class LogList(SessionTable):
    """All that was done in a session, the newest first, with a button that copies it as Python.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: It is no session.
    """

    COLUMNS = (
        Column("time", "time", "time", falling=True, help="When it began"),
        Column("action", "action", help="What was asked for"),
        Column("with", "with", help="Its arguments, in short"),
        Column("seconds", "seconds", "number", 1, falling=True, help="How long it took"),
        Column("outcome", "outcome", help="How it ended; what was refused was not even tried"),
    )
    LABEL = "Log"
    WATCHED = ("log",)

    def __init__(self, session: Any, **kwargs: Any) -> None:
        super().__init__(session, most=0, copying="Copy as Python", **kwargs)

    def to_copy(self) -> tuple[str, str]:
        """Returns the code of all cells, and how many there are."""
        cells = self.session.to_python()
        return "\n\n".join(cells) + "\n", f"copied {len(cells)} cell{'' if len(cells) == 1 else 's'}"

    def _rows(self) -> Sequence[Row]:
        return [_row(number, entry) for number, entry in reversed(list(enumerate(self.session.log)))]

    def _reason(self) -> str:
        return "Nothing has been done yet."


def _row(number: int, entry: LogEntry) -> Row:
    kind = entry.outcome.partition(":")[0]
    action = WORDS.get(entry.action, f"{entry.action.replace('_', ' ').capitalize()}: a message")
    outcome = f"{MARKS.get(kind, '')} {entry.outcome}".strip()
    tone = {"done": "", "interrupted": "stopped"}.get(kind, kind)
    return Row(f"entry {number}", (entry.time, action, in_a_line(entry.arguments), entry.seconds, outcome), "", tone)


def in_a_line(arguments: Mapping[str, Any]) -> str:
    """Returns an action's arguments in a line of at most `WIDTH` characters."""
    line = " · ".join(
        " ".join(part for part in (_title(name), _in_short(name, value)) if part)
        for name, value in arguments.items()
        if value is not None
    )
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _title(name: str) -> str:
    # What these hold says by itself what it is.
    return "" if name in ("edits", "mask", "blocks", "masks", "architecture") else name.replace("_", " ")


def _in_short(name: str, value: Any) -> str:
    if name == "edits":
        return "; ".join(map(_edit, value))
    if name == "masks":
        return f"{len(value)} candidate{'' if len(value) == 1 else 's'}"
    if isinstance(value, Mapping):
        return str(value.get("name", "an own one"))
    if name in ("mask", "blocks"):
        return " ".join(sorted(map(str, value), key=lambda block: (len(block), block)))
    if isinstance(value, list | tuple):
        return _range(value) if name in ("x", "y") else " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _edit(edit: Mapping[str, Any]) -> str:
    """Returns an edit such as `RemoveBlock B3`."""
    values = [str(value) for name, value in edit.items() if name != "edit" and value not in (None, "")]
    return " ".join([str(edit["edit"]), *values])


def _range(values: Sequence[float]) -> str:
    return " to ".join(f"{value:g}" for value in values)
