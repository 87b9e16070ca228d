import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, recall_score

from oneshot_lab.supernet.confusion import (
    Confused,
    added,
    balanced_accuracy,
    class_accuracy,
    most_confused,
    read_confusion,
    remark,
)

ONE_CLASS = ((95, 0), (5, 0))
"""95 : 5, and a network that always says the first."""


@st.composite
def answers(draw):
    """True and predicted labels of a few images, and the number of classes; some classes may have no image."""
    classes = draw(st.integers(2, 6))
    labels = st.lists(st.integers(0, classes - 1), min_size=1, max_size=40)
    true = draw(labels)
    return true, draw(st.lists(st.integers(0, classes - 1), min_size=len(true), max_size=len(true))), classes


def counted(true, predicted, classes):
    return tuple(map(tuple, confusion_matrix(true, predicted, labels=range(classes)).tolist()))


@given(answers())
def test_its_figures_are_scikit_learns(drawn):
    true, predicted, classes = drawn
    confusion = counted(true, predicted, classes)
    with warnings.catch_warnings():
        # It remarks on what is predicted and never true.
        warnings.simplefilter("ignore")
        expected = balanced_accuracy_score(true, predicted)
    assert balanced_accuracy(confusion) == pytest.approx(expected)
    recalls = recall_score(true, predicted, labels=range(classes), average=None, zero_division=np.nan)
    assert class_accuracy(confusion) == pytest.approx(recalls.tolist(), nan_ok=True)
    hits = sum(row[label] for label, row in enumerate(confusion))
    assert hits / len(true) == pytest.approx(accuracy_score(true, predicted))


def test_one_predicted_class_of_two_is_balanced_to_a_half():
    assert balanced_accuracy(ONE_CLASS) == 0.5
    assert class_accuracy(ONE_CLASS) == (1.0, 0.0)


def test_nothing_known_gives_nothing():
    assert math.isnan(balanced_accuracy(()))
    assert (class_accuracy(()), most_confused((), most=3), remark(())) == ((), (), "")
    assert math.isnan(balanced_accuracy(((0, 0), (0, 0))))


def test_classes_that_are_never_predicted_are_remarked_on():
    names = ("healthy", "ill", "unclear", "torn", "wet", "dry")
    assert remark(ONE_CLASS, names) == "predicts only class 'healthy'"
    assert remark(ONE_CLASS) == "predicts only class 0"
    assert remark(((9, 1), (1, 1)), names) == ""
    assert remark(((9, 1, 0), (1, 1, 0), (0, 1, 0)), names) == "never predicts class 'unclear'"
    assert remark(((9, 1, 0, 0), (1, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0)), names) == (
        "never predicts classes 'unclear' and 'torn'"
    )
    # One that has no images need not be predicted.
    assert remark(((9, 1, 0), (1, 1, 0), (0, 0, 0)), names) == ""
    many = tuple(tuple(int(column < 2) for column in range(6)) for _ in range(6))
    assert remark(many, names) == "never predicts 4 of the 6 classes"


def test_the_most_confused_pairs_come_first():
    confusion = ((8, 2, 0), (0, 1, 1), (30, 10, 60))
    assert most_confused(confusion, most=3) == (
        Confused(1, 2, 1, 0.5),
        Confused(2, 0, 30, 0.3),
        Confused(0, 1, 2, 0.2),
    )
    assert len(most_confused(confusion, most=1)) == 1


@given(answers(), answers())
def test_runs_add_up(one, other):
    classes = max(one[2], other[2])
    both = counted(one[0] + other[0], one[1] + other[1], classes)
    parts = [counted(true, predicted, classes) for true, predicted, _ in (one, other)]
    assert added(parts) == both
    assert added([*parts, ()]) == ()
    assert added([]) == ()


@given(answers())
def test_it_comes_back_from_json(drawn):
    confusion = counted(*drawn)
    assert read_confusion([list(row) for row in confusion]) == confusion


@pytest.mark.parametrize(
    "wrong", [7, "ab", [[1]] * 20_000, [[1, 2]], [[1, 2], [3]], [[1.0]], [[True]], [[-1]], [["1"]], [[2**53]], [1]]
)
def test_what_is_no_square_of_counts_is_refused(wrong):
    with pytest.raises((TypeError, ValueError), match=re.escape("confusion matrix")):
        read_confusion(wrong)
