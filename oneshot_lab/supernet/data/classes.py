"""Finds the classes in the labels, and checks that the parts of a source belong together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import describe
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.source import Part, PartName, Source


def number_classes(found: Source) -> tuple[dict[PartName, npt.NDArray[np.int64]], tuple[str, ...]]:
    """Numbers the classes that training has from 0, in order.

    Returns:
        The labels of every part as these numbers, and the name of each class.

    Raises:
        DataError: There is only one class, a label has no class name, or training lacks a label.
    """
    train = found.parts["train"]
    known = np.unique(train.labels)
    if len(known) < 2:
        raise DataError(
            f"all images have the label {known[0]}",
            where=train.where,
            expected="two classes or more",
            remedy="for a folder, point at the one that holds a subfolder per class, or train/ and test/",
        )
    by_label = bool(found.class_names) and known.dtype.kind != "U"
    if by_label and known[-1] >= len(found.class_names):
        raise DataError(
            f"label {known[-1]}",
            where=train.where,
            expected=f"0 to {len(found.class_names) - 1}, one for each class name",
        )
    numbered: dict[PartName, npt.NDArray[np.int64]] = {}
    for name, part in found.parts.items():
        if part.labels.dtype.kind != known.dtype.kind:
            raise DataError("names and numbers as labels", where=part.where, expected="labels of one type")
        strangers = np.setdiff1d(part.labels, known)
        if len(strangers):
            raise DataError(
                f"label {strangers[0]}, which no training image has",
                where=part.where,
                expected=f"labels among {', '.join(map(str, known[:10]))}{', …' if len(known) > 10 else ''}",
            )
        numbered[name] = np.searchsorted(known, part.labels).astype(np.int64)
    return numbered, tuple(found.class_names[label] if by_label else str(label) for label in known)


def check_alike(parts: Mapping[PartName, Part]) -> None:
    """Raises a DataError if a part's images differ from the training images in shape or type."""
    first = parts["train"].images
    for part in parts.values():
        if (part.images.shape, part.images.dtype) != (first.shape, first.dtype):
            raise DataError(
                describe(part.images),
                where=part.where,
                expected=f"{describe(first)}, as in training",
                remedy=f"give all parts one type and one size, with {give('size', '(height, width)')}",
            )
