import json

import pytest

from oneshot_lab.views.tables.confusion import LONGEST, MOST_NUMBERS, ConfusionMatrix
from tests.views.parts import living


def even(size):
    return tuple(tuple(int(row == column) for column in range(size)) for row in range(size))


@pytest.fixture
def matrix():
    made = ConfusionMatrix(label="Confusion matrix")
    yield made
    made.close()


def test_it_brings_names_and_counts(matrix):
    assert (matrix.names, matrix.counts) == ([], [])
    matrix.show(((3, 1), (0, 2)), ("cat", "dog"))
    assert (matrix.names, matrix.counts, matrix.compact) == (["cat", "dog"], [[3, 1], [0, 2]], False)
    assert repr(matrix) == "ConfusionMatrix('Confusion matrix', 2 classes)"
    matrix.show(((3, 1), (0, 2)))
    assert matrix.names == ["0", "1"]
    matrix.show((), ("cat", "dog"))
    assert (matrix.names, matrix.counts) == ([], [])


@pytest.mark.parametrize(("size", "compact"), [(MOST_NUMBERS, False), (MOST_NUMBERS + 1, True)])
def test_of_many_classes_it_is_a_picture(matrix, size, compact):
    matrix.show(even(size))
    assert matrix.compact == compact


def test_names_that_no_encoding_has_or_without_an_end_can_be_sent(matrix):
    matrix.show(even(2), ("\ud800", "n" * 10_000))
    assert matrix.names == ["?", "n" * LONGEST]
    json.dumps(matrix.get_state(["names"])).encode()


def test_the_browser_changes_nothing(matrix):
    matrix.show(even(2), ("cat", "dog"))
    matrix.set_state({"names": ["x", "y"], "counts": [], "compact": True})
    assert (matrix.names, matrix.counts, matrix.compact) == (["cat", "dog"], [[1, 0], [0, 1]], False)


def test_closing_leaves_nothing_behind():
    before = living()
    ConfusionMatrix(label="a").close()
    assert living() == before
