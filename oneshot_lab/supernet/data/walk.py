"""Finds the pictures in a folder, with notes about what is skipped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.notes import counted
from oneshot_lab.supernet.data.pictures import FORMATS, SURE_FORMATS, opened


class Walk:
    """Walks through a folder of pictures.

    Args:
        folder: The top folder; names in notes are relative to it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._endings = _endings()
        self._hidden: list[Path] = []
        self._others: list[Path] = []
        self._links: list[Path] = []
        self._loose: list[Path] = []
        self._notes: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes about what was skipped so far: how many, and the first three names."""
        over = (
            ("hidden file or folder", "hidden files and folders", self._hidden, "its name begins with a dot"),
            ("file that is not a picture", "files that are not pictures", self._others, "Pillow does not read it"),
            ("linked folder", "linked folders", self._links, "links inside a class are not followed"),
            ("loose file", "loose files", self._loose, "a picture's class is the name of its folder"),
        )
        told = [
            f"skipped: {counted(one, many, self._names(paths))}: {reason}" for one, many, paths, reason in over if paths
        ]
        return (*self._notes, *told)

    def subfolders(self, folder: Path) -> list[Path]:
        """Returns the folders in a folder in order, without hidden ones.

        Raises:
            DataError: The folder cannot be read.
        """
        inside = _inside(folder)
        return [path for path in inside if path.is_dir() and not path.name.startswith(".")]

    def loose(self, folder: Path) -> None:
        """Records the files that lie in a folder of folders."""
        for path in _inside(folder):
            if path.is_file():
                (self._hidden if path.name.startswith(".") else self._loose).append(path)

    def pass_over(self, what: str, paths: Iterable[Path], reason: str) -> None:
        """Records something else that was skipped."""
        names = self._names(paths)
        if names:
            self._notes.append(f"skipped: {counted(what, f'{what}s', names)}: {reason}")

    def pictures(self, folder: Path) -> list[Path]:
        """Returns the pictures in a folder and the folders in it, in the order of their paths.

        A file is a picture if Pillow reads files with its ending, or else if its first bytes say so.

        Raises:
            DataError: A folder cannot be read.
        """
        found: list[Path] = []
        for place, folders, files in os.walk(folder, onerror=_refuse):
            here = Path(place)
            self._hidden += [here / name for name in (*folders, *files) if name.startswith(".")]
            folders[:] = [name for name in folders if not name.startswith(".")]
            self._links += [here / name for name in folders if (here / name).is_symlink()]
            for name in files:
                path = here / name
                if name.startswith("."):
                    continue
                (found if self._is_picture(path) else self._others).append(path)
        return sorted(found)

    def _is_picture(self, path: Path) -> bool:
        if path.suffix.lower() in self._endings:
            return True
        try:
            with opened(path, SURE_FORMATS):
                return True
        except DataError:
            return False

    def _names(self, paths: Iterable[Path]) -> list[str]:
        return sorted(str(path.relative_to(self._folder)) for path in paths)


def _endings() -> frozenset[str]:
    """Returns the endings of files that are opened, such as `.png`."""
    Image.init()
    return frozenset(ending for ending, name in Image.registered_extensions().items() if name in FORMATS)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise _refused(error) from error


def _refuse(error: OSError) -> None:
    raise _refused(error) from error


def _refused(error: OSError) -> DataError:
    return DataError(f"the folder cannot be read ({error.strerror})", where=str(error.filename))
