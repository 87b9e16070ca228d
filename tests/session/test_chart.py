import copy as copies
import json
import zipfile

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.session import storage
from oneshot_lab.session.chart import Chart
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.area import Rectangle
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from tests.session.versions import FOLDER

LENET = load_template("lenet")
DOTS = Projection({Mask.of("B1"): (0.1, -2.5), Mask.of("B2"): (1e-300, 3.0)}, 0.9, "few")
CHART = Chart(DOTS, True, {"a": Region("a", frozenset({Mask.of("B1")}), LENET.block_ids, Rectangle((0, 1)))}, "a")


@pytest.mark.parametrize("chart", [CHART, Chart(), Chart(DOTS), Chart(Projection())])
def test_a_chart_comes_back_from_json(chart):
    assert Chart.from_json(json.loads(json.dumps(chart.to_json(), allow_nan=False)), LENET) == chart


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
    ],
)
def test_a_chart_that_cannot_be_is_refused(saved, data, tmp_path, place, value):
    content = storage.read(saved)
    chart = copies.deepcopy(CHART.to_json())
    *path, last = place
    inner = chart
    for step in path:
        inner = inner[step]
    inner[last]  # it is there
    inner[last] = value
    storage.write(tmp_path / "a.oneshot", content[0] | {"map": chart}, content[1])
    with pytest.raises(SessionError, match="no saved session, or damaged"):
        SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")


def test_two_regions_of_one_name_are_refused():
    state = CHART.to_json()
    with pytest.raises(ValueError, match="of the same name"):
        Chart.from_json(state | {"regions": state["regions"] * 2}, LENET)


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
    write_of_before(tmp_path / "a.oneshot", state | {"map": CHART.to_json()}, tensors)
    session = SearchSession.load(tmp_path / "a.oneshot", bar=False, device="cpu")
    assert len(session.projection) == 0
    assert len(session.focused) == 0
    session.step()
    session.project()
    assert len(session.projection) > 50
