import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.search.fitness import Marginal, block_fitness, candidate_fitness, marginal_effect
from tests.strategies import chain

finite = st.floats(0, 1e6)
broken = st.sampled_from([math.nan, math.inf, -math.inf])


@given(st.lists(finite | broken, min_size=1))
def test_fitness_is_a_distribution_over_the_finite_losses(losses):
    fitness = candidate_fitness(losses)
    valid = np.isfinite(losses)
    assert fitness.sum() == pytest.approx(1.0 if valid.any() else 0.0)
    assert (fitness[~valid] == 0).all()
    assert (fitness[valid] > 0).all()
    order = np.argsort(np.asarray(losses)[valid], kind="stable")
    assert (np.diff(fitness[valid][order]) <= 0).all()  # a higher loss never has a higher fitness


def test_fitness_is_equation_2():
    assert candidate_fitness([0.5, 1.0, 2.0], epsilon=0.0) == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert candidate_fitness([0.0, 1.0], epsilon=1.0) == pytest.approx([2 / 3, 1 / 3])
    assert candidate_fitness([]).size == 0


def test_a_negative_loss_is_an_error():
    with pytest.raises(SessionError, match=r"losses: a loss of -0\.5; expected 0 or more"):
        candidate_fitness([1.0, -0.5, math.nan])


def test_block_fitness_is_the_share_of_the_population():
    architecture = chain(2, 1)
    population = [Mask.of("B1", "B3"), Mask.of("B1", "B2", "B3"), Mask.of("B1", "B3"), Mask.of("B2", "B3")]
    assert block_fitness(architecture, population) == {"B1": 0.75, "B2": 0.5, "B3": 1.0}
    assert block_fitness(architecture, []) == {"B1": 0.0, "B2": 0.0, "B3": 0.0}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), min_size=4, max_size=60))
def test_marginal_effect_is_welchs_interval(rows):
    masks = [Mask.of("B1") if having else Mask.of("B2") for having, _ in rows]
    losses = [loss for _, loss in rows]
    marginal = marginal_effect(chain(2), masks, losses)["B1"]
    having = [loss for on, loss in rows if on]
    lacking = [loss for on, loss in rows if not on]
    assert (marginal.with_count, marginal.without_count) == (len(having), len(lacking))
    assume(len(set(having)) > 1 and len(set(lacking)) > 1)
    interval = stats.ttest_ind(lacking, having, equal_var=False).confidence_interval(0.95)
    assert marginal.effect == pytest.approx(np.mean(lacking) - np.mean(having))
    assert (marginal.low, marginal.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


def test_marginal_effect_is_positive_for_a_block_that_helps():
    architecture = chain(2, 1)
    masks = [Mask.of("B1", "B3"), Mask.of("B1", "B3"), Mask.of("B2", "B3"), Mask.of("B2", "B3")]
    marginals = marginal_effect(architecture, masks, np.array([1.0, 1.2, 2.0, 2.2]))
    assert marginals["B1"].effect == pytest.approx(1.0)
    assert marginals["B1"].low < 1.0 < marginals["B1"].high
    assert marginals["B2"].effect == pytest.approx(-1.0)
    assert (marginals["B3"].with_count, marginals["B3"].without_count) == (4, 0)
    assert math.isnan(marginals["B3"].effect)


def test_broken_losses_are_left_out_of_the_effect():
    masks = [Mask.of("B1"), Mask.of("B1"), Mask.of("B2"), Mask.of("B2")]
    marginal = marginal_effect(chain(2), masks, [1.0, math.nan, 3.0, math.inf])["B1"]
    assert marginal.effect == 2.0
    assert math.isnan(marginal.low)
    assert math.isnan(marginal.high)
    assert (marginal.with_count, marginal.without_count) == (1, 1)


def test_equal_losses_give_an_interval_without_width():
    masks = [Mask.of("B1"), Mask.of("B1"), Mask.of("B2"), Mask.of("B2")]
    assert marginal_effect(chain(2), masks, [1.0, 1.0, 3.0, 3.0])["B1"] == Marginal(2.0, 2.0, 2.0, 2, 2)


def test_no_candidates_have_no_effects():
    marginals = marginal_effect(chain(2), [], [])
    assert list(marginals) == ["B1", "B2"]
    assert marginals["B1"].with_count == marginals["B1"].without_count == 0
