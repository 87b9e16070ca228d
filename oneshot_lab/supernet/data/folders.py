"""Folders of images: one subfolder per class, perhaps inside train/, val/ and test/."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import Size
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.pictures import WHITE, Form, Pixels, decode, opened
from oneshot_lab.supernet.data.source import Part, PartName, Source
from oneshot_lab.supernet.data.survey import Survey
from oneshot_lab.supernet.data.walk import Walk

_PART_NAMES: dict[str, PartName] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True, eq=False)
class FileImages:
    """Images in files, decoded when they are read.

    Attributes:
        paths: One for each image.
        shape: (channels, height, width): 1 channel or 3.
        form: What they are converted to.
    """

    paths: tuple[Path, ...]
    shape: tuple[int, int, int]
    form: Form

    @property
    def dtype(self) -> torch.dtype:
        """torch.uint8, or torch.float32 for files with more than 8 bits per value."""
        return torch.float32 if self.form.is_deep else torch.uint8

    def __len__(self) -> int:
        return len(self.paths)

    def read(self, rows: Tensor) -> Tensor:
        """Decodes the files at these positions: [n, C, H, W] of `dtype`."""
        return torch.stack([torch.from_numpy(self._decode(self.paths[row])) for row in rows.tolist()])

    def take(self, rows: npt.NDArray[np.int64]) -> FileImages:
        """Returns a new `FileImages` with the files at these positions."""
        return replace(self, paths=tuple(self.paths[row] for row in rows.tolist()))

    def _decode(self, path: Path) -> Pixels:
        with opened(path) as image:
            array = decode(image, self.form)
        if array.shape != self.shape:
            got, expected = ("×".join(map(str, shape[1:])) for shape in (array.shape, self.shape))
            raise DataError(f"it has {got} pixels now", where=str(path), expected=expected)
        return array


def from_folder(folder: Path, *, size: Size | None, ground: tuple[int, int, int] = WHITE) -> Source:
    """Finds the images in a folder.

    Args:
        folder: A folder with train/ and optionally val/ and test/, each with a subfolder per class, or with the
            subfolders of the classes directly.
        size: Resize to this height and width.
        ground: The background colour for transparent pictures.

    Returns:
        The parts found, with notes about what was skipped or changed. The images are grey if all files are, otherwise
        in colour; bytes if all files are, otherwise float32.

    Raises:
        DataError: There are no images, classes that training lacks, unreadable files, or mixed sizes without `size`.
    """
    walk = Walk(folder)
    inner = walk.subfolders(folder)
    named = {_PART_NAMES[sub.name.casefold()]: sub for sub in inner if sub.name.casefold() in _PART_NAMES}
    parts: dict[PartName, Path] = named if "train" in named else {"train": folder}
    if parts is named:
        walk.pass_over("subfolder", [sub for sub in inner if sub not in named.values()], "they are not used")
        walk.loose(folder)
    class_names = tuple(sub.name for sub in walk.subfolders(parts["train"]))
    if not class_names:
        raise DataError(
            "there are no subfolders", where=str(parts["train"]), expected="one for each class, with its images in it"
        )
    listed = {name: _list(walk, part, class_names) for name, part in parts.items()}
    survey = Survey(folder)
    survey.look_at([path for paths, _ in listed.values() for path in paths])
    shape = (survey.channels, *_common_size(survey, size))
    form = Form(survey.channels, survey.is_deep, size, ground)
    found: dict[PartName, Part] = {
        name: Part(FileImages(paths, shape, form), labels, str(parts[name])) for name, (paths, labels) in listed.items()
    }
    notes = (*walk.notes, *survey.notes(form))
    return Source(folder.resolve().name, found, class_names, notes, dict(survey.sizes), form)


def _list(walk: Walk, folder: Path, class_names: tuple[str, ...]) -> tuple[tuple[Path, ...], npt.NDArray[np.int64]]:
    label_of = {name: label for label, name in enumerate(class_names)}
    paths: list[Path] = []
    labels: list[int] = []
    walk.loose(folder)
    for sub in walk.subfolders(folder):
        if sub.name not in label_of:
            raise DataError(
                f"there is no training class {sub.name!r}", where=str(sub), expected=f"one of {_some(class_names)}"
            )
        files = walk.pictures(sub)
        if not files:
            raise DataError(
                "there are no images in it",
                where=str(sub),
                expected="files that Pillow reads, such as .png, .jpg or .tif",
                remedy="add images or remove the folder",
            )
        paths += files
        labels += [label_of[sub.name]] * len(files)
    return tuple(paths), np.array(labels, dtype=np.int64)


def _common_size(survey: Survey, size: Size | None) -> Size:
    """Returns the height and width of all files, or the size that they are resized to.

    Raises:
        DataError: The files have several sizes.
    """
    if size is not None:
        return size
    (first, path), *others = survey.first_of_size.items()
    if others:
        other, odd = others[0]
        raise DataError(
            f"{path} has {first[0]}×{first[1]} pixels (height×width), {odd} has {other[0]}×{other[1]}",
            where="image folder",
            expected="images of one size",
            remedy=f"resize them all, to this or another size, with {give('size', str(first))}",
        )
    return first


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
