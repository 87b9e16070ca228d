import threading

import pytest
from traitlets import Float, HasTraits, Tuple, Unicode

from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.runtime.notifications import Notifications
from oneshot_lab.session.runtime.traits import Traits
from oneshot_lab.session.runtime.worker import Worker

ENTRY = LogEntry("", "step", {}, 0.0, "done")


class Watched(HasTraits):
    """The smallest object that hands its traits over."""

    message, doing, hovered, progress, log = Unicode(), Unicode(), Unicode(), Float(), Tuple()

    def __init__(self):
        self.notifications = Notifications(self)
        self.shown = Traits(
            self, notifications=self.notifications, worker=Worker(self.notifications, self.nothing, self.nothing)
        )
        super().__init__()

    def nothing(self):
        return None

    def _notify_trait(self, name, old_value, new_value):
        if not self.shown.holds_back(name, old=old_value, new=new_value):
            super()._notify_trait(name, old_value, new_value)

    def notify_change(self, change):
        self.shown.tell([change])


@pytest.fixture
def watched():
    return Watched()


def test_who_watches_one_trait_finds_the_others_set(watched):
    seen = []
    watched.observe(
        lambda change: seen.append((watched.message, watched.progress, len(watched.log))), ["message", "log"]
    )
    watched.shown.tell(watched.shown.assign({"message": "half", "progress": 0.5}, ENTRY))
    assert seen == [("half", 0.5, 1)] * 2


def test_an_observer_that_fails_keeps_the_others_from_nothing(watched, capsys):
    def fail(change):
        raise ZeroDivisionError(change.name)

    seen = []
    watched.observe(fail, ["message", "progress"])
    watched.observe(lambda change: seen.append(change.name), "doing")
    with pytest.raises(ZeroDivisionError, match="message"):
        watched.shown.set(message="half", progress=0.5, doing="edit")
    assert seen == ["doing"]
    assert "ZeroDivisionError: progress" in capsys.readouterr().err


def test_what_another_thread_sets_meanwhile_is_told_at_once(watched):
    """Only the thread that sets traits together holds changes back."""
    seen = []
    watched.observe(lambda change: seen.append(change.new), "hovered")

    def point(change):
        other = threading.Thread(target=lambda: setattr(watched, "hovered", "B1"))
        other.start()
        other.join()

    watched.observe(point, "message")
    watched.shown.set(message="half")
    assert watched.notifications.deliver() == []
    assert seen == ["B1"]


def test_the_owner_is_not_kept_alive():
    watched = Watched()
    traits = watched.shown
    del watched
    with pytest.raises(AssertionError):
        traits.owner  # noqa: B018
