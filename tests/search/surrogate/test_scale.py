"""The scale of the surrogate: accuracies as they are above, and by a square root below."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.search.surrogate.scale import Scale

SCALE = Scale(0.8, 0.02)
ACCURACIES = np.linspace(0, 1, 201)


def test_nothing_changes_above_the_middle():
    above = ACCURACIES[ACCURACIES >= 0.8]
    assert SCALE.draw_in(above).tolist() == above.tolist()
    assert SCALE.slope(above).tolist() == [1.0] * len(above)


def test_failures_are_drawn_near_in_their_order():
    values = SCALE.draw_in(ACCURACIES)
    assert (np.diff(values) > 0).all()
    assert values[0] == pytest.approx(0.8 - 0.02 * 8)


@given(st.floats(0.1, 0.9), st.floats(0.001, 0.3))
def test_drawing_out_undoes_drawing_in(middle, width):
    scale = Scale(middle, width)
    assert scale.draw_out(scale.draw_in(ACCURACIES)) == pytest.approx(ACCURACIES, abs=1e-9)


def test_the_slope_is_that_of_drawing_in():
    values = np.array([0.1, 0.5, 0.75, 0.79, 0.9])
    change = (SCALE.draw_in(values + 1e-6) - SCALE.draw_in(values - 1e-6)) / 2e-6
    assert SCALE.slope(values) == pytest.approx(change, rel=1e-4)


def test_landmarks_give_the_middle_and_the_width_unless_they_are_closer_than_expected():
    assert Scale.of(np.array([0.2, 0.7, 0.8, 0.82, 0.85]), spread=0.02) == Scale(0.8, pytest.approx(0.05 * 1.4826))
    assert Scale.of(np.array([0.84, 0.85, 0.85]), spread=0.02) == Scale(0.85, 0.02)
    assert Scale.of(np.array([0.84]), spread=0.02) == Scale(0.84, 0.02)


def test_values_however_low_are_numbers():
    assert np.isfinite(SCALE.draw_out(np.array([-1e9]))).all()


def test_the_plain_scale_changes_nothing():
    plain = Scale.plain()
    for row in (plain.draw_in(ACCURACIES), plain.draw_out(ACCURACIES)):
        assert row.tolist() == ACCURACIES.tolist()
    assert (plain.slope(ACCURACIES) == 1).all()
