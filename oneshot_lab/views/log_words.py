"""What was done in a session, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oneshot_lab.architecture.mask import natural

WIDTH = 120
"""Characters of an action's arguments."""

WORDS = {
    "create": "Make the session",
    "load": "Load the session",
    "use_threads": "Compute in other threads",
    "train": "Train the supernet",
    "step": "Step the search",
    "constrain": "Weigh the size",
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
    "measure": "Measure a final network",
    "save": "Save",
    "pause": "Pause",
    "resume": "Go on",
    "stop": "Stop",
}
"""What an action is called; those that are not here come from a view, and by its name."""

VIEWS = {"lab": "Take other data"}
"""What is asked of a view and not of a session, by the name that a refusal has in the log."""


def action_name(action: str) -> str:
    """Returns what an action of the log is called."""
    return (WORDS | VIEWS).get(action, f"{printable(action).replace('_', ' ').capitalize()}: a message")


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
        return str(value.get("name", "an own one"))
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
