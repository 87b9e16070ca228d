"""Which classes a network takes for which: counts, and what follows from them.

Where classes are of unlike size, accuracy alone says little: of 95 : 5, who always says the first is right 95 times.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any, NamedTuple

Confusion = tuple[tuple[int, ...], ...]
"""Counts of images, one row for each true class, in it one count for each predicted class; empty: not known."""

MOST_CLASSES = 10_000
"""That a matrix from a file may have."""

FEW = 3
"""So many classes are named; of more only their number is told."""


class Confused(NamedTuple):
    """Images of one class that were taken for another.

    Attributes:
        true: The class that they are of, by its number.
        predicted: The class that they were taken for.
        images: How many.
        share: Of all images of the true class, 0 to 1.
    """

    true: int
    predicted: int
    images: int
    share: float


def class_accuracy(confusion: Confusion) -> tuple[float, ...]:
    """Returns the share of each class's images that were classified right (its recall); NaN where it has none."""
    return tuple(row[label] / total if (total := sum(row)) else math.nan for label, row in enumerate(confusion))


def balanced_accuracy(confusion: Confusion) -> float:
    """Returns the mean of the classes' accuracies, each class counting alike; NaN where nothing is known.

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
    """Returns the sum of matrices of the same classes; an empty one if any of them is not known."""
    known = list(matrices)
    if not all(known):
        return ()
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*known, strict=True))


def remark(confusion: Confusion, class_names: Sequence[str] = ()) -> str:
    """Returns what has to be said beside an accuracy: that classes which there are are never predicted.

    Args:
        confusion: The counts.
        class_names: By number; without them classes are called by their numbers.

    Returns:
        Such as `predicts only class 'healthy'`; empty: every class with images is predicted at least once.
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
    """Returns the matrix that a file holds as rows of numbers.

    Raises:
        TypeError, ValueError: It is no square of counts.
    """
    if not isinstance(rows, (list, tuple)) or len(rows) > MOST_CLASSES:
        raise TypeError("the confusion matrix is no list of rows")
    for row in rows:
        if not isinstance(row, (list, tuple)) or len(row) != len(rows):
            raise ValueError("the confusion matrix is not square")
        if not all(isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53 for count in row):
            raise ValueError("the confusion matrix holds what is no count")
    return tuple(tuple(row) for row in rows)
