"""Replaces a file once the new one is complete, and removes temporary files that were left behind."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import IO

if sys.platform != "win32":
    import fcntl

LEFT_BEHIND_SECONDS = 10.0
"""A temporary file that no process holds counts as left behind this long after its last change."""

ABANDONED_SECONDS = 86_400.0
"""The same if the file system cannot tell whether a process holds it."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yields a new file, which replaces another one at the end, with its permissions, unless there was an error.

    Temporary files of killed writers are removed, see `sweep`.

    Raises:
        OSError: The file cannot be written. Only the old file remains.
    """
    target = Path(os.path.realpath(path))
    sweep(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # Opened like any new file, so that its permissions follow the umask.
        with temporary.open("xb") as file:
            hold(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def copy(path: Path, to: Path) -> None:
    """Copies a file with its times; an existing target is replaced only when the copy is complete.

    Raises:
        OSError: The file cannot be read, or the copy cannot be written.
    """
    with path.open("rb") as source, replacing(to) as file:
        shutil.copyfileobj(source, file)
    shutil.copystat(path, to)


def sweep(target: Path) -> None:
    """Removes the temporary files that killed writers of a file left behind.

    Those of a writer that lives are let be, also of another process: it holds them.
    """
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}")
    # Files that cannot be inspected or removed must not prevent writing.
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_left(Path(entry.path))


def hold(file: IO[bytes]) -> bool | None:
    """Marks a file as being written for other processes, until it is closed or this process ends.

    On Windows nothing has to be done for that: a file that is open cannot be removed.

    Returns:
        Whether no other process holds it; None if that cannot be determined.
    """
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove_left(temporary: Path) -> None:
    age = time() - temporary.stat().st_mtime
    # A new file may be about to be marked.
    if age < LEFT_BEHIND_SECONDS:
        return
    with temporary.open("rb") as file:
        free = hold(file)
    if free or (free is None and (sys.platform == "win32" or age >= ABANDONED_SECONDS)):
        temporary.unlink()
