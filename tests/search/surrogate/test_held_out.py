import math

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import HeldOut, HeldOutRow


def row(trained, mean, deviation=0.01):
    return HeldOutRow(Mask.of("B1"), trained, mean, deviation, mean - 1.96 * deviation, mean + 1.96 * deviation)


def test_it_says_how_many_intervals_held():
    held_out = HeldOut((row(0.8, 0.81), row(0.9, 0.81), row(0.7, 0.71)))
    assert [each.held for each in held_out.rows] == [True, False, True]
    assert held_out.sentence == "2 of 3 intervals held"


def test_predictions_and_baselines_are_compared_with_what_was_trained():
    held_out = HeldOut((row(0.7, 0.71), row(0.8, 0.83), row(0.9, 0.82), row(0.95, 0.9)))
    assert held_out.agreement.tau == pytest.approx(4 / 6)
    assert held_out.agreement_of([1, 2, 3, 4]).tau == 1.0
    assert held_out.agreement_of([4, 3, 2, 1]).tau == -1.0


def test_without_rows_it_says_so():
    assert HeldOut(()).sentence == "too few landmarks to check intervals"
    assert math.isnan(HeldOut(()).agreement.tau)
