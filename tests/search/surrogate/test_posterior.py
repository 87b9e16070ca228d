"""What a posterior says of candidates: one joint distribution, and decisions that follow from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import MaskError
from oneshot_lab.search.surrogate import Observations, Training, fit
from tests.search.surrogate.landscapes import SPACE, landscape
from tests.strategies import chain

LAND = landscape(5)
POSTERIORS = {
    "scored": fit(LAND.observe(12), SPACE),
    "half scored": fit(LAND.observe(12, scored=100), SPACE),
    "without scores": fit(LAND.observe(12, scored=0), SPACE),
    "without landmarks": fit(LAND.observe(0, scored=100), SPACE),
}
NEW = LAND.masks[90:110]
each_posterior = pytest.mark.parametrize("posterior", POSTERIORS.values(), ids=POSTERIORS)


@each_posterior
def test_a_candidate_has_the_same_posterior_whatever_else_is_asked(posterior):
    means, deviations = posterior.of(NEW)
    for at in (0, 7, 19):
        mean, deviation = posterior.of([NEW[at]])
        assert (mean[0], deviation[0]) == pytest.approx((means[at], deviations[at]), rel=1e-9)


@each_posterior
def test_the_joint_distribution_has_the_means_and_deviations_of_each(posterior):
    means, deviations = posterior.of(NEW)
    joint_means, covariance = posterior.joint(NEW)
    assert joint_means == pytest.approx(means)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(deviations, rel=1e-6)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9 * covariance.max()


@each_posterior
def test_intervals_are_around_the_means_and_within_what_an_accuracy_may_be(posterior):
    means, _ = posterior.of(NEW)
    lows, highs = posterior.intervals(NEW)
    assert (lows >= 0).all()
    assert (lows < means).all()
    assert (means < highs).all()
    assert (highs <= 1).all()


@each_posterior
def test_samples_have_the_joint_distribution(posterior):
    means, covariance = posterior.joint(NEW[:5])
    drawn = posterior.samples(NEW[:5], count=40_000, rng=np.random.default_rng(0))
    assert drawn.shape == (40_000, 5)
    scale = np.sqrt(np.diag(covariance))
    assert drawn.mean(axis=0) == pytest.approx(means, abs=0.03 * scale.max())
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.05 * scale.max() ** 2)


def test_samples_are_those_of_their_generator():
    posterior = POSTERIORS["scored"]
    first, second = (posterior.samples(NEW, count=3, rng=np.random.default_rng(4)) for _ in range(2))
    assert (first == second).all()


@each_posterior
def test_the_chance_to_beat_is_what_samples_say(posterior):
    drawn = posterior.samples(NEW, count=40_000, rng=np.random.default_rng(0))
    chances = posterior.chance_to_beat(NEW, NEW[0])
    assert chances[0] == 0.5
    assert chances[1:] == pytest.approx((drawn[:, 1:] > drawn[:, :1]).mean(axis=0), abs=0.015)
    assert posterior.chance_to_beat(NEW[:1], NEW[3])[0] == pytest.approx(1 - chances[3])


@each_posterior
def test_the_expected_improvement_is_what_samples_say(posterior):
    means, deviations = posterior.of(NEW)
    over = float(means.max())
    improvement = posterior.expected_improvement(NEW, over=over)
    drawn = posterior.samples(NEW, count=40_000, rng=np.random.default_rng(0))
    assert improvement == pytest.approx(np.maximum(drawn - over, 0).mean(axis=0), abs=0.02 * deviations.max())
    assert (improvement >= np.maximum(means - over, 0)).all()


@each_posterior
def test_ties_are_the_best_and_those_whose_difference_to_it_may_be_none(posterior):
    means, covariance = posterior.joint(NEW)
    best = int(np.argmax(means))
    ties = posterior.ties(NEW)
    assert ties[0] == NEW[best]
    assert len(set(ties)) == len(ties)
    for at, mask in enumerate(NEW):
        if at != best:
            deviation = np.sqrt(covariance[at, at] + covariance[best, best] - 2 * covariance[at, best])
            assert (mask in ties) == (means[best] - means[at] <= 1.96 * deviation)


def test_more_landmarks_tell_more_candidates_apart():
    sharp = landscape(6, noise=0.1, own=0.0, pairs=0.0)
    few, many = (len(fit(sharp.observe(count), SPACE).ties(sharp.masks)) for count in (6, 60))
    assert many < few / 2


def test_a_mask_of_another_architecture_is_refused():
    with pytest.raises(MaskError, match="chain has no block B99"):
        POSTERIORS["scored"].of([NEW[0], Mask.of("B99")])
    with pytest.raises(MaskError, match="no signal reaches it"):
        POSTERIORS["scored"].ties([Mask.of("B1")])


def test_no_masks_have_no_posterior():
    posterior = POSTERIORS["half scored"]
    assert [len(each) for each in posterior.of([])] == [0, 0]
    assert posterior.ties([]) == ()
    assert posterior.samples([], rng=np.random.default_rng(0)).shape == (1, 0)


def test_equal_networks_have_equal_posteriors():
    space = chain(2, 1, 1, links=((-1, 2),))
    posterior = fit(Observations(trainings=[Training(Mask.of("B3", "B4", "B1"), 0.8)]), space)
    means, deviations = posterior.of([Mask.of("B4"), Mask.of("B1", "B4")])
    assert means[0] == means[1]
    assert deviations[0] == deviations[1]


def test_the_noise_of_a_training_is_found():
    rough, fine = (landscape(7, noise=noise) for noise in (1.0, 0.1))
    for land in (rough, fine):
        posterior = fit(land.observe(12, seeds=4), SPACE)
        assert posterior.noise == pytest.approx(land.noise, rel=0.4)


def test_each_landmark_is_predicted_without_its_own_trainings():
    posterior = POSTERIORS["half scored"]
    trainings = LAND.trainings(12)
    rows = posterior.held_out.rows
    assert [row.mask for row in rows] == [training.mask for training in trainings]
    assert [row.trained for row in rows] == [training.accuracy for training in trainings]
    for at in (0, 5, 11):
        others = [training for training in trainings if training.mask != rows[at].mask]
        without = fit(Observations(LAND.scores[:100], others), SPACE)
        mean, deviation = without.of([rows[at].mask])
        # Centre and slope of the prior mean come from all landmarks, so that the two differ a little.
        assert rows[at].mean == pytest.approx(mean[0], abs=0.15 * deviation[0])
        assert rows[at].deviation == pytest.approx(np.hypot(deviation[0], without.noise), rel=0.1)


@pytest.mark.parametrize("landmarks", [0, 1])
def test_with_fewer_than_two_landmarks_none_is_held_out(landmarks):
    assert fit(LAND.observe(landmarks), SPACE).held_out.rows == ()


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_observations_does_not_matter(random):
    trainings = LAND.trainings(10, seeds=2)
    random.shuffle(trainings)
    means, deviations = fit(Observations(LAND.scores[:60], trainings), SPACE).of(NEW)
    expected = fit(Observations(LAND.scores[:60], LAND.trainings(10, seeds=2)), SPACE).of(NEW)
    assert means == pytest.approx(expected[0], rel=1e-7)
    assert deviations == pytest.approx(expected[1], rel=1e-5)
