import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.views.common.ticks import spread, ticks

numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (0.13, 0.29, 4, [0.15, 0.2, 0.25]), (0, 7, 10, [*range(8)])],
)
def test_steps_are_round(low, high, most, expected):
    assert ticks(low, high, most=most, least=0.0) == expected


def test_whole_numbers_stay_whole():
    assert ticks(0, 2, most=10, least=1) == [0, 1, 2]


@given(numbers, st.floats(1e-3, 1e6), st.integers(2, 12))
def test_there_are_about_as_many_as_are_wanted_and_none_outside(low, reach, most):
    found = ticks(low, low + reach, most=most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * abs(low) - 1e-9 <= each <= low + reach + 1e-6 * (abs(low) + reach) for each in found)


@given(st.lists(numbers))
def test_an_axis_holds_all_values_and_is_never_empty(values):
    low, high = spread(values)
    assert low < high
    assert all(low <= value <= high for value in values)
