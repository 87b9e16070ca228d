"""Warnings about usable but doubtful data: they go into the notes, and nothing is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from torch import Tensor

from oneshot_lab.supernet.data.images import CHUNK, MemoryImages
from oneshot_lab.supernet.data.notes import counted, named
from oneshot_lab.supernet.data.source import Part, PartName
from oneshot_lab.supernet.data.stratify import Indices

Placed = Mapping[PartName, tuple[Part, Indices]]
"""For each split, the part that holds it and the positions of its images there."""

UNLIKE = 5
"""Class sizes are unequal if one class has this many times the images of another."""

COMPARED = 2**30
"""If all images together have more bytes than this, they are not compared with each other: it would take seconds."""


def on_classes(placed: Placed, class_names: tuple[str, ...]) -> Iterator[str]:
    """Yields warnings about the sizes of classes."""
    counts = {name: np.bincount(part.labels[rows], minlength=len(class_names)) for name, (part, rows) in placed.items()}
    train, test = counts["train"], counts["test"]
    most, least = int(train.argmax()), int(train.argmin())
    if train[most] >= UNLIKE * train[least]:
        right = test[most] / max(test.sum(), 1)
        yield (
            f"class sizes are unequal: {class_names[most]!r} has {train[most]:,} training images, "
            f"{class_names[least]!r} has {train[least]:,}; always answering {class_names[most]!r} is right for "
            f"{right:.1%} of the test images, so compare balanced accuracy, not accuracy alone"
        )
    for name in ("validation", "test"):
        absent = [repr(class_names[label]) for label in np.flatnonzero(counts[name] == 0)]
        if absent:
            yield f"{name}: there are no images of {counted('class', 'classes', absent)}: nothing is measured for them"


class Constant:
    """Finds blank images, whose pixels all have the same value, among images that are read anyway."""

    def __init__(self) -> None:
        self._rows: list[int] = []

    def look_at(self, rows: npt.NDArray[np.int64], images: Tensor) -> None:
        """Checks the images [n, C, H, W] at these positions."""
        flat = images.flatten(1)
        self._rows += rows[(flat.amin(1) == flat.amax(1)).numpy()].tolist()

    def all_of(self, images: MemoryImages) -> Constant:
        """Checks all images in memory."""
        for start in range(0, len(images), CHUNK):
            chunk = images.tensor[start : start + CHUNK]
            self.look_at(np.arange(start, start + len(chunk)), chunk)
        return self

    @property
    def rows(self) -> list[int]:
        """The positions of the blank images, in order."""
        return sorted(self._rows)

    def note(self, part: Part) -> str | None:
        """Returns the note about the blank images of a part; None if there are none."""
        if not self._rows:
            return None
        verb = "is" if len(self._rows) == 1 else "are"
        names = named([part.name_of(row) for row in self.rows])
        return f"{len(self._rows):,} {'image' if verb == 'is' else 'images'} {verb} of one value throughout ({names})"


def on_repeated(placed: Placed, parts: Mapping[PartName, Part], blank: Mapping[PartName, list[int]]) -> Iterator[str]:
    """Yields a note for each split that contains copies of training images, pixel for pixel.

    Args:
        placed: The splits.
        parts: The parts as found, for the names of images.
        blank: Positions of blank images in each part, which have a note already.
    """
    images = {id(part.images): part.images for part, _ in placed.values()}
    held = [each for each in images.values() if isinstance(each, MemoryImages)]
    if len(held) < len(images) or sum(each.tensor.nbytes for each in held) > COMPARED:
        return
    own: dict[PartName, PartName] = {
        name: name if part is not placed["train"][0] else "train" for name, (part, _) in placed.items()
    }
    seen = {mark for _, mark in _marks(*placed["train"], set(blank[own["train"]]))}
    for name in ("validation", "test"):
        part, rows = placed[name]
        again = sorted(row for row, mark in _marks(part, rows, set(blank[own[name]])) if mark in seen)
        if again:
            found = counted("image", "images", [parts[own[name]].name_of(row) for row in again])
            yield f"{name}: {found} {'equals' if len(again) == 1 else 'equal'} a training image, pixel for pixel"


def _marks(part: Part, rows: Indices, without: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yields positions, each with a digest of its image."""
    assert isinstance(part.images, MemoryImages)
    pixels = part.images.tensor.numpy()
    for row in rows.tolist():
        if row not in without:
            yield row, hashlib.blake2b(pixels[row].tobytes(), digest_size=16).digest()
