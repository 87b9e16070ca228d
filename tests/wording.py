"""Lists every sentence and label that users and contributors read, with its place, so that all can be read through.

`python -m tests.wording` lists the texts of the interface and the errors, and the first lines of docstrings;
`--all` adds whole docstrings and comments. Paths narrow the list: `python -m tests.wording js/src/lego`.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = ("oneshot_lab", "js/src", "js/schema")

_SCANNER = """
const ts = require("typescript");
const fs = require("fs");
const found = [];
for (const path of process.argv.slice(1)) {
  const text = fs.readFileSync(path, "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const add = (position, kind, words) =>
    found.push([path, file.getLineAndCharacterOfPosition(position).line + 1, kind, words]);
  const visit = node => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node.getStart(), "text", node.text);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(span => "{" + span.expression.getText() + "}" + span.literal.text);
      add(node.getStart(), "text", node.head.text + spans.join(""));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const comments = new Map();
  const gather = node => {
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      comments.set(range.pos, text.slice(range.pos, range.end));
    for (const range of ts.getTrailingCommentRanges(text, node.getEnd()) ?? [])
      comments.set(range.pos, text.slice(range.pos, range.end));
    ts.forEachChild(node, gather);
  };
  gather(file);
  for (const [position, words] of comments) {
    const bare = words.replace(/^\\s*(\\/\\*\\*|\\*\\/|\\*|\\/\\/) ?|\\*\\/$/gm, "").trim();
    add(position, words.startsWith("/**") ? "docstring" : "comment", bare);
  }
}
console.log(JSON.stringify(found));
"""


@dataclass(frozen=True, order=True)
class Wording:
    """One sentence, label or docstring.

    Attributes:
        path: The file, from the repository's top.
        line: Where it begins.
        kind: `text` (of the interface or an error), `docstring` or `comment`.
        words: What it says; what is filled in later stands in braces.
    """

    path: str
    line: int
    kind: str
    words: str


def list_wordings(places: Iterable[str] = PLACES) -> list[Wording]:
    """Returns all that is said in the files and folders named, in the order of the files."""
    paths = [path for place in places for path in _files(ROOT / place)]
    scripts = [path for path in paths if path.suffix == ".ts"]
    found = [wording for path in paths if path.suffix == ".py" for wording in _in_python(path)]
    found += [wording for path in paths if path.suffix == ".json" for wording in _in_json(path)]
    return sorted({*found, *_in_typescript(scripts)})


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in sorted(place.rglob("*")) if path.is_file() and "labextension" not in path.parts]


def _in_python(path: Path) -> Iterator[Wording]:
    source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    tree = ast.parse(source)
    documented = list(_docstrings(tree))
    yield from (Wording(name, node.lineno, "docstring", node.value.strip()) for node in documented)
    silent = {id(inner) for node in ast.walk(tree) for inner in _parts_without_words(node)} | set(map(id, documented))
    for node in ast.walk(tree):
        words = _text(node) if id(node) not in silent else None
        if words is not None and is_said(words):
            yield Wording(name, node.lineno, "text", words)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Wording(name, token.start[0], "comment", token.string.lstrip("# "))


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Returns docstrings, those below a constant or a field as well."""
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            value = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def _parts_without_words(node: ast.AST) -> Iterator[ast.AST]:
    """Returns the nodes inside this one that hold names for the machine, or are told with it already."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.Subscript):
        yield node.slice
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        yield from ast.walk(node.value)
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield from ast.walk(node.returns)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        parts = (
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}" for part in node.values
        )
        return "".join(map(str, parts))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_said(words: str) -> bool:
    """Returns whether a string is for people: two words or more, or one that begins as a label does."""
    bare = re.sub(r"\{[^{}]*\}", " ", words).strip()
    return bool(re.search(r"[a-z]{2}.*\s|\s.*[a-z]{2}", bare, re.DOTALL) or re.fullmatch(r"[A-Z][a-z]+[.…]?", bare))


def _in_typescript(paths: list[Path]) -> Iterator[Wording]:
    if not paths:
        return
    command = ["node", "-e", _SCANNER, *map(str, paths)]
    printed = subprocess.run(command, cwd=ROOT / "js", check=True, stdout=subprocess.PIPE, text=True).stdout
    for path, line, kind, words in json.loads(printed):
        if kind != "text" or is_said(words):
            yield Wording(Path(path).relative_to(ROOT).as_posix(), line, kind, words)


def _in_json(path: Path) -> Iterator[Wording]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for words in re.findall(r'"(?:title|description|caption|label)": "([^"]*)"', line):
            yield Wording(path.relative_to(ROOT).as_posix(), number, "text", words)


def main() -> None:
    """Prints the list; each place once, what it says behind it."""
    parser = argparse.ArgumentParser(prog="python -m tests.wording", description=__doc__.split("\n")[0])
    parser.add_argument("places", nargs="*", default=PLACES, help="files or folders; left out: the whole product")
    parser.add_argument("--all", action="store_true", help="whole docstrings, private ones too, and comments")
    given = parser.parse_args()
    for wording in list_wordings(given.places):
        if given.all or wording.kind != "comment":
            words = wording.words if given.all or wording.kind == "text" else wording.words.split("\n")[0]
            sys.stdout.write(f"{wording.path}:{wording.line}: {wording.kind}: {' '.join(words.split())}\n")


if __name__ == "__main__":
    main()
