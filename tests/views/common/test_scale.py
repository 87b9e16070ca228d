"""The colours of scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.views.common.scale import UNCERTAIN, VIRIDIS, colour


@pytest.mark.parametrize("step", range(11))
def test_it_goes_through_its_own_colours(step):
    assert colour(step / 10) == VIRIDIS[step]


def test_between_two_colours_it_mixes_them():
    assert colour(0.05) == "#461264"


@pytest.mark.parametrize(("value", "end"), [(-1.0, VIRIDIS[0]), (2.0, VIRIDIS[-1])])
def test_what_lies_outside_is_drawn_as_the_end(value, end):
    assert colour(value) == end


def test_another_ramp_goes_from_its_first_colour_to_its_last():
    assert [colour(value, UNCERTAIN) for value in (0.0, 0.5, 1.0)] == [UNCERTAIN[0], "#c78059", UNCERTAIN[-1]]


def _luminance(text):
    return sum(weight * int(text[start : start + 2], 16) for weight, start in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_better_is_brighter(one, other):
    low, high = sorted((one, other))
    # Rounding to whole channels may take one step back.
    assert _luminance(colour(low)) <= _luminance(colour(high)) + 1
