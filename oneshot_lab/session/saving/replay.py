"""The log as Python: cells that reproduce the state of a session (§6.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import indent
from typing import Any

from oneshot_lab.architecture.serial import from_json
from oneshot_lab.architecture.source import python_source
from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.action import ACTIONS
from oneshot_lab.session.actions.source import keywords, recipe_code
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.state.origin import check_options


def to_python(log: Iterable[LogEntry]) -> list[str]:
    """Returns the code of one cell for each action, or run of steps, that has changed a session.

    On a CPU it leads to the same session, bit for bit. A training that was stopped or interrupted is stopped after as
    many batches; one that failed fails again, since the epochs before stay. Of landmarks, those that were complete are
    repeated. All else that came to nothing has changed nothing and is left out.

    Args:
        log: The entries, from `create` on.

    Raises:
        ArchitectureError: An entry, read from a file, holds an edit or a network that is none.
        SessionError: An entry, read from a file, is none that a session writes.
    """
    return [cell for action, entries in groupby(filter(_matters, log), _kind) for cell in _cells(action, entries)]


def _matters(entry: LogEntry) -> bool:
    if entry.outcome == "done":
        return _writer(entry.action) is not None
    extent = _extent(entry)
    # An empty extent: it ended before anything was complete.
    return bool(extent) and not entry.outcome.startswith("refused") and entry.arguments.get(extent) != []


def _extent(entry: LogEntry) -> str:
    known = ACTIONS.get(entry.action)
    return "" if known is None else known.extent


def _kind(entry: LogEntry) -> str:
    return "step" if entry.action == "step" else f"{entry.action}, by itself"


def _cells(action: str, entries: Iterable[LogEntry]) -> Iterator[str]:
    if action == "step":
        steps = sum(1 for _ in entries)
        loop = f"for generation in session.evolve({steps}):\n    print(generation.index, generation.loss_min)"
        yield "session.step()" if steps == 1 else loop
        return
    for entry in entries:
        write = _writer(entry.action)
        assert write is not None  # those that matter can be written
        try:
            code = write(entry.action, entry.arguments)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SessionError(
                f"arguments that no {entry.action} has ({type(error).__name__}: {error})", where=f"log, {entry.time}"
            ) from None
        yield _ended(code, entry)


def _ended(code: str, entry: LogEntry) -> str:
    """Returns the code of an action that ends as the logged one did."""
    if entry.outcome.startswith("failed"):
        # Also where the log holds how far it came: that may be what was asked for, so that it fails again.
        return "\n".join(["try:", indent(code, "    "), "except osl.OneShotError as error:", "    print(error)"])
    if entry.outcome == "done" or _extent(entry) in entry.arguments:
        return code
    # From a file that does not hold where it was stopped.
    return f"# This was stopped after {entry.seconds:.1f} s, so that what follows may differ.\n{code}"


# ---- one function for each way in which arguments are written ------------------------------------------------------


def _options(given: Mapping[str, Any] | None) -> str:
    """Returns the code of `data_options`; empty if there are none."""
    return f", data_options={check_options(given)!r}" if given else ""


_NAMELESS = "data = ...  # what the session was made with: it had no name to be found by"


def _create(_: str, arguments: Mapping[str, Any]) -> str:
    values, lines = dict(arguments), ["import oneshot_lab as osl", ""]
    template, data = values.pop("template"), values.pop("data")
    if isinstance(template, Mapping):
        lines += [python_source(from_json(template))]
        template_code = "architecture"
    else:
        template_code = repr(template)
    if data is None:
        lines += [_NAMELESS]
    options, (recipe, more) = _options(values.pop("data_options", None)), recipe_code(values.pop("recipe"))
    given = f", {keywords(values)}" if values else ""
    data_code = "data" if data is None else repr(data)
    call = f"session = osl.SearchSession({template_code}, data={data_code}{options}, recipe={recipe}{given})"
    return "\n".join([*more, *lines, call])


def _load(_: str, arguments: Mapping[str, Any]) -> str:
    lines, data = ["import oneshot_lab as osl", ""], arguments.get("data")
    given, options = "" if data is None else f", data={data!r}", _options(arguments.get("data_options"))
    if data is None and "data" in arguments:
        lines, given = [*lines, _NAMELESS], ", data=data"
    return "\n".join([*lines, f"session = osl.SearchSession.load({arguments['path']!r}{given}{options})"])


Writer = Callable[[str, Mapping[str, Any]], str]
"""Returns the code of an action with its arguments."""

_BEGINNINGS: Mapping[str, Writer] = {"create": _create, "load": _load}


def _writer(action: str) -> Writer | None:
    """Returns the function that writes an action; None if it changes nothing or does not belong to the session."""
    known = ACTIONS.get(action)
    return _BEGINNINGS.get(action) if known is None else known.code if known.is_replayed else None
