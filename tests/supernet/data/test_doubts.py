from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import TensorDataset

from oneshot_lab.supernet.data import load_data

Arrays = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def textures(counts: list[int], *, seed: int = 0) -> Arrays:
    """Images of noise, no two alike, with `counts[c]` of class c."""
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(seed).integers(0, 256, (len(labels), 4, 4), dtype=np.uint8), labels


def told(source: Any, about: str, **options: Any) -> list[str]:
    return [note for note in load_data(source, **options).notes if about in note]


def test_classes_of_unlike_size_are_told_with_what_guessing_gives() -> None:
    assert told(textures([190, 10]), "sizes are unequal") == [
        "class sizes are unequal: '0' has 137 training images, '1' has 7; always answering '0' is right for 95.0% "
        "of the test images, so compare balanced accuracy, not accuracy alone"
    ]
    assert not told(textures([40, 20]), "sizes are unequal")


@pytest.mark.parametrize("name", ["validation", "test"])
def test_a_part_that_lacks_a_class_is_told(name: str) -> None:
    images, _ = textures([6], seed=1)
    parts = {"train": textures([20, 20, 20]), name: (images, np.ones(6, dtype=int))}
    assert told(parts, "there are no images") == [
        f"{name}: there are no images of 2 classes ('0', '2'): nothing is measured for them"
    ]
    assert not told(textures([20, 20]), "there are no images")


def test_constant_images_are_counted_and_named() -> None:
    images, labels = textures([40, 40])
    for row in (4, 9, 17, 60):
        images[row] = row
    assert told((images, labels), "one value") == [
        "4 images are of one value throughout (image 4, image 9, image 17 and 1 more)"
    ]
    assert not told(textures([40, 40]), "one value")


def test_constant_images_have_the_position_that_they_were_given_at() -> None:
    images, labels = textures([40, 40])
    images[::2] = 7
    (note,) = told((images, labels), "one value", limit=20)
    positions = [int(word) for word in note.replace(",", "").replace(")", "").split() if word.isdigit()][1:4]
    assert all(position % 2 == 0 for position in positions)


def test_constant_images_of_every_part_are_told_of() -> None:
    train, test = textures([20, 20]), textures([5, 5], seed=1)
    test[0][3] = 0
    assert told((train, test), "one value") == ["test: 1 image is of one value throughout (image 3)"]


@pytest.mark.parametrize("budget", [None, 0])
def test_constant_pictures_are_named_by_their_files(tmp_path: Path, budget: int | None) -> None:
    images, labels = textures([10, 10])
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image if row != 12 else image * 0).save(tmp_path / str(label) / f"{row}.png")
    # Streamed, only what the mean is taken from is looked at: here the training images, of which it is one.
    rows = load_data(tmp_path, budget=budget, test=0.1).train.rows.tolist()
    assert told(tmp_path, "one value", budget=budget, test=0.1) == (
        ["1 image is of one value throughout (1/12.png)"] if budget is None or 2 + 10 in rows else []
    )


def test_test_images_that_are_training_images_are_told() -> None:
    train, test = textures([20, 20]), textures([5, 5], seed=1)
    assert not told((train, test), "pixel for pixel")
    test[0][3], test[0][7] = train[0][1], train[0][30]
    notes = told((train, test), "pixel for pixel", validation=0.1)
    assert "test: 2 images (image 3, image 7) equal a training image, pixel for pixel" in notes
    test[0][7] = 100 + test[0][7] // 2
    notes = told((train, test), "pixel for pixel", validation=0.1)
    assert "test: 1 image (image 3) equals a training image, pixel for pixel" in notes
    both = np.concatenate([train[0], train[0]]), np.concatenate([train[1], train[1]])
    assert told(both, "pixel for pixel")


def test_images_of_one_value_are_told_of_once() -> None:
    images, labels = textures([20, 20])
    images[:8] = images[20:28] = 9
    assert told((images, labels), "one value")
    assert not told((images, labels), "pixel for pixel")


def test_streamed_images_are_not_compared() -> None:
    images, labels = textures([20, 20])
    twice = torch.from_numpy(np.concatenate([images, images]))[:, None], torch.from_numpy(np.tile(labels, 2))
    assert told(TensorDataset(*twice), "pixel for pixel")
    assert not told(TensorDataset(*twice), "pixel for pixel", budget=0)
