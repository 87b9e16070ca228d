from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import MemoryImages, bytes_of, channel_stats, from_array, read_all, resize


def random_bytes(*shape: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ((5, 8, 9), (1, 8, 9)),
        ((5, 8, 9, 1), (1, 8, 9)),
        ((5, 8, 9, 3), (3, 8, 9)),
        ((5, 3, 8, 9), (3, 8, 9)),
        ((5, 4, 8, 9), (4, 8, 9)),
    ],
)
def test_the_layout_is_recognised(shape: tuple[int, ...], found: tuple[int, int, int]) -> None:
    assert from_array(random_bytes(*shape), "data").shape == found


def test_channels_last_becomes_channels_first() -> None:
    array = random_bytes(2, 5, 6, 3)
    images = from_array(array, "data")
    assert torch.equal(images.tensor, torch.from_numpy(array).permute(0, 3, 1, 2))


def test_a_layout_in_doubt_is_refused_and_can_be_given() -> None:
    array = random_bytes(5, 3, 9, 3)
    with pytest.raises(DataError, match=r"5×3×9×3, dimensions 1 and 3: both could be the channels.*layout='NCHW'"):
        from_array(array, "data")
    assert from_array(array, "data", layout="NCHW").shape == (3, 9, 3)
    assert from_array(array, "data", layout="NHWC").shape == (3, 3, 9)
    with pytest.raises(DataError, match="neither looks like"):
        from_array(random_bytes(5, 12, 9, 12), "data")
    assert from_array(random_bytes(5, 12, 9, 12), "data", layout="NCHW").shape == (12, 9, 12)


@pytest.mark.parametrize("layout", ["NHW", "HWC", ""])
def test_a_layout_that_does_not_fit_is_refused(layout: str) -> None:
    array = random_bytes(5, 12, 9, 12)
    with pytest.raises(DataError, match=r"layout|neither"):
        from_array(array, "data", layout=layout)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((4, 64)), r"shape 4×64; expected N×height×width.*reshape"),
        (np.zeros((0, 8, 8)), r"shape 0×8×8; expected at least one image"),
        (np.zeros((3, 8, 0)), r"shape 3×8×0"),
        (np.array(5.0), r"shape \(\)"),
        (np.zeros((2, 8, 8), dtype=complex), "complex128; expected numbers"),
        (np.full((2, 8, 8), "a"), "expected numbers"),
    ],
)
def test_what_is_no_array_of_images_is_refused(array: np.ndarray[Any, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        from_array(array, "data")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_the_image_with_nan_or_infinity_is_named(value: float) -> None:
    array = np.zeros((700, 4, 4))
    array[613, 2, 2] = value
    with pytest.raises(DataError, match="image 613 holds NaN or infinity"):
        from_array(array, "data")


def test_bytes_stay_bytes_and_all_else_becomes_float32() -> None:
    assert from_array(random_bytes(2, 4, 4), "data").dtype == torch.uint8
    for kind in (bool, np.int64, np.uint16, np.float16, np.float64):
        assert from_array(np.ones((2, 4, 4), dtype=kind), "data").dtype == torch.float32


def test_later_changes_of_the_array_change_nothing() -> None:
    array = np.ones((2, 4, 4), dtype=np.float32)
    images = from_array(array, "data")
    array[:] = 7
    assert images.tensor.eq(1).all()


def test_read_only_arrays_are_fine() -> None:
    array = np.broadcast_to(np.float32(3), (2, 4, 4))
    assert from_array(array, "data").tensor.eq(3).all()


def test_reading_and_taking() -> None:
    images = from_array(random_bytes(1200, 4, 4), "data")
    rows = torch.randperm(1200, generator=torch.Generator().manual_seed(0))
    assert torch.equal(read_all(images, rows, torch.device("cpu")), images.tensor[rows])
    assert torch.equal(images.take(rows.numpy()).tensor, images.tensor[rows])
    assert bytes_of(images, 10) == 160


def test_the_mean_and_deviation_are_torchs() -> None:
    images = from_array(random_bytes(1100, 5, 6, 3), "data")
    rows = np.arange(3, 1100)
    mean, std = channel_stats(images, rows)
    chosen = images.tensor[3:].double()
    assert mean == pytest.approx(chosen.mean((0, 2, 3)).tolist(), rel=1e-12)
    assert std == pytest.approx(chosen.std((0, 2, 3), correction=0).tolist(), rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_channel_that_never_varies_has_deviation_one(value: float) -> None:
    images = from_array(np.full((9, 4, 4), value), "data")
    assert channel_stats(images, np.arange(9))[1] == (1.0,)


def test_resizing_agrees_with_pillow() -> None:
    images = from_array(random_bytes(3, 20, 24), "data")
    small = resize(images, (10, 9))
    assert small.shape == (1, 10, 9)
    assert small.dtype == torch.uint8
    for ours, raw in zip(small.tensor[:, 0], images.tensor[:, 0], strict=True):
        theirs = np.array(Image.fromarray(raw.numpy()).resize((9, 10), Image.Resampling.BILINEAR))
        assert np.abs(ours.numpy().astype(int) - theirs.astype(int)).max() <= 1


def test_resizing_to_the_same_size_is_the_same() -> None:
    images = MemoryImages(torch.rand(3, 1, 4, 4))
    assert resize(images, (4, 4)) is images
    assert resize(images, (8, 8)).dtype == torch.float32


def test_mean_and_deviation_do_not_depend_on_the_number_of_threads():
    images = MemoryImages(torch.rand(600, 1, 40, 40, generator=torch.Generator().manual_seed(0)))
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(channel_stats(images, np.arange(600)))
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1] == found[2]
