"""The log of actions: what was done, when, for how long and how it ended (§6.1.2)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError

LONGEST_TEXT = 5_000
"""Characters of a text in an entry, at most; longer than any path and any argument of an action."""

LONGEST_OUTCOME = 2_000

MOST_BITS = 64
"""Bits of a whole number, at most; Python does not write numbers with thousands of digits."""

DEEPEST = 20
"""The depth of nested lists in an argument, at most; an architecture has seven."""


@dataclass(frozen=True)
class LogEntry:
    """One action on a session. Whatever its arguments were, the entry can be written and reads back equal.

    Attributes:
        time: Its start, as local time with its offset (ISO 8601).
        action: The method's name.
        arguments: Its arguments as values that JSON can hold, see `to_values`; with `action` they replay it.
        seconds: How long it took.
        outcome: `done`, `stopped`, `interrupted`, or `failed: ` and the error.
    """

    time: str
    action: str
    arguments: Mapping[str, Any]
    seconds: float
    outcome: str

    def __post_init__(self) -> None:
        arguments = {str(name): to_values(value) for name, value in self.arguments.items()}
        object.__setattr__(self, "arguments", arguments)
        object.__setattr__(self, "outcome", _brief(self.outcome, LONGEST_OUTCOME))

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.time[11:19]} {self.action}({arguments}) {self.seconds:.1f} s, {self.outcome}"

    def to_json(self) -> dict[str, Any]:
        """Returns the entry as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LogEntry:
        """Reads an entry that `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
        """
        arguments = {str(name): value for name, value in dict(data["arguments"]).items()}
        return cls(str(data["time"]), str(data["action"]), arguments, float(data["seconds"]), str(data["outcome"]))


def to_values(argument: Any, *, depth: int = 0) -> Any:
    """Returns an argument as values that JSON can hold and that read back equal.

    Numbers and texts of other libraries' types become Python's own, a number that is not finite a text; tuples and
    sets lists, masks and whatever has one the list of its blocks, paths texts. What has no such form is told as
    Python writes it: such an argument is refused by every action, and the entry says so.
    """
    value = limits.plain(argument)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= MOST_BITS else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, str):
        return _brief(value, LONGEST_TEXT)
    if isinstance(value, os.PathLike):
        return _brief(os.fsdecode(value), LONGEST_TEXT)
    if isinstance(getattr(value, "mask", value), Mask):
        return sorted(getattr(value, "mask", value).blocks)
    if depth < DEEPEST:
        inner = depth + 1
        if isinstance(value, Mapping):
            return {str(name): to_values(each, depth=inner) for name, each in value.items()}
        if isinstance(value, Set):
            return sorted((to_values(each, depth=inner) for each in value), key=repr)
        if isinstance(value, list | tuple):
            return [to_values(each, depth=inner) for each in value]
    return limits.shown(value, longest=200)


def _brief(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def now() -> str:
    """Returns the local time with its offset, to the second (ISO 8601)."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def open_log(path: Path) -> None:
    """Checks that a log file can be written, before there is anything to lose.

    Raises:
        SessionError: The file cannot be written.
    """
    problem = _append(path, "")
    if problem:
        raise SessionError(problem, where=str(path), remedy="give another log_file")


def append_line(path: Path, entry: LogEntry) -> str | None:
    """Appends an entry to a JSON-lines file. Returns the problem if that fails."""
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
