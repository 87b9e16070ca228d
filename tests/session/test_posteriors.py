import math
from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import MaskError
from oneshot_lab.session.posteriors import Posteriors
from tests.session.sessions import small
from tests.session.state.test_calibration import ONE, OTHER, landmark


@pytest.fixture
def calibrated(session):
    """Landmarks that are noted rather than trained: 75 and 65 %, the first one twice."""
    session.state.landmarks = (
        landmark(session, ONE, 0.74),
        landmark(session, OTHER, 0.65),
        landmark(session, ONE, 0.76, seed=1),
    )
    return session


def test_there_is_a_row_for_each_candidate_and_landmark(calibrated):
    found = calibrated.posterior()
    masks = {candidate.mask for candidate in calibrated.current_candidates()} | {ONE, OTHER}
    assert len(found) == len(found.masks) == len(masks)
    assert set(found.masks) == masks
    assert {mask for mask, trained in zip(found.masks, found.trained, strict=True) if trained} == {ONE, OTHER}
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert (found.deviation > 0).all()
    assert found.is_calibrated
    assert repr(found).startswith(f"Posteriors({len(masks)} candidates; calibrated by 2 landmarks; best ")


def test_a_landmark_is_near_what_was_measured_and_more_certain_than_others(calibrated):
    found = calibrated.posterior([ONE, OTHER, *calibrated.candidate_masks])
    assert found.mean[0] > found.mean[1]
    assert found.deviation[0] <= found.deviation.min()


def test_of_all_candidates_it_is_worked_out_once_until_something_changes(calibrated):
    found = calibrated.posterior()
    assert calibrated.posterior() is found
    with pytest.raises(ValueError, match="read-only"):
        found.mean[0] = 1.0
    calibrated.state.landmarks = calibrated.state.landmarks[:2]
    fewer = calibrated.posterior()
    assert fewer.mean[fewer.masks.index(ONE)] != found.mean[found.masks.index(ONE)]
    calibrated.step()
    assert len(calibrated.posterior()) > len(fewer)
    calibrated.train(1)
    # Scores of before the training have become old.
    assert set(calibrated.posterior().masks) == {ONE, OTHER}


def test_a_session_is_calibrated_by_landmarks_that_did_not_diverge(calibrated):
    assert not calibrated.is_calibrated
    calibrated.set_trait("trained_landmarks", (replace(calibrated.state.landmarks[0], accuracy=math.nan),))
    assert not calibrated.is_calibrated
    calibrated.set_trait("trained_landmarks", calibrated.state.landmarks)
    assert calibrated.is_calibrated


def test_any_candidate_can_be_asked_for_in_any_form(calibrated):
    everything = Mask.full(calibrated.architecture)
    given = [everything, str(everything), [1] * len(everything), calibrated.state.landmarks[0]]
    found = calibrated.posterior(given)
    assert found.masks == (everything, everything, everything, ONE)
    assert np.ptp(found.mean[:3]) == 0
    assert len(calibrated.posterior([])) == 0


def test_it_is_a_table(calibrated):
    table = calibrated.posterior([ONE, OTHER]).table
    assert list(table.columns) == ["mask", "mean", "deviation", "low", "high", "trained"]
    assert [Mask.parse(text) for text in table["mask"]] == [ONE, OTHER]
    assert table["trained"].tolist() == [True, True]


def test_without_landmarks_it_says_that_it_is_not_calibrated(session):
    found = session.posterior()
    assert not found.is_calibrated
    assert found.basis == "not calibrated"
    assert not found.trained.any()


def test_without_anything_there_is_nothing_to_tell(data):
    found = small(data).posterior()
    assert isinstance(found, Posteriors)
    assert len(found) == 0
    assert repr(found) == "Posteriors(0 candidates; not calibrated)"


def test_what_is_no_candidate_is_refused(calibrated):
    with pytest.raises(MaskError, match="masks: got 'B1'; expected a list of masks"):
        calibrated.posterior("B1")
    with pytest.raises(MaskError, match="no block B99"):
        calibrated.posterior([Mask.of("B99")])


def test_it_is_the_same_for_a_session_that_was_saved(calibrated, data, tmp_path):
    calibrated.save(tmp_path / "a.oneshot")
    again = type(calibrated).load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    one, other = calibrated.posterior(), again.posterior()
    assert one.masks == other.masks
    assert one.mean.tolist() == other.mean.tolist()
    assert one.deviation.tolist() == other.deviation.tolist()


def test_one_that_diverged_is_told(calibrated):
    state = calibrated.state
    state.landmarks += (replace(landmark(calibrated, OTHER), loss=float("nan"), accuracy=float("nan")),)
    assert calibrated.posterior().notes[0] == "1 landmark was left out: the training diverged."
