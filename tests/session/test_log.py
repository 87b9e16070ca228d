import json
import os
from datetime import datetime

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import ArchitectureError, SessionError
from oneshot_lab.session.log import LogEntry, append_line, open_log
from tests.session.sessions import is_usable, small

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
