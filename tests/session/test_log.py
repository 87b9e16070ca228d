import json
import math
import os
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddLayer, RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import ArchitectureError, SessionError
from oneshot_lab.session.log import LONGEST_TEXT, LogEntry, append_line, open_log, to_values
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import is_usable, portrait, small

ENTRY = LogEntry("2026-01-02T03:04:05+01:00", "train", {"epochs": 3}, 1.25, "done")


def test_an_entry_reads_as_a_line():
    assert str(ENTRY) == "03:04:05 train(epochs=3) 1.2 s, done"


def test_an_entry_comes_back_from_json():
    assert LogEntry.from_json(json.loads(json.dumps(ENTRY.to_json()))) == ENTRY


@pytest.mark.parametrize("missing", ["time", "action", "arguments", "seconds", "outcome"])
def test_an_entry_must_be_whole(missing):
    data = ENTRY.to_json()
    del data[missing]
    with pytest.raises(KeyError, match=missing):
        LogEntry.from_json(data)


def test_lines_are_appended(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("kept\n")
    open_log(path)
    assert append_line(path, ENTRY) is None
    assert append_line(path, LogEntry("t", "save", {"path": "naïve\udc80"}, 0.0, "done")) is None
    kept, first, second = path.read_text(encoding="utf-8").splitlines()
    assert kept == "kept"
    assert json.loads(first) == ENTRY.to_json()
    assert json.loads(second)["arguments"] == {"path": "naïve\udc80"}


def test_a_file_that_cannot_be_written_is_refused_before_anything_else(tmp_path):
    for path in (tmp_path, tmp_path / "missing" / "log.jsonl"):
        with pytest.raises(SessionError, match="the log cannot be written") as caught:
            # Neither the template nor the data exist: they are not looked for.
            small(None, log_file=path)
        assert caught.value.where == str(path)
        assert caught.value.remedy == "give another log_file"


def test_a_session_appends_each_action_to_its_file(data, tmp_path):
    path = tmp_path / "log.jsonl"
    session = small(data, log_file=os.fspath(path))
    assert [json.loads(line)["action"] for line in path.read_text().splitlines()] == ["create"]
    session.train(1)
    with pytest.raises(ArchitectureError):
        session.edit(RemoveBlock("B99"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [LogEntry.from_json(line) for line in lines] == list(session.log)
    assert lines[1]["arguments"] == {"epochs": 1}
    assert lines[2]["outcome"].startswith("failed: ")
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)


def test_a_disk_that_fills_up_later_costs_no_result(data, tmp_path):
    path = tmp_path / "log.jsonl"
    session = small(data, log_file=path)
    path.unlink()
    path.mkdir()
    session.train(1)
    assert session.message.startswith("the log cannot be written")
    assert session.log[-1].outcome == "done"
    assert is_usable(session)


# Arguments of any type -----------------------------------------------------------------------------------------------


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        (np.int64(1), 1),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("B1"), "B1"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (torch.tensor(3), 3),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        ((1, (2.5, "x")), [1, [2.5, "x"]]),
        ({"B2", "B1"}, ["B1", "B2"]),
        (frozenset({Mask.of("B2", "B1")}), [["B1", "B2"]]),
        (Mask.of("B10", "B2"), ["B10", "B2"]),
        (OrderedDict({1: {2: Path("a/b")}}), {"1": {"2": "a/b"}}),
        (b"raw", "b'raw'"),
        (10**5000, "a whole number of 16610 bits"),
        (Unspeakable(), "a Unspeakable"),
        ("x" * 10**6, "x" * (LONGEST_TEXT - 1) + "…"),
        (range(3), "range(0, 3)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_argument_has_a_form_that_json_holds(argument, value):
    assert to_values(argument) == value
    assert type(to_values(argument)) is type(value)
    entry = LogEntry("t", "focus", {"region": argument}, 0.0, "done")
    assert LogEntry.from_json(json.loads(json.dumps(entry.to_json(), allow_nan=False))) == entry


def test_what_is_nested_for_ever_is_told_in_short():
    nest: list = []
    nest.append(nest)
    assert len(json.dumps(to_values(nest))) < 1000


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.dictionaries(st.one_of(st.text(), st.integers()), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(ANY)
def test_whatever_is_given_the_entry_comes_back_from_json(argument):
    entry = LogEntry("t", "focus", {"region": argument}, 0.0, f"failed: {argument}")
    text = json.dumps(entry.to_json(), allow_nan=False)
    assert LogEntry.from_json(json.loads(text)) == entry


@pytest.mark.parametrize(
    "act",
    [
        lambda session: session.edit(AddLayer("ReLU", index=np.int64(1))),
        lambda session: session.focus(Mask.of("B1")),
        lambda session: session.focus({"region 1"}),
        lambda session: session.forget(math.nan),
        lambda session: session.forget("x" * 10**7),
        lambda session: session.finalize(threshold=math.nan),
        lambda session: session.finalize(threshold=np.float32(2)),
        lambda session: session.region(x=(np.float32(-1), np.int64(3)), name=np.str_("left")),
        lambda session: session.region(polygon=np.array([[0, 0], [9, 0], [0, 9]])),
        lambda session: session.where_common(np.str_("B1")),
        lambda session: session.constrain(measure=np.str_("macs"), limit=10**18),
        lambda session: session.constrain(limit=10**5000),
    ],
)
def test_no_argument_makes_a_session_that_cannot_be_saved(copy, act, data, tmp_path):
    session = copy()
    with suppress(Exception):
        act(session)
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    assert portrait(back) == portrait(session)
    assert back.log == session.log[:-1]
    assert "np." not in "".join(back.to_python())
