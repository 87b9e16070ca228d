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
from oneshot_lab.session.editing import Sketch
from tests.session.sessions import (
    ENDLESS,
    PRESSES,
    actions,
    at_batch,
    equal,
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


def test_there_is_no_thread_before_there_is_something_to_do(new):
    assert new._worker._thread is None
    before = {*threading.enumerate()}
    new.train(1)
    new.step()
    ours = [thread for thread in {*threading.enumerate()} - before if thread.name.startswith("oneshot-lab")]
    assert ours == [new._worker._thread]
    assert ours[0].daemon


@pytest.mark.parametrize("how", ["collected", "closed"])
def test_the_thread_ends_with_its_session(data, how):
    session = small(data)
    session.train(1)
    session.edit(RemoveBlock("B3"), wait=False).wait()
    thread, watch = session._worker._thread, weakref.ref(session)
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
    job = session.train(1, wait=False)
    del session
    gc.collect()
    assert len(job.wait()) == 1


def test_a_closed_session_stops_and_takes_no_more_jobs_but_can_be_looked_at(new):
    job, later = new.train(ENDLESS, wait=False), new.step(wait=False)
    until(lambda: len(new.training_losses) or new.progress)
    new.close()
    assert job.wait()
    with pytest.raises(StoppedError, match="step: stopped before it began"):
        later.wait()
    with pytest.raises(SessionError, match="train: the session is closed"):
        new.train(1)
    assert new.training_losses
    new.close()


def test_all_work_is_done_in_one_thread_whoever_asks(new):
    threads = set()
    at_batch(new, 1, lambda: threads.add(threading.current_thread()))
    new.train(1)
    new._should_stop = lambda: threads.add(threading.current_thread())
    asking = threading.Thread(target=new.step)
    asking.start()
    asking.join()
    assert threads == {new._worker._thread}


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
        "for session in (running, resting): session.train(10**6, wait=False)",
        "until(lambda: running.progress and resting.progress)",
        "running.observe(print, 'progress')  # with nobody to call it",
        "resting.pause()",
        "until(lambda: 'paused' in resting.message)",
        "running.step(wait=False)",
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
        not_waited.train(2, wait=False),
        not_waited.evolve(3, wait=False),
        not_waited.finalize(epochs=1, wait=False),
    ]
    assert [job.wait() for job in jobs[:2]] == [losses, generations]
    assert jobs[2].wait().runs == final.runs
    assert {job.state for job in jobs} == {"done"}
    assert portrait(waited) == portrait(not_waited)
    assert equal(weights(waited), weights(not_waited))
    assert actions(waited) == actions(not_waited)


def test_what_is_wrong_with_the_arguments_is_said_at_once(new):
    for wrong in (
        lambda: new.train(0, wait=False),
        lambda: new.evolve(0, wait=False),
        lambda: new.train(recipe="sandwhich", wait=False),
        lambda: new.finalize(seeds=0, wait=False),
        lambda: new.region(x=(0, float("nan")), wait=False),
    ):
        with pytest.raises(SessionError):
            wrong()
    assert new.waiting == ()


def test_what_is_wrong_with_the_session_is_found_when_it_runs(new):
    job = new.step(wait=False)
    new.wait()
    assert job.state == "failed"
    with pytest.raises(SessionError, match="the supernet is not trained"):
        _ = job.result
    after = [new.train(1, wait=False), new.step(wait=False), new.finalize(epochs=1, wait=False)]
    assert after[2].wait().mask == new.best.mask


def test_short_jobs_go_before_long_ones_and_otherwise_in_order(new):
    started, go_on = threading.Event(), threading.Event()
    at_batch(new, 1, lambda: (started.set(), go_on.wait()))
    new.train(1, wait=False)
    started.wait()
    new.step(wait=False)
    new.project(wait=False)
    new.edit(RemoveBlock("B3"), wait=False)
    new.undo(wait=False)
    assert new.waiting == ("edit", "undo", "step", "project")
    go_on.set()
    new.wait()
    assert [action for action, _ in actions(new)] == ["train", "edit", "undo", "step", "project"]
    assert new.waiting == ()


def test_a_double_click_is_one_job_and_two_different_ones_are_two(new):
    started, go_on = threading.Event(), threading.Event()
    at_batch(new, 1, lambda: (started.set(), go_on.wait()))
    first = new.train(1, wait=False)
    started.wait()
    again, longer, once_more = new.train(1, wait=False), new.train(2, wait=False), new.train(2, wait=False)
    assert first is again
    assert longer is once_more
    assert first is not longer
    # Edits are not: who removes a block twice in two different networks means it.
    assert new.undo(wait=False) is not new.undo(wait=False)
    go_on.set()
    new.wait()
    assert [entry.arguments["epochs"] for entry in new.log if entry.action == "train"] == [1, 2]
    assert new.train(1, wait=False) is not first
    new.wait()


# Searching while somebody draws --------------------------------------------------------------------------------------


def test_edits_regions_and_focus_come_in_between_two_generations(session):
    known = len(session.log)
    session.project()

    def act():
        session.region(blocks=["B1"], name="here", wait=False)
        session.focus("here", wait=False)
        session.edit(RemoveBlock("B2"), wait=False)

    at_batch(session, 1, act)
    job = session.evolve(4, wait=False)
    found = job.wait(60)
    assert len(found) == 4
    done = ["project", "step", "region", "focus", "edit", "project", "step", "step", "step"]
    assert actions(session, known) == [(action, "done") for action in done]
    assert session.focused.name == "here"
    assert all("B2" not in mask for mask in found[-1].population)
    assert "from here" in session.message
    assert job.progress == session.progress == 1.0


def test_the_status_stays_while_a_search_goes_on_so_that_no_view_flickers(session):
    seen, assign = [], session._assign

    def seeing(values, entry=None):
        seen.extend({values.get("status", session.status)} - {session.status})
        return assign(values, entry)

    session._assign = seeing
    at_batch(session, 1, lambda: session.edit(RemoveBlock("B3"), wait=False))
    session.evolve(3, wait=False).wait(60)
    assert seen == ["searching", "idle"]
    assert session.status == "idle"


def test_a_network_that_does_not_fit_has_the_search_wait_for_the_next_edit(session):
    at_batch(session, 1, lambda: session.propose(AddLayer("Conv2d"), wait=False))
    job = session.evolve(3, wait=False)
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
    job = session.evolve(6, wait=False)
    jobs = []

    def storm(number):
        rng = random.Random(f"{seed} {number}")
        for _ in range(12):
            act = rng.choice(
                [
                    lambda: session.edit(RemoveBlock(rng.choice(["B1", "B2", "B5", "B9"])), wait=False),
                    lambda: session.edit(AddComponent("B4", "BatchNorm2d"), wait=False),
                    lambda: session.undo(wait=False),
                    lambda: session.redo(wait=False),
                    lambda: session.replace(load_template("lenet", width=0.25), wait=False),
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
    until(lambda: session._worker.is_idle() or session.resume())
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
    at_batch(session, 1, lambda: session.propose(AddLayer("Conv2d"), wait=False))
    job = session.evolve(3, wait=False)
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
running, waiting = session.train(10**6, wait=False), session.step(wait=False)
until(lambda: session.progress)

# The worst moment: another thread holds the locks, and goes on holding them in the child.
held, go = threading.Event(), threading.Event()
def hold():
    with session._outbox.lock, idle._outbox.lock, running._go._cond:
        held.set()
        go.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()

child = os.fork()
if child == 0:
    asked = {
        "train": lambda: session.train(1), "background": lambda: session.train(1, wait=False),
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
