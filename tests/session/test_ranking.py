import math
from dataclasses import replace

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import SessionError
from oneshot_lab.session import ranking
from tests.session.sessions import small
from tests.session.state.test_calibration import ONE, OTHER, landmark


def by_loss(session):
    """The candidates whose evaluation holds, the lowest loss first."""
    return sorted(session.current_candidates(), key=lambda candidate: candidate.loss)


def test_without_an_evaluation_there_is_no_best(data):
    state = small(data).state
    with pytest.raises(SessionError, match="best: there is no evaluated candidate; step the search first"):
        ranking.best(state)


def test_without_landmarks_the_best_has_the_lowest_finite_loss(session):
    state = session.state
    best = ranking.best(state)
    assert best == by_loss(session)[0]
    # A candidate that diverged is none.
    state.evaluations.add(replace(best, mask=session.generations[0].population[0], loss=math.nan))
    assert math.isfinite(ranking.best(state).loss)


def test_without_landmarks_that_count_no_posterior_is_fitted(session):
    session.state.landmarks = (landmark(session, ONE, math.nan),)
    session.state.calibration = None
    assert not session.state.is_calibrated
    assert session.best == by_loss(session)[0]


def test_with_landmarks_the_best_has_the_highest_posterior_mean(session):
    worst = by_loss(session)[-1]
    session.state.landmarks = (landmark(session, worst.mask, 0.95), landmark(session, by_loss(session)[0].mask, 0.4))
    known = session.posterior()
    assert session.best == worst
    assert known.masks[int(known.mean.argmax())] == worst.mask
    # A landmark is trained in the end because nothing else is named.
    assert session.finalize(epochs=1).mask == worst.mask


def test_a_landmark_may_be_best_without_an_evaluation(data):
    session = small(data)
    session.state.landmarks = (landmark(session, ONE, 0.6), landmark(session, OTHER, 0.9))
    best = session.best
    assert best.mask == OTHER
    assert math.isnan(best.loss)
    assert math.isnan(best.accuracy)
    alone = infer(select(session.architecture, OTHER))
    assert (best.parameters, best.macs) == (alone.parameters, alone.macs)
    # With an edit that removes its network it is no longer one of them.
    session.edit(osl.RemoveBlock("B2"))
    assert session.best.mask == ONE


def means_of(session):
    known = session.posterior()
    return dict(zip(known.masks, known.mean, strict=True))


def test_the_best_keeps_the_limit_also_by_the_posterior(session):
    large, weak = Mask.full(session.architecture), by_loss(session)[-1].mask
    session.state.landmarks = (landmark(session, large, 0.95), landmark(session, weak, 0.5))
    limit = session.best.parameters - 1
    session.constrain(limit=limit)
    best, means = session.best, means_of(session)
    within = [each.mask for each in session.current_candidates() if each.parameters <= limit]
    assert best.mask in within
    assert best.parameters <= limit
    assert means[best.mask] == max(means[mask] for mask in within)


def test_a_loss_that_is_no_number_counts_unless_the_candidate_was_trained(session):
    trained = Mask.full(session.architecture), by_loss(session)[-1].mask
    session.state.landmarks = (landmark(session, trained[0], 0.95), landmark(session, trained[1], 0.9))
    leading = session.best
    assert leading.mask not in trained
    for candidate in session.current_candidates():
        session.state.evaluations.add(replace(candidate, loss=math.nan))
    means = means_of(session)
    # It still has the highest mean, but its network gave no number.
    assert means[leading.mask] == max(means.values())
    assert session.best.mask == max(trained, key=means.get)


# ---- the front -----------------------------------------------------------------------------------------------------


def test_without_landmarks_the_front_goes_by_scores(session):
    found = ranking.front(session.state, "macs")
    assert found
    for one in session.current_candidates():
        assert any(each.macs <= one.macs and each.accuracy >= one.accuracy for each in found)


def test_with_landmarks_the_front_goes_by_the_posterior_mean(session):
    smallest, *_, lost = ranking.front(session.state, "parameters")
    session.state.landmarks = tuple(
        replace(landmark(session, each.mask, accuracy + seed / 1e5), seed=seed)
        for seed in range(4)
        for each, accuracy in ((smallest, 0.9), (lost, 0.1))
    )
    known = session.posterior()
    mean = dict(zip(known.masks, known.mean, strict=True))
    found = ranking.front(session.state, "parameters")
    assert found == session.pareto()
    for one in session.current_candidates():
        assert any(each.parameters <= one.parameters and mean[each.mask] >= mean[one.mask] for each in found)
    means = [mean[each.mask] for each in found]
    assert means == sorted(set(means))
    assert lost not in found
    assert session.best in found


def test_a_landmark_without_an_evaluation_may_be_on_the_front(data):
    session = small(data)
    session.state.landmarks = (landmark(session, ONE, 0.6), landmark(session, OTHER, 0.9))
    masks = {each.mask for each in ranking.front(session.state, "macs")}
    assert OTHER in masks
    assert masks <= {ONE, OTHER}
