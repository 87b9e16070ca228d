"""Folders of images: one subfolder per class, perhaps inside train/, val/ and test/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import Size
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.source import Part, PartName, Source

SUFFIXES = frozenset((".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"))
"""Files with other endings are passed over."""

_PART_NAMES: dict[str, PartName] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
_DEEP = ("I;16", "I;16B", "I;16L", "I")
_GREY = ("1", "L", "LA", *_DEEP)
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


@dataclass(frozen=True, eq=False)
class FileImages:
    """Images in files, decoded when they are read.

    Attributes:
        paths: One for each image.
        shape: (channels, height, width): 1 channel or 3.
        resized: Whether files of another size are brought to this one.
    """

    paths: tuple[Path, ...]
    shape: tuple[int, int, int]
    resized: bool

    @property
    def dtype(self) -> torch.dtype:
        """Files are read as bytes."""
        return torch.uint8

    def __len__(self) -> int:
        return len(self.paths)

    def read(self, rows: Tensor) -> Tensor:
        """Decodes the files at these positions: uint8 [n, C, H, W]."""
        return torch.stack([torch.from_numpy(self._decode(self.paths[row])) for row in rows.tolist()])

    def take(self, rows: npt.NDArray[np.int64]) -> FileImages:
        """Returns the files at these positions as images of their own."""
        return FileImages(tuple(self.paths[row] for row in rows.tolist()), self.shape, self.resized)

    def _decode(self, path: Path) -> npt.NDArray[np.uint8]:
        try:
            with Image.open(path) as image:
                array = as_array(image, self.shape[0], self.shape[1:] if self.resized else None)
        except _UNREADABLE as error:
            raise _broken(path, error) from error
        if array.shape != self.shape:
            got, expected = ("×".join(map(str, shape[1:])) for shape in (array.shape, self.shape))
            raise DataError(f"it has {got} pixels now", where=str(path), expected=expected)
        return array


def as_array(image: Image.Image, channels: int, size: Size | None = None) -> npt.NDArray[np.uint8]:
    """Returns a picture as bytes [channels, H, W]: one channel of grey, or red, green and blue.

    Sixteen-bit greys keep their upper eight bits.
    """
    if image.mode in _DEEP:
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    image = image.convert("L" if channels == 1 else "RGB")
    if size is not None and image.size != size[::-1]:
        image = image.resize(size[::-1], Image.Resampling.BILINEAR)
    array = np.array(image)
    return array[None] if channels == 1 else np.ascontiguousarray(array.transpose(2, 0, 1))


def channels_of(image: Image.Image, where: str) -> int:
    """Returns 1 for a picture stored as grey, otherwise 3; raises a DataError for one of floating-point pixels."""
    if image.mode == "F":
        raise DataError(
            "its pixels are floating-point numbers, of unknown range",
            where=where,
            expected="a picture of 8 or 16 bits",
            remedy="pass the images as arrays",
        )
    return 1 if image.mode in _GREY else 3


def from_folder(folder: Path, *, size: Size | None) -> Source:
    """Finds the images in a folder.

    Args:
        folder: It holds train/ and perhaps val/ and test/, each with a subfolder per class, or the
            subfolders of the classes themselves.
        size: Resize to this height and width.

    Returns:
        The parts found. The images are grey when all files are, otherwise in colour.

    Raises:
        DataError: No images, loose images, classes that training lacks, unreadable files, or mixed sizes
            where no size was given.
    """
    inner = _subfolders(folder)
    named = {_PART_NAMES[sub.name.casefold()]: sub for sub in inner if sub.name.casefold() in _PART_NAMES}
    parts: dict[PartName, Path] = named if "train" in named else {"train": folder}
    class_names = tuple(sub.name for sub in _subfolders(parts["train"]))
    if not class_names:
        raise DataError(
            "there are no subfolders", where=str(parts["train"]), expected="one for each class, with its images in it"
        )
    listed = {name: _list(part, class_names) for name, part in parts.items()}
    shape = _common_shape([path for paths, _ in listed.values() for path in paths], size)
    found: dict[PartName, Part] = {
        name: Part(FileImages(paths, shape, size is not None), labels, str(parts[name]))
        for name, (paths, labels) in listed.items()
    }
    return Source(folder.resolve().name, found, class_names)


def _subfolders(folder: Path) -> list[Path]:
    return sorted(sub for sub in folder.iterdir() if sub.is_dir() and not sub.name.startswith("."))


def _list(folder: Path, class_names: tuple[str, ...]) -> tuple[tuple[Path, ...], npt.NDArray[np.int64]]:
    label_of = {name: label for label, name in enumerate(class_names)}
    paths: list[Path] = []
    labels: list[int] = []
    for sub in _subfolders(folder):
        if sub.name not in label_of:
            raise DataError(
                f"there is no training class {sub.name!r}", where=str(sub), expected=f"one of {_some(class_names)}"
            )
        files = sorted(
            path for path in sub.rglob("*") if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        )
        if not files:
            raise DataError(
                "there are no images in it",
                where=str(sub),
                expected=f"files ending in {', '.join(sorted(SUFFIXES))}",
                remedy="add images or remove the folder",
            )
        paths += files
        labels += [label_of[sub.name]] * len(files)
    return tuple(paths), np.array(labels, dtype=np.int64)


def _common_shape(paths: list[Path], size: Size | None) -> tuple[int, int, int]:
    """Reads every file's header: cheap beside decoding, and trouble shows before any training."""
    channels = 1
    first: Size | None = None
    for path in paths:
        try:
            with Image.open(path) as image:
                channels = max(channels, channels_of(image, str(path)))
                this = (image.height, image.width)
        except _UNREADABLE as error:
            raise _broken(path, error) from error
        first = first or this
        if size is None and this != first:
            raise DataError(
                f"{paths[0]} has {first[0]}×{first[1]} pixels (height×width), {path} has {this[0]}×{this[1]}",
                where="image folder",
                expected="images of one size",
                remedy=f"resize them all, to this or another size, with {give('size', str(first))}",
            )
    height, width = size or first or (0, 0)
    return channels, height, width


def _broken(path: Path, error: Exception) -> DataError:
    return DataError(
        f"it cannot be read as an image ({error})",
        where=str(path),
        remedy="replace the file, or remove it from the folder",
    )


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
