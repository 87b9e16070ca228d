from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import TensorDataset

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.find import find

IMAGES = np.zeros((6, 5, 4), dtype=np.uint8)
LABELS = np.array([0, 1, 0, 1, 0, 1])
PAIR = (IMAGES, LABELS)
DATASET = TensorDataset(torch.zeros(6, 1, 5, 4, dtype=torch.uint8), torch.from_numpy(LABELS))


def parts_of(source: Any) -> list[str]:
    found = find(source, root=None, download=False, size=None, layout=None)
    assert all(part.images.shape == (1, 5, 4) for part in found.parts.values())
    return list(found.parts)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (PAIR, ["train"]),
        ([IMAGES, LABELS], ["train"]),
        ((IMAGES.tolist(), LABELS.tolist()), ["train"]),
        ((list(IMAGES), LABELS), ["train"]),
        ((torch.from_numpy(IMAGES), torch.from_numpy(LABELS)), ["train"]),
        ((PAIR, PAIR), ["train", "test"]),
        ((PAIR, PAIR, PAIR), ["train", "validation", "test"]),
        ((PAIR, DATASET), ["train", "test"]),
        ({"train": PAIR, "val": DATASET}, ["train", "validation"]),
        ({"train": PAIR, "test": PAIR}, ["train", "test"]),
        (DATASET, ["train"]),
    ],
)
def test_every_kind_of_source(source: Any, parts: list[str]) -> None:
    assert parts_of(source) == parts


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("digit", "unknown data 'digit'.*did you mean 'digits'?"),
        ("Fashion_MNIST", "did you mean 'fashion-mnist'?"),
        ("zebra stripes", "use one of digits, mnist, fashion-mnist, cifar10"),
        ("./no/such", "there is no folder .*such; check the path"),
        (Path("nothing"), "there is no folder"),
        (None, "a NoneType; expected one of digits"),
        (7, "a int; expected one of"),
        (IMAGES, "a ndarray; expected one of"),
        ((), "a tuple of 0"),
        ((PAIR,), r"a tuple of 1; expected \(train, test\)"),
        ((PAIR,) * 4, "a tuple of 4"),
        ((PAIR, (1, 2, 3)), r"test data: a tuple; expected \(images, labels\)"),
        ({"train": PAIR, "tset": PAIR}, "unknown part 'tset'; did you mean 'test'?"),
        ({"test": PAIR}, "no training part"),
        ({"train": "digits"}, "data: a str; expected"),
        (("images", "labels"), "the images are a str; expected an array"),
        (([], []), "there are no images"),
        (([IMAGES[0], IMAGES[1], IMAGES[2, :3]], [0, 1, 0]), r"image 0 has 5×4 pixels .*, image 2 has 3×4; .*size="),
        ((IMAGES, LABELS[:5]), "6 images and 5 labels"),
    ],
)
def test_anything_else_is_refused(source: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        parts_of(source)


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "images.npz").write_bytes(b"")
    with pytest.raises(DataError, match="it is a file; expected a folder of images"):
        parts_of(tmp_path / "images.npz")


@pytest.mark.parametrize("source", ["x" * 5000, "~nobody-of-this-name/images"])
def test_what_can_be_no_path_is_refused(source: str) -> None:
    with pytest.raises(DataError, match=r"data: .* is not a path"):
        parts_of(source)


def test_a_folder_called_like_known_data_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_data("digits").input_shape == (1, 8, 8)
    assert not any("folder" in note for note in load_data("digits").notes)
    for label in ("one", "two"):
        (tmp_path / "digits" / label).mkdir(parents=True)
        for index in range(4):
            Image.new("L", (5, 4), 60 + index).save(tmp_path / "digits" / label / f"{index}.png")
    told = "'digits' is the data set of that name, not the folder digits here; './digits' takes the folder"
    assert told in load_data("digits").notes
    for folder in ("./digits", Path("digits"), tmp_path / "digits"):
        data = load_data(folder)
        assert (data.input_shape, data.class_names) == ((1, 4, 5), ("one", "two"))
        assert told not in data.notes
