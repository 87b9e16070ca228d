import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.common.part import Part, button, text
from tests.session.sessions import watchers
from tests.views.parts import living


class Counter(Part):
    """Counts its drawings, and can ask for something impossible."""

    WATCHED = ("generations", "message")

    def __init__(self, session):
        self.drawings = 0
        self.go = button("Go", "Goes", self.ask, name="go")
        super().__init__(session, (self.go, text("said", "<b>hello</b>")), name="counter")

    def _draw(self):
        self.drawings += 1

    def ask(self):
        self._ask("train", self.session.train, -1)


def test_a_part_follows_what_it_watches(session):
    part = Counter(session)
    assert part.drawings == 1
    session.train(1)
    session.step()
    assert part.drawings > 1
    part.close()
    drawings = part.drawings
    session.step()
    assert part.drawings == drawings


def test_what_is_refused_is_said(session):
    part = Counter(session)
    part.go.click()
    assert session.log[-1].outcome == "refused: epochs: got -1; expected a whole number, 1 to 1,000,000,000"
    assert session.message.startswith("train: refused")
    part.close()


def test_ten_parts_leave_nothing_behind(session):
    before, observers = living(), watchers(session)
    for _ in range(10):
        Counter(session).close()
    assert living() <= before
    assert watchers(session) == observers


def test_what_is_no_session_is_refused():
    with pytest.raises(SessionError, match="a Sketch"):
        Counter(Sketch.__new__(Sketch))
    with pytest.raises(SessionError, match="Counter: a str; expected a search session"):
        Counter("lenet")
