import json
from dataclasses import replace

import pytest

import oneshot_lab as osl
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.replay import to_python
from oneshot_lab.supernet.recipes import get_recipe
from tests.session.sessions import SMALL, equal, portrait, weights


def run(cells, data):
    """The session that the cells lead to, on a small scale and with this data."""
    known = {"data": data}
    for cell in cells:
        code = cell.replace("data = ...", "data = data").replace("osl.SearchSession(", "osl_session(")
        exec(code, known | {"osl_session": small_session} if "session" not in known else known, known)
    return known["session"]


def small_session(*args, **options):
    return osl.SearchSession(*args, **{**options, "bar": False, "device": "cpu"})


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
    again = run(to_python(log), data)
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
    again = run(session.to_python(), data)
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


def test_what_failed_or_was_refused_is_left_out():
    assert (
        to_python([entry("train", "failed: no", epochs=1), entry("lego", "refused: no"), entry("save", path="x")]) == []
    )


def test_what_was_stopped_says_so():
    (cell,) = to_python([entry("train", "stopped", epochs=3)])
    assert cell == "# This was stopped after 2.0 s, so that what follows may differ.\nsession.train(epochs=3)"


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
    assert first.endswith(f"session = osl.SearchSession.load({str(tmp_path / 'run.oneshot')!r})")
    assert second == "session.step()"
