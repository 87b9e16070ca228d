"""The thread of a session, and the order in which it does what it is asked for."""

import gc
import os
import random
import subprocess
import sys
import threading
import weakref

import pytest
import torch

from oneshot_lab.architecture.edits import AddComponent, AddLayer, RemoveBlock
from oneshot_lab.architecture.serial import edit_from_json, from_json
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.session.sketch import Sketch
from tests.session.sessions import (
    ENDLESS,
    PRESSES,
    actions,
    at_batch,
    before_batches,
    equal,
    is_idle,
    is_usable,
    portrait,
    small,
    until,
    weights,
)


@pytest.fixture
def new(data):
    return small(data)


# The thread ----------------------------------------------------------------------------------------------------------


def workers():
    """The threads of all sessions that live."""
    return {thread for thread in threading.enumerate() if thread.name == "oneshot-lab worker"}


def test_there_is_no_thread_before_there_is_something_to_do(data):
    before = workers()
    session = small(data)
    assert workers() <= before
    session.train(1)
    session.step()
    (thread,) = workers() - before
    assert thread.daemon


@pytest.mark.parametrize("how", ["collected", "closed"])
def test_the_thread_ends_with_its_session(data, how):
    session, before = small(data), workers()
    session.train(1)
    session.edit.start(RemoveBlock("B3")).wait()
    (thread,), watch = workers() - before, weakref.ref(session)
    if how == "closed":
        session.close()
    else:
        del session
        gc.collect()
        assert watch() is None
    thread.join(20)
    assert not thread.is_alive()


def test_a_session_that_nobody_has_any_more_finishes_what_was_asked_for(data):
    session = small(data)
    job = session.train.start(1)
    del session
    gc.collect()
    assert len(job.wait()) == 1


def test_a_closed_session_stops_and_takes_no_more_jobs_but_can_be_looked_at(new):
    job, later = new.train.start(ENDLESS), new.step.start()
    until(lambda: len(new.training_losses) or new.progress)
    new.close()
    assert job.wait()
    with pytest.raises(StoppedError, match="step: stopped before it started"):
        later.wait()
    with pytest.raises(SessionError, match="train: the session is closed"):
        new.train(1)
    assert new.training_losses
    new.close()


def test_all_work_is_done_in_one_thread_whoever_asks(new):
    threads, before = [], workers()
    before_batches(new, lambda: threads.append(threading.current_thread()))
    new.train(1)
    trained = len(threads)
    asking = threading.Thread(target=new.step)
    asking.start()
    asking.join()
    assert 0 < trained < len(threads)
    assert {*threads} == workers() - before


def test_what_torch_knows_of_the_calling_thread_does_not_matter(data):
    plain, strange = small(data), small(data)
    plain.train(1)
    with torch.no_grad():
        strange.train(1)
    assert equal(weights(plain), weights(strange))


def test_a_process_ends_in_the_middle_of_jobs_that_run_and_rest():
    lines = [
        "from oneshot_lab.supernet.data import load_data",
        "from tests.session.sessions import small, until",
        "data = load_data('digits', limit=400)",
        "running, resting = small(data), small(data)",
        "for session in (running, resting): session.train.start(10**6)",
        "until(lambda: running.progress and resting.progress)",
        "running.observe(print, 'progress')  # with nobody to call it",
        "resting.pause()",
        "until(lambda: 'paused' in resting.message)",
        "running.step.start()",
    ]
    command = [sys.executable, "-X", "faulthandler", "-c", "\n".join(lines)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# In the background ---------------------------------------------------------------------------------------------------


def test_a_job_in_the_background_leads_to_the_same(data):
    waited, not_waited = small(data), small(data)
    losses = waited.train(2)
    generations = tuple(waited.evolve(3))
    final = waited.finalize(epochs=1)
    jobs = [
        not_waited.train.start(2),
        not_waited.evolve.start(3),
        not_waited.finalize.start(epochs=1),
    ]
    assert [job.wait() for job in jobs[:2]] == [losses, generations]
    assert jobs[2].wait().runs == final.runs
    assert {job.state for job in jobs} == {"done"}
    assert portrait(waited) == portrait(not_waited)
    assert equal(weights(waited), weights(not_waited))
    assert actions(waited) == actions(not_waited)


def test_what_is_wrong_with_the_arguments_is_said_at_once(new):
    for wrong in (
        lambda: new.train.start(0),
        lambda: new.evolve.start(0),
        lambda: new.train.start(recipe="sandwhich"),
        lambda: new.finalize.start(seeds=0),
        lambda: new.region.start(x=(0, float("nan"))),
    ):
        with pytest.raises(SessionError):
            wrong()
    assert new.waiting == ()


def test_what_is_wrong_with_the_session_is_found_when_it_runs(new):
    job = new.step.start()
    new.wait()
    assert job.state == "failed"
    with pytest.raises(SessionError, match="the supernet is not trained"):
        _ = job.result
    after = [new.train.start(1), new.step.start(), new.finalize.start(epochs=1)]
    assert after[2].wait().mask == new.best.mask


def test_short_jobs_go_before_long_ones_and_otherwise_in_order(new):
    started, go_on = threading.Event(), threading.Event()
    at_batch(new, 1, lambda: (started.set(), go_on.wait()))
    new.train.start(1)
    started.wait()
    new.step.start()
    new.project.start()
    new.edit.start(RemoveBlock("B3"))
    new.undo.start()
    assert new.waiting == ("edit", "undo", "step", "project")
    go_on.set()
    new.wait()
    assert [action for action, _ in actions(new)] == ["train", "edit", "undo", "step", "project"]
    assert new.waiting == ()


def test_a_double_click_is_one_job_and_two_different_ones_are_two(new):
    started, go_on = threading.Event(), threading.Event()
    at_batch(new, 1, lambda: (started.set(), go_on.wait()))
    first = new.train.start(1)
    started.wait()
    again, longer, once_more = new.train.start(1), new.train.start(2), new.train.start(2)
    assert first is again
    assert longer is once_more
    assert first is not longer
    # Edits are not: who removes a block twice in two different networks means it.
    assert new.undo.start() is not new.undo.start()
    go_on.set()
    new.wait()
    assert [entry.arguments["epochs"] for entry in new.log if entry.action == "train"] == [1, 2]
    assert new.train.start(1) is not first
    new.wait()


# Searching while somebody draws --------------------------------------------------------------------------------------


def test_edits_regions_and_focus_come_in_between_two_generations(session):
    known = len(session.log)
    session.project()

    def act():
        session.region.start(blocks=["B1"], name="here")
        session.focus.start("here")
        session.edit.start(RemoveBlock("B2"))

    at_batch(session, 1, act)
    job = session.evolve.start(4)
    found = job.wait(60)
    assert len(found) == 4
    done = ["project", "step", "region", "focus", "edit", "project", "step", "step", "step"]
    assert actions(session, known) == [(action, "done") for action in done]
    assert session.focused.name == "here"
    assert all("B2" not in mask for mask in found[-1].population)
    assert "from here" in session.message
    assert job.progress == session.progress == 1.0


def test_the_status_stays_while_a_search_goes_on_so_that_no_view_flickers(session):
    seen, assign = [], session.set_trait

    def seeing(name, value):
        # An observer would not see what is over before it is told.
        if name == "status" and value != session.status:
            seen.append(value)
        assign(name, value)

    session.set_trait = seeing
    at_batch(session, 1, lambda: session.edit.start(RemoveBlock("B3")))
    session.evolve.start(3).wait(60)
    assert seen == ["searching", "idle"]
    assert session.status == "idle"


def test_a_network_that_does_not_fit_has_the_search_wait_for_the_next_edit(session):
    at_batch(session, 1, lambda: session.propose.start(AddLayer("Conv2d")))
    job = session.evolve.start(3)
    session.wait(60)
    assert (job.state, session.paused) == ("paused", True)
    assert session.message == "evolve: paused, the network does not fit; it goes on when that is mended"
    session.resume()
    session.wait(60)
    assert job.state == "paused"
    session.undo()
    session.resume()
    assert len(job.wait(60)) == 3


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_edits_from_all_sides_leaves_what_the_log_says(session, seed):
    """Five threads edit, undo and pause while the search runs: nothing is lost, and nothing done twice."""
    known, first = len(session.log), session.architecture
    job = session.evolve.start(6)
    jobs = []

    def storm(number):
        rng = random.Random(f"{seed} {number}")
        for _ in range(12):
            act = rng.choice(
                [
                    lambda: session.edit.start(RemoveBlock(rng.choice(["B1", "B2", "B5", "B9"]))),
                    lambda: session.edit.start(AddComponent("B4", "BatchNorm2d")),
                    session.undo.start,
                    session.redo.start,
                    lambda: session.replace.start(load_template("lenet", width=0.25)),
                ]
            )
            jobs.append(act())
            if rng.random() < 0.2:
                (session.pause if rng.random() < 0.5 else session.resume)()

    threads = [threading.Thread(target=storm, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: is_idle(session) or session.resume())
    session.resume()
    assert len(job.wait(60)) == 6
    assert all(other.done for other in jobs)
    log = session.log[known:]
    edits = [entry for entry in log if entry.action not in ("step", *PRESSES)]
    assert len(edits) == len(jobs)
    again = Sketch(first)
    for entry in edits:
        replay(again, entry)
    assert again.architecture == session.architecture
    assert (again.can_undo, again.can_redo) == (session.can_undo, session.can_redo)
    assert set(session.block_fitness) == set(session.architecture.block_ids)
    assert is_usable(session)


def replay(sketch, entry):
    act = {
        "edit": lambda: sketch.edit(*map(edit_from_json, entry.arguments.get("edits", ()))),
        "replace": lambda: sketch.replace(from_json(entry.arguments["architecture"], where="log")),
    }.get(entry.action, getattr(sketch, entry.action))
    if entry.outcome == "done":
        act()
    else:
        with pytest.raises(Exception, match=r".+"):
            act()


def test_what_is_mended_has_the_search_go_on_by_itself(session):
    at_batch(session, 1, lambda: session.propose.start(AddLayer("Conv2d")))
    job = session.evolve.start(3)
    session.wait(60)
    assert session.paused
    session.undo()
    assert len(job.wait(60)) == 3
    assert not session.paused


# Forks ---------------------------------------------------------------------------------------------------------------

FORKED = """
import os, sys, threading
from oneshot_lab.errors import OneShotError
from oneshot_lab.supernet.data import load_data
from tests.session.sessions import small, until

data = load_data('digits', limit=400)
session, idle = small(data), small(data)
running, waiting = session.train.start(10**6), session.step.start()
until(lambda: session.progress)

# The worst moment: another thread holds the locks, and goes on holding them in the child.
held, go = threading.Event(), threading.Event()
def hold():
    with session._notifications.lock, idle._notifications.lock, running._go._cond:
        held.set()
        go.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()

child = os.fork()
if child == 0:
    asked = {
        "train": lambda: session.train(1), "background": lambda: session.train.start(1),
        "idle": lambda: idle.train(1), "evolve": lambda: next(session.evolve(2)), "edit": lambda: session.undo(),
        "save": lambda: session.save('never.oneshot'), "job": running.wait, "waiting": waiting.wait,
    }
    for name, ask in asked.items():
        try:
            ask()
            print(name, "did it")
        except OneShotError as error:
            print(name, "forked" in str(error))
    for call in (session.stop, session.pause, session.resume, session.wait, running.cancel, running.pause):
        call()
    print(session.best if len(session.candidates) else "looked at", running.done)
    session.close()
    sys.exit(7)

status = os.waitpid(child, 0)[1]
go.set()
thread.join()
print("child", os.waitstatus_to_exitcode(status), "parent", running.state, idle.train(1) != ())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without forks")
def test_a_forked_process_refuses_what_the_session_would_do_and_ends(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)) + os.pathsep + os.getcwd()},
    )
    asked = ("train", "background", "idle", "evolve", "edit", "save", "job", "waiting")
    expected = [f"{name} True" for name in asked] + ["looked at True", "child 7 parent running True"]
    assert (done.stdout.splitlines(), done.returncode) == (expected, 0), done.stderr
    assert not list(tmp_path.iterdir())
