from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data, load_data

NOISE = np.random.default_rng(0).integers(0, 256, (20, 6, 6, 3), dtype=np.uint8)
LABELS = np.arange(20) % 2


def pixels(data: Data) -> Any:
    """The images as they are held, in the order that they were given in."""
    return data.train.images.read(torch.arange(20)).numpy()


def test_palette_pictures_are_decoded() -> None:
    pictures = []
    for index in range(20):
        picture = Image.new("P", (6, 6), 1)
        picture.putpalette([0, 0, 0, 250, 10 * index, 3])
        pictures.append(picture)
    data = load_data((pictures, LABELS))
    assert data.input_shape == (3, 6, 6)
    assert pixels(data)[:, :, 0, 0].tolist() == [[250, 10 * index, 3] for index in range(20)]


def test_grey_and_coloured_pictures_become_of_one_mode() -> None:
    pictures = [Image.fromarray(image) for image in NOISE]
    pictures[2], pictures[5] = (pictures[row].convert("L") for row in (2, 5))
    data = load_data((pictures, LABELS))
    assert data.input_shape == (3, 6, 6)
    assert "2 pictures (image 2, image 5): grey among others in colour: all are read as colour" in data.notes
    assert (pixels(data)[0] == NOISE[0].transpose(2, 0, 1)).all()
    assert (pixels(data)[2] == np.asarray(pictures[2])).all()


def test_all_parts_become_of_one_mode() -> None:
    coloured = [Image.fromarray(image) for image in NOISE]
    grey = [picture.convert("L") for picture in coloured]
    data = load_data(((grey, LABELS), (coloured, LABELS)))
    assert data.input_shape == data.test.images.shape == (3, 6, 6)


def test_grey_and_coloured_arrays_become_of_one_mode() -> None:
    images: list[Any] = list(NOISE)
    images[3] = images[3][..., 0]
    data = load_data((images, LABELS))
    assert "1 image (image 3): grey among others in colour: all are read as colour" in data.notes
    assert (pixels(data)[3] == NOISE[3, ..., 0]).all()
    images[4] = Image.fromarray(images[4])
    images[5] = torch.from_numpy(images[5]).permute(2, 0, 1)
    assert (pixels(load_data((images, LABELS))) == pixels(data)).all()


def test_pictures_of_unlike_size_are_resized_or_refused() -> None:
    pictures = [Image.new("L", (6 + index % 3, 6), 50) for index in range(20)]
    arrays = [np.asarray(picture) for picture in pictures]
    for images in (pictures, arrays):
        with pytest.raises(DataError, match=r"image 0 has 6×6 pixels \(height×width\), image 1 has 6×7; .*size="):
            load_data((images, LABELS))
        assert load_data((images, LABELS), size=(5, 4)).input_shape == (1, 5, 4)
    assert any("resized from 3 sizes" in note for note in load_data((pictures, LABELS), size=5).notes)


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.int64])
def test_deep_whole_numbers_keep_their_values(kind: Any) -> None:
    images = 1410 + NOISE[..., 0].astype(kind)
    data = load_data((images, LABELS))
    assert (pixels(data)[:, 0] == images).all()
    (note,) = [note for note in data.notes if "whole numbers" in note]
    bits, low, high = 8 * images.itemsize, images.min(), images.max()
    assert (
        note == f"data: whole numbers of {bits} bits, from {low:,} to {high:,}: values are kept as they are, as float32"
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_floats_of_every_width_are_read(dtype: torch.dtype) -> None:
    images = torch.from_numpy(NOISE[..., 0]).to(dtype)
    assert (pixels(load_data((images, LABELS)))[:, 0] == NOISE[..., 0]).all()
    assert (pixels(load_data((list(images), LABELS)))[:, 0] == NOISE[..., 0]).all()


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (NOISE[..., 0] * 1j, "of type complex128; expected numbers; give real numbers"),
        (torch.from_numpy(NOISE[..., 0]) * 1j, "of type complex64"),
        (torch.zeros(20, 6, 6, device="meta"), "a tensor of float32 cannot be read"),
        ([Image.new("L", (6, 6))] * 19 + [None], "image 19: an array of 0 dimensions"),
        ([Image.new("L", (6, 6))] * 19 + [Image.new("F", (6, 6))], "floating-point numbers, .* whole ones"),
        ([NOISE[0]] * 19 + [NOISE[0, :, :5] / 255], "image 19 has 6×5"),
        ([torch.zeros(1, 6, 6)] * 19 + [torch.zeros(1, 6, 6, dtype=torch.uint8)], "float32, image 19 of uint8"),
        ([torch.zeros(3, 6, 6)] * 19 + [torch.zeros(2, 6, 6)], r"images of \[2, 3\] channels"),
    ],
)
def test_what_is_no_row_of_images_is_refused(images: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_data((images, LABELS))
