"""The stores of images: in memory, in files, or behind a torch Dataset, with one interface to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.options import give

Size = tuple[int, int]
"""Height and width in pixels."""

CHUNK = 512
"""Images handled at a time when all of them are processed: bounds the memory on top of the data."""


class Images(Protocol):
    """A sequence of images of one shape and type."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """torch.uint8 or torch.float32."""
        ...

    def __len__(self) -> int: ...

    def read(self, rows: Tensor) -> Tensor:
        """Returns the images at these positions [n], as [n, C, H, W] of `dtype` on the CPU."""
        ...

    def take(self, rows: npt.NDArray[np.int64]) -> Images:
        """Returns a new store with the images at these positions."""
        ...


@dataclass(frozen=True, eq=False)
class MemoryImages:
    """Images held in memory.

    Attributes:
        tensor: [N, C, H, W], uint8 or float32; on the CPU, except for the copy that a `Split` keeps on a device.
    """

    tensor: Tensor

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        channels, height, width = self.tensor.shape[1:]
        return channels, height, width

    @property
    def dtype(self) -> torch.dtype:
        """torch.uint8 or torch.float32."""
        return self.tensor.dtype

    def __len__(self) -> int:
        return len(self.tensor)

    def read(self, rows: Tensor) -> Tensor:
        """Returns the images at these positions, on their device."""
        return self.tensor.index_select(0, rows)

    def take(self, rows: npt.NDArray[np.int64]) -> MemoryImages:
        """Returns a copy of the images at these positions."""
        return MemoryImages(self.read(torch.from_numpy(rows)))


def describe(images: Images) -> str:
    """Returns the shape and type of images in words: `images 1×28×28 of uint8`."""
    return f"images {_times(images.shape)} of {str(images.dtype).removeprefix('torch.')}"


def bytes_of(images: Images, count: int) -> int:
    """Returns the memory that this many of the images need, in bytes."""
    return count * int(np.prod(images.shape)) * images.dtype.itemsize


def read_all(images: Images, rows: Tensor, device: torch.device) -> Tensor:
    """Returns the images at these positions, [n, C, H, W] on the device, read in chunks."""
    everything = torch.empty((len(rows), *images.shape), dtype=images.dtype, device=device)
    for start in range(0, len(rows), CHUNK):
        everything[start : start + CHUNK] = images.read(rows[start : start + CHUNK])
    return everything


def channel_stats(
    images: Images, rows: npt.NDArray[np.int64], *, watch: Callable[[npt.NDArray[np.int64], Tensor], None] | None = None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns mean and standard deviation per channel over the images at these positions, in stored units.

    A channel that never varies gets deviation 1.

    Args:
        images: The images.
        rows: Positions among them.
        watch: Called with each chunk and its positions, so that one pass over the images serves several purposes.
    """
    channels, height, width = images.shape
    total, squares = np.zeros(channels), np.zeros(channels)
    for start in range(0, len(rows), CHUNK):
        # With numpy, since torch's sums depend on the number of threads.
        read = images.read(torch.from_numpy(rows[start : start + CHUNK]))
        if watch is not None:
            watch(rows[start : start + CHUNK], read)
        chunk = read.double().numpy()
        total += chunk.sum((0, 2, 3))
        squares += np.square(chunk, out=chunk).sum((0, 2, 3))
    pixels = len(rows) * height * width
    mean = total / pixels
    std = np.sqrt(np.clip(squares / pixels - np.square(mean), 0, None))
    std[std <= 1e-6 * np.clip(np.abs(mean), 1e-30, None)] = 1.0
    return tuple(mean.tolist()), tuple(std.tolist())


def from_array(
    array: npt.NDArray[Any], where: str, *, layout: str | None = None, size: Size | None = None
) -> MemoryImages:
    """Copies an array of images, so that later changes to the array have no effect.

    Args:
        array: N×H×W, N×H×W×C or N×C×H×W; numbers.
        where: What to call it in an error.
        layout: "NHW", "NHWC" or "NCHW"; detected if the shape is unambiguous.
        size: Resize to this height and width.

    Returns:
        The images: uint8 stays uint8, everything else becomes float32.

    Raises:
        DataError: The array has no images, is not numeric, has an ambiguous layout, or holds NaN or infinity.
    """
    if array.dtype.kind not in "buif":
        remedy = "give real numbers, for example images.real or abs(images)" if array.dtype.kind == "c" else None
        raise DataError(
            f"the images are of type {array.dtype}",
            where=where,
            expected="numbers",
            remedy=remedy or "convert them, for example with images.astype('float32')",
        )
    if array.size == 0:
        raise DataError(f"the images have shape {_times(array.shape)}", where=where, expected="at least one image")
    channels_first = _channels_first(array, where, layout)
    kept = np.uint8 if array.dtype == np.uint8 else np.float32
    with np.errstate(over="ignore"):  # A float64 too large for float32 becomes infinite and is refused below.
        images = MemoryImages(torch.from_numpy(np.array(channels_first, dtype=kept, order="C", copy=True)))
    _check_finite(images.tensor, where)
    return resize(images, size) if size else images


def _check_finite(tensor: Tensor, where: str) -> None:
    """Raises a DataError that names the first image with NaN or infinity, if there is one."""
    if not tensor.is_floating_point():
        return
    for start in range(0, len(tensor), CHUNK):
        good = tensor[start : start + CHUNK].flatten(1).isfinite().all(1)
        if not good.all():
            bad = start + int(good.logical_not().nonzero()[0])
            raise DataError(
                f"image {bad} holds NaN or infinity",
                where=where,
                expected="finite numbers",
                remedy="remove those images or replace these values, for example with numpy.nan_to_num",
            )


def resize(images: MemoryImages, size: Size) -> MemoryImages:
    """Resizes images to this height and width: bilinear, with antialiasing when they shrink."""
    if images.shape[1:] == size:
        return images
    out = torch.empty((len(images), images.shape[0], *size), dtype=images.dtype)
    for start in range(0, len(images), CHUNK):
        chunk = images.tensor[start : start + CHUNK].float()
        scaled = interpolate(chunk, size=size, mode="bilinear", antialias=True)
        out[start : start + CHUNK] = scaled.round().clamp(0, 255) if images.dtype == torch.uint8 else scaled
    return MemoryImages(out)


def _channels_first(array: npt.NDArray[Any], where: str, layout: str | None) -> npt.NDArray[Any]:
    """Returns a view as N×C×H×W."""
    layout = layout or _layout(array.shape, where)
    if layout not in ("NHW", "NHWC", "NCHW") or len(layout) != array.ndim:
        raise DataError(
            f"layout {layout!r} for images of shape {_times(array.shape)}",
            where=where,
            expected="'NHW' for three dimensions, 'NHWC' or 'NCHW' for four",
        )
    if layout == "NHW":
        return array[:, None]
    return array.transpose(0, 3, 1, 2) if layout == "NHWC" else array


def _layout(shape: Sequence[int], where: str) -> str:
    if len(shape) == 3:
        return "NHW"
    if len(shape) != 4:
        raise DataError(
            f"the images have shape {_times(shape)}",
            where=where,
            expected="N×height×width, N×height×width×channels or N×channels×height×width",
            remedy="reshape them, flat rows for example with images.reshape(-1, height, width)",
        )
    first, last = 1 <= shape[1] <= 4, 1 <= shape[3] <= 4
    if first == last:
        trouble = "both could be" if first else "neither looks like"
        raise DataError(
            f"in images of shape {_times(shape)}, dimensions 1 and 3: {trouble} the channels (1 to 4)",
            where=where,
            remedy=f"give the layout, NCHW or NHWC, with {give('layout', repr('NCHW'))}",
        )
    return "NCHW" if first else "NHWC"


def _times(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) or "()"
