import threading

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.session.sketch import Sketch
from tests.session.sessions import actions, at_batch, small


@pytest.fixture
def new(data):
    return small(data)


@pytest.fixture
def begun(new):
    """A training that has begun and is held at its first batch until `go_on`."""
    there, go_on = threading.Event(), threading.Event()
    at_batch(new, 1, lambda: (there.set(), go_on.wait()))
    job = new.train.start(1)
    there.wait()
    yield job, go_on
    go_on.set()
    new.wait()


def test_who_waits_for_so_long_is_told_what_has_not_ended_and_it_goes_on(new, begun):
    job, go_on = begun
    with pytest.raises(TimeoutError, match=r"train has not ended after 0\.01 seconds"):
        new.wait(0.01)
    go_on.set()
    new.wait()
    assert job.state == "done"


def test_the_foremost_job_is_the_one_that_runs_and_then_the_one_that_waits(new, begun):
    job, go_on = begun
    assert new.job is job
    later = new.step.start()
    assert (new.job, new.waiting) == (job, ("step",))
    job.cancel()
    go_on.set()
    job.on_done(lambda _: None)
    new.wait()
    assert (new.job, later.done) == (None, True)


def test_where_nothing_runs_there_is_nothing_to_stop_to_pause_or_to_resume(new):
    for act in (new.stop, new.pause, new.resume):
        act()
    assert [entry.action for entry in new.log] == ["create"]
    assert len(new.train(1)) == 1


def test_what_is_submitted_asks_for_actions_in_one_turn():
    sketch = Sketch("lenet")
    job = sketch.submit("two edits", lambda: (sketch.edit(RemoveBlock("B3")), sketch.undo()))
    job.wait()
    assert [entry.action for entry in sketch.log] == ["edit", "undo"]
    assert (sketch.can_undo, sketch.can_redo) == (False, True)


def test_each_press_is_logged_with_the_job_that_it_means(new, begun):
    _, go_on = begun
    new.pause()
    new.resume()
    new.stop()
    go_on.set()
    new.wait()
    pressed = [(entry.action, entry.arguments) for entry in new.log if entry.action != "train"][1:]
    assert pressed == [(name, {"job": "train"}) for name in ("pause", "resume", "stop")]
    assert actions(new) == [("train", "stopped")]
