from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, IterableDataset, Subset, TensorDataset

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.varying import TRIES


class Items(Dataset[Any]):
    """A Dataset of the items that it is given."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.asked = 0

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        self.asked += 1
        return self.items[index]


def tensors(count: int = 20) -> TensorDataset:
    x = torch.arange(count * 12).float().reshape(count, 1, 3, 4)
    return TensorDataset(x, torch.arange(count) % 2)


def test_one_dataset_is_split_in_three() -> None:
    data = load_data(tensors())
    assert data.name == "TensorDataset"
    assert data.input_shape == (1, 3, 4)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [14, 2, 4]
    x, y = next(data.test.batches(4))
    raw = (x * data.std[0] + data.mean[0]).round().long()
    first = raw[:, 0, 0, 0] // 12
    assert torch.equal(first % 2, y)


@pytest.mark.parametrize("count", [2, 3])
def test_tuples_name_the_parts(count: int) -> None:
    data = load_data((tensors(40), tensors(10), tensors(12))[:count] if count == 3 else (tensors(40), tensors(12)))
    assert len(data.test) == 12
    assert len(data.validation) == (10 if count == 3 else 4)


@pytest.mark.parametrize(
    ("image", "shape"),
    [
        (Image.new("L", (4, 3)), (1, 3, 4)),
        (Image.new("RGB", (4, 3)), (3, 3, 4)),
        (torch.zeros(3, 4), (1, 3, 4)),
        (torch.zeros(2, 3, 4, dtype=torch.uint8), (2, 3, 4)),
        (torch.zeros(3, 7, 3), (3, 7, 3)),  # torch's own layout is in no doubt
        (np.zeros((7, 9, 3)), (3, 7, 9)),
        (np.zeros((7, 9)), (1, 7, 9)),
    ],
)
def test_images_of_every_kind(image: Any, shape: tuple[int, int, int]) -> None:
    assert load_data(Items([(image, index % 2) for index in range(8)])).input_shape == shape


def test_images_are_resized_when_asked() -> None:
    items: list[Any] = [(Image.new("L", (4 + index, 3)), index % 2) for index in range(8)]
    assert load_data(Items(items), size=(5, 6)).input_shape == (1, 5, 6)
    assert load_data(tensors(), size=2).input_shape == (1, 2, 2)


def test_targets_spare_a_run_through_the_items() -> None:
    dataset = Items([(torch.zeros(1, 2, 2), index % 2) for index in range(640)])
    dataset.targets = [index % 2 for index in range(640)]  # type: ignore[attr-defined]
    load_data(dataset, limit=6)
    assert dataset.asked == 1 + 2 * TRIES + 6  # its shape, some for whether they are drawn, then the images kept


def test_class_names_come_from_the_dataset() -> None:
    dataset = Items([(torch.zeros(1, 2, 2), 1 + index % 2) for index in range(8)])
    dataset.classes = ["cat", "dog", "owl"]  # type: ignore[attr-defined]
    assert load_data(dataset).class_names == ("dog", "owl")
    dataset.classes = ["cat", "dog"]  # type: ignore[attr-defined]
    with pytest.raises(DataError, match="label 2; expected 0 to 1, one for each class name"):
        load_data(dataset)


def test_labels_may_be_tensors_and_a_subset_is_a_dataset() -> None:
    items: list[Any] = [(torch.zeros(1, 2, 2), torch.tensor(index % 2)) for index in range(30)]
    data = load_data(Subset(Items(items), range(20)))
    assert len(data.train) + len(data.validation) + len(data.test) == 20


def test_random_transforms_stay_fresh_without_a_budget() -> None:
    class Noise(Items):
        def __getitem__(self, index: int) -> Any:
            return torch.randn(1, 2, 2), index % 2

    frozen, fresh = load_data(Noise([0] * 20)), load_data(Noise([0] * 20), budget=0)
    assert torch.equal(next(frozen.train.batches(4))[0], next(frozen.train.batches(4))[0])
    assert not torch.equal(next(fresh.train.batches(4))[0], next(fresh.train.batches(4))[0])


class Endless(IterableDataset[Any]):
    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Bare(Dataset[Any]):
    def __getitem__(self, index: int) -> Any:
        return None


ok = (torch.zeros(1, 2, 2), 0)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (Endless(), "Endless has no length"),
        (Bare(), "Bare has no length"),
        (Items([]), "there are no images"),
        (Items([torch.zeros(1, 2, 2)]), "item 0: a Tensor; expected a pair"),
        (Items([ok, (1, 2, 3)]), r"item 1: a tuple of 3; expected a pair"),
        (Items([("text", 0)]), "item 0: a str; expected an image"),
        (Items([(np.zeros(5), 0)]), "item 0: an array of 1 dimensions"),
        (Items([(torch.full((1, 2, 2), torch.nan), 0)]), "item 0: image 0 holds NaN"),
        (Items([(torch.zeros(1, 2, 2), 0.5), ok]), "labels are float64, such as 0.5; expected integers"),
        (Items([(torch.zeros(1, 2, 2), None), ok]), "labels are of type object"),
        (
            Items([(torch.zeros(1, 2, 2 + (index == 5)), index % 2) for index in range(8)]),
            "item 5: images 1×2×3 of float32; expected images 1×2×2 of float32, as item 0; resize them .*size=",
        ),
        (
            Items(
                [
                    (torch.zeros(1, 2, 2, dtype=(torch.uint8, torch.float32)[index // 7]), index % 2)
                    for index in range(8)
                ]
            ),
            "item 7: images 1×2×2 of float32; expected images 1×2×2 of uint8",
        ),
    ],
)
def test_what_is_no_dataset_of_images_is_refused(dataset: Dataset[Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_data(dataset)
