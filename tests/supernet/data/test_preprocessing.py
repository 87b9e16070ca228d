"""Images from outside go through the same as the training images."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.data.preprocessing import Preprocessing

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (40, 6, 8), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (40, 6, 8, 3), dtype=np.uint8)
LABELS = np.arange(40) % 2


def how(images: np.ndarray, **options: object) -> Preprocessing:
    return Preprocessing.of(load_data((images, LABELS), **options))


def write(folder: Path, images: np.ndarray) -> Path:
    for number, image in enumerate(images):
        (folder / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / "ab"[number % 2] / f"{number}.png")
    return folder


def raw(data: Data) -> torch.Tensor:
    return data.test.images.read(data.test.rows)


@pytest.mark.parametrize("images", [GREY, COLOUR, GREY.astype(float) / 16, COLOUR.astype(np.int16)])
def test_raw_test_images_become_what_the_network_was_measured_on(images: np.ndarray) -> None:
    data = load_data((images, LABELS))
    (got,) = Preprocessing.of(data).batches(raw(data))
    expected, _ = next(data.test.batches(100))
    assert torch.equal(got, expected)


@drawn(st.sampled_from(["NHW", "NCHW", "NHWC", "list", "list of CHW", "tensor", "int64", "nested", "object"]))
def test_grey_arrays_of_any_layout_are_read_alike(form: str) -> None:
    rows = GREY[:5]
    given = {
        "NHW": rows,
        "NCHW": rows[:, None],
        "NHWC": rows[..., None],
        "list": list(rows),
        "list of CHW": list(torch.from_numpy(rows[:, None])),
        "tensor": torch.from_numpy(rows),
        "int64": rows.astype(np.int64),
        "nested": rows.tolist(),
        "object": np.array([None, *rows], dtype=object)[1:],
    }[form]
    assert torch.equal(how(GREY).read(given), torch.from_numpy(rows[:, None]))


def test_colour_arrays_of_any_layout_are_read_alike() -> None:
    expected, reads = torch.from_numpy(COLOUR[:4].transpose(0, 3, 1, 2).copy()), how(COLOUR).read
    for form in (COLOUR[:4], expected, list(COLOUR[:4]), [Image.fromarray(image) for image in COLOUR[:4]]):
        assert torch.equal(reads(form), expected)


def test_one_image_is_a_row_of_one() -> None:
    grey, colour = how(GREY).read, how(COLOUR).read
    picture = Image.fromarray(GREY[0])
    for one in (GREY[0], GREY[:1], GREY[0][..., None], picture, picture.convert("RGB")):
        assert torch.equal(grey(one), torch.from_numpy(GREY[:1, None]))
    for one in (COLOUR[0], COLOUR[0].transpose(2, 0, 1), Image.fromarray(COLOUR[0])):
        assert torch.equal(colour(one), torch.from_numpy(COLOUR[:1].transpose(0, 3, 1, 2).copy()))


@pytest.mark.parametrize(("images", "size"), [(GREY, None), (GREY, 5), (COLOUR, None), (COLOUR, (3, 4))])
def test_files_are_read_as_those_of_the_folder(tmp_path: Path, images: np.ndarray, size: object) -> None:
    data = load_data(write(tmp_path, images), size=size, budget=0)
    reads = Preprocessing.of(data)
    paths = [data.test.images.paths[row] for row in data.test.rows.tolist()]  # type: ignore[attr-defined]
    assert torch.equal(reads.read(paths), raw(data))
    assert torch.equal(reads.read([str(path) for path in paths]), raw(data))
    assert torch.equal(reads.read([Image.open(path) for path in paths]), raw(data))
    assert torch.equal(reads.read(paths[0]), raw(data)[:1])
    expected, _ = next(data.test.batches(100))
    assert torch.equal(torch.cat(list(reads.batches(paths))), expected)


def test_arrays_are_resized_as_those_of_the_data() -> None:
    data = load_data((GREY, LABELS), size=5)
    resized = load_data((GREY, LABELS), size=5, test=0.5)
    reads = Preprocessing.of(data)
    first = reads.read(GREY[:1])
    assert first.shape == (1, 1, 5, 5)
    assert any(torch.equal(first[0], image) for image in resized.train.images.tensor)  # type: ignore[attr-defined]
    assert reads.read(GREY[0]).shape == (1, 1, 5, 5)
    assert reads.read(COLOUR[..., :1]).shape == (40, 1, 5, 5)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, GREY[:2]) / "a" / "0.png"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError, match=r"0\.png: it cannot be read"):
        how(GREY).read(path)
    with pytest.raises(DataError, match="nowhere"):
        how(GREY).read(["nowhere.png"])


WRONG = [
    (GREY, GREY[:, :5], "images: images 1×5×8 of uint8; expected 1×6×8"),
    (GREY, [GREY[0], GREY[1, :5]], "image 1: images 1×5×8"),
    (GREY, COLOUR, "there are no 1 channels; expected N×1×6×8 or N×6×8×1"),
    (GREY, Image.fromarray(COLOUR[0]), "image 0: it is in colour; expected a grey picture"),
    (GREY, Image.fromarray(GREY[0, :5]), "image 0: images 1×5×8"),
    (GREY, GREY / 255, r"pixels from 0 to 1 of float64; expected raw bytes.*give \(images \* 255\)"),
    (GREY, (GREY - 127.0) / 60, "expected raw bytes, 0 to 255.*not normalised"),
    (GREY, GREY.astype(np.int16) - 1, "pixels from -1"),
    (GREY, GREY.astype(np.int16) + 1, "to 256 of int16"),
    (GREY, GREY > 5, "of type bool"),
    (GREY, np.zeros(6, np.uint8), "an array of 1 dimensions"),
    (GREY, [np.zeros(6, np.uint8)], "image 0: an array of 1 dimensions"),
    (GREY, np.zeros((1, 1, 1, 6, 8), np.uint8), "an array of 5 dimensions"),
    (GREY, [], "there are no images"),
    (GREY, np.zeros((0, 6, 8), np.uint8), "there are no images"),
    (GREY, 7, "a int; expected paths, PIL pictures, arrays or tensors"),
    (GREY, None, "a NoneType"),
    (GREY, {"a": 1}, "a dict"),
    (GREY, [[[1, 2], [3]]], "rows of different lengths"),
    (GREY, [object()], "a object"),
    (GREY, np.array([["a"]]), "of type <U1"),
    (COLOUR, GREY, "there are no 3 channels"),
    (GREY / 16, GREY, "pixels from 0 to 255; expected values like those of the training images, 0 to 15.9"),
    (GREY.astype(float), GREY / 255, "pixels from 0 to 1; expected values like those of the training images, 0 to 255"),
    (GREY / 255, GREY, "expected values like those of the training images, 0 to 1"),
    (GREY / 255, [np.full((6, 8), np.nan)], "image 0: image 0 holds NaN or infinity"),
]


@pytest.mark.parametrize(("images", "given", "words"), WRONG, ids=[words[:40] for _, _, words in WRONG])
def test_what_is_not_of_that_form_is_refused(images: np.ndarray, given: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        how(images).read(given)


def test_what_may_be_is_taken() -> None:
    # A dark picture, whole floats, and floats that torch has and numpy lacks.
    assert how(GREY).read(np.zeros((1, 6, 8), np.uint8)).max() == 0
    assert torch.equal(how(GREY).read(GREY.astype(float)), torch.from_numpy(GREY[:, None]))
    assert how(GREY.astype(float)).read(np.zeros((2, 6, 8))).max() == 0
    assert how(GREY.astype(float)).read(GREY).dtype == torch.float32
    assert how(GREY / 255).read(torch.zeros(1, 6, 8, dtype=torch.bfloat16)).shape == (1, 1, 6, 8)


@pytest.mark.parametrize("images", [GREY, COLOUR / 7])
def test_it_comes_back_from_json(images: np.ndarray) -> None:
    made = how(images)
    state = json.loads(json.dumps(made.to_json()))
    assert Preprocessing.from_json(state) == made
    for wrong in ({"mean": [1.0] * 7}, {"shape": [1, 2]}, {"std": "abc"}):
        with pytest.raises((TypeError, ValueError)):
            Preprocessing.from_json(state | wrong)


def odd_ones(folder: Path, kind: str) -> Path:
    """Pictures that need more than decoding: of 16 bits, transparent, or lying on their heads."""
    for number in range(40):
        path = folder / "ab"[number % 2] / f"{number}.{'jpg' if kind == 'turned' else 'png'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "deep":
            Image.fromarray(1410 + GREY[number].astype(np.uint16)).save(path)
        elif kind == "transparent":
            pixels = np.zeros((6, 8, 4), np.uint8)
            pixels[..., 3] = GREY[number]
            Image.fromarray(pixels).save(path)
        else:
            exif = Image.Exif()
            exif[0x0112] = 3 if number % 4 else 1
            Image.fromarray(GREY[number]).save(path, exif=exif)
    return folder


@pytest.mark.parametrize("kind", ["deep", "transparent", "turned"])
@pytest.mark.parametrize("options", [{}, {"background": "#204060"}, {"size": 5}])
def test_odd_pictures_are_read_as_those_of_the_folder(tmp_path: Path, kind: str, options: dict[str, object]) -> None:
    data = load_data(odd_ones(tmp_path, kind), budget=0, **options)
    reads = Preprocessing.of(data)
    paths = [data.test.images.paths[row] for row in data.test.rows.tolist()]  # type: ignore[attr-defined]
    assert len(np.unique(raw(data))) > 5
    assert torch.equal(reads.read(paths), raw(data))
    assert torch.equal(Preprocessing.from_json(json.loads(json.dumps(reads.to_json()))).read(paths), raw(data))
