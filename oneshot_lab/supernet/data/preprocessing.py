"""How a network's training images were prepared, so that other images can be prepared the same way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import CHUNK, Images, MemoryImages, Size, describe, from_array
from oneshot_lab.supernet.data.load import SAMPLE, Data
from oneshot_lab.supernet.data.pictures import WHITE as GROUND
from oneshot_lab.supernet.data.pictures import Form, as_ground, decode, look, opened
from oneshot_lab.supernet.data.split import normalised

WHITE = 255.0
"""The largest byte."""

_TO_GREY = "convert it, for example with PIL's image.convert('L')"
_SHARE_OF = 16.0
"""If training pixels reach this value, images with values from 0 to 1 are taken for shares of white, and refused."""


@dataclass(frozen=True)
class Preprocessing:
    """The conversion of raw images to a network's input.

    Attributes:
        shape: (channels, height, width) of the network's input.
        is_bytes: Whether its training images were bytes, 0 to 255; otherwise they were numbers of any range.
        low: The smallest pixel value of its training images; 0 for bytes.
        high: The largest; 255 for bytes.
        mean: Per channel over the training images, in the units of the raw pixels.
        std: The deviation, likewise.
        is_resized: Whether images of another size were resized to this one.
        is_deep: Whether pictures in files had more than 8 bits, and those of 8 bits were scaled to 16.
        ground: The background colour for transparent pictures.
    """

    shape: tuple[int, int, int]
    is_bytes: bool
    low: float
    high: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    is_resized: bool = False
    is_deep: bool = False
    ground: tuple[int, int, int] = GROUND

    @classmethod
    def of(cls, data: Data) -> Preprocessing:
        """Returns how the images of these data were read."""
        train = data.train
        is_bytes = train.images.dtype == torch.uint8
        low, high = (0.0, WHITE) if is_bytes else _range(train.images, train.rows[:SAMPLE])
        form = data.form or Form(data.input_shape[0])
        files = (form.is_deep, form.ground)
        return cls(data.input_shape, is_bytes, low, high, train.mean, train.std, data.resized, *files)

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Preprocessing:
        """Reads what `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
        """
        channels, height, width = map(int, state["shape"])
        mean, std = (tuple(map(float, state[name])) for name in ("mean", "std"))
        if len(mean) != channels or len(std) != channels:
            raise ValueError(f"mean and deviation are not those of {channels} channels")
        bounds = float(state["low"]), float(state["high"])
        flags = bool(state["is_bytes"]), bool(state["is_resized"])
        files = bool(state.get("is_deep", False)), as_ground(state.get("ground", GROUND))
        return cls((channels, height, width), flags[0], *bounds, mean, std, flags[1], *files)

    def to_json(self) -> dict[str, Any]:
        """Returns the conversion as values that JSON can hold."""
        return asdict(self)

    @property
    def unit(self) -> float:
        """The divisor that turns raw pixels into the units of `Data.mean`: bytes count as 0 to 1."""
        return WHITE if self.is_bytes else 1.0

    def batches(self, images: Any) -> Iterator[Tensor]:
        """Yields images as the network's input, float32 [n, channels, height, width], in chunks.

        Args:
            images: As for `read`.

        Raises:
            DataError: As for `read`.
        """
        if isinstance(images, (str, os.PathLike, Image.Image)):
            images = [images]
        is_row = isinstance(images, (list, tuple)) and any(map(_is_picture, images[:1]))
        parts = (images[start : start + CHUNK] for start in range(0, len(images), CHUNK)) if is_row else [images]
        for number, part in enumerate(parts):
            raw = self.read(part, first=number * CHUNK)
            for start in range(0, len(raw), CHUNK):
                yield normalised(raw[start : start + CHUNK], self.mean, self.std)

    def read(self, images: Any, *, first: int = 0) -> Tensor:
        """Reads raw images in the same way as the network's training images.

        Args:
            images: One picture or several: a path, a PIL picture, a list of these, or arrays and tensors of N×H×W,
                N×C×H×W, N×H×W×C or a single image, with pixel values like those of the training images.
            first: The number of the first one, for errors.

        Returns:
            The images, uint8 or float32 [N, channels, height, width].

        Raises:
            DataError: They cannot be read, or have another size, number of channels or range.
        """
        if _is_picture(images):
            images = [images]
        if isinstance(images, np.ndarray) and images.dtype == object:
            images = list(images)
        if hasattr(images, "__len__") and not len(images):
            raise DataError("there are no images", where="images", expected="one or more")
        if isinstance(images, (list, tuple)) and not isinstance(images[0], (list, tuple, int, float, np.number)):
            read = torch.cat([self._one(image, f"image {number}") for number, image in enumerate(images, first)])
        else:
            read = self._many(_array(images), "images")
        self._check_range(read)
        return read

    def _one(self, image: Any, where: str) -> Tensor:
        """Reads one image of a list, [1, C, H, W]."""
        if _is_picture(image):
            return self._typed(self._picture(image, where))
        array = _array(image)
        if array.ndim not in (2, 3):
            raise DataError(f"an array of {array.ndim} dimensions", where=where, expected="2 or 3, for one image")
        return self._many(array[None], where)

    def _picture(self, picture: Any, where: str) -> Tensor:
        """Reads a picture or a picture file, [1, C, H, W]."""
        channels = self.shape[0]
        if channels not in (1, 3):
            raise DataError("a picture", where=where, expected=f"an array of {channels} channels")
        if isinstance(picture, Image.Image):
            read = self._decoded(picture, where)
        else:
            where = str(picture)
            with opened(Path(picture)) as image:
                read = self._decoded(image, where)
        if channels == 3:
            return self._sized(read, where)
        if not (read[:, :1] == read).all():
            raise DataError(
                "it is in colour", where=where, expected="a grey picture, like the training images", remedy=_TO_GREY
            )
        return self._sized(read[:, :1], where)

    def _decoded(self, image: Image.Image, where: str) -> Tensor:
        """Returns a picture's pixels in colour, [1, 3, H, W]; a network for grey refuses these and loses no colour."""
        if self.is_bytes and look(image).depth != "bytes":
            raise DataError("it holds more than 8 bits", where=where, expected="8 bits, like the training images")
        return torch.from_numpy(decode(image, Form(3, self.is_deep, self._size, self.ground)))[None]

    def _many(self, array: npt.NDArray[Any], where: str) -> Tensor:
        """Reads an array of images, [N, C, H, W]."""
        if self.is_bytes and array.dtype != np.uint8:
            array = _as_bytes(array, where)
        layout, array = self._layout(array, where)
        return self._sized(self._typed(from_array(array, where, layout=layout, size=self._size).tensor), where)

    def _layout(self, array: npt.NDArray[Any], where: str) -> tuple[str, npt.NDArray[Any]]:
        """Returns the layout of an array, and the array as a sequence of images."""
        channels, height, width = self.shape
        if array.ndim == 2:
            array = array[None]
        if array.ndim == 3:
            is_row = array.shape[1:] == (height, width) or 1 not in (array.shape[0], array.shape[2])
            if channels == 1 and is_row:
                return "NHW", array
            array = array[None]
        if array.ndim != 4:
            raise DataError(
                f"an array of {array.ndim} dimensions",
                where=where,
                expected="N×height×width, N×height×width×channels or N×channels×height×width",
            )
        if array.shape[1:] == (height, width, channels) and array.shape[1:] != self.shape:
            return "NHWC", array
        if array.shape[1] == channels:
            return "NCHW", array
        if array.shape[3] == channels:
            return "NHWC", array
        got = "×".join(map(str, array.shape))
        raise DataError(
            f"in images of shape {got} there are no {channels} channels",
            where=where,
            expected=f"N×{channels}×{height}×{width} or N×{height}×{width}×{channels}",
            remedy="convert them, grey to three equal channels for example with numpy.repeat",
        )

    @property
    def _size(self) -> Size | None:
        return self.shape[1:] if self.is_resized else None

    def _typed(self, images: Tensor) -> Tensor:
        return images.float() if not self.is_bytes and images.dtype == torch.uint8 else images

    def _sized(self, images: Tensor, where: str) -> Tensor:
        if images.shape[1:] == self.shape:
            return images
        channels, height, width = self.shape
        raise DataError(
            describe(MemoryImages(images)),
            where=where,
            expected=f"{channels}×{height}×{width}, like the training images",
            remedy=f"resize them to {height}×{width}, as the training images were",
        )

    def _check_range(self, images: Tensor) -> None:
        """Raises a DataError if values are so far from those of the training images that their unit must differ."""
        if self.is_bytes or not images.numel():
            return
        low, high, span = float(images.min()), float(images.max()), self.high - self.low
        too_far = low < self.low - span or high > self.high + span
        # To a network trained on bytes stored as floats, a picture in shares of white is almost black.
        too_near = self.high >= _SHARE_OF and 0 <= low <= high <= 1 and bool((images != images.round()).any())
        if too_far or too_near:
            raise DataError(
                f"pixels from {low:g} to {high:g}",
                where="images",
                expected=f"values like those of the training images, {self.low:g} to {self.high:g}",
                remedy="give raw pixels in the form that the data was given in, not normalised",
            )


def _is_picture(image: object) -> bool:
    return isinstance(image, (str, os.PathLike, Image.Image))


def _range(images: Images, rows: Tensor) -> tuple[float, float]:
    """Returns the smallest and the largest pixel value of the images at these positions."""
    chunks = [images.read(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
    return min(float(chunk.min()) for chunk in chunks), max(float(chunk.max()) for chunk in chunks)


def _array(images: Any) -> npt.NDArray[Any]:
    """Returns images as an array.

    Raises:
        DataError: The values are not images.
    """
    if isinstance(images, Tensor):
        images = images.detach().cpu()
        # numpy has no bfloat16.
        images = (images.float() if images.is_floating_point() else images).numpy()
    if not isinstance(images, (np.ndarray, list, tuple)):
        raise DataError(
            f"a {type(images).__name__}",
            where="images",
            expected="paths, PIL pictures, arrays or tensors of raw pixels",
        )
    try:
        return np.asarray(images)
    except ValueError as error:
        raise DataError("rows of different lengths", where="images", expected="images of one size") from error


def _as_bytes(array: npt.NDArray[Any], where: str) -> npt.NDArray[np.uint8]:
    """Returns whole numbers from 0 to 255 as bytes.

    Raises:
        DataError: The array holds other numbers.
    """
    if array.dtype.kind not in "iuf" or not array.size:
        raise DataError(f"the images are of type {array.dtype}", where=where, expected="bytes, 0 to 255")
    low, high = float(array.min()), float(array.max())
    # Floats from 0 to 1 nearly always are shares of white, even if the whole image is black.
    are_shares = array.dtype.kind == "f" and 0 <= low <= high <= 1
    if not are_shares and 0 <= low <= high <= WHITE and (array == np.round(array)).all():
        return array.astype(np.uint8)
    remedy = "if they are shares of white, give (images * 255).round().astype('uint8')" if are_shares else None
    raise DataError(
        f"pixels from {low:g} to {high:g} of {array.dtype}",
        where=where,
        expected="raw bytes, 0 to 255, like the training images",
        remedy=remedy or "give raw pixels in the form that the data was given in, not normalised",
    )
