"""Images given as arrays or as lists of PIL pictures, arrays and tensors, of one mode or several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import MemoryImages, Size, from_array
from oneshot_lab.supernet.data.notes import counted
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.pictures import Form, decode, look
from oneshot_lab.supernet.data.survey import Survey

_NUMPY_FLOATS = (torch.float16, torch.float32, torch.float64)


def plain(values: Any, where: str) -> Any:
    """Returns a tensor of any type and device as an array; anything else unchanged.

    Raises:
        DataError: The tensor cannot be read.
    """
    if not isinstance(values, Tensor):
        return values
    values = values.detach()
    try:
        values = (values if values.layout == torch.strided else values.to_dense()).cpu()
        if values.is_floating_point() and values.dtype not in _NUMPY_FLOATS:
            values = values.float()  # numpy has neither bfloat16 nor 8-bit floats
        return values.resolve_conj().resolve_neg().numpy()
    except (TypeError, RuntimeError) as error:
        raise DataError(
            f"a tensor of {str(values.dtype).removeprefix('torch.')} cannot be read ({error!s:.80})",
            where=where,
            expected="a tensor of numbers",
        ) from error


def given_as(images: Any, where: str) -> Any:
    """Returns images as one array of numbers, or as a list of images.

    Raises:
        DataError: The value is neither, or there are no images.
    """
    images = plain(images, where)
    if isinstance(images, np.ndarray) and images.dtype != object:
        return images
    if not isinstance(images, (list, tuple, np.ndarray)):
        raise DataError(f"the images are a {type(images).__name__}", where=where, expected="an array or a list")
    if not len(images):
        raise DataError("there are no images", where=where, remedy="give it at least two of every class")
    return list(images)


def survey_of(images: Any, prefix: str, survey: Survey) -> None:
    """Adds the PIL pictures of a list to a survey, named by their positions."""
    if isinstance(images, list):
        for index, image in enumerate(images):
            if isinstance(image, Image.Image):
                survey.add(Path(f"{prefix}image {index}"), look(image))


def stacked(
    images: Any, where: str, form: Form, *, size: Size | None, layout: str | None, notes: list[str]
) -> MemoryImages:
    """Returns the result of `given_as` as images in memory, all of one shape.

    Args:
        images: An array or a list.
        where: What to call them in an error.
        form: What PIL pictures are converted to.
        size: Resize to this height and width.
        layout: The layout of arrays.
        notes: Receives a note about each change.

    Raises:
        DataError: The values are not images, or differ in size or unit.
    """
    if isinstance(images, list) and not any(isinstance(image, (Image.Image, Tensor)) for image in images):
        arrays = [_as_array(image, where) for image in images]
        images = np.stack(arrays) if len({each.shape for each in arrays}) == 1 else arrays
    if isinstance(images, np.ndarray):
        notes += _on_depth(images, where)
        return from_array(images, where, layout=layout, size=size)
    return MemoryImages(torch.stack(list(_alike(images, where, form, size, layout, notes))))


def _as_array(image: Any, where: str) -> Any:
    try:
        return np.asarray(image)
    except ValueError as error:
        raise DataError("rows of different lengths", where=where, expected="images of height×width") from error


def _on_depth(array: Any, where: str) -> Iterator[str]:
    """Yields a note if whole numbers of more than 8 bits are kept."""
    if array.dtype.kind in "iu" and array.dtype.itemsize > 1 and array.size:
        yield (
            f"{where}: whole numbers of {8 * array.dtype.itemsize} bits, from {array.min():,} to {array.max():,}: "
            "values are kept as they are, as float32"
        )


def _alike(
    images: list[Any], where: str, form: Form, size: Size | None, layout: str | None, notes: list[str]
) -> Iterator[Tensor]:
    """Yields images [C, H, W] of one shape; grey ones become colour if others are in colour."""
    read = [_one(image, f"{where}, image {index}", form, size, layout) for index, image in enumerate(images)]
    first = read[0]
    for index, image in enumerate(read):
        if image.shape[1:] != first.shape[1:]:
            got, expected = ("×".join(map(str, each.shape[1:])) for each in (image, first))
            raise DataError(
                f"image 0 has {expected} pixels (height×width), image {index} has {got}",
                where=where,
                expected="images of one size",
                remedy=f"resize them, to this or another size, with {give('size', str(tuple(first.shape[1:])))}",
            )
        if image.dtype != first.dtype:
            raise DataError(
                f"image 0 is of {first.dtype}, image {index} of {image.dtype}".replace("torch.", ""),
                where=where,
                expected="images whose values are of one unit",
                remedy="convert them to one type",
            )
    channels = {len(image) for image in read}
    if len(channels) > 1 and channels != {1, 3}:
        raise DataError(f"images of {sorted(channels)} channels", where=where, expected="one number of channels")
    greys = [f"image {index}" for index, image in enumerate(read) if len(channels) > 1 and len(image) == 1]
    if greys:
        notes.append(f"{counted('image', 'images', greys)}: grey among others in colour: all are read as colour")
    return (image.expand(max(channels), -1, -1) for image in read)


def _one(image: Any, place: str, form: Form, size: Size | None, layout: str | None) -> Tensor:
    """Reads one image, [C, H, W]."""
    if isinstance(image, Image.Image):
        return torch.from_numpy(decode(image, form))
    is_tensor = isinstance(image, Tensor)
    array = _as_array(plain(image, place), place)
    if array.ndim not in (2, 3):
        raise DataError(f"an array of {array.ndim} dimensions", where=place, expected="2 or 3, for one image")
    way = "NHW" if array.ndim == 2 else "NCHW" if is_tensor else layout
    return from_array(array[None], place, layout=way, size=size).tensor[0]
