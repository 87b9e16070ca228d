from pathlib import Path

import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.session.session import SearchSession
from tests.session.replayed import replay
from tests.session.sessions import SMALL, equal, portrait, small, weights

OWN = SMALL | {"width": 0.5}


def vgg(width):
    return load_template("vgg11", input_shape=(1, 8, 8), classes=10, width=width)


def test_an_architecture_stays_as_it_is_and_later_templates_get_the_width(data):
    drawn = load_template("lenet", input_shape=(1, 8, 8), width=0.25)
    session = SearchSession(drawn, data, **OWN)
    assert (session.architecture, session.width) == (drawn, 0.5)
    assert equal(weights(session), weights(SearchSession(drawn, data, **OWN | {"width": 1.0})))
    session.replace("vgg11")
    assert session.architecture == vgg(0.5)


def made_anew(session):
    return session


def from_other_data(session):
    return session.with_data(session.data)


def from_a_file(session):
    session.save("a.oneshot")
    return SearchSession.load("a.oneshot", data=session.data, device="cpu", bar=False)


def from_its_code(session):
    return replay(session.to_python(), session.data)


WAYS = {
    "as it is": (made_anew,),
    "other data": (from_other_data,),
    "other data, a file": (from_other_data, from_a_file),
    "other data, its code": (from_other_data, from_its_code),
    "other data, a file, its code": (from_other_data, from_a_file, from_its_code),
    "a file, other data, a file": (from_a_file, from_other_data, from_a_file),
}


@pytest.mark.parametrize("template", ["lenet", load_template("lenet", width=0.25)], ids=["a name", "an architecture"])
@pytest.mark.parametrize("way", WAYS)
def test_the_width_outlives_files_replays_and_other_data(way, template, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = SearchSession(template, data, **OWN)
    for step in WAYS[way]:
        session = step(session)
    assert (session.width, session.log[0].action) == (0.5, "create")
    assert session.log[0].arguments["width"] == 0.5
    session.replace("vgg11")
    assert session.architecture == vgg(0.5)


def test_a_file_cannot_ask_for_a_width_that_no_template_takes(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = small(data)
    for odd in (1e9, 0, -1.0, "wide", None):
        session.log[0].arguments["width"] = odd
        assert from_a_file(session).with_data(data).width == 1.0


def test_a_session_goes_on_with_other_data_as_new_and_with_the_same_settings(data):
    session = small(data, seed=3, deterministic=True, recipe="paper")
    session.train(1)
    session.auto_train = True
    other = session.with_data(data)
    assert type(other) is SearchSession
    assert portrait(other) == portrait(small(data, seed=3, deterministic=True, recipe="paper"))
    kept = ("seed", "recipe", "device", "threads", "deterministic", "width", "bar", "auto_train")
    assert [getattr(other, name) for name in kept] == [getattr(session, name) for name in kept]


def test_a_log_that_cannot_be_written_is_refused_before_anything_is_made(data, tmp_path):
    there = tmp_path / "no folder" / "log.jsonl"
    with pytest.raises(osl.OneShotError, match="give another log_file"):
        SearchSession("no template either", "nor data", log_file=there)
    small(data).save(tmp_path / "a.oneshot")
    with pytest.raises(osl.OneShotError, match="give another log_file"):
        SearchSession.load(tmp_path / "a.oneshot", data=data, log_file=there)


def test_a_log_file_tells_what_became_of_the_session_that_was_loaded(data, tmp_path):
    small(data).save(tmp_path / "a.oneshot")
    log = tmp_path / "log.jsonl"
    session = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", log_file=log)
    assert '"action": "load"' in Path(log).read_text(encoding="utf-8")
    assert [entry.action for entry in session.log] == ["create"]
