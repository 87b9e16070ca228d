from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.pictures import Form, as_ground, decode, look, opened

RNG = np.random.default_rng(0)
ORIENTATION = 0x0112


def saved(image: Image.Image, kind: str, **options: Any) -> Image.Image:
    file = BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return Image.open(file)


def png(width: int, height: int, colour_type: int, rows: np.ndarray) -> Image.Image:
    """A PNG of 16 bits a channel, which Pillow does not write in colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rows)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return Image.open(BytesIO(b"\x89PNG\r\n\x1a\n" + body))


# ---- depth ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("low", "high"), [(0, 199), (1330, 1490), (0, 65535)])
def test_greys_of_sixteen_bits_keep_their_values(kind: str, low: int, high: int) -> None:
    values = RNG.integers(low, high + 1, (4, 5)).astype(np.uint16)
    image = saved(Image.fromarray(values), kind)
    assert look(image)[:3] == ((4, 5), 1, "deep")
    read = decode(image, Form(1, is_deep=True))
    assert (read.dtype, read.shape) == (np.float32, (1, 4, 5))
    assert np.array_equal(read[0], values)


@pytest.mark.parametrize("values", [RNG.integers(-3, 2**20, (4, 5)).astype(np.int32), RNG.random((4, 5), np.float32)])
def test_whole_numbers_of_32_bits_and_fractions_keep_their_values(values: np.ndarray) -> None:
    read = decode(saved(Image.fromarray(values), "TIFF"), Form(1, is_deep=True))
    assert np.array_equal(read[0], values.astype(np.float32))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_what_pillow_cuts_of_deep_colours_is_told(kind: str) -> None:
    """Pillow reads 16 bits for each colour as 8: nothing here can bring the rest back."""
    image = png(1, 1, 2, np.array([[[100, 200, 300]]])) if kind == "PNG" else Image.open(BytesIO(tiff_of_deep_colour()))
    assert look(image)[2:4] == ("bytes", True)
    assert decode(image, Form(3)).ravel().tolist() == [0, 0, 1]


def tiff_of_deep_colour() -> bytes:
    """A TIFF of one pixel, 16 bits for each of red, green and blue."""
    entries = [
        *((256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 3, 134), (259, 3, 1, 1), (262, 3, 1, 2)),
        *((273, 4, 1, 140), (277, 3, 1, 3), (278, 3, 1, 1), (279, 4, 1, 6), (284, 3, 1, 1)),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0)
    return head + struct.pack("<3H", 16, 16, 16) + struct.pack("<3H", 100, 200, 300)


def test_bytes_beside_deeper_pictures_keep_white_white() -> None:
    grey = Image.fromarray(np.array([[0, 1, 255]], np.uint8))
    assert decode(grey, Form(1, is_deep=True)).tolist() == [[[0, 257, 65535]]]


# ---- transparency --------------------------------------------------------------------------------------------------


def keyed(mode: str) -> Image.Image:
    """Black shapes on nothing: the left column is black, the right one transparent, as a file stores it."""
    alpha = np.array([[255, 0], [255, 0]], np.uint8)
    if mode in ("RGBA", "LA"):
        bands = len(mode) - 1
        return saved(Image.merge(mode, [Image.new("L", (2, 2))] * bands + [Image.fromarray(alpha)]), "PNG")
    index = np.array([[0, 1], [0, 1]], np.uint8)
    if mode == "P":
        palette = Image.fromarray(index, "L").convert("P")
        palette.putpalette([0, 0, 0, 0, 0, 0])
        palette.putdata(index.ravel().tolist())
        return saved(palette, "PNG", transparency=1)
    if mode == "GIF":
        palette = Image.fromarray(index, "L").convert("P")
        return saved(palette, "GIF", transparency=1)
    if mode == "WEBP":
        return saved(keyed("RGBA").convert("RGBA"), "WEBP", lossless=True, exact=True)
    # One colour stands for nothing.
    grey = Image.fromarray(index, "L")
    if mode == "L":
        return saved(grey, "PNG", transparency=1)
    if mode == "1":
        return saved(Image.fromarray(index.astype(bool)), "PNG", transparency=1)
    if mode == "I;16":
        return saved(Image.fromarray(index.astype(np.uint16)), "PNG", transparency=1)
    return saved(grey.convert("RGB"), "PNG", transparency=(1, 1, 1))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "GIF", "WEBP", "L", "1", "RGB"])
@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_transparent_shows_the_ground(mode: str, channels: int) -> None:
    assert look(keyed(mode)).is_transparent
    assert decode(keyed(mode), Form(channels)).tolist() == [[[0, 255], [0, 255]]] * channels
    grey = decode(keyed(mode), Form(channels, ground=(10, 10, 10)))
    assert grey.tolist() == [[[0, 10], [0, 10]]] * channels


def test_deep_pictures_lie_on_the_ground_as_well() -> None:
    assert decode(keyed("I;16"), Form(1, is_deep=True)).tolist() == [[[0, 65535], [0, 65535]]]


def test_half_transparent_colours_are_mixed() -> None:
    image = Image.new("RGBA", (1, 1), (0, 100, 200, 128))
    assert decode(image, Form(3)).ravel().tolist() == [127, 177, 227]


@pytest.mark.parametrize(
    ("colour", "ground"), [("white", (255,) * 3), ("#0a0b0c", (10, 11, 12)), ([np.uint8(1), 2, 3.0], (1, 2, 3))]
)
def test_a_ground_is_a_colour(colour: Any, ground: tuple[int, ...]) -> None:
    assert as_ground(colour) == ground


@pytest.mark.parametrize("colour", ["whte", (1, 2), (0, 0, 256), (-1, 0, 0), 3, None, ("a", "b", "c"), "#11223344"])
def test_what_is_no_colour_is_refused(colour: Any) -> None:
    with pytest.raises(DataError, match=r"background: .*expected a colour"):
        as_ground(colour)


# ---- orientation ---------------------------------------------------------------------------------------------------


def stored(pixels: np.ndarray, turn: int) -> np.ndarray:
    """What a camera stores for pixels that stand upright, with this orientation beside it."""
    undone = {6: 8, 8: 6}.get(turn, turn)
    methods = dict(zip(range(2, 9), (0, 3, 1, 5, 4, 6, 2), strict=True))
    return pixels if turn == 1 else np.asarray(Image.fromarray(pixels).transpose(methods[undone]))


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "AVIF"])
def test_pictures_stand_upright_whatever_the_format(kind: str, turn: int) -> None:
    pixels = RNG.integers(0, 256, (2, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    options = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100}}.get(kind, {})
    image = saved(Image.fromarray(stored(pixels, turn)), kind, exif=exif, **options)
    seen = look(image)
    assert seen.size == (2, 3)
    assert seen.is_turned == (turn > 1 and kind != "TIFF")
    read = decode(image, Form(1))
    assert np.abs(read[0].astype(int) - pixels).max() <= (3 if kind == "AVIF" else 0)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_deep_pictures_stand_upright_too(kind: str, turn: int) -> None:
    pixels = RNG.integers(0, 65536, (2, 3)).astype(np.uint16)
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    high, low = (stored((pixels >> shift).astype(np.uint8), turn).astype(np.uint16) for shift in (8, 0))
    image = saved(Image.fromarray((high << 8) | low), kind, exif=exif)
    assert look(image).size == (2, 3)
    assert np.array_equal(decode(image, Form(1, is_deep=True))[0], pixels)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_tiff_that_is_opened_by_its_name_stands_upright(tmp_path: Path, turn: int) -> None:
    """Pillow 13.0 maps it into memory with height and width swapped: its rows are sheared."""
    pixels = RNG.integers(0, 256, (2, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    Image.fromarray(stored(pixels, turn)).save(tmp_path / "a.tif", exif=exif)
    with Image.open(tmp_path / "a.tif") as image:
        assert np.array_equal(decode(image, Form(1))[0], pixels)
    with opened(tmp_path / "a.tif") as image:
        assert np.array_equal(decode(image, Form(1))[0], pixels)


def test_a_picture_that_somebody_worked_on_is_taken_as_it_is() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    image = saved(Image.fromarray(pixels), "PNG", exif=exif).convert("L")
    assert not look(image).is_turned
    assert np.array_equal(decode(image, Form(1))[0], pixels)


# ---- the rest ------------------------------------------------------------------------------------------------------


def test_a_palette_is_its_colours() -> None:
    image = Image.new("P", (1, 1), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    assert decode(image, Form(3)).ravel().tolist() == [200, 100, 50]


def test_sizes_change_only_when_asked() -> None:
    image = Image.fromarray(RNG.integers(0, 256, (6, 8), dtype=np.uint8))
    assert decode(image, Form(1)).shape == (1, 6, 8)
    assert decode(image, Form(3, size=(3, 4))).shape == (3, 3, 4)
    deep = decode(Image.fromarray(np.full((6, 8), 1400, np.uint16)), Form(1, is_deep=True, size=(3, 4)))
    assert deep.tolist() == [[[1400.0] * 4] * 3]


def test_the_limit_of_pixels_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    with (
        pytest.raises(DataError, match=r"larger than Pillow's limit .*raise PIL\.Image\.MAX_IMAGE_PIXELS"),
        opened(tmp_path / "a.png"),
    ):
        pass


def test_what_needs_another_program_is_not_opened(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.eps")
    with pytest.raises(DataError, match=r"a\.eps: it cannot be read as an image"), opened(tmp_path / "a.eps"):
        pass
