from dataclasses import replace

import pytest

from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.supernet.data.named import NAMED
from oneshot_lab.views.lab.data import data_names, lay_down, session_on
from tests.session.sessions import ENDLESS, small, until


@pytest.fixture
def others(session, data):
    """Two more sessions: on data without a name that all know, and on the same as the first."""
    return small(replace(data, name="mine")), small(data)


def test_data_that_were_given_come_first_and_each_once(session, others):
    assert data_names((session, *others)) == tuple(dict.fromkeys(("digits", "mine", *NAMED)))


def test_the_latest_session_on_data_is_come_back_to(session, others):
    mine, latest = others
    sessions = (session, mine, latest)
    assert session_on("mine", sessions=sessions, like=latest) is mine
    assert session_on("digits", sessions=sessions, like=mine) is latest


def test_otherwise_one_is_begun_with_the_same_settings(others):
    mine, _ = others
    mine.constrain(weight=0.3)
    begun = session_on("digits", sessions=(mine,), like=mine)
    assert (begun.data.name, begun.constraint, begun.width) == ("digits", mine.constraint, mine.width)


@pytest.mark.parametrize(
    ("raised", "expected", "said"),
    [
        (DataError("gone", where="data"), DataError, "data: gone"),
        (KeyboardInterrupt(), SessionError, "fashion-mnist: loading was interrupted"),
        (OSError("no disk"), SessionError, "fashion-mnist: OSError: no disk; check the data"),
    ],
)
def test_whatever_goes_wrong_is_told(session, monkeypatch, raised, expected, said):
    def fail(data):
        raise raised

    monkeypatch.setattr(session, "with_data", fail)
    with pytest.raises(expected, match=said):
        session_on("fashion-mnist", sessions=(session,), like=session)


def test_what_runs_in_a_session_that_is_left_rests(session):
    assert lay_down(session) == ""
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    assert lay_down(session) == "the training on digits is paused; choose digits again to resume it"
    assert job.is_paused
    assert [entry.action for entry in session.log] == ["create", "pause"]
    session.stop()
    session.wait()
