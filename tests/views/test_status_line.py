import math

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.views.status_line import StatusLine, time_left
from tests.session.sessions import until


@pytest.fixture
def line(session):
    line = StatusLine(session)
    yield line
    line.close()


def test_it_says_what_goes_on_and_how_far_it_is(line, session):
    seen = []
    line.said.observe(lambda change: seen.append((change.new, line.bar.value, line.stop.disabled)), "value")
    assert line.stop.disabled
    session.train(20)
    said, shares, stops = zip(*seen, strict=True)
    assert any(text.startswith("Training · supernet: epoch ") for text in said)
    assert max(shares) > 0
    assert False in stops
    assert line.said.value.startswith("Idle · supernet: epoch 20 of 20")
    assert line.stop.disabled
    assert line.last.value.endswith(" Train the supernet epochs 20")


def test_stop_stops(line, session):
    job = session.train(1000, wait=False)
    until(lambda: session.status == "training")
    words = []
    line.stop.observe(lambda change: words.append(change.new), "description")
    line.stop.click()
    session.wait()
    assert words == ["Stopping…", "Stop"]
    assert line.stop.disabled
    assert job.state == "stopped"
    assert "stopped" in line.last.value


def test_an_edit_is_told_while_it_is_done(line, session, monkeypatch):
    become = session._become
    told = lambda: line.said.value.startswith("Edit the network")  # noqa: E731
    monkeypatch.setattr(session, "_become", lambda network: (until(told), become(network)))
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
