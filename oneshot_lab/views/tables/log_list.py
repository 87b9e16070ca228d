"""The log of a session as a list, and as Python to copy (§6.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oneshot_lab.session.log import LogEntry
from oneshot_lab.views.common.log_words import action_name, in_a_line, printable
from oneshot_lab.views.tables.session_table import SessionTable
from oneshot_lab.views.tables.widget import Column, Row

MARKS = {"done": "✓", "stopped": "◼", "interrupted": "◼", "failed": "✕", "refused": "⊘"}
"""The mark of an outcome, in addition to its words and its colour."""


class LogList(SessionTable):
    """All actions of a session, the newest first, with a button that copies them as Python.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: The argument is not a session.
    """

    COLUMNS = (
        Column("time", "time", "time", falling=True, help="When it began"),
        Column("action", "action", help="The action"),
        Column("with", "with", help="Its arguments, in short"),
        Column("seconds", "seconds", "number", 1, falling=True, help="How long it took"),
        Column("outcome", "outcome", help="How it ended; a refused action was not started"),
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
    ended = printable(entry.outcome)
    kind = ended.partition(":")[0]
    action = action_name(entry.action)
    outcome = f"{MARKS.get(kind, '')} {ended}".strip()
    tone = {"done": "", "interrupted": "stopped"}.get(kind, kind)
    return Row(
        f"entry {number}", (printable(entry.time), action, in_a_line(entry.arguments), entry.seconds, outcome), "", tone
    )
