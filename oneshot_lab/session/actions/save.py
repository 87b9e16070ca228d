"""Saves a session in a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneshot_lab.architecture.given import check_path
from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context


def save(_session: object, path: str | os.PathLike[str]) -> Action[None]:
    """Writes the whole session to one file (JSON and safetensors in a zip), completely or not at all.

    Args:
        path: The file.

    Raises:
        SessionError: The file cannot be written, or would be too large to be read; `message` warns long before.
    """
    return Save(file_path("save", path))


@dataclass(frozen=True)
class Save(Action[None]):
    """A save of the session in a file."""

    verb = "save"
    label = "Save"
    is_replayed = False

    path: Path

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"path": str(self.path)}

    def run(self, context: Context) -> None:
        """Runs it."""
        full = context.write(self.path)
        context.say(f"saved as {self.path.name}" + (f"; {full}" if full else ""))


def file_path(where: str, value: object) -> Path:
    """Returns the path of a session's file.

    Raises:
        SessionError: The value is not a path.
    """
    return check_path(value, where=where, expected="the path of a file, such as 'run.oneshot'", error=SessionError)
