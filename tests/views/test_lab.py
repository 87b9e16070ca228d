import gc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

import oneshot_lab as osl
from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.views.lab import Lab
from tests.session.sessions import small, watchers


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the sessions are kept."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lab(session):
    lab = Lab(session)
    yield lab
    lab.close()


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
    session.wait()
    assert session.projection is not None
    assert [entry.action for entry in session.log] == ["create", "train", "project"]


def test_every_panel_can_be_seen(lab, session):
    session.train(1)
    session.step()
    for name in ("loss", "top", "size", "finals", "log", "blocks"):
        assert lab.panels.show(name).session is session
    lab.bar.finalize.click()
    assert lab.panels.chosen == "finals"


def test_other_data_begin_another_search_and_keep_the_first(data):
    rng = np.random.default_rng(0)
    own = osl.load_data((rng.random((60, 1, 8, 8), dtype=np.float32), rng.integers(0, 3, 60)))
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

    monkeypatch.setattr("oneshot_lab.views.lab._begin", refuse)
    lab.bar.data.value = next(name for name in lab.bar.data.options if name != session.data.name)
    assert lab.session is session
    assert lab.bar.data.value == session.data.name
    assert session.message == "lab: refused: data: it is not here"


def test_ten_labs_leave_nothing_behind(session):
    Lab(session).close()
    # What other tests have left goes at any time.
    gc.collect()
    before, observers = {*_instances}, watchers(session)
    for _ in range(10):
        lab = Lab(session)
        lab.panels.show("finals")
        lab.close()
    assert {*_instances} <= before
    assert watchers(session) == observers


def test_options_for_a_session_that_exists_are_refused(session):
    with pytest.raises(SessionError, match="options for a session that exists: seed"):
        Lab(session, seed=1)
    with pytest.raises(SessionError, match="a str"):
        Lab("lenet")
