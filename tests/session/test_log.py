import json
import os
from datetime import datetime

import pytest

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, revise
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.serial import edit_from_json
from oneshot_lab.errors import ArchitectureError, SessionError
from oneshot_lab.session.log import LogEntry, append_line, open_log
from oneshot_lab.supernet.recipes import Recipe
from tests.session.sessions import equal, is_usable, portrait, small, weights

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
    assert path.read_text() == ""
    session.train(1)
    with pytest.raises(ArchitectureError):
        session.edit(RemoveBlock("B99"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [LogEntry.from_json(line) for line in lines] == list(session.log)
    assert lines[0]["arguments"] == {"epochs": 1}
    assert lines[1]["outcome"].startswith("failed: ")
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


def test_the_log_replays_the_session(data):
    """Actions and arguments, by way of JSON, bring another session to the same state."""
    session = small(data)
    session.train(1, recipe=Recipe("own", ("whole", "single"), learning_rate=0.03))
    session.step()
    session.edit(AddComponent("B4", "BatchNorm2d"), RemoveBlock("L3.B6"))
    session.evaluate(Mask.full(session.architecture))
    session.undo()
    session.redo()
    session.step()
    session.finalize(threshold=0.0, epochs=1, seeds=2)

    other = small(data)
    for line in json.loads(json.dumps([entry.to_json() for entry in session.log])):
        replay(other, line["action"], line["arguments"])
    assert portrait(other)["finals"][0].runs == session.finals[0].runs
    assert portrait(other) | {"finals": ()} == portrait(session) | {"finals": ()}
    assert equal(weights(other), weights(session))
    assert edit_from_json(session.log[2].arguments["edits"][1]) == RemoveBlock("L3.B6")
    assert revise(small(data).architecture, *map(edit_from_json, session.log[2].arguments["edits"]))[0] == (
        session.architecture
    )


def replay(session, action, arguments):
    recipe = arguments.get("recipe")
    if isinstance(recipe, dict):
        arguments = arguments | {"recipe": Recipe(**recipe | {"paths": tuple(recipe["paths"])})}
    if action == "edit":
        session.edit(*map(edit_from_json, arguments["edits"]))
    elif action == "evaluate":
        session.evaluate(*(Mask.of(*blocks) for blocks in arguments["masks"]))
    elif action == "finalize":
        session.finalize(**arguments | {"mask": Mask.of(*arguments["mask"])})
    else:
        getattr(session, action)(**arguments)
