import pytest

from oneshot_lab.session.state.pace import Pace
from oneshot_lab.views.lab.landmark_row import RUNNING, TRAIN, UNKNOWN, LandmarkRow, about
from tests.session.sessions import held, publish, pump


@pytest.fixture
def row(session):
    row = LandmarkRow(session)
    yield row
    row.close()


def test_it_says_what_landmarks_cost_before_they_start(row, session):
    assert row.cost.value == UNKNOWN
    session.state.pace = Pace(1.0, session.recipe, session.architecture)
    publish(session)
    row.count.value, row.epochs.value = 2, 5
    assert row.cost.value == f"Takes {about(session.landmark_seconds(2, epochs=5))}."
    row.count.value = 4
    assert row.cost.value == f"Takes {about(session.landmark_seconds(4, epochs=5))}."


def test_a_press_trains_them_without_a_supernet_too(row, session):
    row.count.value, row.epochs.value = 2, 1
    assert row.train.button_style == "primary"
    with held(session):
        row.train.click()
        pump(session, lambda: row.train.disabled)
    session.wait()
    assert len(session.trained_landmarks) == 2
    assert [landmark.epochs for landmark in session.trained_landmarks] == [1, 1]
    assert row.train.button_style == ""
    assert row.cost.value.startswith("Takes about ")


def test_while_they_are_trained_it_says_how_to_stop(row, session):
    row.epochs.value = 1000
    with held(session):
        row.train.click()
        pump(session, lambda: row.train.disabled)
        assert row.cost.value == RUNNING
        session.stop()
    session.wait()
    assert session.trained_landmarks == ()
    assert not row.train.disabled
    assert row.train.tooltip == TRAIN


def test_a_closed_session_refuses_and_says_why(row, session):
    session.close()
    row.train.click()
    assert session.log[-1].action == "landmarks"
    outcome = session.log[-1].outcome
    assert outcome.startswith("refused: ")
    assert session.message == f"landmarks: {outcome}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (19.4, "about 19 s"),
        (38.0, "about 40 s"),
        (89.9, "about 90 s"),
        (90.0, "about 2 min"),
        (3000.0, "about 50 min"),
        (5400.0, "about 2 h"),
    ],
)
def test_time_is_told_as_well_as_it_is_known(seconds, words):
    assert about(seconds) == words
