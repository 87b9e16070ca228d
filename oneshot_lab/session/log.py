"""The log of actions: what was done, when, for how long and how it ended (§6.1.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from oneshot_lab.errors import SessionError


@dataclass(frozen=True)
class LogEntry:
    """One action on a session.

    Attributes:
        time: When it began, local time with its offset (ISO 8601).
        action: The method's name.
        arguments: Its arguments as values that JSON can hold; together with `action` they replay it.
        seconds: How long it took.
        outcome: `done`, `stopped`, `interrupted`, or `failed: ` and the error.
    """

    time: str
    action: str
    arguments: Mapping[str, Any]
    seconds: float
    outcome: str

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.time[11:19]} {self.action}({arguments}) {self.seconds:.1f} s, {self.outcome}"

    def to_json(self) -> dict[str, Any]:
        """Returns the entry as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LogEntry:
        """Returns the entry that `to_json` wrote down.

        Raises:
            KeyError, TypeError, ValueError: It is not of that form.
        """
        arguments = {str(name): value for name, value in dict(data["arguments"]).items()}
        return cls(str(data["time"]), str(data["action"]), arguments, float(data["seconds"]), str(data["outcome"]))


def open_log(path: Path) -> None:
    """Makes sure that a log file can be written, before there is anything to lose.

    Raises:
        SessionError: It cannot.
    """
    problem = _append(path, "")
    if problem:
        raise SessionError(problem, where=str(path), remedy="give another log_file")


def append_line(path: Path, entry: LogEntry) -> str | None:
    """Appends an entry to a JSON-lines file. Returns what is wrong if that cannot be done."""
    try:
        text = json.dumps(entry.to_json(), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        return f"the log cannot be written ({error})"
    return _append(path, text + "\n")


def _append(path: Path, text: str) -> str | None:
    try:
        # A path may hold bytes that are no text; a backslash escape keeps them, and is JSON.
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        return f"the log cannot be written ({error})"
    return None
