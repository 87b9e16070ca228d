import ast
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

import oneshot_lab as osl
from oneshot_lab.errors import ArchitectureError, ExhaustedError, SessionError, StoppedError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.saving.replay import to_python
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import Recipe, get_recipe
from tests.session.replayed import replay
from tests.session.sessions import SMALL, at_batch, equal, portrait, weights

NETWORKS = [("B1", "B4", "B5", "B8", "B9", "B11", "B12"), ("B2", "B4", "B6", "B8", "B10", "B11", "B12")]


@pytest.fixture
def session(data):
    return osl.SearchSession("lenet", data, **SMALL)


def test_the_cells_lead_to_the_same_session(session, data):
    session.train(1)
    list(session.evolve(2))
    session.region(blocks=["B1"], name="with B1")
    session.region(x=(-5, 100), name="right")
    session.region(polygon=[(0, 0), (9, 0), (0, 9)])
    session.region(masks=[session.best.mask], name="the best")
    session.where_common("B2")
    session.focus("with B1")
    session.constrain(measure="macs", weight=0.5)
    session.step()
    session.forget("right")
    session.edit(osl.RemoveBlock("B3"), osl.AddComponent("B4", "MaxPool2d", "2"))
    session.propose(osl.SetParams("C1", "1, 1, 9"))
    session.undo()
    session.train(1, recipe="paper")
    session.focus(None)
    session.project()
    session.step()
    session.evaluate(session.best.mask)
    session.finalize(epochs=1)
    # By way of JSON, as from a log file.
    log = [LogEntry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in session.log]
    again = replay(to_python(log), data)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))
    assert again.projection.places == session.projection.places
    assert again.regions == session.regions
    assert again.focused == session.focused


def test_your_own_recipe_and_network_are_written_out(session, data):
    own = replace(get_recipe("paper"), name="own", learning_rate=0.01)
    network = osl.apply(session.architecture, osl.RemoveBlock("B2"))
    session = osl.SearchSession(network, data, recipe=own, bar=False, device="cpu", population_size=5)
    session.train(1, recipe=replace(own, momentum=0.5))
    session.replace(osl.load_template("lenet5", width=0.25))
    again = replay(session.to_python(), data)
    assert portrait(again) == portrait(session)
    assert again.recipe == session.recipe


def test_data_with_a_name_are_found_by_it():
    (cell,) = osl.SearchSession("lenet", "digits", **SMALL).to_python()
    assert "SearchSession('lenet', data='digits', recipe='sandwich', seed=0, width=0.25" in cell


def entry(action, outcome="done", **arguments):
    return LogEntry("2026-01-01T00:00:00+00:00", action, arguments, 2.0, outcome)


def test_steps_become_one_loop():
    step, focus = entry("step"), entry("focus", region="good")
    cells = to_python([step, step, step, focus, step])
    assert [cell.splitlines()[0] for cell in cells] == [
        "for generation in session.evolve(3):",
        "session.focus('good')",
        "session.step()",
    ]


def lead_to_the_same(session, data):
    """Checks that the cells of a log, as a file holds it, lead to this session."""
    log = [LogEntry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in session.log]
    again = replay(to_python(log), data)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))
    assert again.projection == session.projection
    assert again.regions == session.regions


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_a_training_that_was_stopped_is_stopped_at_the_same_batch(session, data, batch):
    at_batch(session, batch, session.stop)
    session.train(3)
    assert session.log[-1].arguments == {"epochs": 3, "stop_after": batch - 1}
    session.train(1)
    lead_to_the_same(session, data)


def test_a_training_that_failed_fails_again(session, data, monkeypatch):
    late = Recipe("late", ("whole",), learning_rate=0.01, batch_size=64)
    monkeypatch.setattr(Recipe, "rate", lambda self, progress: 1e60 if self.name == "late" and progress > 0.5 else 0.01)
    with pytest.raises(SessionError):
        session.train(4, recipe=late)
    assert len(session.training_losses) == 2
    session.train(1)
    lead_to_the_same(session, data)


def test_a_training_that_was_to_be_short_and_failed_fails_again(session, data):
    first = next(iter(session.architecture.components()))
    session.propose(osl.SetParams(first.id, "1, 2, 4"))
    assert session.draft is not None
    with pytest.raises(SessionError, match="does not fit"):
        session.train(1, stop_after=2)
    session.undo()
    session.train(1, stop_after=2)
    lead_to_the_same(session, data)


def test_a_training_that_ran_out_of_memory_ends_where_it_did(session, data):
    at_batch(session, 3, lambda: within_memory(torch.empty)(2**50))
    with pytest.raises(ExhaustedError):
        session.train(3)
    assert session.log[-1].arguments == {"epochs": 3, "stop_after": 2}
    session.train(1)
    lead_to_the_same(session, data)


def test_a_search_that_was_paused_and_edited_comes_out_the_same(session, data):
    session.train(1)
    session.project()
    session.focus(session.region(blocks=["B1"]))
    at_batch(session, 2, session.pause)
    job = session.evolve.start(3)
    session.wait(60)
    assert session.paused
    session.edit(osl.RemoveBlock("B2"))
    session.resume()
    assert len(job.wait(60)) == 3
    assert "stopped" in [entry.outcome for entry in session.log]
    lead_to_the_same(session, data)


@pytest.mark.parametrize("action", ["step", "evaluate", "finalize", "project", "region"])
def test_what_was_stopped_has_changed_nothing(session, data, action):
    session.train(1)
    session.step()
    if action == "step":
        session.region(blocks=["B1"], name="here")
        session.focus("here")
        session.edit(osl.RemoveBlock("B3"))
    act = {
        "evaluate": lambda: session.evaluate(*(osl.Mask.of(*blocks) for blocks in NETWORKS)),
        "region": lambda: session.region(x=(0, 1)),
    }.get(action, getattr(session, action))
    at_batch(session, 1, session.stop)
    with pytest.raises(StoppedError):
        act()
    session.step()
    lead_to_the_same(session, data)


def test_a_step_before_any_training_has_changed_nothing(session, data):
    with pytest.raises(SessionError, match="not trained"):
        session.step()
    session.train(1)
    session.step()
    lead_to_the_same(session, data)


def test_what_failed_or_was_refused_is_left_out():
    log = [entry("step", "failed: no"), entry("finalize", "stopped"), entry("lego", "refused: no"), entry("save")]
    assert to_python([*log, entry("train", "refused: no", epochs=1)]) == []


def test_of_a_file_that_does_not_say_where_it_was_stopped_that_is_told():
    (cell,) = to_python([entry("train", "stopped", epochs=3)])
    assert cell == "# This was stopped after 2.0 s, so that what follows may differ.\nsession.train(epochs=3)"


@pytest.mark.parametrize(
    "given",
    [
        entry("undo", **{"wait=print(1)) #": 0}),
        entry("project", **{"class": 0}),
        entry("create", data=None, template="lenet", recipe={"x=print(1)) #": 0}),
        # Where a session writes is the person's to say.
        entry("create", data=None, template="lenet", recipe="paper", log_file="elsewhere.jsonl"),
    ],
)
def test_what_a_file_calls_an_argument_does_not_become_code(given):
    with pytest.raises(SessionError, match="expected the name of an argument"):
        to_python([given])


def test_nor_does_how_it_says_that_something_ended():
    assert to_python([entry("undo", "stopped\nprint(1)")]) == []
    (cell,) = to_python([entry("train", "stopped\nprint(1)", epochs=1)])
    assert "print" not in cell


@pytest.mark.parametrize("given", [entry("create"), entry("finalize", mask=1), entry("edit", edits=3)])
def test_an_entry_that_no_session_writes_is_refused(given):
    with pytest.raises(SessionError, match="arguments that no"):
        to_python([given])


def test_numbers_of_other_libraries_are_written_as_pythons_own(data, tmp_path):
    settings = SMALL | {"mutation_rate": np.float64(0.2), "width": np.float32(0.25), "population_size": np.int64(5)}
    session = osl.SearchSession("lenet", data, **settings, log_file=tmp_path / "log.jsonl")
    session.constrain(weight=np.float64(0.5), limit=np.int64(10_000_000))
    session.train(1)
    lead_to_the_same(session, data)
    session.save(tmp_path / "run.oneshot")
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 4


def test_many_edits_stand_below_each_other():
    edits = [{"edit": "RemoveBlock", "block": f"B{number}"} for number in range(9)]
    (cell,) = to_python([entry("edit", edits=edits)])
    assert cell.splitlines()[:2] == ["session.edit(", "    osl.RemoveBlock(block='B0'),"]
    assert max(map(len, cell.splitlines())) <= 110


def test_an_edit_that_is_none_is_refused():
    with pytest.raises(ArchitectureError, match="unknown edit 'Explode'"):
        to_python([entry("edit", edits=[{"edit": "Explode"}])])


def test_a_log_file_of_a_loaded_session_begins_with_the_file(session, data, tmp_path):
    session.train(1)
    session.save(tmp_path / "run.oneshot")
    loaded = osl.SearchSession.load(tmp_path / "run.oneshot", data=data, log_file=tmp_path / "log.jsonl", bar=False)
    loaded.step()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    first, second = to_python(map(LogEntry.from_json, lines))
    assert second == "session.step()"
    again = replay([first, second], data)
    assert portrait(again) == portrait(loaded)


TEXT = "'\"\n\r\t\\ \u2028\u202e\x00{print(1)}#"
MARKED = f'{TEXT}");open("marked", "w")#'


@pytest.mark.parametrize(
    "given",
    [
        entry("create", data=MARKED, template=MARKED, recipe=MARKED, crossover=MARKED),
        entry("load", path=MARKED, data=MARKED),
        entry("region", name=MARKED, masks=[[MARKED]]),
        entry("where_common", name=MARKED, blocks=[MARKED]),
        entry("focus", region=MARKED),
        entry("constrain", measure={MARKED: [MARKED]}),
        entry("evaluate", masks=[[MARKED]]),
        entry("finalize", mask=[MARKED], epochs=MARKED, recipe=MARKED),
        entry("train", f"failed: {MARKED}", epochs=MARKED),
    ],
)
def test_what_a_file_holds_stays_a_value_in_the_code(given):
    (cell,) = to_python([given])
    nodes = list(ast.walk(ast.parse(cell)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert names <= {"osl", "session", "final", "error", "print"}
    assert not any("open" in ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call))
    assert cell.replace("\n", "").isprintable()


def test_an_edit_of_something_that_has_no_such_name_is_refused():
    with pytest.raises(ArchitectureError):
        to_python([entry("edit", edits=[{"edit": "RemoveBlock", "block": MARKED}])])
