import math
from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.views.tables.standing import accuracies, standings
from tests.session.sessions import publish
from tests.session.state.test_calibration import ONE, OTHER, landmark


@pytest.fixture
def calibrated(session):
    session.train(1)
    session.evaluate(ONE, OTHER)
    session.step()
    session.state.landmarks = (
        landmark(session, ONE, 0.74),
        landmark(session, OTHER, 0.6),
        landmark(session, ONE, 0.76, seed=1),
    )
    publish(session)
    return session


def test_each_candidate_has_its_estimate_and_landmarks_what_was_measured(calibrated):
    known = calibrated.posterior()
    found = standings(calibrated, allowed=known.masks)
    assert list(found) == list(known.masks)
    assert [each.mean for each in found.values()] == known.mean.tolist()
    assert [each.low for each in found.values()] == known.low.tolist()
    margins = [each.margin for each in found.values()]
    # Where the interval is not cut to what an accuracy may be, it reaches as far on both sides.
    inner = (known.low > 0) & (known.high < 1)
    assert inner.any()
    assert np.allclose((known.high - known.low)[inner] / 2, np.array(margins)[inner])
    mean, deviation = found[ONE].trained
    assert (mean, round(deviation, 6)) == (0.75, round(math.sqrt(0.0002), 6))
    assert found[OTHER].trained[0] == 0.6
    assert math.isnan(found[OTHER].trained[1])
    assert {mask for mask, each in found.items() if each.trained} == {ONE, OTHER}


def test_the_best_and_its_ties_are_those_of_the_posterior(calibrated):
    known = calibrated.posterior()
    for allowed in (known.masks, known.masks[::2]):
        found = standings(calibrated, allowed=allowed)
        ties = known.posterior.ties(allowed)
        assert {mask for mask, each in found.items() if each.is_tied} == set(ties)
        assert [mask for mask, each in found.items() if each.is_best] == [ties[0]]
        assert found[ties[0]].chance == 0.5


def test_among_none_there_is_no_best(calibrated):
    found = standings(calibrated, allowed=())
    assert found
    assert not any(each.is_best or each.is_tied for each in found.values())


def test_without_landmarks_that_count_nobody_stands(calibrated):
    calibrated.state.landmarks = (landmark(calibrated, ONE, math.nan),)
    assert standings(calibrated, allowed=()) == {}


def test_trainings_that_cannot_be_compared_are_left_out(session):
    one, other, long = landmark(session, ONE, 0.5), landmark(session, OTHER, 0.6), landmark(session, ONE, 0.9)
    found = accuracies([one, other, replace(long, epochs=30)])
    assert (found.keys(), found[ONE][0]) == ({ONE, OTHER}, 0.5)
