import copy as copies
import json
import zipfile
from dataclasses import replace

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.session.saving import storage
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.map_state import MapState
from oneshot_lab.space.area import Rectangle
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from tests.session.sessions import publish, small
from tests.session.versions import FOLDER

LENET = load_template("lenet")
DOTS = Projection({Mask.of("B1"): (0.1, -2.5), Mask.of("B2"): (1e-300, 3.0)}, 0.9, "few")
CHART = MapState(DOTS, LENET, {"a": Region("a", frozenset({Mask.of("B1")}), LENET.block_ids, Rectangle((0, 1)))}, "a")


@pytest.mark.parametrize(
    "map_state", [CHART, MapState(), MapState(DOTS), MapState(Projection()), MapState(DOTS, load_template("lenet5"))]
)
def test_a_chart_comes_back_from_json(map_state):
    assert MapState.from_json(json.loads(json.dumps(map_state.to_json(LENET), allow_nan=False)), LENET) == map_state


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("atlas",), 3),
        (("atlas",), None),
        (("atlas", "dots"), "B1"),
        (("atlas", "dots", 0), [["B1"], 0.0]),
        (("atlas", "dots", 0, 0), "B1"),
        (("atlas", "dots", 0, 0), ["B2"]),
        (("atlas", "dots", 0, 1), float("nan")),
        (("atlas", "dots", 0, 1), 1e12),
        (("atlas", "dots", 0, 2), "far"),
        (("atlas", "quality"), 2),
        (("atlas", "note"), None),
        (("atlas", "note"), "x" * 10_000),
        (("regions",), {}),
        (("regions",), [{"name": "b"}]),
        (("regions", 0, "name"), 7),
        (("focus",), "elsewhere"),
        (("focus",), ["a"]),
        (("focus",), 0),
        (("former",), 3),
        (("former",), []),
        (("former",), {}),
        (("former",), {"layers": [10**9]}),
    ],
)
def test_a_chart_that_cannot_be_is_refused(saved, data, tmp_path, place, value):
    content = storage.read(saved)
    map_state = copies.deepcopy(CHART.to_json(LENET))
    *path, last = place
    inner = map_state
    for step in path:
        inner = inner[step]
    inner[last]  # it is there
    inner[last] = value
    storage.write(tmp_path / "a.oneshot", content[0] | {"map": map_state}, content[1])
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")


@pytest.mark.parametrize("name", ["input_shape", "classes"])
def test_a_map_that_was_made_for_other_data_is_refused(data, tmp_path, name):
    session = small(data)
    session.project()
    session.edit(RemoveBlock("B3"))
    session.save(tmp_path / "a.oneshot")
    state, tensors = storage.read(tmp_path / "a.oneshot")
    state["map"]["former"][name] = {"input_shape": [3, 8, 8], "classes": 7}[name]
    storage.write(tmp_path / "a.oneshot", state, tensors)
    with pytest.raises(SessionError, match="a former architecture is for other data"):
        SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")


def test_two_regions_of_one_name_are_refused():
    state = CHART.to_json(LENET)
    with pytest.raises(ValueError, match="of the same name"):
        MapState.from_json(state | {"regions": state["regions"] * 2}, LENET)


def write_of_before(path, state, tensors):
    """Writes a file as versions did that had no seal."""
    storage.write(path, state, tensors)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b""


def test_a_file_from_before_there_was_a_map_is_read(saved, data, tmp_path):
    state, tensors = storage.read(saved)
    old = {name: value for name, value in state.items() if name != "map"} | {"oneshot_session": 1}
    write_of_before(tmp_path / "a.oneshot", old, tensors)
    session = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    assert session.projection is None
    assert session.regions == {}
    assert len(session.project()) > 100


def test_what_a_file_says_is_on_the_map_is_shown_only_if_it_exists(tmp_path):
    state, tensors = storage.read(FOLDER / "searched-2.oneshot")
    write_of_before(tmp_path / "a.oneshot", state | {"map": CHART.to_json(LENET)}, tensors)
    session = SearchSession.load(tmp_path / "a.oneshot", bar=False, device="cpu")
    assert len(session.projection) == 0
    assert len(session.focused) == 0
    session.step()
    session.project()
    assert len(session.projection) > 50


def test_after_an_edit_it_is_the_one_that_a_file_holds(session, data, tmp_path):
    session.state.map = before = replace(CHART, charted=session.architecture)
    publish(session)
    session.edit(RemoveBlock("B3"))
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    assert back.state.map.regions == session.state.map.regions
    session.undo()
    assert session.state.map == before
