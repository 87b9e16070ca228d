import math
from dataclasses import replace

import numpy as np
import pytest
from ipywidgets import HTML

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.session.state import calibration
from oneshot_lab.views.lab.panels import Panels
from oneshot_lab.views.lab.trust_panel import LEGEND, TrustPanel
from tests.session.sessions import publish, show
from tests.session.state.test_calibration import landmark
from tests.views.parts import living

WITHOUT = ("", "B1", "B2", "B5", "B1 B6", "B1 B2 B5 B6")


def calibrate(session, count=6):
    """Notes landmarks rather than training them; the last one is far from what the others say."""
    whole = Mask.full(session.architecture).blocks
    masks = [Mask(whole - {*blocks.split()}) for blocks in WITHOUT[:count]]
    accuracies = [0.7 + 0.01 * len(mask) for mask in masks]
    accuracies[-1] = 0.2
    session.state.landmarks = tuple(landmark(session, *each) for each in zip(masks, accuracies, strict=True))
    publish(session)
    return masks


@pytest.fixture
def fits(monkeypatch):
    """How often a posterior was fitted."""
    calls, fit = [], calibration.fit
    monkeypatch.setattr(calibration, "fit", lambda *given: calls.append(1) or fit(*given))
    return calls


@pytest.fixture
def panel(session):
    panel = TrustPanel(session)
    yield panel
    panel.close()


def test_without_landmarks_it_says_what_to_do_and_fits_nothing(session, fits):
    panel = TrustPanel(session)
    assert "there are no landmarks to compare them with" in panel.said.value
    assert "Train 8 landmarks" in panel.said.value
    assert panel.chart.figure.layout.display == panel.table.layout.display == "none"
    assert not panel.row.train.disabled
    session.train(1)
    session.step()
    assert fits == []
    panel.close()


def test_landmarks_are_shown_as_predicted_against_as_trained(panel, session):
    masks = calibrate(session)
    rows = session.trust().rows
    assert [row.mask for row in rows] == masks
    assert {row.held for row in rows} == {True, False}
    held, missed = ([row for row in rows if row.held == wanted] for wanted in (True, False))
    for dots, lines, some in (
        (panel.chart.held, panel.chart.intervals, held),
        (panel.chart.missed, panel.chart.missed_intervals, missed),
    ):
        assert dots.x.tolist() == [row.trained for row in some]
        assert dots.y.tolist() == [row.mean for row in some]
        # bqplot takes one line out of its list.
        assert np.atleast_2d(lines.y).tolist() == [[row.low, row.high] for row in some]
        assert np.atleast_2d(lines.x).tolist() == [[row.trained] * 2 for row in some]
    assert panel.chart.held.marker != panel.chart.missed.marker
    assert panel.chart.held.colors != panel.chart.missed.colors
    trust = session.trust()
    assert panel.held.value.startswith(f"{len(held)} of 6 intervals held.")
    assert f"{trust.tied} of {trust.candidates} candidates cannot be told apart" in panel.held.value
    for sentence in trust.sentences:
        assert sentence.replace("'", "&#x27;") in panel.said.value
    assert panel.chart.figure.layout.display is None


def test_the_diagonal_is_where_both_are_equal(panel, session):
    calibrate(session)
    assert panel.chart.diagonal.x.tolist() == panel.chart.diagonal.y.tolist()
    low, high = panel.chart.diagonal.x.tolist()
    across, up = (axis.scale for axis in panel.chart.axes)
    assert max(across.min, up.min) == low < high == min(across.max, up.max)


def test_a_dot_under_the_pointer_is_named_and_is_everywhere(panel, session):
    calibrate(session)
    row = panel.chart.those_that(held=True)[0]
    panel.chart.held.set_state({"hovered_point": 0})
    assert session.hovered_candidate == row.mask
    predicted = f"predicted {100 * row.mean:.1f} % ± {50 * (row.high - row.low):.1f}"
    assert panel.pointed.value.endswith(f": trained {100 * row.trained:.1f} %, {predicted}")
    assert panel.chart.looked_at.x.tolist() == [row.trained]
    panel.chart.held.set_state({"hovered_point": None})
    assert session.hovered_candidate is None
    assert panel.pointed.value == LEGEND


def test_a_candidate_of_another_view_lights_up_if_it_is_a_landmark(panel, session):
    masks = calibrate(session)
    row = panel.chart.those_that(held=False)[0]
    session.hovered_candidate = row.mask
    assert panel.chart.looked_at.x.tolist() == [row.trained]
    assert panel.pointed.value.endswith(": the interval did not hold")
    session.hovered_candidate = Mask(masks[0].blocks - {"B9"})
    assert len(panel.chart.looked_at.x) == 0
    assert panel.pointed.value == LEGEND
    session.pinned_candidates = (masks[0],)
    assert len(panel.chart.looked_at.x) == 1


def test_nothing_is_fitted_while_another_panel_is_shown(session, fits):
    panels = Panels({"other": HTML, "trust": lambda: TrustPanel(session)})
    panel = panels.show("trust")
    panels.names.value = "other"
    assert not panel.seen
    calibrate(session)
    session.train(1)
    shown = panel.trust
    before = len(fits)
    calibrate(session, 5)
    assert (panel.trust, len(fits), before) == (shown, 0, 0)
    panels.names.value = "trust"
    assert panel.seen
    assert panel.trust.landmarks == 5
    assert len(fits) == 1
    panels.close()


def test_scores_are_looked_at_when_a_search_rests_and_landmarks_at_once(panel, session, fits):
    calibrate(session)
    session.train(1)
    (known,) = session.evaluate(Mask.full(session.architecture))
    first, before = panel.trust, len(fits)
    show(session, status="searching")
    other = Mask(known.mask.blocks - {"B7"})
    session.state.evaluations.add(replace(known, mask=other, network=session.state.network(other)))
    publish(session)
    assert (panel.trust, len(fits)) == (first, before)
    session.state.landmarks = session.state.landmarks[:-1]
    publish(session)
    assert (panel.trust.landmarks, len(fits)) == (5, before + 1)
    second = panel.trust
    another = Mask(known.mask.blocks - {"B6"})
    session.state.evaluations.add(replace(known, mask=another, network=session.state.network(another)))
    show(session, status="idle")
    assert panel.trust is not second
    third = panel.trust
    show(session, training_losses=(1.0,))
    assert panel.trust is third


def test_notes_are_seen_as_text(panel, session):
    masks = calibrate(session)
    assert panel.notes.layout.display == "none"
    session.state.landmarks += (replace(landmark(session, masks[0]), accuracy=math.nan, loss=math.nan),)
    publish(session)
    assert "1 landmark was left out: the training diverged." in panel.notes.value
    assert panel.notes.layout.display is None


def test_closing_leaves_nothing_behind(session):
    before = living()
    panel = TrustPanel(session)
    calibrate(session)
    panel.close()
    assert living() <= before
