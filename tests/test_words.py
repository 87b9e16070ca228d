"""Names that were given up do not come back: the glossary in CONTRIBUTING has the one word for each thing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RETIRED = {
    "attic": "retired weights",
    "ledger": "evaluations",
    "outbox": "notifications in Python, requests in TypeScript",
    "prices": "cost cache; the prices of an assignment problem are called so in space/ged alone",
}


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def defined(path: Path) -> Iterator[str]:
    """Returns the names that a Python file defines or assigns; those that it only uses are somebody else's."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def retired_names() -> Iterator[str]:
    for path in sorted((ROOT / "oneshot_lab").rglob("*.py")):
        allowed = {"prices"} if "ged" in path.parts else set()
        for name in defined(path):
            if (words(name) & RETIRED.keys()) - allowed:
                yield f"{path.relative_to(ROOT)}: {name}"
    for path in sorted((ROOT / "js" / "src").rglob("*.ts")):
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in {path.stem, *re.findall(r"[A-Za-z_$][\w$]*", code)}:
            if words(name) & RETIRED.keys():
                yield f"{path.relative_to(ROOT)}: {name}"


def test_no_name_uses_a_retired_word() -> None:
    assert list(retired_names()) == []


@pytest.mark.parametrize("name", ["attic", "_Attic", "new_ledger", "clearOutbox", "OUTBOX", "prices"])
def test_a_retired_word_is_found_in_any_spelling(name: str) -> None:
    assert words(name) & RETIRED.keys()


@pytest.mark.parametrize("name", ["attics_own", "price", "prices2go"])
def test_words_are_compared_whole(name: str) -> None:
    assert words(name).isdisjoint({"attic", "ledger", "outbox"})
