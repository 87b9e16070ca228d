import pytest
from ipywidgets import Box

from oneshot_lab.errors import SessionError
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.common.session_view import SessionView, check_session, is_session
from tests.session.sessions import held


class Counter(SessionView, Box):
    WATCHED = ("log",)

    def __init__(self, session):
        self.session, self.drawings = session, 0
        super().__init__()
        self._watch(session, self.WATCHED)

    def _draw(self):
        self.drawings += 1

    def ask(self, *args, **kwargs):
        return self._ask(*args, **kwargs)

    def draw_later(self):
        self._defer_drawing()


@pytest.fixture
def view(session):
    view = Counter(session)
    yield view
    view.close()


def test_an_action_is_asked_for_and_not_waited_for(session, view):
    with held(session):
        job = view.ask("train", session.train, 1)
        assert not job.done
    session.wait()
    assert job.done
    assert len(session.training_losses) == 1


def test_a_refusal_stands_in_the_log_and_the_message(session, view):
    assert view.ask("train", session.train, -1) is None
    assert session.log[-1].action == "train"
    assert session.log[-1].outcome.startswith("refused: epochs: got -1")
    assert session.message.startswith("train: refused")


def test_what_was_to_be_drawn_is_not_after_closing(session, view, monkeypatch):
    deferred = []
    monkeypatch.setattr(session, "defer", deferred.append)
    view.draw_later()
    view.draw_later()
    # Once for both: they are asked for by the same name.
    assert deferred[0] == deferred[1]
    deferred[0]()
    assert view.drawings == 1
    view.close()
    deferred[0]()
    assert view.drawings == 1


def test_a_sketch_is_no_session(session):
    assert check_session(session, view="Here") is session
    assert is_session(session)
    assert not is_session(Sketch("lenet"))
    with pytest.raises(SessionError, match="Here: a Sketch; expected a search session"):
        check_session(Sketch("lenet"), view="Here")
