import pytest

from oneshot_lab.views.common.scale import UNCERTAIN, VIRIDIS
from oneshot_lab.views.map.colours import COLOURS, OF_THE_POSTERIOR, default_colour


@pytest.mark.parametrize(
    ("by", "value", "text"),
    [
        ("accuracy", 0.9, "0.900"),
        ("loss", 1.25, "1.250"),
        ("posterior", 0.8617, "86.2 %"),
        ("uncertainty", 0.008, "± 0.8"),
    ],
)
def test_values_are_told_in_their_own_way(by, value, text):
    assert COLOURS[by].tell(value) == text


def test_the_worst_comes_first_and_what_is_uncertain_is_strong():
    assert {by: each.ramp[0] for by, each in COLOURS.items()} == {
        "accuracy": VIRIDIS[0],
        "loss": VIRIDIS[0],
        "posterior": VIRIDIS[0],
        "uncertainty": UNCERTAIN[-1],
    }
    assert set(COLOURS) > OF_THE_POSTERIOR


def test_landmarks_make_the_posterior_the_default():
    assert (default_colour(is_calibrated=False), default_colour(is_calibrated=True)) == ("accuracy", "posterior")
