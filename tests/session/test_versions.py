"""Files of earlier builds, as they were written then, and the logs beside them."""

import json

import pytest

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.replay import to_python
from oneshot_lab.session.session import SearchSession
from tests.session.versions import DATA, FOLDER, PLACED, STORIES, blas, description, machine

FILES = sorted(FOLDER.glob("*.oneshot"))
LOGS = sorted(FOLDER.glob("*.jsonl"))


def story(path):
    return path.stem.rpartition("-")[0]


def pictures(path):
    make = DATA.get(story(path))
    return None if make is None else make()


def load(path, *, like=None):
    return SearchSession.load(path, data=pictures(like or path), bar=False, device="cpu")


def told(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def replayed(path):
    """The session that a log leads to."""
    lines = path.read_text(encoding="utf-8").splitlines()
    known = {"data": pictures(path), "osl_session": lambda *a, **o: osl.SearchSession(*a, **o, device="cpu", bar=False)}
    for cell in to_python(LogEntry.from_json(json.loads(line)) for line in lines):
        exec(cell.replace("data = ...", "").replace("osl.SearchSession(", "osl_session("), known)
    return known["session"]


def go_on(session):
    """A little of everything that depends on what a session keeps."""
    if session.draft is not None:
        session.undo()
    session.step()
    session.train(1)
    session.step()
    session.edit(osl.CopyBlock(session.architecture.layers[1].blocks[-1].id, to="L2"))
    session.undo()
    return description(session)


def test_each_version_has_a_file():
    versions = {storage.read(path)[0]["oneshot_session"] for path in FILES}
    assert versions >= {1, 2, 4}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_an_earlier_build_loads_to_what_it_was(path, tmp_path):
    session = load(path)
    assert description(session) == told(path)["session"]
    # And as this build writes it.
    session.save(tmp_path / "again.oneshot")
    again = load(tmp_path / "again.oneshot", like=path)
    assert description(again) == told(path)["session"]
    assert go_on(again) == go_on(session)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_log_of_an_earlier_build_replays_to_the_same_bits(path):
    """To those of then on a machine of the same kind; what this one computes otherwise, to what the same calls give."""
    session, then = replayed(path), told(path)
    is_alike, is_placed_alike = then["machine"] == machine(), then["blas"] == blas()
    expected = then["session"]
    if not (is_alike and is_placed_alike):
        here = description(STORIES[story(path)]())
        expected = expected | {name: here[name] for name in PLACED} if is_alike else here
    assert description(session) == expected
    if is_alike:
        ways = [go_on(session), go_on(load(path.with_suffix(".oneshot")))]
        if not is_placed_alike:
            ways = [{name: value for name, value in way.items() if name not in PLACED} for way in ways]
        assert ways[0] == ways[1]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("evolution", "generations", 0, "population", 0), [1, 2]),
        (("evolution", "generations", 0, "losses"), []),
        (("evolution", "generations"), 3),
        (("candidates", 0, "blocks"), "B1"),
        (("candidates", 0, "parameters"), 10**30),
        (("candidates", 0, "network"), "0123"),
        (("candidates",), 5),
    ],
)
def test_a_value_that_cannot_be_in_a_file_of_version_2_is_refused(place, value, tmp_path):
    state, tensors = storage.read(FOLDER / "drawn-2.oneshot")
    *path, last = place
    inner = state
    for step in path:
        inner = inner[step]
    inner[last] = value
    storage.write(tmp_path / "a.oneshot", state, tensors)
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        load(tmp_path / "a.oneshot", like=FOLDER / "drawn-2.oneshot")
