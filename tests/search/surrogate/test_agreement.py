import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from oneshot_lab.search.surrogate import rank_agreement

ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=12)


@given(ROWS)
def test_tau_is_scipys(pairs):
    first, second = np.array(pairs, dtype=float).T
    found, expected = rank_agreement(first, second), kendalltau(first, second).statistic
    assert found.tau == pytest.approx(expected, nan_ok=True)
    assert found.count == len(pairs)
    if not math.isnan(found.low):
        assert -1 <= found.low <= found.high <= 1


def test_the_interval_holds_tau_and_narrows_with_more_candidates():
    rng = np.random.default_rng(0)
    first = rng.normal(size=80)
    second = first + rng.normal(size=80)
    few, many = rank_agreement(first[:12], second[:12]), rank_agreement(first, second)
    assert few.low < few.tau < few.high
    assert many.low < many.tau < many.high
    assert many.high - many.low < few.high - few.low


def test_the_interval_is_that_of_resampled_rows():
    rng = np.random.default_rng(3)
    first = rng.normal(size=30)
    second = first + rng.normal(size=30)
    drawn = [rng.integers(30, size=30) for _ in range(400)]
    taus = [kendalltau(first[rows], second[rows]).statistic for rows in drawn]
    found = rank_agreement(first, second)
    assert (found.low, found.high) == pytest.approx(np.quantile(taus, [0.025, 0.975]), abs=0.06)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0, 1.0]])
def test_where_nothing_is_ranked_tau_is_not_a_number(values):
    assert math.isnan(rank_agreement(values, values).tau)


def test_candidates_without_a_value_are_left_out():
    found = rank_agreement([1.0, math.nan, 2.0, 3.0], [1.0, 5.0, 2.0, math.inf])
    assert (found.tau, found.count) == (1.0, 2)


def test_equal_values_give_equal_intervals():
    first, second = np.random.default_rng(1).normal(size=(2, 20))
    assert rank_agreement(first, second) == rank_agreement(first, second)
