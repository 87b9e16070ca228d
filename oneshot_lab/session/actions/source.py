"""Actions as Python: turns their arguments, read from a log, into code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from keyword import iskeyword
from typing import Any

from oneshot_lab.errors import SessionError

WRITES = {"log_file"}
"""Arguments that make a session write to a file: no log holds them, and an untrusted log must not choose a path."""

WIDTH = 110
"""Characters in a line of code, at most."""


def call(verb: str, arguments: Mapping[str, Any]) -> str:
    """Returns the call of a session's method by keywords."""
    return f"session.{verb}({keywords(arguments)})"


def keywords(values: Mapping[str, Any]) -> str:
    """Returns arguments by keywords.

    Raises:
        SessionError: A name is not a valid name of an argument.
    """
    for name in values:
        # Names from a file become code that users run.
        if not name.isidentifier() or iskeyword(name) or name in WRITES:
            raise SessionError(f"{name!r:.60}", where="log", expected="the name of an argument")
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def spread(function: str, arguments: list[str]) -> str:
    """Returns a call, on several lines if it is too long for one."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def mask_code(blocks: Iterable[str]) -> str:
    """Returns the code of a mask."""
    return f"osl.Mask.of({', '.join(map(repr, blocks))})"


def recipe_code(recipe: str | Mapping[str, Any]) -> tuple[str, list[str]]:
    """Returns the code of a recipe, and the import that it needs."""
    if isinstance(recipe, str):
        return repr(recipe), []
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in recipe.items()}
    return f"Recipe({keywords(values)})", ["from oneshot_lab.supernet.recipes import Recipe"]
