"""Torch Datasets as images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
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
from oneshot_lab.supernet.data.pictures import WHITE, Form, decode, look
from oneshot_lab.supernet.data.rows import plain
from oneshot_lab.supernet.data.source import Part, as_labels
from oneshot_lab.supernet.data.survey import Survey
from oneshot_lab.supernet.data.wrapped import targets_of

LOOKED_AT = 32
"""How many items of a Dataset are checked for their mode before any is read."""


@dataclass(frozen=True, eq=False)
class DatasetImages:
    """The images of a torch Dataset, fetched from it when they are read.

    Attributes:
        dataset: Returns (image, label) by index.
        rows: The indices of these images in the Dataset.
        shape: (channels, height, width).
        dtype: torch.uint8 or torch.float32.
        where: What to call it in an error.
        form: What PIL pictures are converted to.
        size: Resize to this height and width.
    """

    dataset: Any
    rows: npt.NDArray[np.int64]
    shape: tuple[int, int, int]
    dtype: torch.dtype
    where: str
    form: Form
    size: Size | None

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, rows: Tensor) -> Tensor:
        """Returns the items at these positions from the Dataset: [n, C, H, W]."""
        return torch.stack([self._item(int(self.rows[row])) for row in rows.tolist()])

    def take(self, rows: npt.NDArray[np.int64]) -> DatasetImages:
        """Returns a new `DatasetImages` with the items at these positions."""
        return replace(self, rows=self.rows[rows])

    def _item(self, index: int) -> Tensor:
        place = f"{self.where}, item {index}"
        image = to_tensor(pair_of(self.dataset[index], place)[0], place, self.size, form=self.form)
        if (image.shape, image.dtype) != (self.shape, self.dtype):
            raise DataError(
                describe(MemoryImages(image[None])),
                where=place,
                expected=f"{describe(self)}, as item 0",
                remedy=f"resize them in the Dataset's transform, or all of them with {give('size', '(height, width)')}",
            )
        return image


def from_dataset(
    dataset: Dataset[Any], where: str, *, size: Size | None, ground: tuple[int, int, int] = WHITE, notes: list[str]
) -> Part:
    """Wraps a torch Dataset whose items are (image, label).

    An image is a tensor (C×H×W or H×W), an array (also H×W×C) or a PIL picture. Labels are taken from `dataset.targets`
    if torchvision put them there; otherwise every item is fetched once.

    Args:
        dataset: It has a length; its items are pairs.
        where: What to call it in an error.
        size: Resize to this height and width.
        ground: The background colour for transparent pictures.
        notes: Receives a note about each change.

    Raises:
        DataError: It has no length or no items, or an item is not an image with a label.
    """
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__len__"):
        raise DataError(
            f"{type(dataset).__name__} has no length and no items by index",
            where=where,
            expected="a Dataset with __len__ and __getitem__",
            remedy="read it first: list(dataset) gives pairs, of which images and labels make (images, labels)",
        )
    count = len(dataset)
    if not count:
        raise DataError("there are no images", where=where, remedy="give it at least two of every class")
    raw = pair_of(dataset[0], f"{where}, item 0")[0]
    form = Form(1, size=size, ground=ground)
    if isinstance(raw, Image.Image):
        form = _common_form(dataset, where, form, notes)
    first = to_tensor(raw, f"{where}, item 0", size, form=form)
    kind = str(getattr(raw, "dtype", "")).removeprefix("torch.")
    if kind.removeprefix("u") in ("int16", "int32", "int64"):
        notes.append(f"{where}: whole numbers of {kind.lstrip('uint')} bits: values are kept as they are, as float32")
    channels, height, width = first.shape
    rows = np.arange(count, dtype=np.int64)
    images = DatasetImages(dataset, rows, (channels, height, width), first.dtype, where, form, size)
    return Part(images, as_labels(_labels(dataset, where), where), where)


def _common_form(dataset: Any, where: str, form: Form, notes: list[str]) -> Form:
    """Returns the form that suits the PIL pictures of a Dataset, judged by a sample of them."""
    survey = Survey(Path(), where)
    count = len(dataset)
    for index in range(0, count, max(1, count // LOOKED_AT)):
        image = pair_of(dataset[index], f"{where}, item {index}")[0]
        if isinstance(image, Image.Image):
            survey.add(Path(f"item {index}"), look(image))
    survey.check_units()
    form = replace(form, channels=survey.channels, is_deep=survey.is_deep)
    notes += [f"{where}, of {survey.sizes.total():,} items looked at: {note}" for note in survey.notes(form)]
    return form


def _labels(dataset: Any, where: str) -> Any:
    targets = targets_of(dataset)
    if targets is not None:
        return plain(targets, where)
    labels = [pair_of(dataset[index], f"{where}, item {index}")[1] for index in range(len(dataset))]
    return [plain(label, where) for label in labels]


def pair_of(item: Any, place: str) -> tuple[Any, Any]:
    """Returns an item as (image, label), or raises a DataError that names the item."""
    if isinstance(item, (tuple, list)) and len(item) == 2:
        return item[0], item[1]
    got = f"{type(item).__name__} of {len(item)}" if isinstance(item, (tuple, list)) else type(item).__name__
    raise DataError(f"a {got}", where=place, expected="a pair (image, label)")


def to_tensor(image: Any, place: str, size: Size | None, *, form: Form | None = None) -> Tensor:
    """Returns one image as uint8 or float32 [C, H, W] on the CPU, resized if asked.

    Raises:
        DataError: The item is not an image, or holds NaN or infinity.
    """
    layout = None
    if isinstance(image, Image.Image):
        seen = look(image)
        form = form or Form(seen.channels, seen.depth != "bytes", size)
        if seen.channels > form.channels or (seen.depth != "bytes" and not form.is_deep):
            raise DataError(
                f"a picture of mode {image.mode}",
                where=place,
                expected=f"{'grey' if form.channels == 1 else 'colour'} of 8 bits, as the items looked at first",
                remedy="convert all to one mode in the Dataset's transform, for example image.convert('RGB')",
            )
        return torch.from_numpy(decode(image, form))
    if isinstance(image, Tensor):
        image = plain(image, place)
        layout = "NCHW" if image.ndim == 3 else None
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3):
        got = f"an array of {image.ndim} dimensions" if isinstance(image, np.ndarray) else f"a {type(image).__name__}"
        raise DataError(got, where=place, expected="an image: a tensor, an array or a PIL picture")
    return from_array(image[None], place, layout=layout, size=size).tensor[0]
