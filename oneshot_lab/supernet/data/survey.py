"""Reads the headers of many picture files: this is fast, and finds problems before training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import Size
from oneshot_lab.supernet.data.notes import counted
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.pictures import WHITE, Form, Look, look, opened


class Survey:
    """A summary of the headers of picture files.

    Args:
        folder: Names in notes are relative to it.
        where: The name of the pictures in errors.

    Attributes:
        channels: 1 if all files are grey, otherwise 3.
        sizes: How many files have a height and width.
        first_of_size: The first file of each size.
    """

    def __init__(self, folder: Path, where: str = "image folder") -> None:
        self._where = where
        self.channels = 1
        self.sizes: Counter[Size] = Counter()
        self.first_of_size: dict[Size, Path] = {}
        self._folder = folder
        self._of_depth: dict[str, list[Path]] = {"bytes": [], "deep": [], "floats": []}
        self._of_channels: dict[int, list[Path]] = {1: [], 3: []}
        self._cut: list[Path] = []
        self._transparent: list[Path] = []
        self._turned: list[Path] = []
        self._series: list[Path] = []

    @property
    def is_deep(self) -> bool:
        """Whether a file has more than 8 bits per value."""
        return bool(self._of_depth["deep"] or self._of_depth["floats"])

    def look_at(self, paths: Iterable[Path]) -> None:
        """Reads the headers of files.

        Raises:
            DataError: A file cannot be read, or some files hold whole numbers and others fractions.
        """
        for path in paths:
            with opened(path) as image:
                seen = look(image)
            self.add(path, seen)
        self.check_units()

    def add(self, path: Path, seen: Look) -> None:
        """Adds the information about one picture, which need not be in a file."""
        self.channels = max(self.channels, seen.channels)
        self.sizes[seen.size] += 1
        self.first_of_size.setdefault(seen.size, path)
        self._of_depth[seen.depth].append(path)
        self._of_channels[seen.channels].append(path)
        for has, group in (
            (seen.is_cut, self._cut),
            (seen.is_transparent, self._transparent),
            (seen.is_turned, self._turned),
            (seen.is_series, self._series),
        ):
            if has:
                group.append(path)

    def check_units(self) -> None:
        """Raises a DataError if some pictures hold whole numbers and others fractions."""
        fractions, whole = self._of_depth["floats"], (*self._of_depth["bytes"], *self._of_depth["deep"])
        if fractions and whole:
            raise DataError(
                f"{fractions[0]} holds floating-point numbers, {whole[0]} whole ones",
                where=self._where,
                expected="pictures whose values are of one unit",
                remedy="convert them to one kind",
            )

    def notes(self, form: Form) -> tuple[str, ...]:
        """Returns notes about how files are converted to a form: what is done, to how many, and the first names."""
        bytes_, deep, fractions = (self._of_depth[depth] for depth in ("bytes", "deep", "floats"))
        colour = "white" if form.ground == WHITE else f"the colour {form.ground}"
        some_grey = self._of_channels[1] if self.channels == 3 else []
        told = (
            (self._turned, "turned upright, as their Exif data say"),
            (self._transparent, f"laid on {colour} where transparent; choose another with {give('background')}"),
            (deep, "more than 8 bits deep: values are kept as they are"),
            (fractions, "floating-point numbers: values are kept as they are"),
            (bytes_ if deep else [], "8 bits deep among deeper ones: values are multiplied by 257 to keep white white"),
            (self._cut, "16 bits per colour, of which Pillow reads only the upper 8: give arrays to keep all"),
            (some_grey, "grey among others in colour: all are read as colour"),
            (self._series, "several pictures in one file: only the first is used"),
        )
        found = [f"{self._counted(paths)}: {what}" for paths, what in told if paths]
        if form.size is not None and len(self.sizes) > 1:
            sizes = [f"{height}×{width}" for (height, width), _ in self.sizes.most_common()]
            found.append(f"resized from {counted('size', 'sizes', sizes)}; other proportions are stretched")
        return tuple(found)

    def _counted(self, paths: list[Path]) -> str:
        return counted("picture", "pictures", [str(path.relative_to(self._folder)) for path in paths])
