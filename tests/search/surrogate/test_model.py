"""The prior mean: before there are landmarks, scores rank candidates; landmarks overrule them."""

import numpy as np
import pytest

from oneshot_lab.search.surrogate.features import Feature, Features
from oneshot_lab.search.surrogate.model import SLOPE, Model
from oneshot_lab.search.surrogate.process import Targets

RNG = np.random.default_rng(0)
SIGNS = np.unique(RNG.choice([-1.0, 1.0], size=(150, 9)), axis=0)
SCORES = SIGNS @ RNG.normal(size=9)
FEATURES = Features((Feature.of(SIGNS, SCORES),))


def fitted(values, rows, *, features=FEATURES):
    return Model.fit(features, features.inputs(SIGNS[rows]), Targets.single(np.asarray(values), scale=0.01))


def test_one_landmark_sets_the_level_and_scores_the_order():
    model = fitted([0.9], [3])
    means, _ = model.predict(FEATURES.inputs(SIGNS))
    assert means[3] == pytest.approx(0.9)
    assert np.corrcoef(means, SCORES)[0, 1] > 0.95
    assert model.slope == pytest.approx(SLOPE * 0.01 / np.sqrt(2))


def test_landmarks_that_contradict_the_scores_turn_the_order():
    rows = np.arange(0, 140, 7)
    means, _ = fitted(0.9 - 0.01 * FEATURES.each[0].values[rows], rows).predict(FEATURES.inputs(SIGNS))
    assert np.corrcoef(means, SCORES)[0, 1] < -0.8


def test_without_scores_the_mean_is_that_of_the_landmarks_far_from_them():
    features = Features(())
    values = 0.8 + 0.01 * RNG.normal(size=12)
    model = fitted(values, range(12), features=features)
    assert model.slope == 0
    assert model.centre == pytest.approx(values.mean())
    means, _ = model.predict(features.inputs(SIGNS[40:]))
    assert means.mean() == pytest.approx(values.mean(), abs=0.01)


def test_the_unit_of_accuracy_does_not_matter():
    rows = np.arange(0, 140, 14)
    values = 0.8 + 0.01 * RNG.normal(size=len(rows))
    inputs = FEATURES.inputs(SIGNS)
    targets = [Targets.single(factor * values, scale=factor * 0.01) for factor in (1.0, 100.0)]
    small, large = (Model.fit(FEATURES, FEATURES.inputs(SIGNS[rows]), each).predict(inputs) for each in targets)
    assert large[0] == pytest.approx(100 * small[0], rel=1e-8)
    assert large[1] == pytest.approx(100 * small[1], rel=1e-6)


def test_few_landmarks_leave_many_settings_possible():
    """One alone would be too sure of itself."""
    process = fitted(0.8 + 0.01 * RNG.normal(size=5), range(5)).process
    assert len({setting.share for setting in process.settings}) > 1
    assert len({setting.noise for setting in process.settings}) > 1
    assert process.weights.max() < 0.5
