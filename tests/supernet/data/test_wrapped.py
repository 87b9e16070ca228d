from __future__ import annotations

from typing import Any

import datasets
import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import ConcatDataset, DataLoader, Subset, SubsetRandomSampler, TensorDataset

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from tests.supernet.data.test_datasets import Items

FEATURES = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=["cat", "dog"])})


def table(count: int = 20) -> Any:
    pictures = [Image.new("L", (5, 4), 10 * index) for index in range(count)]
    labels = [index % 2 for index in range(count)]
    return datasets.Dataset.from_dict({"image": pictures, "label": labels}, features=FEATURES)


def named(count: int = 20, names: tuple[str, ...] = ("cat", "dog")) -> Items:
    dataset = Items([(torch.full((1, 2, 2), float(index)), index % 2) for index in range(count)])
    dataset.classes, dataset.targets = list(names), [index % 2 for index in range(count)]  # type: ignore[attr-defined]
    return dataset


def test_a_hugging_face_dataset_is_taken() -> None:
    data = load_data(table())
    assert (data.input_shape, data.class_names) == ((1, 4, 5), ("cat", "dog"))
    images = data.train.images.read(torch.arange(20))
    assert images[:, 0, 0, 0].tolist() == list(range(0, 200, 10))
    assert all(int(images[row, 0, 0, 0]) // 10 % 2 == label for row, label in zip(
        data.test.rows.tolist(), data.test.labels.tolist(), strict=True
    ))  # fmt: skip


def test_the_parts_of_a_dataset_dict_are_taken_and_others_told_of() -> None:
    data = load_data(datasets.DatasetDict(train=table(), validation=table(8), test=table(6), extra=table(4)))
    assert [len(split) for split in (data.train, data.validation, data.test)] == [20, 8, 6]
    assert "skipped: 1 part (extra)" in data.notes


def test_a_hugging_face_transform_is_followed() -> None:
    made = table().with_transform(
        lambda rows: {"pixel_values": [torch.zeros(3, 7, 7) for _ in rows["image"]], "label": rows["label"]}
    )
    assert load_data(made).input_shape == (3, 7, 7)


def test_a_stream_is_refused_with_what_to_do() -> None:
    with pytest.raises(DataError, match=r"no length .*; load it with streaming=False; or take its first rows"):
        load_data(table().to_iterable_dataset())


def test_columns_in_doubt_are_refused() -> None:
    with pytest.raises(DataError, match=r"no column of labels among image, kind; .*rename_column"):
        load_data(table().rename_column("label", "kind").cast_column("kind", datasets.Value("int64")))
    assert load_data(table().rename_columns({"image": "photo", "label": "kind"})).class_names == ("cat", "dog")


@pytest.mark.parametrize("wrap", [list, tuple])
def test_rows_of_parts_are_taken(wrap: Any) -> None:
    assert len(load_data(wrap([named(), named(6)])).test) == 6
    assert len(load_data(wrap([table(), table(8), table(6)])).validation) == 8


def test_a_data_loader_is_taken_for_its_dataset_and_told() -> None:
    data = load_data([DataLoader(named(), batch_size=4, shuffle=True), DataLoader(table(6))][:1] * 2)
    assert [len(data.train) + len(data.validation), len(data.test), data.class_names] == [20, 20, ("cat", "dog")]
    assert any("the DataLoader's Dataset is used" in note for note in data.notes)


def test_the_images_that_a_sampler_draws_from_are_the_part() -> None:
    dataset = named(20)
    parts = [DataLoader(dataset, sampler=SubsetRandomSampler(range(*ends))) for ends in ((0, 14), (14, 20))]
    data = load_data(parts)
    assert sorted(data.test.images.read(data.test.rows)[:, 0, 0, 0].tolist()) == list(range(14, 20))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda: Subset(named(), range(4, 16)),
        lambda: ConcatDataset([named(6), named(6)]),
        lambda: Subset(ConcatDataset([Subset(named(), range(10)), named(6)]), range(12)),
        lambda: Subset(table(), range(12)),
    ],
)
def test_wrapped_datasets_keep_names_and_labels(wrap: Any) -> None:
    data = load_data(wrap())
    assert data.class_names == ("cat", "dog")
    assert len(data.train) + len(data.validation) + len(data.test) == 12


def test_labels_of_wrapped_datasets_need_no_items() -> None:
    inner = named(1000)
    load_data(Subset(ConcatDataset([inner, named(10)]), range(3, 900)), limit=12, budget=0)
    assert inner.asked < 150


def test_labels_in_a_column_are_labels() -> None:
    items = Items([(np.full((4, 4), index, np.uint8), np.array([index % 2])) for index in range(20)])
    assert np.bincount(load_data(items).train.labels).tolist() == [7, 7]
    column = TensorDataset(torch.rand(20, 1, 4, 4), torch.arange(20)[:, None] % 2)
    assert load_data(column).classes == 2


def test_parts_that_name_their_classes_otherwise_are_refused() -> None:
    with pytest.raises(DataError, match="test data: its classes are dog, cat; expected those of training, cat, dog"):
        load_data((named(), named(6, ("dog", "cat"))))


def test_pictures_of_several_modes_in_a_dataset_become_of_one() -> None:
    items = [(Image.new("RGB" if index % 3 else "L", (4, 4), index), index % 2) for index in range(20)]
    data = load_data(Items(items))
    assert data.input_shape == (3, 4, 4)
    assert any("grey among others in colour" in note for note in data.notes)
    late = [(Image.new("RGB" if index == 98 else "L", (4, 4), index), index % 2) for index in range(100)]
    with pytest.raises(DataError, match=r"item 98: a picture of mode RGB; expected grey .*convert\('RGB'\)"):
        load_data(Items(late))
