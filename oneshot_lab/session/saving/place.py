"""The place where a session saves itself: its own file, the file that another session left there, and files nearby."""

from __future__ import annotations

from pathlib import Path

from oneshot_lab.session.saving.claim import Claim, claim, free, kin
from oneshot_lab.session.saving.replacing import copy


class Place:
    """The file of one live session, from its choice until the end of the session.

    Attributes:
        wished: The requested file, which another session may have.
        aside: Where the file of another session has gone that was in our place; None: there was none.
    """

    def __init__(self) -> None:
        self.wished: Path | None = None
        self.aside: Path | None = None
        self._claim: Claim | None = None
        self._own: tuple[int, int] | None = None

    def take(self, path: Path) -> Path:
        """Claims a file, or a numbered variant if another live session has it. Returns the claimed file."""
        if self._claim is None or self._claim.path != path:
            self.give_back()
            self.wished, self._claim = path, claim(path)
        return self._claim.path

    def give_back(self) -> None:
        """Releases the file for other sessions."""
        before, self._claim = self._claim, None
        if before is not None:
            before.give_back()

    def knows(self, path: Path) -> None:
        """Records that a file holds our session in its current state."""
        self._own = identity(path)

    def is_lost(self, path: Path) -> bool:
        """Returns whether another session has come into our place meanwhile, where that could not be kept from it."""
        if self._claim is None:
            # Given back when the session was closed.
            self._claim = Claim(path)
        return self._claim.take() is False or (self._own is not None and identity(path) not in (None, self._own))

    def elsewhere(self, path: Path) -> Path:
        """Returns a free file that does not exist yet, for a session that has lost its file."""
        self._own = None
        return free(path)

    def make_room(self, path: Path) -> None:
        """Renames the file of an ended session before it is overwritten; keeps one such file at most.

        Raises:
            OSError: The file cannot be renamed.
        """
        if identity(path) not in (None, self._own):
            aside = path.with_name(f"{path.stem}.previous{path.suffix}")
            copy(path, aside)
            self.aside = aside

    def ended(self, path: Path) -> Path | None:
        """Returns the newest file that a session has left which has ended, in our place or near it.

        Args:
            path: Our file.
        """
        found = [other for other in kin(self.wished or path) if other != path and not Claim(other).is_anothers()]
        found += [path] if identity(path) != self._own else []
        found += [self.aside] if self.aside else []
        times = {other: known[1] for other in found if (known := identity(other)) is not None}
        return max(times, key=times.__getitem__, default=None)


def identity(path: Path) -> tuple[int, int] | None:
    """Returns what tells a file from another one that has come into its place: its number and its time in nanoseconds.

    None: there is no file.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
