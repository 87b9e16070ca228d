"""Scores as features: measured where there is one, estimated with an honest variance elsewhere."""

import numpy as np
import pytest

from oneshot_lab.search.surrogate.features import EXTREME, MOST, Feature, Features, chosen_rows

RNG = np.random.default_rng(0)
SIGNS = np.unique(RNG.choice([-1.0, 1.0], size=(400, 9)), axis=0)[RNG.permutation(250)]
EFFECTS = RNG.normal(size=9)
SCORES = 0.5 + 0.02 * (SIGNS @ EFFECTS)


def test_scores_are_standardised_and_more_stays_better():
    feature = Feature.of(SIGNS, SCORES)
    assert np.median(feature.values) == pytest.approx(0)
    assert (np.diff(feature.values[np.argsort(SCORES)]) >= 0).all()
    assert feature.values == pytest.approx(Feature.of(SIGNS, 100 + 7 * SCORES).values)


def test_a_candidate_that_failed_does_not_push_the_others_together():
    failed = SCORES.copy()
    failed[0] = -1e6
    values = Feature.of(SIGNS, failed).values
    assert values[0] == -EXTREME
    assert values[1:].std() == pytest.approx(Feature.of(SIGNS, SCORES).values[1:].std(), rel=0.05)


@pytest.mark.parametrize("scores", [np.full(20, 0.1), np.full(20, 0.1) + 1e-17, np.zeros(20)])
def test_scores_that_do_not_differ_are_no_feature(scores):
    assert Feature.of(SIGNS[:20], scores) is None


def test_most_scores_may_be_equal():
    scores = np.full(20, 0.1)
    scores[:3] = 0.2
    values = Feature.of(SIGNS[:20], scores).values
    assert values[:3].min() > values[3:].max()


def test_a_missing_score_is_estimated_from_those_of_similar_candidates():
    feature = Feature.of(SIGNS[:100], SCORES[:100])
    values, variances = feature.of_candidates(SIGNS)
    truth = (SCORES - np.median(SCORES[:100])) / SCORES[:100].std() * feature.values.std()
    assert values[:100] == pytest.approx(feature.values)
    assert (variances[:100] == 0).all()
    assert (variances[100:] > 0).all()
    assert np.corrcoef(values[100:], truth[100:])[0, 1] > 0.9


def test_what_no_score_tells_stays_uncertain():
    """Scores without any order among similar candidates have all their variance left."""
    feature = Feature.of(SIGNS[:100], RNG.normal(size=100))
    _, variances = feature.of_candidates(SIGNS[100:])
    assert 0.5 < np.median(variances) < 2


def test_the_covariance_has_the_variances_on_its_diagonal_and_belongs_to_a_candidate():
    feature = Feature.of(SIGNS[:100], SCORES[:100] + 0.02 * RNG.normal(size=100))
    new = SIGNS[100:140]
    covariance = feature.covariance(new, new)
    assert np.diag(covariance) == pytest.approx(feature.of_candidates(new)[1], rel=1e-6)
    assert np.linalg.eigvalsh(covariance).min() > 0
    assert covariance == pytest.approx(covariance.T, abs=1e-8)


def test_the_score_part_of_the_kernel_is_the_expected_product():
    """As drawing the missing scores many times gives it."""
    features = Features((Feature.of(SIGNS[:100], SCORES[:100] + 0.02 * RNG.normal(size=100)),))
    new = SIGNS[95:115]
    inputs = features.inputs(new)
    missing = inputs.variances[:, 0] > 0
    draws = np.tile(inputs.scores[:, 0], (200_000, 1))
    covariance = features.each[0].covariance(new[missing], new[missing])
    draws[:, missing] += RNG.multivariate_normal(np.zeros(missing.sum()), covariance, size=len(draws))
    assert missing.sum() == 15
    terms = features.terms(inputs, inputs)
    assert terms.score == pytest.approx(draws.T @ draws / len(draws), abs=0.05)
    assert features.alone(inputs).score == pytest.approx(np.diag(terms.score), rel=1e-6)


def test_several_kinds_of_scores_share_their_part():
    kinds = Feature.of(SIGNS, SCORES), Feature.of(SIGNS, -(SCORES**2))
    inputs = Features(kinds).inputs(SIGNS[:10])
    assert inputs.quality == pytest.approx((kinds[0].values[:10] + kinds[1].values[:10]) / 2)
    assert Features(kinds).terms(inputs, inputs).score == pytest.approx(inputs.scores @ inputs.scores.T / 2)


def test_without_scores_there_is_no_part_and_no_quality():
    features = Features(())
    inputs = features.inputs(SIGNS[:10])
    assert features.terms(inputs, inputs).score is None
    assert (inputs.quality == 0).all()


def test_rows_are_chosen_once_and_for_all():
    assert chosen_rows(MOST).tolist() == list(range(MOST))
    rows = chosen_rows(3 * MOST)
    assert len(set(rows)) == MOST
    assert (np.diff(rows) > 0).all()
    assert rows.tolist() == chosen_rows(3 * MOST).tolist()
