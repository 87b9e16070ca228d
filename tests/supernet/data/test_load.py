from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data, load, load_data


def arrays(counts: list[int]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Images whose one value is their position, with `counts[c]` of class c, all mixed."""
    labels = np.random.default_rng(1).permutation(np.repeat(np.arange(len(counts)), counts))
    return np.arange(len(labels), dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), dtype=np.float32), labels


def positions(data: Data) -> list[list[int]]:
    """The positions in the source of each split's images, read back from the batches."""
    found = []
    for split in (data.train, data.validation, data.test):
        x = torch.cat([x for x, _ in split.batches(64)])
        found.append((x[:, 0, 0, 0].double() * data.std[0] + data.mean[0]).round().long().tolist())
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(3, 40), min_size=2, max_size=6),
    st.floats(0.02, 0.5),
    st.floats(0.02, 0.5),
    st.integers(0, 2**32 - 1),
)
def test_splits_are_disjoint_complete_stratified_and_repeatable(
    counts: list[int], validation: float, test: float, seed: int
) -> None:
    images, labels = arrays(counts)
    data = load_data((images, labels), validation=validation, test=test, seed=seed)
    train_rows, validation_rows, test_rows = positions(data)
    assert sorted(train_rows + validation_rows + test_rows) == list(range(len(labels)))

    def near(rows: list[int], among: np.ndarray[Any, Any], share: float) -> bool:
        exact = np.bincount(among) * round(share * len(among)) / len(among)
        got = np.bincount(labels[rows], minlength=len(counts))
        return bool((got >= 1).all() and (np.abs(got - exact) <= 1).all())

    assert near(test_rows, labels, test)
    assert near(validation_rows, labels[train_rows + validation_rows], validation)
    assert set(labels[train_rows]) == set(range(len(counts)))
    again = load_data((images, labels), validation=validation, test=test, seed=seed)
    assert positions(again) == [train_rows, validation_rows, test_rows]
    for split, rows in zip((data.train, data.validation, data.test), positions(data), strict=True):
        assert split.labels.tolist() == labels[rows].tolist()


def test_the_seed_moves_validation_and_never_the_test_split() -> None:
    one, two = (positions(load_data(arrays([50, 50]), seed=seed)) for seed in (0, 1))
    assert one[2] == two[2]
    assert set(one[1]) != set(two[1])


def test_a_test_part_stays_whole() -> None:
    images, labels = arrays([30, 30])
    data = load_data(((images[:40], labels[:40]), (images[40:], labels[40:])))
    assert sorted(positions(data)[2]) == list(range(40, 60))
    assert len(data.validation) == 4


def test_training_images_have_mean_zero_and_deviation_one() -> None:
    rng = np.random.default_rng(0)
    images = rng.normal((5.0, -3.0, 100.0), (1.0, 4.0, 0.1), (200, 6, 7, 3))
    data = load_data((images, np.arange(200) % 4))
    x = torch.cat([x for x, _ in data.train.batches(64)])
    assert x.mean((0, 2, 3)).tolist() == pytest.approx([0, 0, 0], abs=1e-3)
    assert x.std((0, 2, 3), correction=0).tolist() == pytest.approx([1, 1, 1], abs=1e-3)
    assert data.mean == pytest.approx((5, -3, 100), abs=0.2)


def test_bytes_count_as_zero_to_one() -> None:
    images = np.random.default_rng(0).integers(0, 256, (100, 5, 5), dtype=np.uint8)
    data = load_data((images, np.arange(100) % 2))
    assert data.mean == pytest.approx((0.5,), abs=0.02)
    x, _ = next(data.train.batches(200))
    assert x.mean().item() == pytest.approx(0, abs=1e-5)
    assert x.std(correction=0).item() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("labels", "names"),
    [(np.array([7, 3, 40] * 10), ("3", "7", "40")), (np.array(["b", "a", "c"] * 10), ("a", "b", "c"))],
)
def test_labels_are_numbered_and_the_names_tell(labels: np.ndarray[Any, Any], names: tuple[str, ...]) -> None:
    data = load_data((arrays([10, 10, 10])[0], labels))
    assert (data.class_names, data.classes) == (names, 3)
    for split, rows in zip((data.train, data.validation, data.test), positions(data), strict=True):
        assert [names[label] for label in split.labels.tolist()] == [str(labels[row]) for row in rows]


def test_a_limit_keeps_the_proportions_and_is_noted() -> None:
    data = load_data((arrays([300, 100]), arrays([60, 20])), limit=40)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [36, 4, 40]
    assert np.bincount(data.test.labels.numpy()).tolist() == [30, 10]
    assert "train: 40 of 400 images (limit)" in data.notes
    assert load_data(arrays([30, 30]), limit=1000).train.labels.shape == (43,)


def test_the_repr_shows_sizes_and_notes() -> None:
    shown = repr(load_data(arrays([100, 100])))
    assert shown.startswith("Data(arrays: 1×2×3, 2 classes; train 144, validation 16, test 40)\n")
    assert "test: 40 images split off the training images" in shown
    assert "validation: 16 images are few" in shown


def test_a_large_source_that_must_be_decoded_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "SAMPLE", 20)
    images, labels = arrays([50, 50])
    dataset = torch.utils.data.TensorDataset(torch.from_numpy(images), torch.from_numpy(labels))
    decoded, streamed = load_data(dataset), load_data(dataset, budget=0)
    assert (decoded.mean, decoded.std) == (streamed.mean, streamed.std)
    assert "mean and deviation are computed from 20 of the training images" in decoded.notes


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (arrays([20]), "all images have the label 0; expected two classes or more"),
        (arrays([20, 2]), "class '1' has 2 of the training images; expected at least 3, one for each of train, valid"),
        ((arrays([20, 20]), arrays([4, 4, 4])), "test data: label 2, which no training image has; expected .* 0, 1"),
        ((arrays([20, 20]), (np.zeros((3, 9, 9)), [0, 1, 0])), "images 1×9×9 of float32; expected images 1×2×3"),
        ((arrays([20, 20]), (np.zeros((3, 2, 3), dtype=np.uint8), [0, 1, 0])), "of uint8; expected images 1×2×3 of fl"),
        ((arrays([20, 20]), (np.zeros((2, 2, 3)), ["a", "b"])), "test data: names and numbers as labels"),
    ],
)
def test_data_that_cannot_be_learned_from_is_refused(source: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_data(source)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"validation": 0.0}, "validation: a share of 0.0; expected a number between 0 and 1"),
        ({"test": 1.0}, "test: a share of 1.0"),
        ({"validation": float("nan")}, "a share of nan"),
        ({"limit": 0}, "limit: 0; expected a whole number"),
        ({"limit": 1}, "1 images leave none of class '1'; raise it"),
        ({"limit": 4}, "class '0' has 2 of the training images.*raise the limit"),
        ({"size": 0}, "size: 0; expected one side"),
        ({"size": (3, 4, 5)}, r"size: \(3, 4, 5\)"),
        ({"size": 2.5}, "size: 2.5"),
        ({"size": True}, "size: True"),
        ({"limit": 20.5}, "limit: 20.5; expected a whole number, 1 or more"),
        ({"limit": True}, "limit: True"),
        ({"seed": -1}, "seed: -1; expected a whole number, 0 or more"),
        ({"seed": "0"}, "seed: '0'"),
        ({"budget": -1}, "budget: -1"),
        ({"validation": "0.1"}, "validation: a share of '0.1'"),
        ({"size": 10**9}, "1 to 4096"),
        ({"layout": "NCWH"}, "layout 'NCWH' for images of shape 40×2×3"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_data(arrays([20, 20]), **options)


def test_a_session_can_run_in_little_memory() -> None:
    # 60,000 images of 28×28 are held as bytes and shared by the splits: 47 MB, not 188.
    images = np.zeros((2000, 28, 28), dtype=np.uint8)
    data = load_data((images, np.arange(2000) % 10))
    assert data.train.images is data.validation.images
    assert data.train.images.dtype == torch.uint8


def test_numbers_of_numpy_are_numbers() -> None:
    ours = {"size": 4, "limit": 30, "seed": 3, "budget": 10**9, "validation": 0.25, "test": 0.5}
    kinds = {"size": np.int64, "limit": np.int32, "seed": np.uint8, "budget": np.float64}
    theirs = {name: kinds.get(name, np.float32)(value) for name, value in ours.items()}
    one, other = load_data(arrays([20, 20]), **ours), load_data(arrays([20, 20]), **theirs)
    assert (one.input_shape, one.notes, one.mean) == (other.input_shape, other.notes, other.mean)
    assert [split.labels.tolist() for split in (one.train, one.validation, one.test)] == [
        split.labels.tolist() for split in (other.train, other.validation, other.test)
    ]
