"""The statistics of rankings, where the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.ranking import against_each, against_others, agreement, ceiling, interval, regret, spread, tau

ROWS = st.lists(st.integers(-5, 5), min_size=3, max_size=12).map(lambda values: np.array(values, dtype=float))


def trainings(count, *, true, noise, seeds=2):
    """Accuracies of networks whose true values and noise have these deviations."""
    rng = np.random.default_rng(0)
    return rng.normal(0.8, true, count)[:, None] + rng.normal(0, noise, (count, seeds))


@given(ROWS)
def test_a_ranking_agrees_with_itself_and_not_with_its_reverse(row):
    assert tau(row, row) == pytest.approx(float(len(set(row)) > 1))
    assert tau(row, -row) == pytest.approx(-float(len(set(row)) > 1))


@given(ROWS, st.integers(0, 100))
def test_agreement_does_not_depend_on_the_scale(row, seed):
    other = np.random.default_rng(seed).permutation(row)
    assert tau(row, other) == pytest.approx(tau(3 * row + 1, np.exp(other)))


def test_each_ranking_is_held_against_single_trainings():
    alone = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 3.0]])
    scores = np.array([1.0, 3.0, 2.0])
    assert [tau(*pair) for pair in against_each([scores], alone)] == pytest.approx([1, -1 / 3])
    assert [tau(*pair) for pair in against_others(alone)] == pytest.approx([-1 / 3, -1 / 3])
    assert agreement(against_each([scores], alone), samples=20).tau == pytest.approx(1 / 3)


def test_the_interval_holds_the_figure_and_shrinks_with_more_networks():
    few, many = trainings(30, true=1, noise=1), trainings(480, true=1, noise=1)
    (low, high), (above, below) = (interval(against_others(each), samples=100) for each in (few, many))
    assert low < agreement(against_others(few), samples=1).tau < high
    assert below - above < (high - low) / 2


def test_the_best_of_the_first_five_is_taken():
    truth = np.arange(20.0)
    flawed = truth.copy()
    flawed[-3:] = -1  # the three best are ranked last
    pairs = [(flawed, truth)]
    assert regret([(truth, truth)], [(truth, truth)]) == 0
    assert regret(pairs, pairs) == 3


@pytest.mark.parametrize(("true", "noise"), [(0.02, 0.005), (0.01, 0.01), (0.0, 0.01)])
def test_spread_and_noise_are_told_apart(true, noise):
    found = spread(trainings(4000, true=true, noise=noise))
    assert found == pytest.approx((true, noise), abs=0.001)


def test_the_ceiling_is_what_one_who_knows_the_true_values_reaches():
    rng = np.random.default_rng(1)
    true = rng.normal(0, 1, 1000)
    alone = true[:, None] + rng.normal(0, 0.7, (1000, 2))
    assert ceiling(alone) == pytest.approx(np.mean([tau(true, row) for row in alone.T]), abs=0.02)
    assert ceiling(np.stack([true, true], 1)) == pytest.approx(1)
    assert ceiling(alone) > agreement(against_others(alone), samples=1).tau
