"""What a fit makes of scores and landmarks, good and bad, and whether its intervals hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate import Distances, Observations, Score, Training, fit
from oneshot_lab.search.surrogate.fitting import FEWEST
from tests.search.surrogate.landscapes import SPACE, landscape, worlds

LAND = landscape(1)


def tau(posterior, land, *, first):
    return kendalltau(posterior.of(land.masks[first:])[0], land.truth[first:]).statistic


# ---- whether it is right ------------------------------------------------------------------------------------


@pytest.mark.parametrize("landmarks", [4, 10, 24])
def test_95_percent_intervals_hold_90_to_98_percent_of_what_was_never_trained(landmarks):
    shares = []
    for space, land, scored in worlds(18):
        lows, highs = fit(land.observe(landmarks, scored=scored), space).intervals(land.masks[landmarks:])
        truth = land.truth[landmarks:]
        shares.append(((lows <= truth) & (truth <= highs)).mean())
    assert 0.9 <= np.mean(shares) <= 0.98


def test_as_many_intervals_hold_when_landmarks_are_left_out():
    rows = [
        row for space, land, scored in worlds(18) for row in fit(land.observe(12, scored=scored), space).held_out.rows
    ]
    assert len(rows) == 216
    assert 0.9 <= np.mean([row.held for row in rows]) <= 0.99


def test_scores_and_landmarks_rank_better_together_than_alone():
    both, scores, landmarks = [], [], []
    for seed in range(12):
        land = landscape(seed, score_noise=0.6, score_bias=0.8)
        both.append(tau(fit(land.observe(12), SPACE), land, first=12))
        landmarks.append(tau(fit(land.observe(12, scored=0), SPACE), land, first=12))
        scores.append(kendalltau([score.accuracy for score in land.scores[12:]], land.truth[12:]).statistic)
    assert np.mean(both) > np.mean(scores) + 0.05
    assert np.mean(both) > np.mean(landmarks) + 0.05


def test_a_candidate_without_a_score_is_less_certain_and_still_ranked():
    land = landscape(2, score_noise=0.3, score_bias=0.1, own=0.0)
    posterior = fit(land.observe(12, scored=80), SPACE)
    _, deviations = posterior.of(land.masks)
    assert deviations[80:].mean() > 1.1 * deviations[12:80].mean()
    assert tau(posterior, land, first=80) > tau(fit(land.observe(12, scored=0), SPACE), land, first=80) + 0.05


def test_the_scale_is_that_of_landmarks_and_without_them_that_of_scores():
    calibrated, not_yet = fit(LAND.observe(8), SPACE), fit(LAND.observe(0), SPACE)
    assert calibrated.calibrated
    assert not not_yet.calibrated
    assert calibrated.of(LAND.masks)[0].mean() == pytest.approx(LAND.truth.mean(), abs=0.01)
    assert not_yet.of(LAND.masks)[0].mean() == pytest.approx(np.mean([s.accuracy for s in LAND.scores]), abs=0.01)


def test_without_landmarks_scores_are_smoothed():
    taus = []
    for seed in range(8):
        land = landscape(seed, score_noise=1.0, score_bias=0.2, own=0.0)
        raw = kendalltau([score.accuracy for score in land.scores], land.truth).statistic
        taus.append(tau(fit(land.observe(0), SPACE), land, first=0) - raw)
    assert np.mean(taus) > 0.1


def test_an_older_version_helps_where_the_newest_has_no_score():
    land = landscape(4, score_noise=0.3, score_bias=0.1, own=0.0)
    old = [Score(score.mask, score.loss, score.accuracy, 1) for score in land.scores]
    new = [Score(score.mask, score.loss, score.accuracy, 2) for score in land.scores[:20]]
    with_old = fit(Observations([*old, *new], land.trainings(10)), SPACE)
    without = fit(Observations(new, land.trainings(10)), SPACE)
    assert tau(with_old, land, first=20) > tau(without, land, first=20)


def test_distances_count_beside_the_blocks():
    """Where quality follows the distances, and not the blocks, they make the better ranking."""
    rng = np.random.default_rng(0)
    places = rng.normal(size=(len(LAND.masks), 2))
    truth = 0.9 + 0.01 * np.sin(places).sum(axis=1)
    distances = Distances(LAND.masks, np.linalg.norm(places[:, None] - places[None], axis=2))
    trainings = [Training(mask, float(value)) for mask, value in zip(LAND.masks[:40], truth[:40], strict=True)]
    taus = [
        kendalltau(fit(Observations((), trainings, given), SPACE).of(LAND.masks[40:])[0], truth[40:]).statistic
        for given in (distances, None)
    ]
    assert taus[0] > 0.4 > taus[1]


def test_equal_observations_give_equal_bits():
    first, second = (fit(LAND.observe(10, scored=50), SPACE) for _ in range(2))
    for one, other in zip(first.joint(LAND.masks), second.joint(LAND.masks), strict=True):
        assert one.tobytes() == other.tobytes()
    assert first.held_out == second.held_out


# ---- bad input ----------------------------------------------------------------------------------------------


def test_nothing_is_known_without_observations():
    posterior = fit(Observations(), SPACE)
    lows, highs = posterior.intervals(LAND.masks[:3])
    assert not posterior.calibrated
    assert posterior.notes == ("There are neither scores nor landmarks: nothing is known of any candidate.",)
    assert (lows <= 1 / SPACE.classes).all()
    assert (highs == 1).all()


@pytest.mark.parametrize("landmarks", [1, 2, 3])
def test_few_landmarks_give_wide_intervals(landmarks):
    few, many = (fit(LAND.observe(count), SPACE).of(LAND.masks)[1].mean() for count in (landmarks, 40))
    assert many < few < 0.2


def test_a_landmark_narrows_its_own_interval():
    for count in range(4, 16):
        before, after = (fit(LAND.observe(each), SPACE).of([LAND.masks[count]])[1][0] for each in (count, count + 1))
        assert after < before


@pytest.mark.parametrize("accuracies", [[0.0], [1.0], [0.0, 1.0], [1.0, 1.0, 1.0], [0.9, 0.9, 0.9, 0.9]])
def test_any_accuracy_of_landmarks_gives_finite_values(accuracies):
    trainings = [Training(mask, accuracy) for mask, accuracy in zip(LAND.masks, accuracies, strict=False)]
    posterior = fit(Observations(LAND.scores, trainings), SPACE)
    means, deviations = posterior.of(LAND.masks)
    assert np.isfinite(means).all()
    assert (deviations > 0).all()
    assert np.isfinite(deviations).all()


def test_constant_scores_do_not_count_and_that_is_said():
    scores = [Score(mask, 2.3, 0.1) for mask in LAND.masks]
    posterior = fit(Observations(scores, LAND.trainings(10)), SPACE)
    assert posterior.notes == ("The scores do not count: all candidates have the same.",)
    assert posterior.of(LAND.masks)[0] == pytest.approx(fit(LAND.observe(10, scored=0), SPACE).of(LAND.masks)[0])
    alone = fit(Observations(scores), SPACE)
    assert alone.notes == ("The scores tell no candidates apart: all have the same accuracy.",)
    assert np.ptp(alone.of(LAND.masks)[0]) < 1e-6


def test_few_scores_do_not_count_yet_and_that_is_said():
    posterior = fit(LAND.observe(6, scored=FEWEST - 1), SPACE)
    assert posterior.notes == (f"The scores do not count yet: fewer than {FEWEST} candidates have one.",)


def test_a_landmark_that_learned_nothing_is_noted():
    trainings = [*LAND.trainings(6), Training(LAND.masks[7], 0.5)]  # SPACE has two classes
    assert fit(Observations(trainings=trainings), SPACE).notes == (
        "1 landmark is no better than guessing, which widens all intervals.",
    )


def test_distances_without_a_landmark_do_not_count_and_that_is_said():
    given = Distances(LAND.masks[50:60], np.ones((10, 10)) - np.eye(10))
    posterior = fit(Observations((), LAND.trainings(5), given), SPACE)
    assert posterior.notes == ("The distances do not count: they hold none of the landmarks.",)
    assert (posterior.of(LAND.masks)[0] == fit(LAND.observe(5, scored=0), SPACE).of(LAND.masks)[0]).all()


NUMBERS = st.one_of(st.floats(), st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5, float("nan"), float("inf"), 1e-300]))
MASKS = st.sampled_from([*LAND.masks[:6], Mask.of("B1"), Mask.of("X1"), Mask.of()])


@settings(max_examples=60)
@given(
    st.lists(st.builds(Score, MASKS, NUMBERS, NUMBERS, st.integers(0, 2)), max_size=12),
    st.lists(st.builds(Training, MASKS, NUMBERS, st.integers(0, 2)), max_size=8),
)
def test_any_observations_give_an_answer(scores, trainings):
    posterior = fit(Observations(scores, trainings), SPACE)
    means, deviations = posterior.of(LAND.masks[:12])
    assert np.isfinite(means).all()
    assert np.isfinite(deviations).all()
    assert (deviations >= 0).all()
    assert np.isfinite(posterior.joint(LAND.masks[:12])[1]).all()
    assert all(np.isfinite(row.deviation) for row in posterior.held_out.rows)
