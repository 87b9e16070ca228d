"""Claims: each live session has a file of its own, which no other live session can use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

SUFFIX = ".oneshot"
ENDING = f".checkpoint{SUFFIX}"

MOST_FILES = 1000
"""Numbered files of one name in a folder, at most."""


class Claim:
    """The claim of one live session to a file, which ends with the session or with its process, however that ends.

    It is a lock on a hidden file beside it, `.NAME.lock`. Where a file system has no locks, nothing is claimed: then
    sessions see from the files themselves that another one has come into their place.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        real = Path(os.path.realpath(path))
        self._file = real.with_name(f".{real.name}.lock")
        # Locked and released in any thread.
        self._lock = FileLock(self._file, timeout=0, thread_local=False)
        self._process = os.getpid()

    def take(self) -> bool | None:
        """Claims the file if it is free.

        Returns:
            True if it is ours now, False if another live session has it, None if that cannot be determined.
        """
        if self._lock.is_locked:
            return True
        # The lock would create a missing folder.
        if not self._file.parent.is_dir():
            return None
        try:
            self._lock.acquire()
        except Timeout:
            # Raised as well if the lock's file cannot be made.
            return False if os.path.exists(self._file) else None
        except (OSError, NotImplementedError):
            return None
        return True

    def give_back(self) -> None:
        """Ends the claim. The child of a fork has no claim: the file stays with the process that claimed it."""
        if self._lock.is_locked and self._process == os.getpid():
            # Before it is unlocked: whoever has just opened it finds that it is not there any more.
            with suppress(OSError):
                self._file.unlink()
            with suppress(OSError):
                self._lock.release(force=True)

    def is_anothers(self) -> bool:
        """Returns whether another live session has the file."""
        if self._lock.is_locked or not os.path.exists(self._file):
            return False
        taken = self.take()
        self.give_back()
        return taken is False


def claim(path: Path) -> Claim:
    """Claims a file, or, if another live session has it, the first free one with a number: `-2` and so on."""
    claims = map(Claim, names(path))
    return next((each for each in claims if each.take() is not False), Claim(path))


def names(path: Path) -> Iterator[Path]:
    """Yields a path, and the same path with numbers."""
    stem, ending = _parts(path)
    yield path
    yield from (path.with_name(f"{stem}-{number}{ending}") for number in range(2, MOST_FILES))


def free(path: Path) -> Path:
    """Returns this path if nothing exists there, otherwise the first free one with a number."""
    return next((found for found in names(path) if not os.path.exists(found)), path)


def kin(path: Path) -> list[Path]:
    """Returns the existing files among a path and its numbered variants."""
    stem, ending = map(re.escape, _parts(path))
    pattern = re.compile(rf"{stem}(-\d+)?{ending}")
    try:
        return [found for found in path.parent.iterdir() if pattern.fullmatch(found.name)]
    except OSError:
        return []


def _parts(path: Path) -> tuple[str, str]:
    ending = ENDING if path.name.endswith(ENDING) else path.suffix
    return path.name.removesuffix(ending), ending
