"""What can be used of observations, and what is said of the rest."""

import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import Score, Training
from oneshot_lab.search.surrogate.sorting import Coder, sort_scores, sort_trainings
from tests.strategies import chain

SPACE = chain(2, 2, 1, links=((-1, 1),))
CODER = Coder.of(SPACE)
ONE, TWO = Mask.of("B1", "B3", "B5"), Mask.of("B2", "B4", "B5")
DEAD = chain(2, 1, 1, links=((-1, 2),))


def test_only_blocks_that_networks_may_lack_are_written():
    signs, valid = CODER.signs([ONE, Mask.of("B1")])
    assert signs[0].tolist() == [1, -1, 1, -1]
    assert valid.tolist() == [True, False]


def test_equal_networks_have_equal_rows():
    signs, _ = Coder.of(DEAD).signs([Mask.of("B1", "B4"), Mask.of("B4"), Mask.of("B1", "B3", "B4")])
    assert signs[0].tolist() == signs[1].tolist()
    assert signs[0].tolist() != signs[2].tolist()


def test_trainings_of_one_network_are_one_landmark():
    notes = []
    found = sort_trainings([Training(ONE, 0.8, 0), Training(TWO, 0.7, 0), Training(ONE, 0.9, 1)], CODER, notes)
    assert found.masks == (ONE, TWO)
    assert found.accuracies == pytest.approx([0.85, 0.7])
    assert found.counts.tolist() == [2, 1]
    assert found.scatter == pytest.approx([0.005, 0])
    assert notes == []


def test_the_same_training_twice_is_one():
    found = sort_trainings([Training(ONE, 0.8, 3), Training(ONE, 0.8, 3)], CODER, [])
    assert found.counts.tolist() == [1]


@pytest.mark.parametrize("accuracy", [float("nan"), float("inf"), -0.1, 1.1, 87.2])
def test_trainings_without_an_accuracy_are_left_out_and_noted(accuracy):
    notes = []
    found = sort_trainings([Training(ONE, accuracy), Training(TWO, 0.5)], CODER, notes)
    assert found.masks == (TWO,)
    assert notes == ["1 training was left out: its accuracy is no number from 0 to 1."]


@pytest.mark.parametrize("accuracy", [0, 0.0, 1, 1.0, np.float32(0.5)])
def test_every_share_is_an_accuracy(accuracy):
    assert sort_trainings([Training(ONE, accuracy)], CODER, []).accuracies.tolist() == [accuracy]


def test_masks_of_another_architecture_are_left_out_and_noted():
    notes = []
    other = Mask.of("B1", "B3", "B99")
    assert sort_trainings([Training(other, 0.5), Training(other, 0.6, 1)], CODER, notes).masks == ()
    assert sort_scores([Score(other, 1.0, 0.5)], CODER, notes) == {}
    assert notes == [
        "2 trainings were left out: the architecture does not have their networks.",
        "1 score was left out: the architecture does not have its network.",
    ]


def test_scores_are_grouped_by_version_the_newest_first_and_the_last_of_a_network_counts():
    scores = [Score(ONE, 1.0, 0.5, 1), Score(ONE, 0.9, 0.6, 2), Score(TWO, 0.8, 0.7, 2), Score(ONE, 0.7, 0.8, 2)]
    found = sort_scores(scores, CODER, [])
    assert list(found) == [2, 1]
    assert found[2].losses.tolist() == [0.7, 0.8]
    assert found[2].accuracies.tolist() == [0.8, 0.7]
    assert found[1].losses.tolist() == [1.0]


@pytest.mark.parametrize(("loss", "accuracy"), [(np.nan, 0.5), (np.inf, 0.5), (-0.1, 0.5), (1.0, np.nan), (1.0, 1.5)])
def test_scores_that_are_no_numbers_are_left_out_and_noted(loss, accuracy):
    notes = []
    assert list(sort_scores([Score(ONE, loss, accuracy), Score(TWO, 1.0, 0.5, 4)], CODER, notes)) == [4]
    assert notes == ["1 score was left out: its loss or accuracy is no finite number in its range."]
