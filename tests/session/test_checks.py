import numpy as np
import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.session.checks import LARGEST_POPULATION, LARGEST_SEED, check_count, check_population, check_seed


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(1)])
def test_whole_numbers_of_any_library_become_pythons_own(value):
    assert type(check_count("epochs", value)) is int
    assert check_count("epochs", value) == value


@pytest.mark.parametrize("value", [0, -1, 1.0, 1.5, float("nan"), float("inf"), "1", None, [1], 10**10])
def test_anything_else_is_refused(value):
    with pytest.raises(SessionError, match="epochs: got ") as caught:
        check_count("epochs", value)
    assert caught.value.expected == "a whole number, 1 to 1,000,000,000"


def test_seeds_are_what_all_generators_take():
    assert check_seed(0) == 0
    assert check_seed(LARGEST_SEED) == LARGEST_SEED
    for value in (-1, LARGEST_SEED + 1, None, "0"):
        with pytest.raises(SessionError, match="seed: got "):
            check_seed(value)


def test_a_population_may_be_left_out_and_has_a_limit():
    assert check_population(None) is None
    assert check_population(2) == 2
    for value in (1, LARGEST_POPULATION + 1, 2.0):
        with pytest.raises(SessionError, match="population_size: got "):
            check_population(value)
