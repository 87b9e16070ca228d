import math
import re

import pytest

from oneshot_lab.architecture.edits import AddBlock, RemoveBlock
from oneshot_lab.session import retraining
from oneshot_lab.views.lab.status_line import StatusLine, time_left
from tests.session.sessions import ENDLESS, at_batch, pump, until


@pytest.fixture
def line(session):
    line = StatusLine(session)
    yield line
    line.close()


def test_it_says_what_goes_on_and_how_far_it_is(line, session):
    seen = []
    line.said.observe(lambda change: seen.append((change.new, line.bar.value, line.stop.disabled)), "value")
    assert line.stop.disabled
    is_told = lambda: any(text.startswith("Training · supernet: epoch ") for text, *_ in seen)  # noqa: E731
    at_batch(session, 3, lambda: until(is_told))
    session.train(20)
    _, shares, stops = zip(*seen, strict=True)
    assert max(shares) > 0
    assert False in stops
    assert line.said.value.startswith("Idle · supernet: epoch 20 of 20")
    assert line.stop.disabled
    assert line.last.value.endswith(" Train the supernet epochs 20")


def test_stop_stops(line, session):
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    words = []
    line.stop.observe(lambda change: words.append(change.new), "description")
    line.stop.click()
    session.wait()
    assert words == ["Stopping…", "Stop"]
    assert line.stop.disabled
    assert job.state == "stopped"
    assert "stopped" in line.last.value


def test_it_can_be_pressed_again_after_something_that_left_no_line(line, session):
    session.train(1)
    search = session.evolve.start(ENDLESS)
    search.pause()
    session.wait()
    assert line.said.value.startswith("Paused · ")
    assert not line.stop.disabled
    known = len(session.log)
    line.stop.click()
    session.wait()
    # Only that it was asked for.
    assert (search.state, [entry.action for entry in session.log[known:]]) == ("stopped", ["stop"])
    assert (line.stop.description, line.stop.disabled) == ("Stop", True)
    job = session.train.start(ENDLESS)
    pump(session, lambda: not line.stop.disabled)
    assert (line.stop.description, line.stop.disabled) == ("Stop", False)
    line.stop.click()
    session.wait()
    assert job.state == "stopped"


def test_a_press_when_nothing_runs_is_for_nothing(line, session):
    line.stop.click()
    assert (line.stop.description, line.stop.disabled) == ("Stop", True)
    assert len(session.train(1)) == 1
    session.auto_train = True
    session.edit(AddBlock("L1", "Conv2d", ", , 9, padding=4"))
    line.stop.click()
    assert session.waiting == ("train",)


def test_what_runs_is_told_while_a_search_rests(line, session):
    session.train(1)
    search = session.evolve.start(ENDLESS)
    search.pause()
    session.wait()
    said = []
    line.said.observe(lambda change: said.append(change.new), "value")
    words = re.compile("Training · supernet: epoch .* · the search is paused")
    at_batch(session, 3, lambda: until(lambda: any(map(words.fullmatch, said))))
    session.train(20)
    session.wait()
    assert line.said.value.startswith("Paused · ")
    search.cancel()
    session.wait()
    assert line.said.value.startswith("Idle · ")


def test_a_training_that_rests_is_paused_and_no_search(line, session):
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    job.pause()
    session.wait()
    assert line.said.value.startswith("Paused · train: paused")
    assert "search" not in line.said.value
    job.cancel()
    session.wait()


def test_the_training_after_an_edit_is_announced(line, session, monkeypatch):
    monkeypatch.setattr(retraining, "SETTLE_SECONDS", 30.0)
    session.train(1)
    session.auto_train = True
    session.edit(AddBlock("L1", "Conv2d", ", , 9, padding=4"))
    assert line.said.value == "Idle · training starts soon"
    assert line.stop.disabled
    session.stop()
    session.wait()
    assert not line.said.value.endswith("training starts soon")


def test_something_can_be_told_meanwhile(line, session):
    line.tell("loading <digits> …")
    assert line.said.value == "loading &lt;digits&gt; …"
    session.constrain(weight=0.1)
    assert line.said.value.startswith("Idle · ")


def test_an_edit_is_told_while_it_is_done(line, session, monkeypatch):
    become = session.state.become
    told = lambda: line.said.value.startswith("Edit the network")  # noqa: E731
    monkeypatch.setattr(session.state, "become", lambda network: (until(told), become(network)))
    session.edit(RemoveBlock("B2"))
    assert line.said.value.startswith("Idle")


def test_what_comes_from_elsewhere_is_escaped(line, session):
    session.region(x=(1, 2), name="<b>bold</b>")
    assert "&lt;b&gt;bold" in line.last.value
    assert "<b>" not in line.said.value + line.last.value


@pytest.mark.parametrize(
    ("seconds", "words"), [(math.nan, ""), (0.2, "1 s left"), (41.2, "42 s left"), (100, "2 min left")]
)
def test_time_is_told_in_words(seconds, words):
    assert time_left(seconds) == words
