"""Where a session is kept: in a file of its own, which no other session that lives can have."""

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
"""Of one name in a folder; more are not told apart."""


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
        # Taken and given back in whatever thread.
        self._lock = FileLock(self._file, timeout=0, thread_local=False)
        self._process = os.getpid()

    def take(self) -> bool | None:
        """Claims the file if it is not claimed yet.

        Returns:
            Whether it is ours now; False: it is another session's that lives. None: that cannot be told here.
        """
        if self._lock.is_locked:
            return True
        # A folder that is missing would be made.
        if not self._file.parent.is_dir():
            return None
        try:
            self._lock.acquire()
        except Timeout:
            # Raised as well where the lock's file cannot be made.
            return False if os.path.exists(self._file) else None
        except (OSError, NotImplementedError):
            return None
        return True

    def give_back(self) -> None:
        """Ends the claim. In the child of a fork it is none: the file stays with the process that has claimed it."""
        if self._lock.is_locked and self._process == os.getpid():
            # Before it is unlocked: whoever has just opened it finds that it is not there any more.
            with suppress(OSError):
                self._file.unlink()
            with suppress(OSError):
                self._lock.release(force=True)

    def is_anothers(self) -> bool:
        """Tells whether another session that lives has the file."""
        if self._lock.is_locked or not os.path.exists(self._file):
            return False
        taken = self.take()
        self.give_back()
        return taken is False


def claim(path: Path) -> Claim:
    """Claims a file; if another live session has it, the first one like it that none has: `-2` and so on."""
    claims = map(Claim, names(path))
    return next((each for each in claims if each.take() is not False), Claim(path))


def names(path: Path) -> Iterator[Path]:
    """Yields a path, and those that are like it but for a number."""
    stem, ending = _parts(path)
    yield path
    yield from (path.with_name(f"{stem}-{number}{ending}") for number in range(2, MOST_FILES))


def free(path: Path) -> Path:
    """Returns a path like this one where nothing is, itself if it can be."""
    return next((found for found in names(path) if not os.path.exists(found)), path)


def kin(path: Path) -> list[Path]:
    """Returns the files that are there of a path and those like it."""
    stem, ending = map(re.escape, _parts(path))
    pattern = re.compile(rf"{stem}(-\d+)?{ending}")
    try:
        return [found for found in path.parent.iterdir() if pattern.fullmatch(found.name)]
    except OSError:
        return []


def _parts(path: Path) -> tuple[str, str]:
    ending = ENDING if path.name.endswith(ENDING) else path.suffix
    return path.name.removesuffix(ending), ending
