import math

import numpy as np
import pytest

from oneshot_lab.search import effects
from oneshot_lab.search.effects import posterior_effects
from oneshot_lab.search.fitness import marginal_effect
from oneshot_lab.search.surrogate import fit
from tests.search.surrogate.landscapes import SPACE, landscape

LAND = landscape(5)
POSTERIOR = fit(LAND.observe(12), SPACE)
SOME = LAND.masks[40:100]


def test_an_effect_is_the_mean_with_a_block_minus_the_mean_without_it():
    means = POSTERIOR.of(SOME)[0]
    found = posterior_effects(POSTERIOR, SOME)
    assert found.keys() == set(SPACE.block_ids)
    for block, effect in found.items():
        having = np.array([block in mask for mask in SOME])
        if having.all():
            assert math.isnan(effect.effect)
        else:
            assert effect.effect == pytest.approx(means[having].mean() - means[~having].mean())
            assert (effect.with_count, effect.without_count) == (having.sum(), (~having).sum())


def test_an_interval_holds_both_doubts():
    drawn = POSTERIOR.samples(SOME, count=20_000, rng=np.random.default_rng(0))
    welch = marginal_effect(SPACE, SOME, -POSTERIOR.of(SOME)[0])
    for block, effect in posterior_effects(POSTERIOR, SOME).items():
        having = np.array([block in mask for mask in SOME])
        if having.all():
            assert math.isnan(effect.low)
            continue
        # The oracle: the same difference in each draw of all accuracies together.
        deviation = (drawn[:, having].mean(axis=1) - drawn[:, ~having].mean(axis=1)).std()
        margin = math.hypot((welch[block].high - welch[block].low) / 2, 1.96 * deviation)
        assert (effect.high - effect.low) / 2 == pytest.approx(margin, rel=0.03)
        assert effect.high - effect.effect == pytest.approx(effect.effect - effect.low)


def test_of_many_candidates_some_stand_for_the_rest(monkeypatch):
    whole = posterior_effects(POSTERIOR, LAND.masks[:100])
    monkeypatch.setattr(effects, "MOST", 25)
    quick = posterior_effects(POSTERIOR, LAND.masks[:100])
    for block, effect in quick.items():
        assert effect.effect == whole[block].effect or math.isnan(effect.effect)
        if not math.isnan(whole[block].low):
            assert 0.5 < (effect.high - effect.low) / (whole[block].high - whole[block].low) < 2


def test_without_candidates_nothing_is_known():
    assert all(math.isnan(effect.effect) for effect in posterior_effects(POSTERIOR, []).values())
