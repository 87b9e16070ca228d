import gc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import oneshot_lab as osl
from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.lab.data import session_on
from oneshot_lab.views.lab.widget import Lab
from tests.session.sessions import ENDLESS, note, show, small, until, watchers
from tests.views.parts import living

QUICK = {"width": 0.25, "bar": False, "device": "cpu"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the sessions are kept."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lab(session):
    lab = Lab(session)
    yield lab
    lab.close()


@pytest.fixture
def own():
    """Data that were given as arrays."""
    rng = np.random.default_rng(0)
    return osl.load_data((rng.random((60, 1, 8, 8), dtype=np.float32), rng.integers(0, 3, 60)))


def test_the_four_views_show_one_session(lab, session):
    assert osl.Lab is Lab
    assert lab.session is session
    assert {view.target for view in (lab.lego, lab.graph)} == {session}
    assert lab.space.session is session
    session.edit(osl.RemoveBlock("B1"))
    for view in (lab.lego, lab.graph):
        assert "'B1'" not in str(view.state)


def test_without_a_session_it_begins_one(data):
    lab = Lab(template="lenet5", data=data, seed=3, width=0.5)
    assert (lab.session.architecture.name, lab.session.seed) == ("lenet5", 3)
    lab.close()


def test_data_are_loaded_as_is_told_also_those_that_are_chosen():
    with closing(Lab(data="digits", data_options={"limit": 200, "size": 10}, **QUICK)) as lab:
        assert lab.session.data.input_shape == (1, 10, 10)
        assert session_on("digits", sessions=(), like=lab.session).data_options == {"limit": 200, "size": 10}
        with pytest.raises(SessionError, match="options for a session that exists: data_options"):
            Lab(lab.session, data_options={"size": 9})


def test_each_session_is_kept_in_a_file_unless_it_has_one(lab, session, data):
    assert Path(session.checkpoint).name == "lenet-digits.checkpoint.oneshot"
    own = small(data)
    own.checkpoint = "mine.oneshot"
    with closing(Lab(own)):
        assert Path(own.checkpoint).name == "mine.oneshot"


def test_the_first_training_brings_a_map(lab, session):
    lab.bar.epochs.value = 1
    lab.bar.train.click()
    session.wait()
    assert session.projection is not None
    assert [entry.action for entry in session.log] == ["create", "train", "project"]


def test_every_panel_can_be_seen(lab, session):
    session.train(1)
    session.step()
    for name in ("loss", "top", "size", "finals", "data", "log", "blocks"):
        assert lab.panels.show(name).session is session
    lab.bar.finalize.click()
    assert lab.panels.chosen == "finals"


def test_other_data_begin_another_search_and_keep_the_first(own):
    lab = Lab(small(own))
    first = lab.session
    first.edit(osl.RemoveBlock("B1"))
    assert lab.bar.data.value == own.name
    lab.bar.data.value = "digits"
    assert lab.sessions == (first, lab.session)
    assert lab.lego.target is lab.session
    assert lab.session.data.name == lab.bar.data.value == "digits"
    assert lab.session.architecture.classes == 10
    assert "B1" not in lab.session.architecture.block_ids
    lab.close()


def test_data_that_cannot_be_had_are_told_and_change_nothing(lab, session, monkeypatch):
    def refuse(*args, **options):
        raise DataError("it is not here", where="data")

    monkeypatch.setattr(session, "with_data", refuse)
    lab.bar.data.value = next(name for name in lab.bar.data.options if name != session.data.name)
    assert lab.session is session
    assert lab.bar.data.value == session.data.name
    assert session.message == "lab: refused: data: it is not here"


@pytest.mark.parametrize(
    ("raised", "told"), [(RuntimeError("no memory"), "RuntimeError: no memory"), (KeyboardInterrupt(), "interrupted")]
)
def test_whatever_goes_wrong_with_other_data_is_told_and_changes_nothing(lab, session, monkeypatch, raised, told):
    def refuse(data):
        assert lab.status.said.value == "loading fashion-mnist …"
        raise raised

    monkeypatch.setattr(session, "with_data", refuse)
    lab.bar.data.value = "fashion-mnist"
    assert (lab.session, lab.bar.data.value) == (session, "digits")
    assert told in session.message
    assert lab.status.said.value.startswith("Idle · lab: refused: fashion-mnist: ")
    assert lab.status.last.value.partition(" ")[2].startswith("Change the data · refused: ")


def test_a_search_is_come_back_to_by_choosing_its_data_again(own):
    first = SearchSession("lenet", own, population_size=4, mutation_rate=0.2, **QUICK)
    watched = watchers(first)
    lab = Lab(first)
    first.constrain(weight=0.3)
    first.train(1)
    job = first.evolve.start(ENDLESS)
    until(lambda: job.is_started)
    lab.bar.data.value = "digits"
    second = lab.session
    # What ran there rests, and it is said so.
    assert job.is_paused
    assert lab.status.said.value == f"the search on {own.name} is paused; choose {own.name} again to resume it"
    assert (second.constraint.weight, second.state.strategy.state()["mutation_rate"]) == (0.3, 0.2)
    assert second.auto_train is first.auto_train is True
    assert own.name in lab.bar.data.options
    lab.bar.data.value = own.name
    assert lab.session is first
    assert lab.sessions == (first, second)
    assert lab.lego.target is first
    first.wait()
    assert lab.bar.resume.layout.display is None
    assert lab.status.said.value.startswith("Paused · ")
    lab.bar.resume.click()
    assert not job.is_paused
    first.stop()
    first.wait()
    lab.bar.data.value = "digits"
    assert lab.session is second
    # Each has its map made once.
    second.train(1)
    second.wait()
    assert [entry.action for entry in second.log].count("project") == 1
    lab.close()
    assert watchers(first) == watched


def test_training_after_edits_stays_off_where_somebody_has_turned_it_off(data):
    session = small(data)
    session.auto_train = False
    with closing(Lab(session)) as lab:
        assert session.auto_train is False
        assert not lab.bar.auto.value
    other = small(data)
    with closing(Lab(other)) as lab:
        assert other.auto_train is True
        assert lab.bar.auto.value


def test_a_closed_session_can_be_looked_at(data):
    session = small(data)
    session.train(1)
    session.close()
    lab = Lab(session)
    for name in ("loss", "top", "size", "finals", "data", "log"):
        lab.panels.show(name)
    lab.bar.step.click()
    assert session.log[-1].outcome.startswith("refused: ")
    show(session, training_losses=(*session.training_losses, 1.0))
    lab.close()


def test_odd_lines_of_a_log_do_not_keep_a_lab_from_opening(session):
    note(session, LogEntry("", "edit", {"edits": 3, "masks": None, "x": ["a"]}, 0.0, "done"))
    with closing(Lab(session)) as lab:
        assert lab.status.last.value


def test_ten_labs_leave_nothing_behind(session):
    Lab(session).close()
    # What other tests have left goes at any time.
    gc.collect()
    before, observers = living(), watchers(session)
    for _ in range(10):
        lab = Lab(session)
        lab.panels.show("finals")
        lab.close()
    assert living() <= before
    assert watchers(session) == observers


def test_options_for_a_session_that_exists_are_refused(session):
    with pytest.raises(SessionError, match="options for a session that exists: seed"):
        Lab(session, seed=1)
    with pytest.raises(SessionError, match="options for a session that exists: template, data"):
        Lab(session, template="lenet5", data=np.zeros((4, 1, 8, 8)))
    with pytest.raises(SessionError, match="a str"):
        Lab("lenet")
