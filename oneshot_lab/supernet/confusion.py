"""Which classes a network confuses: the counts, and the figures derived from them.

With classes of unequal size, accuracy alone says little: of 95 : 5, always answering the first is right 95 times.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any, NamedTuple

Confusion = tuple[tuple[int, ...], ...]
"""Counts of images: a row for each true class, in it a count for each predicted class; empty if unknown."""

MOST_CLASSES = 10_000
"""The largest number of classes that a matrix from a file may have."""

FEW = 3
"""How many classes a sentence names, at most; of more it gives only the number."""


class Confused(NamedTuple):
    """Images of one class that the network classified as another.

    Attributes:
        true: The number of their true class.
        predicted: The number of the predicted class.
        images: How many.
        share: Of all images of the true class, 0 to 1.
    """

    true: int
    predicted: int
    images: int
    share: float


def class_accuracy(confusion: Confusion) -> tuple[float, ...]:
    """Returns the share of each class's images that were classified correctly (its recall); NaN without images."""
    return tuple(row[label] / total if (total := sum(row)) else math.nan for label, row in enumerate(confusion))


def balanced_accuracy(confusion: Confusion) -> float:
    """Returns the mean of the classes' accuracies, with equal weights; NaN if nothing is known.

    Classes without images do not count, as in scikit-learn's `balanced_accuracy_score`.
    """
    known = [accuracy for accuracy in class_accuracy(confusion) if not math.isnan(accuracy)]
    return fmean(known) if known else math.nan


def most_confused(confusion: Confusion, *, most: int) -> tuple[Confused, ...]:
    """Returns the pairs of classes that were confused most, by the share of the true class's images."""
    pairs = [
        Confused(true, predicted, count, count / sum(row))
        for true, row in enumerate(confusion)
        for predicted, count in enumerate(row)
        if count and true != predicted
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.share, -pair.images, pair.true, pair.predicted))[:most])


def added(matrices: Iterable[Confusion]) -> Confusion:
    """Returns the sum of matrices of the same classes; an empty one if any of them is unknown."""
    known = list(matrices)
    if not all(known):
        return ()
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*known, strict=True))


def remark(confusion: Confusion, class_names: Sequence[str] = ()) -> str:
    """Returns the warning that belongs beside an accuracy: classes that have images but are never predicted.

    Args:
        confusion: The counts.
        class_names: By number; without them the numbers are used.

    Returns:
        A text such as `predicts only class 'healthy'`; empty if every class with images is predicted at least once.
    """

    def named(labels: Sequence[int]) -> str:
        names = [repr(str(class_names[label])) if label < len(class_names) else str(label) for label in labels]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    predicted = [label for label in range(len(confusion)) if any(row[label] for row in confusion)]
    missed = [label for label, row in enumerate(confusion) if sum(row) and label not in set(predicted)]
    if not missed:
        return ""
    if len(predicted) == 1:
        return f"predicts only class {named(predicted)}"
    if len(missed) <= FEW:
        return f"never predicts class{'es' if len(missed) > 1 else ''} {named(missed)}"
    return f"never predicts {len(missed)} of the {len(confusion)} classes"


def read_confusion(rows: Any) -> Confusion:
    """Returns the matrix from the rows of numbers in a file.

    Raises:
        TypeError, ValueError: It is not a square matrix of counts.
    """
    if not isinstance(rows, (list, tuple)) or len(rows) > MOST_CLASSES:
        raise TypeError("the confusion matrix is not a list of rows")
    for row in rows:
        if not isinstance(row, (list, tuple)) or len(row) != len(rows):
            raise ValueError("the confusion matrix is not square")
        if not all(isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53 for count in row):
            raise ValueError("the confusion matrix holds values that are not counts")
    return tuple(tuple(row) for row in rows)
