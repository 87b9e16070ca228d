"""The log as Python: cells that bring a new session to the same state (§6.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from keyword import iskeyword
from typing import Any

from oneshot_lab.architecture.edits import Edit
from oneshot_lab.architecture.serial import edit_from_json, from_json
from oneshot_lab.architecture.source import python_source
from oneshot_lab.errors import SessionError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.origin import check_options

WRITES = {"log_file"}
"""Arguments that make a session write to a file: no log holds one, and a stranger's is not to choose where."""

WIDTH = 110
"""Characters in a line of code."""


def to_python(log: Iterable[LogEntry]) -> list[str]:
    """Returns the code of one cell for each action, or run of steps, that has changed a session.

    On a CPU it leads to the same session, bit for bit. A training that was stopped or interrupted is stopped after as
    many batches; one that failed fails again, since the epochs before stay. All else that came to nothing has changed
    nothing and is left out.

    Args:
        log: The entries, from `create` on.

    Raises:
        ArchitectureError: An entry, read from a file, holds an edit or a network that is none.
        SessionError: An entry, read from a file, is none that a session writes.
    """
    return [cell for action, entries in groupby(filter(_matters, log), _kind) for cell in _cells(action, entries)]


def _matters(entry: LogEntry) -> bool:
    if entry.action == "train":
        return not entry.outcome.startswith("refused")
    return entry.outcome == "done" and entry.action in {*_WRITERS, "step"}


def _kind(entry: LogEntry) -> str:
    return "step" if entry.action == "step" else f"{entry.action}, by itself"


def _cells(action: str, entries: Iterable[LogEntry]) -> Iterator[str]:
    if action == "step":
        steps = sum(1 for _ in entries)
        loop = f"for generation in session.evolve({steps}):\n    print(generation.index, generation.loss_min)"
        yield "session.step()" if steps == 1 else loop
        return
    for entry in entries:
        try:
            code = _WRITERS[entry.action](entry.action, entry.arguments)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SessionError(
                f"arguments that no {entry.action} has ({type(error).__name__}: {error})", where=f"log, {entry.time}"
            ) from None
        yield _ended(code, entry)


def _ended(code: str, entry: LogEntry) -> str:
    """Returns the code of an action that ends as it did then."""
    if entry.outcome == "done" or "stop_after" in entry.arguments:
        return code
    if entry.outcome.startswith("failed"):
        *before, call = code.splitlines()
        return "\n".join([*before, "try:", f"    {call}", "except osl.OneShotError as error:", "    print(error)"])
    # Of a file from before it was noted where.
    return f"# This was stopped after {entry.seconds:.1f} s, so that what follows may differ.\n{code}"


# ---- one function for each way in which arguments are written ------------------------------------------------------


def _options(given: Mapping[str, Any] | None) -> str:
    """Returns the code of `data_options`; empty where there are none."""
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
    options, (recipe, more) = _options(values.pop("data_options", None)), _recipe(values.pop("recipe"))
    given = f", {_keywords(values)}" if values else ""
    data_code = "data" if data is None else repr(data)
    call = f"session = osl.SearchSession({template_code}, data={data_code}{options}, recipe={recipe}{given})"
    return "\n".join([*more, *lines, call])


def _load(_: str, arguments: Mapping[str, Any]) -> str:
    lines, data = ["import oneshot_lab as osl", ""], arguments.get("data")
    given, options = "" if data is None else f", data={data!r}", _options(arguments.get("data_options"))
    if data is None and "data" in arguments:
        lines, given = [*lines, _NAMELESS], ", data=data"
    return "\n".join([*lines, f"session = osl.SearchSession.load({arguments['path']!r}{given}{options})"])


def _call(action: str, arguments: Mapping[str, Any]) -> str:
    return f"session.{action}({_keywords(arguments)})"


def _train(action: str, arguments: Mapping[str, Any]) -> str:
    values = dict(arguments)
    if "recipe" not in values:
        return _call(action, values)
    recipe, more = _recipe(values.pop("recipe"))
    return "\n".join([*more, f"session.{action}({_keywords(values)}, recipe={recipe})"])


def _edit(action: str, arguments: Mapping[str, Any]) -> str:
    edits = [_edit_code(edit_from_json(edit)) for edit in arguments["edits"]]
    return _spread(f"session.{action}", edits)


def _replace(_: str, arguments: Mapping[str, Any]) -> str:
    return f"{python_source(from_json(arguments['architecture']))}session.replace(architecture)"


def _evaluate(_: str, arguments: Mapping[str, Any]) -> str:
    return _spread("session.evaluate", [_mask(blocks) for blocks in arguments["masks"]])


def _region(action: str, arguments: Mapping[str, Any]) -> str:
    values = dict(arguments)
    masks = values.pop("masks", None)
    given = [_keywords(values)]
    if masks is not None:
        given.append(f"masks=[{', '.join(map(_mask, masks))}]")
    return f"session.{action}({', '.join(given)})"


def _where_common(_: str, arguments: Mapping[str, Any]) -> str:
    blocks = ", ".join(map(repr, arguments["blocks"]))
    return f"session.where_common({blocks}, name={arguments['name']!r})"


def _named(action: str, arguments: Mapping[str, Any]) -> str:
    return f"session.{action}({arguments['region']!r})"


def _finalize(action: str, arguments: Mapping[str, Any]) -> str:
    values = dict(arguments)
    mask = _mask(values.pop("mask"))
    recipe, more = _recipe(values.pop("recipe"))
    return "\n".join([*more, f"final = session.{action}({mask}, {_keywords(values)}, recipe={recipe})"])


_WRITERS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "create": _create,
    "load": _load,
    "use_threads": _call,
    "train": _train,
    "evaluate": _evaluate,
    "edit": _edit,
    "propose": _edit,
    "replace": _replace,
    "undo": _call,
    "redo": _call,
    "project": _call,
    "region": _region,
    "where_common": _where_common,
    "focus": _named,
    "constrain": _call,
    "forget": _named,
    "finalize": _finalize,
    "measure": _call,
}
"""How each action is written; `save` changes nothing, and views and files are not the session's."""


def _keywords(values: Mapping[str, Any]) -> str:
    for name in values:
        # What comes from a file becomes code that people run.
        if not name.isidentifier() or iskeyword(name) or name in WRITES:
            raise SessionError(f"{name!r:.60}", where="log", expected="the name of an argument")
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def _spread(function: str, arguments: list[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _mask(blocks: Iterable[str]) -> str:
    return f"osl.Mask.of({', '.join(map(repr, blocks))})"


def _edit_code(edit: Edit) -> str:
    return f"osl.{edit!r}"


def _recipe(recipe: str | Mapping[str, Any]) -> tuple[str, list[str]]:
    """Returns the code of a recipe, and what has to be imported for it."""
    if isinstance(recipe, str):
        return repr(recipe), []
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in recipe.items()}
    return f"Recipe({_keywords(values)})", ["from oneshot_lab.supernet.recipes import Recipe"]
