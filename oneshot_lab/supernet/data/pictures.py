"""Converts a picture that Pillow opened to pixels: upright, opaque, in one mode, with its stored bit depth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageColor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import MemoryImages, Size, resize

Pixels = npt.NDArray[Any]
"""[channels, height, width], uint8 or float32."""

FORMATS = (
    *("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "AVIF", "JPEG2000", "DIB", "ICO", "ICNS", "PCX"),
    *("PSD", "QOI", "SGI", "TGA", "SUN", "XBM", "XPM", "DDS", "FITS", "SPIDER", "IM", "MSP"),
)
"""The formats that are opened: none that needs another program (EPS, WMF) or a plug-in (HDF5, GRIB)."""

SURE_FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "AVIF", "JPEG2000", "PSD", "QOI")
"""The formats that the first bytes of a file identify beyond doubt, whatever its ending."""

UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, EOFError, Image.DecompressionBombError)
"""The errors that Pillow raises for files that it cannot read."""

WHITE = (255, 255, 255)

_ORIENTATION = 0x0112
_EXIF = frozenset(("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"))
_DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_GREY = ("1", "L", "LA", "La", *_DEEP)
_TO_SIXTEEN = 257
"""255 times this is the largest 16-bit value."""


class Look(NamedTuple):
    """The information in a picture's header.

    Attributes:
        size: Height and width when upright.
        channels: 1 if it is stored in grey, otherwise 3.
        depth: `bytes`; `deep` for integers of more than 8 bits; `floats`.
        is_cut: Whether it is stored with 16 bits for each colour, of which Pillow returns the upper 8.
        is_transparent: Whether it stores transparency.
        is_turned: Whether its Exif data say that it is not stored upright.
        is_series: Whether it holds more pictures than the first one.
    """

    size: Size
    channels: int
    depth: str
    is_cut: bool
    is_transparent: bool
    is_turned: bool
    is_series: bool


@dataclass(frozen=True)
class Form:
    """The form that pictures are converted to.

    Attributes:
        channels: 1 for grey, 3 for red, green and blue.
        is_deep: Whether values are kept as float32 rather than as bytes.
        size: Height and width; None keeps the size.
        ground: The background colour for transparent pictures.
    """

    channels: int
    is_deep: bool = False
    size: Size | None = None
    ground: tuple[int, int, int] = WHITE


def as_ground(colour: Any) -> tuple[int, int, int]:
    """Returns a colour as bytes of red, green and blue.

    Args:
        colour: A name or code that Pillow knows, such as `white` or `#f0f0f0`, or three numbers.

    Raises:
        DataError: The value is not a colour.
    """
    try:
        parts = ImageColor.getrgb(colour) if isinstance(colour, str) else tuple(int(part) for part in colour)
    except (TypeError, ValueError, OverflowError):
        parts = ()
    if len(parts) == 3 and all(0 <= part <= 255 for part in parts):
        return parts[0], parts[1], parts[2]
    raise DataError(
        f"{colour!r:.60}", where="background", expected="a colour such as 'white', '#f0f0f0' or (240, 240, 240)"
    )


@contextmanager
def opened(path: Path, formats: tuple[str, ...] = FORMATS) -> Iterator[Image.Image]:
    """Opens a file as a picture.

    Raises:
        DataError: The file cannot be read as a picture, now or while it is used.
    """
    try:
        # Opened as a file object rather than by name: see `_unmapped`.
        with path.open("rb") as file, Image.open(file, formats=known(formats)) as image:
            yield image
    except UNREADABLE as error:
        raise broken(path, error) from error


@cache
def known(formats: tuple[str, ...]) -> tuple[str, ...]:
    """Returns those of these formats that the installed Pillow reads."""
    Image.init()
    return tuple(name for name in formats if name in Image.OPEN)


def broken(path: Path, error: Exception) -> DataError:
    """Returns the error for a file that cannot be read as a picture."""
    if isinstance(error, Image.DecompressionBombError):
        return DataError(
            f"it is larger than Pillow's limit ({error})",
            where=str(path),
            remedy="make it smaller; or, if you trust the files, raise PIL.Image.MAX_IMAGE_PIXELS before loading",
        )
    return DataError(
        f"it cannot be read as an image ({error})",
        where=str(path),
        remedy="replace the file, or remove it from the folder",
    )


def look(image: Image.Image) -> Look:
    """Returns the information in a picture's header; nothing is decoded."""
    size = (image.height, image.width)
    turn = _turn(image)
    depth = "floats" if image.mode == "F" else "deep" if image.mode in _DEEP else "bytes"
    return Look(
        size[::-1] if turn > 4 else size,
        1 if image.mode in _GREY else 3,
        depth,
        depth == "bytes" and ";16" in _stored_as(image),
        image.has_transparency_data,
        turn > 1,
        bool(getattr(image, "is_animated", False)),
    )


def decode(image: Image.Image, form: Form) -> Pixels:
    """Returns the pixels of a picture in a form.

    Args:
        image: The picture; of several in one file, the current one.
        form: What to convert it to. With `is_deep`, bytes are scaled to 16 bits, so that white stays white.
    """
    turn = _turn(image)
    _unmapped(image)
    if image.mode not in _DEEP:
        return _shallow(image, form, turn)
    pixels = _upright(_deep_grey(image, form), turn)
    if form.is_deep:
        kept = MemoryImages(torch.from_numpy(np.ascontiguousarray(pixels))[None])
        return (kept if form.size is None else resize(kept, form.size)).tensor[0].numpy()
    # Only if the form holds bytes, as for a network that was trained on bytes.
    return _shallow(Image.fromarray((pixels[0] / _TO_SIXTEEN).clip(0, 255).astype(np.uint8)), form, 1)


def _shallow(image: Image.Image, form: Form, turn: int) -> Pixels:
    """Returns a picture with 8 bits per channel."""
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        ground = Image.new("RGBA", coloured.size, form.ground)
        image = Image.alpha_composite(ground, coloured)
    image = image.convert("L" if form.channels == 1 else "RGB")
    if turn > 1:
        image = image.transpose(_TURNS[turn])
    if form.size is not None and image.size != form.size[::-1]:
        image = image.resize(form.size[::-1], Image.Resampling.BILINEAR)
    array = np.array(image)
    array = array[None] if form.channels == 1 else np.ascontiguousarray(array.transpose(2, 0, 1))
    return array.astype(np.float32) * _TO_SIXTEEN if form.is_deep else array


def _deep_grey(image: Image.Image, form: Form) -> Pixels:
    """Returns a grey picture with more than 8 bits, its values unchanged."""
    values = np.asarray(image).astype(np.float32)
    key = image.info.get("transparency")
    if isinstance(key, int):
        values[np.asarray(image) == key] = np.mean(form.ground) * _TO_SIXTEEN
    return np.repeat(values[None], form.channels, axis=0)


def _unmapped(image: Image.Image) -> None:
    """Makes Pillow read a file rather than map it into memory.

    Pillow (seen with 13.0) maps a plain TIFF that was opened by its name, with height and width swapped already where
    its orientation asks for that: the rows come out sheared.
    """
    if image.format == "TIFF":
        image.filename = ""  # type: ignore[attr-defined]


def _stored_as(image: Image.Image) -> str:
    """Returns Pillow's name for the pixel layout of the file, such as `RGB;16B`; empty if unknown."""
    tiles = getattr(image, "tile", None) or [("", (), 0, "")]
    arguments = tiles[0][3]
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


# ---- upright -------------------------------------------------------------------------------------------------------

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that turns a picture upright, by its Exif orientation."""


def _turn(image: Image.Image) -> int:
    """Returns the Exif orientation that still has to be applied, 1 to 8; 1 means upright.

    Pillow applies that of a TIFF itself when the file is loaded (seen with 13.0), and of no other format. A picture
    that does not come directly from a file is left unchanged, since the caller may have turned it.
    """
    if image.format in (None, "TIFF") or not _EXIF & image.info.keys():
        return 1
    turn = image.getexif().get(_ORIENTATION, 1)
    return turn if turn in _TURNS else 1


def _upright(pixels: Pixels, turn: int) -> Pixels:
    if turn > 4:
        pixels = pixels.transpose(0, 2, 1)
    if turn in (3, 4, 7, 8):
        pixels = pixels[:, ::-1]
    if turn in (2, 3, 6, 7):
        pixels = pixels[:, :, ::-1]
    return pixels
