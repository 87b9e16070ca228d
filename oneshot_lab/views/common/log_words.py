"""The words for the actions of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oneshot_lab.architecture.mask import natural
from oneshot_lab.session.actions.action import ACTIONS

WIDTH = 120
"""Characters of an action's arguments, at most."""

OTHERS = {
    "create": "Make the session",
    "load": "Load the session",
    "pause": "Pause",
    "resume": "Resume",
    "stop": "Stop",
}
"""The words for what is logged and is not an action; an action brings its own."""

VIEWS = {"lab": "Change the data"}
"""The words for requests to a view rather than to a session, by the name of a refusal in the log."""


def action_name(action: str) -> str:
    """Returns the words for an action of the log."""
    known = ACTIONS.get(action)
    if known is not None:
        return known.label
    return (OTHERS | VIEWS).get(action, f"{printable(action).replace('_', ' ').capitalize()}: a message")


def printable(text: str) -> str:
    """Returns a text that can be sent to a browser: a file may hold halves of characters, which no encoding has."""
    return text.encode("utf-8", "replace").decode("utf-8")


def in_a_line(arguments: Mapping[str, Any]) -> str:
    """Returns an action's arguments in a line of at most `WIDTH` characters; whatever they are, if from a file."""
    line = " · ".join(
        " ".join(part for part in (_title(name), _in_any_case(name, value)) if part)
        for name, value in arguments.items()
        if value is not None
    )
    return printable(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…")


def _title(name: str) -> str:
    # What these hold says by itself what it is.
    return "" if name in ("edits", "mask", "blocks", "masks", "architecture", "job") else name.replace("_", " ")


def _in_any_case(name: str, value: Any) -> str:
    try:
        return _in_short(name, value)
    except Exception:
        # Not what a session writes; who reads the log may still want to see it.
        return repr(value)


def _in_short(name: str, value: Any) -> str:
    if name == "edits":
        return "; ".join(map(_edit, value))
    if name == "masks":
        return f"{len(value)} candidate{'' if len(value) == 1 else 's'}"
    if isinstance(value, Mapping):
        return str(value.get("name", "custom"))
    if name in ("mask", "blocks"):
        return " ".join(sorted(map(str, value), key=natural))
    if isinstance(value, list | tuple):
        return _range(value) if name in ("x", "y") else " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _edit(edit: Mapping[str, Any]) -> str:
    """Returns an edit such as `RemoveBlock B3`."""
    values = [str(value) for name, value in edit.items() if name != "edit" and value not in (None, "")]
    return " ".join([str(edit["edit"]), *values])


def _range(values: Sequence[float]) -> str:
    return " to ".join(f"{value:g}" for value in values)
