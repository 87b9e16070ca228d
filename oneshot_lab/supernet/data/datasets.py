"""Torch Datasets as images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset, IterableDataset

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import MemoryImages, Size, describe, from_array
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.pictures import Form, decode, look
from oneshot_lab.supernet.data.source import Part, as_labels


@dataclass(frozen=True, eq=False)
class DatasetImages:
    """The images of a torch Dataset, asked of it when they are read.

    Attributes:
        dataset: Gives (image, label) by index.
        rows: Which of its items these images are.
        shape: (channels, height, width).
        dtype: torch.uint8 or torch.float32.
        where: What to call it in an error.
        size: Resize to this height and width.
    """

    dataset: Any
    rows: npt.NDArray[np.int64]
    shape: tuple[int, int, int]
    dtype: torch.dtype
    where: str
    size: Size | None

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, rows: Tensor) -> Tensor:
        """Asks the Dataset for the items at these positions: [n, C, H, W]."""
        return torch.stack([self._item(int(self.rows[row])) for row in rows.tolist()])

    def take(self, rows: npt.NDArray[np.int64]) -> DatasetImages:
        """Returns the items at these positions as images of their own."""
        return DatasetImages(self.dataset, self.rows[rows], self.shape, self.dtype, self.where, self.size)

    def _item(self, index: int) -> Tensor:
        place = f"{self.where}, item {index}"
        image = to_tensor(pair_of(self.dataset[index], place)[0], place, self.size)
        if (image.shape, image.dtype) != (self.shape, self.dtype):
            raise DataError(
                describe(MemoryImages(image[None])),
                where=place,
                expected=f"{describe(self)}, as item 0",
                remedy=f"resize them in the Dataset's transform, or all of them with {give('size', '(height, width)')}",
            )
        return image


def from_dataset(dataset: Dataset[Any], where: str, *, size: Size | None) -> Part:
    """Wraps a torch Dataset whose items are (image, label).

    An image is a tensor (C×H×W or H×W), an array (also H×W×C) or a PIL picture. Labels are taken from
    `dataset.targets` where torchvision puts them; otherwise every item is asked for once.

    Args:
        dataset: It has a length; its items are pairs.
        where: What to call it in an error.
        size: Resize to this height and width.

    Raises:
        DataError: It has no length or no items, or an item is not an image with a label.
    """
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__len__"):
        raise DataError(
            f"{type(dataset).__name__} has no length and no items by index",
            where=where,
            expected="a Dataset with __len__ and __getitem__",
        )
    count = len(dataset)
    if not count:
        raise DataError("there are no images", where=where, remedy="give it at least two of every class")
    first = to_tensor(pair_of(dataset[0], f"{where}, item 0")[0], f"{where}, item 0", size)
    channels, height, width = first.shape
    rows = np.arange(count, dtype=np.int64)
    images = DatasetImages(dataset, rows, (channels, height, width), first.dtype, where, size)
    return Part(images, as_labels(_labels(dataset, where), where), where)


def _labels(dataset: Any, where: str) -> Any:
    targets = getattr(dataset, "targets", None)
    if targets is not None and getattr(dataset, "target_transform", None) is None and len(targets) == len(dataset):
        return targets
    labels = [pair_of(dataset[index], f"{where}, item {index}")[1] for index in range(len(dataset))]
    return [label.item() if isinstance(label, Tensor) and label.ndim == 0 else label for label in labels]


def pair_of(item: Any, place: str) -> tuple[Any, Any]:
    """Returns an item as (image, label), or raises a DataError that names its place."""
    if isinstance(item, (tuple, list)) and len(item) == 2:
        return item[0], item[1]
    got = f"{type(item).__name__} of {len(item)}" if isinstance(item, (tuple, list)) else type(item).__name__
    raise DataError(f"a {got}", where=place, expected="a pair (image, label)")


def to_tensor(image: Any, place: str, size: Size | None) -> Tensor:
    """Returns one image as uint8 or float32 [C, H, W] on the CPU, resized if asked.

    Raises:
        DataError: It is not an image, or holds NaN or infinity.
    """
    layout = None
    if isinstance(image, Image.Image):
        seen = look(image)
        return torch.from_numpy(decode(image, Form(seen.channels, seen.depth != "bytes", size)))
    if isinstance(image, Tensor):
        image = image.detach().cpu().numpy()
        layout = "NCHW" if image.ndim == 3 else None
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3):
        got = f"an array of {image.ndim} dimensions" if isinstance(image, np.ndarray) else f"a {type(image).__name__}"
        raise DataError(got, where=place, expected="an image: a tensor, an array or a PIL picture")
    return from_array(image[None], place, layout=layout, size=size).tensor[0]
