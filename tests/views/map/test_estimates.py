import math

import numpy as np
import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.session.runtime.traits import Traits
from oneshot_lab.session.state import calibration
from oneshot_lab.views.map.estimates import NOTHING, EstimateCache, best_of
from tests.views.maps import chart, evaluate, land


@pytest.fixture
def masks(session):
    masks = chart(session)
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    return masks


@pytest.fixture
def fits(monkeypatch):
    """What the posterior was fitted to, each time."""
    seen = []
    fit = calibration.fit
    monkeypatch.setattr(calibration, "fit", lambda *given: seen.append(given) or fit(*given))
    return seen


def test_without_a_map_or_anything_known_nothing_is_estimated(session, fits):
    assert EstimateCache().of(session) is NOTHING
    chart(session)
    assert EstimateCache().of(session) is NOTHING
    assert fits == []


def test_every_candidate_of_the_map_has_the_sessions_posterior(session, masks):
    land(session, masks[:3], [0.8, 0.7, 0.75])
    found = EstimateCache().of(session)
    same = session.posterior(masks)
    assert [found.of[mask].mean for mask in masks] == pytest.approx(same.mean.tolist())
    assert [found.of[mask].half for mask in masks] == pytest.approx(((same.high - same.low) / 2).tolist())
    assert found.is_calibrated
    assert found.ties == session.posterior().posterior.ties(session.posterior().masks)
    assert set(found.ties) <= set(masks[:12])


def test_without_landmarks_scores_are_smoothed_and_nothing_is_tied(session, masks):
    found = EstimateCache().of(session)
    assert (found.is_calibrated, found.ties, len(found.of)) == (False, (), len(masks))
    assert np.ptp([each.mean for each in found.of.values()]) > 0


def test_it_is_worked_out_once_until_landmarks_or_scores_change(session, masks, fits):
    cache = EstimateCache()
    land(session, masks[:2], [0.8, 0.7])
    first = cache.of(session)
    assert cache.of(session) is first
    evaluate(session, masks[12:14], [0.5, 0.6])
    second = cache.of(session)
    land(session, masks[2:3], [0.9])
    assert len({id(first), id(second), id(cache.of(session))}) == 3
    assert len(fits) == 3


def test_a_map_that_is_behind_an_edit_has_no_estimates_until_it_is_drawn_again(session, masks, monkeypatch):
    cache = EstimateCache()
    with monkeypatch.context() as behind:
        behind.setattr(Traits, "assign", lambda self, values, entry=None: [])
        session.edit(RemoveBlock("B1"))
    assert cache.of(session) is NOTHING
    session.undo()
    assert len(cache.of(session).of) == len(masks)


def test_the_best_is_the_sessions(session, masks):
    assert best_of(session) == session.best.mask
    evaluate(session, masks[:12], [math.nan] * 12)
    session.state.weights.trained()
    assert best_of(session) is None
