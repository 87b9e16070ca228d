from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import MemoryImages
from oneshot_lab.supernet.data.source import Part, as_labels


@pytest.mark.parametrize(
    ("labels", "row"),
    [
        ([3, 1], [3, 1]),
        (np.array([0, 255], dtype=np.uint8), [0, 255]),
        ([True, False], [1, 0]),
        (["cat", "owl"], ["cat", "owl"]),
        (np.array(["cat", "owl"], dtype=object), ["cat", "owl"]),
        (np.array([[2], [0], [1]]), [2, 0, 1]),  # one column is a row
        ([[2], [0], [1]], [2, 0, 1]),
        ([np.array([2]), np.array([0])], [2, 0]),
        (np.array([["cat"], ["owl"]]), ["cat", "owl"]),
    ],
)
def test_numbers_and_names_are_labels(labels: Any, row: list[Any]) -> None:
    assert as_labels(labels, "data").tolist() == row


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0, 1, -1], "label -1 of image 2; expected labels from 0"),
        ([0.0, 1.0], r"float64, such as 0.0; expected integers; .*labels.astype\(int\)"),
        ([0.0, np.nan], "float64, NaN among them; expected integers$"),
        (np.eye(3), r"the labels have 2 dimensions; expected 1; for one-hot rows use labels.argmax\(1\)"),
        (np.array([[1, 1, 0], [0, 0, 1]]), r"2 dimensions; expected 1; .* one label per image.* labels\[:, 0\]"),
        (np.array([[2, 5], [3, 1]]), r"2 dimensions; expected 1; training needs one label per image"),
        (4, "the labels have 0 dimensions"),
        ([[1], [1, 2]], "not a row of numbers"),
        ([None, 1], "of type object; expected integers or strings"),
        ([1j, 2], "of type complex128"),
    ],
)
def test_other_labels_are_refused(labels: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        as_labels(labels, "data")


def test_an_image_is_known_by_its_position_in_what_was_given() -> None:
    part = Part(MemoryImages(torch.zeros(6, 1, 2, 2)), np.arange(6), "data")
    assert part.name_of(3) == "image 3"
    assert part.take(np.array([4, 2, 5])).take(np.array([2, 0])).name_of(0) == "image 5"
