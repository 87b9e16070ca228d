from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from oneshot_lab.supernet.data import Data, load_data
from tests.supernet.data.test_varying import FLIPPED, PLAIN, Pictures


def is_drawn_anew(data: Data, split: str) -> bool:
    first, second = (next(getattr(data, split).batches(64))[0] for _ in range(2))
    return not torch.equal(first, second)


def told(data: Data) -> list[str]:
    return [note for note in data.notes if "at random" in note]


def test_training_apart_is_drawn_anew_in_each_epoch_and_nothing_else() -> None:
    data = load_data((FLIPPED, PLAIN, PLAIN))
    assert [is_drawn_anew(data, split) for split in ("train", "validation", "test")] == [True, False, False]
    assert told(data) == [
        "train: the Dataset draws its images at random (RandomHorizontalFlip): they are drawn again in each epoch"
    ]


@pytest.mark.parametrize("source", [FLIPPED, (FLIPPED, PLAIN)])
def test_what_others_are_split_off_is_drawn_once(source: object) -> None:
    data = load_data(source)
    assert not any(is_drawn_anew(data, split) for split in ("train", "validation", "test"))
    (note,) = told(data)
    assert "they are drawn once" in note
    assert "give (train, validation, test) with random transforms in train alone" in note


def test_a_test_part_that_is_drawn_is_told() -> None:
    data = load_data((PLAIN, PLAIN, FLIPPED))
    assert told(data)[0].startswith("test: the Dataset draws its images at random (RandomHorizontalFlip): what is")


def test_transforms_that_do_not_say_so_are_found_by_asking_twice() -> None:
    noisy = Pictures(lambda image: image + torch.rand(1))
    assert told(load_data((noisy, PLAIN, PLAIN))) == [
        "train: the Dataset draws its images at random: they are drawn again in each epoch"
    ]


def test_without_a_budget_all_are_drawn_anew() -> None:
    data = load_data(FLIPPED, budget=0)
    assert is_drawn_anew(data, "train")
    assert "also for validation and test" in told(data)[0]


def test_what_draws_nothing_is_not_told() -> None:
    assert not told(load_data((PLAIN, PLAIN, Pictures(v2.Normalize([0.5], [0.5])))))
    assert not told(load_data((np.random.default_rng(0).random((20, 4, 4)), np.arange(20) % 2)))
