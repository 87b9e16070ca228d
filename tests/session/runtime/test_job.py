"""A job by itself: waited for, stopped, interrupted, paused."""

import threading

import pytest
from traitlets import HasTraits

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import StoppedError
from oneshot_lab.session.actions import editing
from oneshot_lab.session.runtime import job as job_module
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.notifications import Notifications
from oneshot_lab.session.runtime.worker import Worker
from tests.session.sessions import (
    ENDLESS,
    PRESSES,
    actions,
    at_batch,
    equal,
    held,
    interrupt,
    interrupt_main,
    is_idle,
    is_usable,
    portrait,
    pump,
    small,
    until,
    weights,
)


@pytest.fixture
def new(data):
    return small(data)


class Nobody:
    """Whom a worker without a session tells."""

    def changed(self):
        pass

    def rest(self):
        pass


# Waiting -------------------------------------------------------------------------------------------------------------


def test_waiting_has_a_limit(new):
    job = new.train.start(ENDLESS)
    with pytest.raises(TimeoutError, match=r"train has not ended after 0\.01 seconds"):
        job.wait(0.01)
    with pytest.raises(TimeoutError):
        new.wait(0.01)
    with pytest.raises(StoppedError, match="it has not ended yet"):
        _ = job.result
    new.stop()
    assert job.wait(20) == new.training_losses


def test_the_time_left_is_told(new):
    with held(new):
        job = new.train.start(ENDLESS)
        assert job.eta != job.eta
    until(lambda: job.eta == job.eta and new.eta == new.eta)
    assert job.eta > 0
    assert new.eta > 0
    new.stop()
    new.wait(20)
    assert job.eta == 0
    assert new.eta != new.eta
    assert repr(job).startswith("<Job train: stopped, 0%")


def test_the_time_left_counts_the_jobs_own_work(session, monkeypatch):
    """Neither a pause, nor what else is done in between."""
    clock, nobody = [100.0], Nobody()
    monkeypatch.setattr(job_module, "monotonic", lambda: clock[0])

    def work():
        clock[0] += 10
        yield
        clock[0] += 10

    job = Job("work", work(), worker=Worker(Notifications(HasTraits()), nobody.changed, nobody.rest))
    job.progress = 0.25
    job.pause()
    clock[0] += 1000
    job.resume()
    assert job.run() is None
    clock[0] += 1000
    assert job.eta == 30
    job.pause()
    clock[0] += 1000
    assert job.eta == 30
    job.progress = 0.5
    job.run()
    assert job.eta == 20


# Stopping ------------------------------------------------------------------------------------------------------------


def test_stopping_right_after_the_click_stops(new):
    job = new.train.start(ENDLESS)
    new.stop()
    new.wait(20)
    assert job.state == "stopped"


def test_a_job_that_waits_can_be_taken_back(new):
    running, waiting = new.train.start(ENDLESS), new.step.start()
    waiting.cancel()
    assert waiting.state == "stopped"
    with pytest.raises(StoppedError):
        waiting.wait(20)
    assert running.state in ("running", "waiting")
    running.cancel()
    new.wait(20)
    assert [action for action, _ in actions(new)] in (["train"], [])
    running.cancel()
    assert is_usable(new)


@pytest.mark.parametrize("action", ["train", "step", "evaluate", "project", "landmarks", "finalize"])
def test_every_long_action_can_be_interrupted_and_done_again(session, action):
    session.train(1)
    session.step()
    session.train(1)
    best = session.generations[-1].best
    act = {
        "evaluate": lambda: session.evaluate(best),
        "landmarks": lambda: session.landmarks(1, epochs=1),
        "finalize": lambda: session.finalize(best, epochs=2),
    }.get(action, getattr(session, action))
    before, known = portrait(session), len(session.log)
    at_batch(session, 1, interrupt(session))
    with pytest.raises(KeyboardInterrupt):
        act()
    assert actions(session, known) == [(action, "interrupted")]
    assert session.message == f"{action}: interrupted"
    assert session.status == "idle"
    assert portrait(session) | {"generator": None} == before | {"generator": None}
    act()
    assert actions(session, known)[1:] == [(action, "done")]


def test_an_edit_that_is_interrupted_is_done_all_the_same_and_the_log_says_so(new, monkeypatch):
    draw = editing.draw
    monkeypatch.setattr(editing, "draw", lambda *args: (interrupt(new)(), draw(*args)))
    with pytest.raises(KeyboardInterrupt):
        new.edit(RemoveBlock("B3"))
    assert "B3" not in new.architecture.block_ids
    assert actions(new) == [("edit", "done")]


def test_an_interrupt_just_before_the_waiting_begins_is_raised_when_the_job_has_ended(new, monkeypatch):
    draw, submit = editing.draw, Worker.submit
    monkeypatch.setattr(editing, "draw", lambda *args: (interrupt(new)(), draw(*args)))
    monkeypatch.setattr(Worker, "submit", lambda *args, **options: (submit(*args, **options), until(lambda: False)))
    with pytest.raises(KeyboardInterrupt):
        new.edit(RemoveBlock("B3"))
    assert actions(new) == [("edit", "done")]


def test_an_interrupt_takes_only_that_back_which_the_cell_waits_for(new):
    job = new.train.start(ENDLESS)
    until(lambda: new.status == "training")

    def press():
        until(lambda: new.waiting == ("step",))
        interrupt_main()

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        new.step()
    thread.join()
    assert (job.state, new.waiting) == ("running", ())
    new.stop()
    new.wait(20)
    assert [action for action, _ in actions(new)] == ["train"]


def test_who_interrupts_twice_does_not_wait_for_the_batch_to_end(new):
    go_on = threading.Event()

    def hang():
        interrupt(new)()
        interrupt_main()
        go_on.wait()

    at_batch(new, 1, hang)
    with pytest.raises(KeyboardInterrupt):
        new.train(1)
    assert new.status == "training"
    go_on.set()
    new.wait()
    assert actions(new) == [("train", "interrupted")]


# Pausing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["train", "step", "finalize"])
def test_a_pause_changes_nothing_but_the_time(copy, action):
    plain, paused = copy(), copy()
    for session in (plain, paused):
        session.train(1)
        session.step()
        if action == "step":
            session.train(1)
    getattr(plain, action)()
    at_batch(paused, 1, paused.pause)
    job = getattr(paused, action)(wait=False)
    until(lambda: "paused; edits wait" in paused.message)
    assert (job.state, paused.paused) == ("paused", True)
    paused.wait(20)
    assert not job.done, "what rests is not waited for"
    paused.resume()
    job.wait(20)
    assert (job.state, paused.paused) == ("done", False)
    assert portrait(paused) == portrait(plain)
    assert equal(weights(paused), weights(plain))


def test_what_is_in_the_middle_of_something_holds_up_edits_and_can_be_stopped(new):
    at_batch(new, 3, new.pause)
    job = new.train.start(ENDLESS)
    until(lambda: "paused; edits wait" in new.message)
    edit = new.edit.start(RemoveBlock("B3"))
    assert (edit.state, new.waiting) == ("waiting", ("edit",))
    new.stop()
    new.wait(20)
    assert (job.state, edit.state, new.paused) == ("stopped", "done", False)
    assert len(job.result) == 1
    assert actions(new) == [("train", "stopped"), ("edit", "done")]


def test_a_search_that_rests_lets_everything_else_run(session):
    known = len(session.log)
    population = session.state.strategy.ask()
    at_batch(session, 1, session.pause)
    job = session.evolve.start(3)
    session.wait(20)
    assert (job.state, session.paused, session.status) == ("paused", True, "idle")
    assert session.message == "evolve: paused after 0 of 3 generations"
    assert session.step().population == tuple(population)
    session.edit(RemoveBlock("B3"))
    session.undo()
    session.train(1)
    assert job.state == "paused"
    session.resume()
    assert [generation.index for generation in job.wait(20)] == [3, 4, 5]
    done = ["step", "step", "edit", "undo", "train", "step", "step", "step"]
    assert [action for action, _ in actions(session, known)] == done
    assert (session.paused, session.status) == (False, "idle")


def test_a_search_that_rests_can_be_stopped(session):
    at_batch(session, 1, session.pause)
    job = session.evolve.start(3)
    session.wait(20)
    session.stop()
    session.wait(20)
    assert (job.state, job.result, session.paused) == ("stopped", (), False)


def test_of_two_that_rest_the_first_one_goes_on(session):
    at_batch(session, 1, session.pause)
    search = session.evolve.start(2)
    session.wait(20)
    training = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    session.pause()
    until(lambda: is_idle(session))
    session.resume()
    until(lambda: not training.is_paused)
    assert search.is_paused
    session.stop()
    session.wait(20)
    session.resume()
    search.wait(20)
    pressed = [(entry.action, entry.arguments["job"]) for entry in session.log if entry.action in PRESSES]
    assert pressed == [
        *(("pause", "evolve"), ("pause", "train"), ("resume", "train")),
        *(("stop", "train"), ("resume", "evolve")),
    ]


def test_pausing_resuming_and_stopping_nothing_does_nothing(new):
    for act in (new.pause, new.resume, new.stop):
        act()
    assert (new.paused, new.status) == (False, "idle")
    assert is_usable(new)


def test_a_step_that_is_asked_for_while_another_rests_is_one_of_its_own(session):
    at_batch(session, 1, session.pause)
    resting = session.evolve.start(1)
    session.wait(20)
    assert resting.state == "paused"
    known = len(session.generations)
    other = session.evolve.start(1)
    assert other is not resting
    assert len(other.wait(20)) == 1
    assert len(session.generations) == known + 1
    session.resume()
    resting.wait(20)


def test_the_job_that_is_meant_is_the_one_that_runs_then_the_one_that_rests(session):
    assert session.job is None
    at_batch(session, 1, session.pause)
    search = session.evolve.start(3)
    session.wait(20)
    assert session.job is search
    training = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    assert session.job is training
    session.stop()
    session.wait(20)
    assert session.job is search
    session.stop()
    session.wait(20)
    assert session.job is None


def test_what_that_job_does_is_told_also_when_one_rests_beside_another(session):
    told = []
    session.observe(lambda change: told.append(change.new), "job_state")

    def follows(state):
        pump(session, lambda: told[-1:] == [state])
        assert told[-1:] == [state]
        told.clear()

    at_batch(session, 1, session.pause)
    session.evolve.start(3)
    follows("paused")
    session.train.start(ENDLESS)
    follows("running")
    session.pause()
    follows("paused")
    session.resume()
    follows("running")
    session.stop()
    follows("paused")
    session.stop()
    follows("")


def test_an_edit_that_is_taken_back_too_late_is_done(new, monkeypatch):
    draw, jobs = editing.draw, []
    monkeypatch.setattr(editing, "draw", lambda *args: (until(lambda: jobs), jobs[0].cancel(), draw(*args)))
    jobs.append(new.edit.start(RemoveBlock("B3")))
    jobs[0].wait(20)
    assert (jobs[0].state, actions(new)) == ("done", [("edit", "done")])
