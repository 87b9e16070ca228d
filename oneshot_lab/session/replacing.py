"""A file that takes the place of another one when it is complete, and what is left of those that never were."""

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

LEFT = 10.0
"""Seconds after its last change from which on a temporary file that nobody holds is taken to be left behind."""

ABANDONED = 86_400.0
"""Seconds after which it is, where the file system cannot tell whether anybody holds it."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Gives a new file, beside another one whose place and permissions it takes at the end; not if that is an error.

    What writers that were killed have left there is removed, see `sweep`.

    Raises:
        OSError: It cannot be written. The old file is still there, and no other.
    """
    target = Path(os.path.realpath(path))
    sweep(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # Opened like any new file, so that others may read it if the umask lets them.
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
    """Copies a file with its times; one that is there is replaced only when the copy is complete.

    Raises:
        OSError: It cannot be read, or not be written.
    """
    with path.open("rb") as source, replacing(to) as file:
        shutil.copyfileobj(source, file)
    shutil.copystat(path, to)


def sweep(target: Path) -> None:
    """Removes the temporary files that writers of a file have left when they were killed.

    Those of a writer that lives are let be, also of another process: it holds them.
    """
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}")
    # What cannot be looked at or removed is no reason not to write.
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_left(Path(entry.path))


def hold(file: IO[bytes]) -> bool | None:
    """Shows other processes that a file is being written, until it is closed or this process ends.

    On Windows nothing has to be done for that: a file that is open cannot be removed.

    Returns:
        Whether it is held by nobody else; None: that cannot be told here.
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
    # One that was made a moment ago may be about to be held.
    if age < LEFT:
        return
    with temporary.open("rb") as file:
        free = hold(file)
    if free or (free is None and (sys.platform == "win32" or age >= ABANDONED)):
        temporary.unlink()
