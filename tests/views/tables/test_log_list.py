"""The log as a list, without a browser."""

import json

import pytest

from oneshot_lab.architecture.edits import AddLink, RemoveBlock
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.views.tables.log_list import MARKS, LogList
from tests.session.sessions import note, watchers
from tests.views.parts import deliver, living


def lines(view):
    """The rows without times and seconds."""
    return [(cells[1], cells[2], cells[4], tone) for _, cells, _, tone in view.rows]


def test_the_newest_action_comes_first(session):
    view = LogList(session)
    session.edit(RemoveBlock("B3"))
    session.undo()
    session.train(1)
    assert lines(view) == [
        ("Train the supernet", "epochs 1", "✓ done", ""),
        ("Undo", "", "✓ done", ""),
        ("Edit the network", "RemoveBlock B3", "✓ done", ""),
        ("Make the session", lines(view)[-1][1], "✓ done", ""),
    ]
    assert "template lenet" in lines(view)[-1][1]
    assert [cells[0] for _, cells, *_ in view.rows] == [entry.time for entry in reversed(session.log)]
    assert [cells[3] for _, cells, *_ in view.rows] == [entry.seconds for entry in reversed(session.log)]
    json.dumps(view.rows, allow_nan=False)


def test_refused_failed_and_stopped_are_told_apart_by_words_and_marks(session):
    view = LogList(session)
    with pytest.raises(ArchitectureError):
        session.edit(RemoveBlock("B99"))
    session.refuse("graph", ArchitectureError("no selection", where="Graph View"))
    note(session, LogEntry("2026-01-01T12:00:00+00:00", "train", {"epochs": 3}, 1.0, "stopped"))
    stopped, refused, failed = lines(view)[:3]
    assert failed[2].startswith("✕ failed: lenet: there is no block 'B99'")
    assert refused == ("Graph: a message", "", "⊘ refused: Graph View: no selection", "refused")
    assert stopped == ("Train the supernet", "epochs 3", "◼ stopped", "stopped")
    assert failed[3] == "failed"
    assert len({MARKS[kind] for kind in ("done", "stopped", "failed", "refused")}) == 4


def test_odd_lines_from_a_file_are_listed_and_cannot_be_copied(session):
    odd = LogEntry.from_json(
        {"time": "\ud800", "action": "edit", "arguments": {"edits": [3]}, "seconds": "nan", "outcome": "done"}
    )
    note(session, odd)
    view = LogList(session)
    assert lines(view)[0] == ("Edit the network", "[3]", "✓ done", "")
    json.dumps(view.rows, ensure_ascii=False, allow_nan=False).encode("utf-8")
    answers = []
    view.send = answers.append
    deliver(view, {"kind": "copy", "request": 3})
    assert (answers[0]["ok"], answers[0]["request"]) == (False, 3)
    json.dumps(answers, ensure_ascii=False).encode("utf-8")


def test_copying_gives_the_cells_that_lead_here(session):
    view = LogList(session)
    session.edit(AddLink("L1", "L3"))
    answers = []
    view.send = answers.append
    deliver(view, {"kind": "copy", "request": 3})
    text = "\n\n".join(session.to_python()) + "\n"
    assert answers == [{"kind": "copied", "text": text, "note": "copied 2 cells", "request": 3}]
    assert "session.edit(osl.AddLink(source='L1', target='L3'))" in text
    compile(text, "cells", "exec")


def test_nothing_is_selected_here(session):
    view = LogList(session)
    view.set_state({"hovered": "entry 0", "selected": ["entry 0"]})
    assert (view.hovered, view.selected, session.hovered_candidate) == ("entry 0", [], None)


def test_closing_leaves_nothing_behind(session):
    before, watched = living(), watchers(session)
    for _ in range(10):
        LogList(session).close()
    assert living() == before
    assert watchers(session) == watched
