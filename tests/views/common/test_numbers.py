import pytest

from oneshot_lab.views.common.numbers import in_percent, in_short, with_interval


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 "),
        (499, "499 "),
        (500, "0.5 k "),
        (9_949, "9.9 k "),
        (9_951, "10 k "),
        (41_700, "42 k "),
        (896_000, "0.9 M "),
        (23_000_000, "23 M "),
        (7_100_000_000, "7.1 G "),
    ],
)
def test_numbers_are_short(number, text):
    assert in_short(number) == text


def test_accuracies_are_in_percent_with_one_decimal():
    assert (in_percent(0.8617), in_percent(1.0)) == ("86.2 %", "100.0 %")
    assert with_interval(0.8617, 0.00794) == "86.2 % ± 0.8"
