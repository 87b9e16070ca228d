from datetime import datetime, timedelta
from pathlib import Path

import pytest

from oneshot_lab.session.saving import schedule
from oneshot_lab.session.saving.checkpoint import Checkpoint
from oneshot_lab.session.state.origin import Origin
from oneshot_lab.views.lab.banner import LabBanner
from tests.session.sessions import end, is_kept, show, small, until, watchers


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(schedule, "SETTLE_SECONDS", 0.05)
    return tmp_path


@pytest.fixture
def banner():
    banner = LabBanner()
    yield banner
    banner.close()


def keep(session):
    """Trains a session, and waits until that is kept."""
    session.checkpoint = session.checkpoint or session.usual_checkpoint()
    session.train(1)
    until(lambda: is_kept(session))
    session.wait()


def test_the_last_checkpoint_is_told_with_the_code_that_loads_it(banner, session):
    banner.show(session)
    assert banner.kept == banner.earlier == {}
    keep(session)
    time = datetime.fromisoformat(session.last_checkpoint.time).strftime("%H:%M:%S")
    code = "osl.Lab(osl.SearchSession.load('lenet-digits.checkpoint.oneshot', data=…))"
    assert banner.kept == {"name": "lenet-digits.checkpoint.oneshot", "time": time, "code": code}
    session.settings.origin = Origin("digits")
    banner.show(session)
    assert banner.kept["code"] == "osl.Lab(osl.SearchSession.load('lenet-digits.checkpoint.oneshot'))"
    session.settings.origin = Origin("digits", {"size": (8, 8)})
    banner.show(session)
    code = "osl.Lab(osl.SearchSession.load('lenet-digits.checkpoint.oneshot', data_options={'size': (8, 8)}))"
    assert banner.kept["code"] == code


def test_an_earlier_session_is_told_also_when_it_has_been_put_aside(banner, session, data):
    keep(session)
    end(session)
    second = small(data, seed=1)
    second.checkpoint = second.usual_checkpoint()
    banner.show(second)
    assert banner.earlier["name"] == "lenet-digits.checkpoint.oneshot"
    keep(second)
    assert banner.earlier["name"] == "lenet-digits.checkpoint.previous.oneshot"
    assert banner.kept["name"] == "lenet-digits.checkpoint.oneshot"


def test_that_it_cannot_be_kept_is_told_until_it_can(banner, session, folder, monkeypatch):
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.05)
    banner.show(session)
    session.checkpoint = "later/run.checkpoint.oneshot"
    session.train(1)
    until(lambda: session.checkpoint_problem)
    session.wait()
    assert banner.problem == session.checkpoint_problem
    assert "later/run.checkpoint.oneshot: it cannot be written" in banner.problem
    assert banner.kept == {}
    (folder / "later").mkdir()
    until(lambda: is_kept(session))
    session.wait()
    assert banner.problem == ""
    assert banner.kept["name"] == "run.checkpoint.oneshot"


def test_two_that_live_are_not_offered_to_each_other(banner, session, data):
    other = small(data)
    keep(session)
    other.checkpoint = other.usual_checkpoint()
    banner.show(other)
    assert banner.earlier == {}
    keep(other)
    assert banner.kept["name"] == "lenet-digits-2.checkpoint.oneshot"
    assert banner.earlier == {}


def test_one_of_another_day_is_told_with_its_day(banner, session):
    banner.show(session)
    yesterday = (datetime.now().astimezone() - timedelta(days=1)).isoformat(timespec="seconds")
    show(session, last_checkpoint=Checkpoint("/elsewhere/a.oneshot", yesterday))
    assert banner.kept["time"] == yesterday[:16].replace("T", " ")
    assert repr(str(Path("/elsewhere/a.oneshot"))) in banner.kept["code"]


def test_it_follows_one_session_at_a_time_and_none_when_it_is_closed(session, data):
    other, before = small(data), watchers(session)
    banner = LabBanner()
    banner.show(session)
    banner.show(other)
    assert watchers(session) == before
    banner.close()
    banner.close()
    assert watchers(other) == watchers(session)


def test_the_browser_sets_nothing(banner):
    banner.set_state({"kept": {"code": "print()"}, "earlier": {"code": "print()"}})
    assert banner.kept == banner.earlier == {}
