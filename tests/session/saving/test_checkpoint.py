import gc
import os
import subprocess
import sys
import weakref
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session import retraining
from oneshot_lab.session.actions import mapping
from oneshot_lab.session.saving import schedule, snapshot
from oneshot_lab.session.saving.claim import Claim
from oneshot_lab.session.session import SearchSession
from tests.session.replayed import replay
from tests.session.sessions import (
    SMALL,
    at_batch,
    before_batches,
    end,
    equal,
    is_kept,
    portrait,
    small,
    until,
    weights,
    write_checkpoint,
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where sessions are kept; nobody waits long for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(schedule, "SETTLE_SECONDS", 0.05)
    return tmp_path


@pytest.fixture
def session(data):
    return small(data)


def kept(session):
    """The session that the last checkpoint holds, once all changes are in it."""
    until(lambda: is_kept(session))
    session.wait()
    return SearchSession.load(session.checkpoint, data=session.data, device="cpu")


@pytest.fixture
def at_each_batch(monkeypatch):
    """A busy session is kept before each batch."""
    monkeypatch.setattr(schedule, "UNSAVED_SECONDS", 0.0)
    monkeypatch.setattr(schedule, "SHARE", 0.0)


def test_without_a_file_nothing_is_kept(session, folder):
    session.train(1)
    end(session)
    assert session.last_checkpoint is None
    assert not [*folder.iterdir()]


def test_a_session_that_rests_is_kept_as_it_is(session):
    session.checkpoint = "run.checkpoint.oneshot"
    session.train(1)
    session.step()
    session.edit(osl.RemoveBlock("B1"))
    entries = session.log
    again = kept(session)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))
    assert again.log == session.log == entries  # it is no action
    assert session.last_checkpoint.path == session.checkpoint
    assert session.last_checkpoint.time >= entries[-1].time


def test_what_was_done_before_it_had_a_file_is_kept_too(session):
    session.train(1)
    session.checkpoint = Path("run.checkpoint.oneshot")
    assert len(kept(session).training_losses) == 1


def test_looking_alone_leaves_no_file(session, folder):
    session.checkpoint = session.usual_checkpoint()
    session.refuse("lab", SessionError("a message that no view sends"))
    end(session)
    assert not [*folder.iterdir()]


def test_actions_in_a_burst_are_kept_once(session, monkeypatch):
    monkeypatch.setattr(schedule, "SETTLE_SECONDS", 0.4)
    written = []
    save = snapshot.save
    monkeypatch.setattr(snapshot, "save", lambda *args, **options: (written.append(1), save(*args, **options))[1])
    session.checkpoint = "run.checkpoint.oneshot"
    for _ in range(3):
        session.edit(osl.AddBlock("L1", "Conv2d", "1, 1, 3"))
    assert not written
    assert len(kept(session).log) == 4
    assert len(written) == 1


@pytest.mark.usefixtures("at_each_batch")
def test_in_the_middle_of_a_training_it_is_kept_as_if_stopped_there(session, data):
    session.train(1)
    session.step()
    session.checkpoint = "run.checkpoint.oneshot"
    learned, middle = [], []
    session.observe(lambda change: learned.append(change.new), "training_losses")

    def look():
        middle.append(SearchSession.load(session.checkpoint, data=data, device="cpu"))

    steps = data.train.steps(session.recipe.batch_size)
    at_batch(session, steps + 3, look)
    session.train(3)
    (again,) = middle
    assert len(again.training_losses) == 1 + 2
    assert again.training_losses[1] == session.training_losses[1]
    assert [(entry.action, entry.outcome) for entry in again.log[-2:]] == [("step", "done"), ("train", "stopped")]
    # Written before the batch that came before the one looked at.
    assert again.log[-1].arguments == {"epochs": 3, "stop_after": steps + 1}
    assert not again.untrained_blocks
    # The population waits: it was evaluated with other weights.
    assert again.state.strategy.waits
    assert len(again.step().population) == len(session.generations[0].population)
    assert len(learned) == 1  # and who watches has not seen any of it


@pytest.mark.usefixtures("at_each_batch")
def test_checkpoints_change_nothing(data):
    plain, watched = small(data), small(data)
    watched.checkpoint = "run.checkpoint.oneshot"
    for session in (plain, watched):
        session.train(2)
        session.step()
        session.train(1)
        session.step()
    assert watched.last_checkpoint is not None
    assert portrait(watched) == portrait(plain)
    assert equal(weights(watched), weights(plain))


def focused(session):
    """Has a search that draws from a region of the map, so that a step changes both before it evaluates anything."""
    session.project()
    session.focus(session.region(x=(-1e6, 0), name="left"))


def edited(session):
    """Has the next step make the map anew."""
    session.project()
    session.edit(osl.AddBlock("L1", "Conv2d", "1, 1, 3"))
    session.train(1)


def two_steps(session):
    session.evolve.start(2).wait()


def by_itself(session):
    session.auto_train = True
    session.edit(osl.AddBlock("L1", "Conv2d", "1, 1, 3"))
    session.wait()


ACTIONS = {
    "train": (lambda session: None, lambda session: session.train(1)),
    "step": (focused, lambda session: session.step()),
    "step, the map is made anew": (edited, lambda session: session.step()),
    "two steps": (focused, two_steps),
    "evaluate": (focused, lambda session: session.evaluate(osl.Mask(frozenset(session.architecture.block_ids)))),
    "project": (lambda session: None, lambda session: session.project()),
    "region": (lambda session: None, lambda session: session.region(blocks=["B1"])),
    "landmarks": (lambda session: None, lambda session: session.landmarks(2, epochs=1)),
    "finalize": (lambda session: None, lambda session: session.finalize(epochs=1)),
    "finalists": (
        lambda session: session.landmarks(1, epochs=1),
        lambda session: session.finalize(best_of=2, epochs=1),
    ),
    "what trains by itself": (lambda session: None, by_itself),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_at_whatever_instant_it_is_what_its_own_log_leads_to(action, data, monkeypatch):
    """Bit for bit, and it goes on so."""
    monkeypatch.setattr(schedule, "SETTLE_SECONDS", 3600.0)
    monkeypatch.setattr(retraining, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(mapping, "SAMPLE", 16)
    session = small(data)
    session.train(1)
    session.step()
    prepare, act = ACTIONS[action]
    prepare(session)
    session.checkpoint = "run.checkpoint.oneshot"
    written = []

    def write():
        write_checkpoint(session)
        written.append(Path(session.checkpoint).read_bytes())

    before_batches(session, write)
    act(session)
    assert written
    for content in {written[0], written[len(written) // 2], written[-1]}:
        Path("instant.oneshot").write_bytes(content)
        kept = SearchSession.load("instant.oneshot", data=data, device="cpu", bar=False)
        replayed = replay(kept.to_python(), data)
        assert_same(kept, replayed)
        for each in (kept, replayed):
            each.train(1, stop_after=2)
            each.step()
        assert_same(kept, replayed)


def assert_same(one, other):
    assert portrait(one) == portrait(other)
    assert equal(weights(one), weights(other))
    assert one.state.map == other.state.map


def test_a_training_that_rests_is_kept_before_it_does(session):
    session.checkpoint = "run.checkpoint.oneshot"
    at_batch(session, 3, session.pause)
    job = session.train.start(1)
    until(lambda: job.is_resting)
    assert SearchSession.load(session.checkpoint, data=session.data).log[-1].outcome == "stopped"
    session.stop()
    session.wait()


def test_a_file_that_cannot_be_written_is_told_and_nothing_else(session, folder):
    (folder / "there").write_text("a file, no folder")
    session.checkpoint = "there/run.checkpoint.oneshot"
    session.train(1)
    until(lambda: "no checkpoint" in session.message)
    assert "cannot be written" in session.message
    assert session.last_checkpoint is None
    session.step()


def test_the_file_of_a_session_that_has_ended_is_put_aside_once(data):
    first = small(data)
    first.checkpoint = "run.checkpoint.oneshot"
    first.train(1)
    end(first)
    second = small(data, seed=1)
    second.checkpoint = "run.checkpoint.oneshot"
    assert second.checkpoint == first.checkpoint
    earlier = second.earlier_checkpoint()
    assert earlier.path == first.checkpoint
    assert earlier.time[:16] == first.last_checkpoint.time[:16]
    for _ in range(2):
        second.train(1)
        assert kept(second).seed == 1
    aside = second.earlier_checkpoint().path
    assert aside.endswith("run.checkpoint.previous.oneshot")
    assert SearchSession.load(aside, data=data).seed == 0


def test_a_session_from_a_checkpoint_goes_on_in_it(session, folder):
    session.checkpoint = session.usual_checkpoint()
    assert Path(session.checkpoint).name == "lenet-digits.checkpoint.oneshot"
    session.train(1)
    end(session)
    again = SearchSession.load(session.checkpoint, data=session.data, device="cpu")
    again.checkpoint = again.usual_checkpoint()
    assert again.checkpoint == session.checkpoint
    assert again.earlier_checkpoint() is None
    again.step()
    end(again)
    assert len(SearchSession.load(again.checkpoint, data=session.data).generations) == 1
    assert [path.name for path in folder.iterdir()] == ["lenet-digits.checkpoint.oneshot"]


def test_a_session_from_a_file_of_yours_is_kept_elsewhere(session):
    session.save("run.oneshot")
    again = SearchSession.load("run.oneshot", data=session.data)
    assert again.usual_checkpoint() == "lenet-digits.checkpoint.oneshot"


@pytest.mark.parametrize("path", [7, ""])
def test_what_is_no_path_is_refused(session, path):
    with pytest.raises(SessionError, match="expected a path"):
        session.checkpoint = path


def test_a_session_that_is_closed_is_kept_at_once(session, monkeypatch):
    monkeypatch.setattr(schedule, "SETTLE_SECONDS", 3600.0)
    session.checkpoint = "run.checkpoint.oneshot"
    session.train(1)
    end(session)
    again = SearchSession.load("run.checkpoint.oneshot", data=session.data)
    assert again.training_losses == session.training_losses


def test_a_session_that_nobody_holds_any_more_is_kept_and_then_let_go(data, folder):
    session = small(data)
    session.checkpoint = path = "run.checkpoint.oneshot"
    session.train(1)
    known = weakref.ref(session)
    del session
    until(lambda: gc.collect() * 0 or known() is None)
    assert len(SearchSession.load(path, data=data).training_losses) == 1
    # And so is its file.
    assert [each.name for each in folder.iterdir()] == [path]


def test_what_could_not_be_written_is_tried_again(session, folder, monkeypatch):
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.05)
    session.checkpoint = "later/run.checkpoint.oneshot"
    session.train(1)
    until(lambda: session.checkpoint_problem)
    assert session.message == f"no checkpoint: {session.checkpoint_problem}; saving is retried"
    assert not (folder / "later").exists()
    (folder / "later").mkdir()
    assert len(kept(session).training_losses) == 1
    assert session.message == session.checkpoint_problem == ""


def test_it_is_tried_again_also_while_a_training_rests(session, folder, monkeypatch):
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.05)
    session.checkpoint = "later/run.checkpoint.oneshot"
    at_batch(session, 3, session.pause)
    job = session.train.start(1)
    until(lambda: job.is_resting and session.checkpoint_problem)
    (folder / "later").mkdir()
    until(lambda: session.last_checkpoint)
    assert SearchSession.load(session.checkpoint, data=session.data).log[-1].arguments["stop_after"] == 2
    session.stop()
    session.wait()


@pytest.mark.usefixtures("at_each_batch")
def test_a_problem_is_told_once(session):
    told = []
    session.observe(lambda change: told.append(change.new), "checkpoint_problem")
    session.checkpoint = "missing/run.checkpoint.oneshot"
    session.train(1)
    session.train(1)
    assert len(told) == 1


# ---- the end of the process ----------------------------------------------------------------------------------------

SCRIPT = """
import sys, threading
from oneshot_lab.session.runtime import worker
from oneshot_lab.session.saving import replacing, schedule
from oneshot_lab.supernet.data import load_data
from tests.session.sessions import at_batch, small
schedule.SETTLE_SECONDS = schedule.UNSAVED_SECONDS = 3600.0
session = small(load_data("digits", limit=400))
session.checkpoint = "run.checkpoint.oneshot"
session.train(1)
"""

ENDINGS = {
    "an exception": ("raise ValueError('of the script')", 1),
    "sys.exit, a training runs": (
        "begun = threading.Event(); at_batch(session, 9, begun.set)\n"
        "session.train.start(1000); begun.wait(); sys.exit(3)",
        3,
    ),
    "the last line, a training rests": (
        "at_batch(session, 9, session.pause); job = session.train.start(1000)\nwhile not job.is_resting: pass",
        0,
    ),
}


def run(code, folder):
    """Runs a script to its end. Returns its status and what it says on the error stream."""
    command = [sys.executable, "-c", SCRIPT + code]
    ended = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=120)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_process_that_ends_leaves_its_session_as_it_was(ending, folder, data):
    code, expected = ENDINGS[ending]
    status, said = run(code, folder)
    assert status == expected, said
    assert [path.name for path in folder.iterdir()] == ["run.checkpoint.oneshot"]
    again = SearchSession.load("run.checkpoint.oneshot", data=data)
    assert again.training_losses
    if "training" in ending:
        (entry,) = [entry for entry in again.log[2:] if entry.action == "train"]
        assert (entry.outcome, entry.arguments["stop_after"]) >= ("stopped", 8)


def test_a_disk_that_does_not_answer_holds_no_process_up(folder):
    code = (
        "worker.LAST_BATCH_SECONDS = worker.LAST_SAVE_SECONDS = 0.5\n"
        "replacing.os.fsync = lambda file: threading.Event().wait()"
    )
    assert run(code, folder) == (0, "")


def test_a_process_ends_quietly_where_nothing_can_be_written(folder):
    assert run("session.checkpoint = 'missing/run.checkpoint.oneshot'", folder) == (0, "")


def test_a_notebook_that_is_run_without_a_browser_is_kept(folder, data):
    cells = [nbformat.v4.new_code_cell(SCRIPT), nbformat.v4.new_code_cell("session.step()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    assert len(SearchSession.load("run.checkpoint.oneshot", data=data).generations) == 1


# ---- two that live at the same time --------------------------------------------------------------------------------


def test_each_live_session_has_a_file_of_its_own_from_the_start(data):
    one, other = small(data), small(data, seed=5)
    for session in (one, other):
        session.checkpoint = session.usual_checkpoint()
    names = [Path(session.checkpoint).name for session in (one, other)]
    assert names == ["lenet-digits.checkpoint.oneshot", "lenet-digits-2.checkpoint.oneshot"]
    assert other.message == f"{names[0]} is the file of another session; this one is saved in {names[1]}"
    for session in (one, other, one, other):
        session.train(1)
        assert kept(session).seed == session.seed
        assert session.last_checkpoint.path == session.checkpoint
        # Neither is offered to the other.
        assert session.earlier_checkpoint() is None
        assert not session.last_checkpoint.aside
    assert [Path(session.checkpoint).name for session in (one, other)] == names


def test_of_two_that_have_ended_the_newest_is_offered(data):
    one, other = small(data), small(data, seed=5)
    for session in (one, other):
        session.checkpoint = session.usual_checkpoint()
        session.train(1)
        end(session)
    os.utime(one.checkpoint, (1000, 1000))
    again = small(data)
    again.checkpoint = again.usual_checkpoint()
    assert again.checkpoint == one.checkpoint
    assert again.earlier_checkpoint().path == other.checkpoint


def test_a_file_that_another_one_loads_stays_with_the_session_that_lives(session):
    session.checkpoint = session.usual_checkpoint()
    session.train(1)
    again = kept(session)
    again.checkpoint = again.usual_checkpoint()
    assert Path(again.checkpoint).name == "lenet-digits-2.checkpoint.oneshot"


def test_a_file_that_is_given_up_is_free(session, data):
    other = small(data)
    session.checkpoint = other_checkpoint = "run.checkpoint.oneshot"
    session.checkpoint = None
    other.checkpoint = other_checkpoint
    assert Path(other.checkpoint).name == "run.checkpoint.oneshot"


def test_where_nothing_can_be_claimed_a_live_session_is_left_alone_all_the_same(session, data, monkeypatch):
    """Two notebooks in a folder without locks: each goes on with a file of its own, and tells where."""
    monkeypatch.setattr(Claim, "take", lambda claim: None)
    other = SearchSession("lenet", data, **SMALL | {"seed": 5})
    for each in (session, other, session, other):
        each.checkpoint = each.checkpoint or "run.checkpoint.oneshot"
        each.submit("checkpoint", partial(write_checkpoint, each)).wait()
    paths = [Path(each.last_checkpoint.path).name for each in (session, other)]
    assert paths == ["run-2.checkpoint.oneshot", "run.checkpoint.oneshot"]
    assert [Path(each.checkpoint).name for each in (session, other)] == paths
    assert [SearchSession.load(path, data=data).seed for path in paths] == [session.seed, other.seed]


def test_a_file_to_save_to_is_nobody_elses(session, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = SearchSession("lenet", data, **SMALL)
    names = []
    for each in (session, other, session):
        each.save(each.usual_file())
        names.append(each.message)
    assert names == [
        "saved as lenet-digits.oneshot",
        "saved as lenet-digits-2.oneshot",
        "saved as lenet-digits.oneshot",
    ]
    again = SearchSession.load("lenet-digits-2.oneshot", data=data)
    assert Path(again.usual_file()).name == "lenet-digits-2.oneshot"
