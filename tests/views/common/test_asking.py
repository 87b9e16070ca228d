"""Requests: what cannot be done is told, what has to wait is not lost, and nobody waits for it."""

import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.views.common.asking import Requests
from tests.session.sessions import ENDLESS, until


@pytest.fixture
def said():
    return []


@pytest.fixture
def requests(session, said):
    return Requests(session, said.append)


def refuse():
    raise SessionError("no", where="here", remedy="ask again")


def test_what_is_asked_for_is_done_and_told(session, requests, said):
    done = []
    requests.ask("the first", lambda: done.append(1), done=lambda: done.append(2))
    session.wait()
    assert (done, said) == ([1, 2], [""])


def test_a_refusal_is_said(session, requests, said):
    done = []
    requests.ask("it", refuse, done=lambda: done.append(1))
    session.wait()
    assert (done, said) == ([1], ["here: no; ask again"])


def test_what_is_refused_at_once_is_said_as_well(requests, said):
    done = []
    requests.follow("it", refuse, done=lambda: done.append(1))
    assert (done, said) == ([1], ["here: no; ask again"])


def test_while_something_runs_it_waits_and_that_is_said(session, requests, said):
    done = []
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    job.pause()
    requests.ask("the region", lambda: done.append(1))
    assert (done, said) == ([], ["training: the region waits until this has ended"])
    job.cancel()
    session.wait()
    assert (done, said[-1]) == ([1], "")


def test_an_error_of_another_kind_is_not_hidden(session, requests, said):
    def fail():
        raise ZeroDivisionError

    done = []
    requests.ask("it", fail, done=lambda: done.append(1))
    with pytest.raises(ZeroDivisionError):
        session.wait()
    assert done == [1]


def test_a_closed_view_hears_nothing_but_what_it_asked_for_is_done(session, requests, said):
    done = []
    requests.ask("it", lambda: done.append(1), done=lambda: done.append(2))
    requests.close()
    session.wait()
    assert (done, said) == ([1], [])
