"""Files of results, one JSON object to a line, that an interrupted run leaves and the next one continues."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Yields what was written down; nothing if there is no file."""
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:  # the line that an interrupted run was writing
            continue
        yield entry


def open_for_more(path: Path) -> TextIO:
    """Opens a file for more entries, which begin on a line of their own."""
    cut_off = path.exists() and not f"\n{path.read_text()}".endswith("\n")
    file = path.open("a")
    file.write("\n" if cut_off else "")
    return file


def write(entry: Mapping[str, Any], file: TextIO) -> None:
    """Writes an entry down at once."""
    print(json.dumps(entry), file=file, flush=True)
