import enum
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.replay import to_python
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.origin import OPTIONS, Origin, check_options, take
from oneshot_lab.supernet.data import load_data
from tests.session.replayed import replay
from tests.session.sessions import SMALL, portrait

FEW = {"limit": 200}


def fill(folder, *, size=(8, 8), classes=("across", "down")):
    """A folder of grey pictures, 20 of each class, the same each time."""
    rng = np.random.default_rng(0)
    for name in classes:
        (folder / name).mkdir(parents=True)
        for index in range(20):
            Image.fromarray(rng.integers(0, 256, size, np.uint8)).save(folder / name / f"{index:02d}.png")
    return folder


def on(data, **options):
    return SearchSession("lenet", data, **(SMALL | options))


def load(path, **options):
    return SearchSession.load(path, bar=False, device="cpu", **options)


# Options -------------------------------------------------------------------------------------------------------------


def test_a_session_takes_what_load_data_takes():
    options = {"size": (10, 12), "limit": 200, "validation": 0.2, "test": 0.3}
    session, loaded = on("digits", data_options=options), load_data("digits", **options)
    assert session.data_options == options
    assert session.data.input_shape == loaded.input_shape == (1, 10, 12)
    assert [len(part) for part in (session.data.train, session.data.validation, session.data.test)] == [
        len(part) for part in (loaded.train, loaded.validation, loaded.test)
    ]
    assert on("digits").data_options == {}


def test_they_are_kept_in_the_file_and_used_again(tmp_path):
    session = on("digits", data_options=FEW | {"size": (10, 12)})
    session.save(tmp_path / "a.oneshot")
    back = load(tmp_path / "a.oneshot")
    assert back.data_options == {"limit": 200, "size": (10, 12)}
    assert back.data.input_shape == (1, 10, 12)
    assert portrait(back) == portrait(session)
    back.save(tmp_path / "b.oneshot")
    assert load(tmp_path / "b.oneshot").data_options == back.data_options


def test_of_data_without_a_name_too(tmp_path):
    arrays = np.random.default_rng(0).random((60, 8, 8)), np.arange(60) % 3
    on(arrays, data_options={"size": 10}).save(tmp_path / "a.oneshot")
    back = load(tmp_path / "a.oneshot", data=arrays)
    assert (back.data.input_shape, back.data_options) == ((1, 10, 10), {"size": 10})
    loaded = load(tmp_path / "a.oneshot", data=load_data(arrays, size=10))
    loaded.save(tmp_path / "b.oneshot")
    assert load(tmp_path / "b.oneshot", data=arrays).data.input_shape == (1, 10, 10)


def test_loading_takes_others_in_their_place(tmp_path):
    on("digits", data_options=FEW | {"size": 10, "budget": 10**9}).save(tmp_path / "a.oneshot")
    assert load(tmp_path / "a.oneshot", data_options={"budget": 0}).data_options == FEW | {"size": 10, "budget": 0}
    assert load(tmp_path / "a.oneshot", data_options={"budget": None}).data_options == FEW | {"size": 10}
    with pytest.raises(SessionError, match=r"images of 1×8×8 rather than images of 1×10×10"):
        load(tmp_path / "a.oneshot", data_options={"size": None})
    with pytest.raises(SessionError, match=r"data_options: unknown option 'sise'.*did you mean 'size'"):
        load(tmp_path / "a.oneshot", data_options={"sise": 3})


def test_other_data_keep_them():
    session = on("digits", data_options=FEW | {"size": 10})
    arrays = np.random.default_rng(0).random((60, 8, 8)), np.arange(60) % 3
    other = session.with_data(arrays)
    assert (other.data.input_shape, other.data_options) == ((1, 10, 10), FEW | {"size": 10})
    other = session.with_data(arrays, data_options={"size": None})
    assert (other.data.input_shape, other.data_options) == ((1, 8, 8), FEW)
    assert session.with_data(load_data(arrays)).data_options == {}
    assert session.with_data(load_data(arrays)).data.input_shape == (1, 8, 8)


def test_python_code_has_them(tmp_path):
    session = on("digits", data_options={"size": np.array([10, 12]), "limit": np.int64(200)})
    log = [LogEntry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in session.log]
    for entries in (session.log, log):
        (cell,) = to_python(entries)
        assert "data='digits', data_options={'size': (10, 12), 'limit': 200}, recipe=" in cell
    assert portrait(replay(to_python(log), None)) == portrait(session)
    session.save(tmp_path / "a.oneshot")
    load(tmp_path / "a.oneshot", log_file=tmp_path / "log")
    (line,) = (tmp_path / "log").read_text("utf-8").splitlines()
    (cell,) = to_python([LogEntry.from_json(json.loads(line))])
    assert cell.endswith("a.oneshot', data='digits', data_options={'size': (10, 12), 'limit': 200})")


def test_a_file_allows_no_download(tmp_path):
    session = on("digits", data_options=FEW | {"download": True})
    assert "'download': True" in session.to_python()[0]
    session.save(tmp_path / "a.oneshot")
    assert load(tmp_path / "a.oneshot").data_options == FEW
    state, tensors = storage.read(tmp_path / "a.oneshot")
    storage.write(tmp_path / "b.oneshot", state | {"data_options": FEW | {"download": True}}, tensors)
    assert load(tmp_path / "b.oneshot").data_options == FEW


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sise": 3}, r"data_options: unknown option 'sise'; expected some of root, .*budget.*; did you mean 'size'\?"),
        ({"colour": 3}, r"unknown option 'colour'; expected some of root, "),
        ({3: 3}, "unknown option 3"),
        ({"seed": 3}, "seed= to the session"),
        ([("size", 3)], r"data_options: a list; expected options by name, such as \{\"size\": 32\}"),
        ({"size": {3}}, r"data_options, size: \{3\}; expected a number, a text"),
        ({"size": object()}, "data_options, size: <object"),
        ({"size": b"3"}, "data_options, size: b'3'"),
        ({"size": float("nan")}, "data_options, size: a number out of range"),
        ({"size": 10**5000}, "data_options, size: "),
        ({"root": "x" * 5000}, "data_options, root: "),
        ({"size": ((((((3,),),),),),)}, "data_options, size: "),
    ],
)
def test_what_is_no_option_is_refused(options, words):
    with pytest.raises(SessionError, match=words):
        on("digits", data_options=options)


def test_options_of_loaded_data_are_refused():
    with pytest.raises(
        SessionError, match=r"data_options: size for data that are loaded already; give these options to osl\.load_data"
    ):
        on(load_data("digits"), data_options={"size": 3})
    with pytest.raises(SessionError, match="for data that are loaded"):
        on("digits").with_data(load_data("digits"), data_options={"size": 3})


class Layout(str, enum.Enum):
    LAST = "NHWC"


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(-1e15, 1e15),
    st.text(max_size=9),
    st.integers(-9, 9).map(np.int64),
    st.floats(-9, 9).map(np.float64),
    st.booleans().map(np.bool_),
    st.just(Layout.LAST),
    st.text("ab/.", min_size=1).map(Path),
    st.lists(st.integers(0, 9), max_size=3),
    st.tuples(st.integers(0, 9), st.integers(0, 9).map(np.int64)),
    st.lists(st.integers(0, 9), max_size=3).map(np.array),
)


@given(st.dictionaries(st.sampled_from(OPTIONS), PLAIN))
def test_what_is_taken_comes_back_from_a_file_and_from_code(options):
    taken = check_options(options)
    assert check_options(json.loads(json.dumps(taken, allow_nan=False))) == taken
    assert eval(repr(taken), {}) == taken
    assert [type(value) for value in check_options(taken).values()] == [type(value) for value in taken.values()]


def test_a_size_that_the_network_does_not_take_is_refused_before_anything_is_loaded(tmp_path, monkeypatch):
    on("digits", data_options=FEW).save(tmp_path / "a.oneshot")
    state, tensors = storage.read(tmp_path / "a.oneshot")
    for size in (4096, [8, 4096], "8", [[8, 8]]):
        storage.write(tmp_path / "b.oneshot", state | {"data_options": {"size": size}}, tensors)
        with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
            load(tmp_path / "b.oneshot")
    for options in (3, [1], {"sise": 3}, {"size": {}}):
        storage.write(tmp_path / "b.oneshot", state | {"data_options": options}, tensors)
        with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
            load(tmp_path / "b.oneshot")


# Folders -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of somebody's work: pictures, and a session on them made there; code runs elsewhere by now."""
    folder = tmp_path / "project"
    fill(folder / "photos")
    (folder / "runs").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(folder)
    session = on("photos")
    assert session.data_source == "photos"
    session.save("runs/a.oneshot")
    monkeypatch.chdir(tmp_path / "elsewhere")
    return folder


def test_a_relative_folder_is_found_from_elsewhere(project):
    back = load(project / "runs" / "a.oneshot")
    assert back.data_source == str(project / "photos")
    assert len(back.data.train) == 29


def test_where_it_was_made_it_is_called_as_it_was(project, monkeypatch):
    monkeypatch.chdir(project)
    assert load("runs/a.oneshot").data_source == "photos"


def test_a_project_may_move_as_a_whole(project, tmp_path):
    moved = project.rename(tmp_path / "moved")
    back = load(moved / "runs" / "a.oneshot")
    assert back.data_source == str(moved / "photos")
    back.save(tmp_path / "elsewhere" / "b.oneshot")
    again = moved.rename(tmp_path / "again")
    with pytest.raises(DataError, match="its data were in the folder"):
        load(tmp_path / "elsewhere" / "b.oneshot")
    assert load(again / "runs" / "a.oneshot").data.name == "photos"


def test_a_file_may_move_by_itself(project, tmp_path):
    shutil.move(project / "runs" / "a.oneshot", tmp_path / "elsewhere" / "a.oneshot")
    assert load("a.oneshot").data_source == str(project / "photos")


def test_beside_a_file_that_moved_may_be_other_pictures(project, tmp_path):
    (tmp_path / "other" / "runs").mkdir(parents=True)
    fill(tmp_path / "other" / "photos", size=(9, 9))
    shutil.copy(project / "runs" / "a.oneshot", tmp_path / "other" / "runs")
    assert load(tmp_path / "other" / "runs" / "a.oneshot").data_source == str(project / "photos")
    shutil.rmtree(project / "photos")
    with pytest.raises(SessionError, match="images of 1×9×9 rather than images of 1×8×8"):
        load(tmp_path / "other" / "runs" / "a.oneshot")


def test_a_folder_that_is_gone_is_named_with_where_it_was_looked_for(project, tmp_path):
    photos = (project / "photos").rename(tmp_path / "pictures")
    with pytest.raises(DataError) as caught:
        load(project / "runs" / "a.oneshot")
    text = str(caught.value)
    assert "its data were in the folder 'photos'" in text
    assert str(project / "photos") in text
    assert str(tmp_path / "elsewhere" / "photos") in text
    assert "load(path, data=…)" in text
    assert caught.value.where == str(project / "runs" / "a.oneshot")
    assert load(project / "runs" / "a.oneshot", data=photos).data_source == str(photos)


def test_files_of_before_hold_the_folder_as_it_was_given(project, monkeypatch):
    state, tensors = storage.read(project / "runs" / "a.oneshot")
    former = {name: value for name, value in state.items() if name not in ("data_options", "data_folders")}
    storage.write(project / "a.oneshot", former, tensors)
    assert load(project / "a.oneshot").data_source == str(project / "photos")
    storage.write(project / "runs" / "b.oneshot", former, tensors)
    with pytest.raises(DataError, match=r"its data were in the folder 'photos'.*data=…"):
        load(project / "runs" / "b.oneshot")
    monkeypatch.chdir(project)
    assert load("runs/b.oneshot").data_source == "photos"


def test_an_absolute_folder_stays_where_it_is(project, tmp_path):
    on(project / "photos").save(project / "runs" / "b.oneshot")
    shutil.copytree(project, tmp_path / "copied")
    assert load(tmp_path / "copied" / "runs" / "b.oneshot").data_source == str(project / "photos")
    moved = project.rename(tmp_path / "moved")
    assert load(moved / "runs" / "b.oneshot").data_source == str(moved / "photos")


def test_a_folder_called_as_data_that_are_known_by_name_stays_a_folder(tmp_path, monkeypatch):
    fill(tmp_path / "digits")
    monkeypatch.chdir(tmp_path)
    session = on(Path("digits"))
    assert session.data_source == os.path.join(".", "digits")
    session.save("a.oneshot")
    assert load("a.oneshot").data.classes == 2
    (cell,) = session.to_python()
    assert "data='./digits'" in cell
    assert replay([cell], None).data.classes == 2


def test_the_root_of_named_data_is_found_again(tmp_path, monkeypatch):
    (tmp_path / "sets").mkdir()
    monkeypatch.chdir(tmp_path)
    session = on("digits", data_options=FEW | {"root": Path("sets")})
    assert session.data_options["root"] == "sets"
    session.save("a.oneshot")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load(tmp_path / "a.oneshot").data_options["root"] == str(tmp_path / "sets")
    assert session.with_data("digits").data_options["root"] == str(tmp_path / "sets")
    (tmp_path / "sets").rename(tmp_path / "elsewhere" / "sets")
    assert load(tmp_path / "a.oneshot").data_options["root"] == "sets"


@pytest.mark.parametrize(
    "state",
    [
        {"data_source": 3},
        {"data_source": "x", "data_folders": {"source": 3}},
        {"data_source": "x", "data_folders": {"source": {"absolute": 3}}},
        {"data_source": "x", "data_folders": {"source": {"beside": []}}},
        {"data_source": "x", "data_folders": []},
    ],
)
def test_what_a_file_cannot_hold_is_refused(state, tmp_path):
    with pytest.raises((TypeError, ValueError, AttributeError)):
        Origin.from_json(state, tmp_path)


@pytest.mark.parametrize("folder", ["a\0b", "x" * 4000, "~nobody-of-that-name/x", "\udcff", ""])
def test_a_folder_that_cannot_be_is_not_there(folder, tmp_path):
    on("digits", data_options=FEW).save(tmp_path / "a.oneshot")
    state, tensors = storage.read(tmp_path / "a.oneshot")
    storage.write(tmp_path / "b.oneshot", state | {"data_source": folder}, tensors)
    with pytest.raises((DataError, SessionError)):
        load(tmp_path / "b.oneshot")


def test_without_an_option_load_data_decides():
    assert take("digits", {"limit": None, "size": None}, seed=0).input_shape == (1, 8, 8)
