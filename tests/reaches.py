"""Counts where tests reach into private members, which are free to change: `python -m tests.reaches` lists them.

A reach is a private name (one underscore in front) that is read, set or called on something else than the test's own
`self` or `cls`, imported, or named in a text: as `._name` in code for a notebook, or for `setattr` and the like. Whose
member it is does not matter. What a class of a test defines or calls on itself is none, since a base class means it for
that; nor is what Python and Jupyter publish under such names, see `PUBLISHED`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
OWN = ("self", "cls")
BY_NAME = ("setattr", "getattr", "delattr", "hasattr")
PUBLISHED = {
    "_asdict": "named tuples",
    "_exit": "os",
    "_fields": "named tuples",
    "_jupyter_labextension_paths": "JupyterLab calls it",
    "_jupyter_server_extension_points": "Jupyter Server calls it",
    "_load_jupyter_server_extension": "Jupyter Server calls it",
    "_replace": "named tuples",
    "_repr_html_": "IPython calls it",
    "_repr_mimebundle_": "IPython calls it",
}
_PRIVATE = re.compile(r"_[A-Za-z]\w*")
_IN_TEXT = re.compile(r"(?<=[\w)\]])\.(_[A-Za-z]\w*)")


class Reach(NamedTuple):
    """One reach: in which file of `tests/`, on which line, for which name."""

    file: str
    line: int
    name: str


def reaches() -> list[Reach]:
    """Returns all reaches of the tests, but what stands in the tests of the counter itself."""
    paths = sorted(path for path in FOLDER.rglob("*.py") if path.name != "test_reaches.py")
    return [
        Reach(path.relative_to(FOLDER).as_posix(), line, name)
        for path in paths
        for line, name in found(path.read_text(encoding="utf-8"))
    ]


def found(source: str) -> Iterator[tuple[int, str]]:
    """Yields line and name of each reach in a module."""
    tree = ast.parse(source)
    # A text that is a statement, such as a docstring, does nothing.
    idle = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value)}
    for node in ast.walk(tree):
        for name in () if id(node) in idle else _names(node):
            if _PRIVATE.fullmatch(name) and name not in PUBLISHED:
                yield node.lineno, name  # type: ignore[attr-defined]


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        if not ((isinstance(node.value, ast.Name) and node.value.id in OWN) or _is_super(node.value)):
            yield node.attr
    elif isinstance(node, ast.ImportFrom):
        yield from (node.module or "").split(".")
        yield from (each.name for each in node.names)
    elif isinstance(node, ast.Import):
        yield from (part for each in node.names for part in each.name.split("."))
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in BY_NAME:
            yield from (each.value for each in node.args[1:2] if _is_text(each))  # type: ignore[attr-defined]
    elif _is_text(node):
        yield from _IN_TEXT.findall(node.value)  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def report() -> str:
    """Returns all reaches, and how many there are by file and by name."""
    all_of_them = reaches()
    lines = [f"tests/{file}:{line}  {name}" for file, line, name in all_of_them]
    for title, counts in (
        ("by file", Counter(each.file for each in all_of_them)),
        ("by name", Counter(each.name for each in all_of_them)),
    ):
        lines += ["", title, *(f"{count:5} {what}" for what, count in counts.most_common())]
    return "\n".join([*lines, "", f"{len(all_of_them)} reaches into private members"])


if __name__ == "__main__":
    sys.stdout.write(f"{report()}\n")
