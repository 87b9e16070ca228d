"""The accuracy of each class, for more classes than a confusion matrix can show in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from oneshot_lab.supernet.confusion import Confusion, class_accuracy
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.tables.confusion import LONGEST
from oneshot_lab.views.tables.widget import Column, Row, Table

COLUMNS = (
    Column("class", "class", help="Its name"),
    Column("accuracy", "accuracy", "percent", 1, False, "The share of its test images that are classified correctly"),
    Column("images", "images", "count", help="Its test images, over all runs"),
    Column("taken", "mostly classified as", help="The class that its other images are most often classified as"),
)


class ClassTable(Table):
    """Accuracy by class, the worst first."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, label="Accuracy by class", most=0)

    def show_confusion(self, confusion: Confusion, class_names: Sequence[str] = ()) -> None:
        """Shows the classes of a confusion matrix.

        Args:
            confusion: The counts.
            class_names: By number; without them classes are called by their numbers.
        """
        names = [printable(name)[:LONGEST] for name in class_names] or [str(at) for at in range(len(confusion))]
        accuracies = class_accuracy(confusion)
        rows = [
            Row(f"class {label}", (names[label], accuracies[label], sum(counts), _taken(counts, label, names)))
            for label, counts in enumerate(confusion)
        ]
        # Those without images, of which nothing is known, come last.
        self.show(sorted(rows, key=lambda row: _worst_first(row.cells[1])))


def _worst_first(accuracy: object) -> float:
    return accuracy if isinstance(accuracy, float) and not math.isnan(accuracy) else math.inf


def _taken(counts: Sequence[int], label: int, names: Sequence[str]) -> str | None:
    """Returns the class that most misclassified images of a class are given, and how many."""
    others = [0 if column == label else count for column, count in enumerate(counts)]
    most = max(others)
    return f"{names[others.index(most)]} ({most:,})" if most else None
