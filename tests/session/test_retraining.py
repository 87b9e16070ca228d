import gc
import weakref

import pytest

from oneshot_lab.architecture.edits import AddBlock, AddLayer, RemoveBlock
from oneshot_lab.errors import SessionError
from oneshot_lab.session import retraining
from oneshot_lab.session.actions import train as training
from tests.session.sessions import ENDLESS, PRESSES, at_batch, end, small, until

NEW = AddBlock("L1", "Conv2d", ", , 9, padding=4")


@pytest.fixture(autouse=True)
def _long(monkeypatch):
    """Nobody rests long enough for a training, but who says so."""
    monkeypatch.setattr(retraining, "SETTLE_SECONDS", 1000.0)


def be_due(session):
    """Lets so much time pass without an edit that the supernet is trained, and returns the job that does it."""
    job = session._retraining.job
    if job is not None:
        job.due = 0.0
        job.resume()  # which has the worker look again
    return job


def rest(session):
    """As `be_due`, and waits for it."""
    job = be_due(session)
    session.wait()
    return job


@pytest.fixture
def session(copy):
    session = copy()
    session.auto_train = True
    return session


def actions(session, known):
    done = [entry for entry in session.log[known:] if entry.action not in PRESSES]
    return [(entry.action, entry.arguments.get("epochs"), entry.outcome) for entry in done]


def test_it_is_off_unless_somebody_wants_it(copy):
    session = copy()
    session.edit(NEW)
    rest(session)
    assert session.untrained_blocks
    assert session.log[-1].action == "edit"
    session.auto_train = True
    rest(session)
    assert session.untrained_blocks == ()


def test_an_edit_that_brings_new_weights_is_followed_by_an_epoch(session):
    known, epochs = len(session.log), len(session.training_losses)
    session.edit(NEW)
    assert session.untrained_blocks
    rest(session)
    assert actions(session, known) == [("edit", None, "done"), ("train", 1, "done")]
    assert session.untrained_blocks == ()
    assert len(session.training_losses) == epochs + 1


def test_a_burst_of_edits_is_followed_by_one(session):
    known = len(session.log)
    for _ in range(4):
        session.edit(NEW)
    assert session.waiting == ("train",)
    rest(session)
    assert [action for action, _, _ in actions(session, known)] == ["edit"] * 4 + ["train"]


@pytest.mark.parametrize("undone", ["undo", "remove", "turned off", "draft", "stopped"])
def test_what_has_nothing_to_learn_any_more_is_not_trained(session, undone):
    session.edit(NEW)
    {
        "undo": session.undo,
        "remove": lambda: session.edit(RemoveBlock(session.untrained_blocks[0])),
        "turned off": lambda: setattr(session, "auto_train", False),
        "draft": lambda: session.propose(AddLayer("Conv2d")),
        "stopped": session.stop,
    }[undone]()
    known = len(session.log)
    rest(session)
    assert session.waiting == ()
    assert actions(session, known) == []


def test_an_edit_that_brings_nothing_new_is_not_followed_by_a_training(session):
    session.edit(RemoveBlock("B3"))
    rest(session)
    assert session.log[-1].action == "edit"


def test_a_supernet_that_was_never_trained_is_left_to_the_person(data):
    session = small(data)
    session.auto_train = True
    session.edit(NEW)
    rest(session)
    assert session.training_losses == ()


def test_a_search_goes_on_after_the_training(session):
    known = len(session.log)
    at_batch(session, 1, lambda: session.edit.start(NEW))
    job = session.evolve.start(3)
    until(lambda: session.waiting == ("train", "evolve"))
    rest(session)
    assert len(job.wait()) == 3
    assert [action for action, _, _ in actions(session, known)] == ["step", "edit", "train", "step", "step"]


def test_a_search_rests_after_a_training_that_failed_and_the_reason_stays(session, monkeypatch):
    def fails(*args, **kwargs):
        raise SessionError("no room for a batch", where="train", remedy="train with smaller batches")

    search = session.evolve.start(ENDLESS)
    until(lambda: session.status == "searching")
    with monkeypatch.context() as patch:
        patch.setattr(training, "train_supernet", fails)
        session.edit(NEW)
        be_due(session)
        until(lambda: search.is_paused)
        session.wait(60)
    assert session.message.startswith("train: failed: train: no room for a batch")
    assert (session.status, session.job_state) == ("idle", "paused")
    known = len(session.generations)
    session.resume()
    until(lambda: len(session.generations) > known)
    session.stop()
    session.wait(60)


def test_it_does_not_keep_a_session_that_nobody_has(copy):
    session = copy()
    session.auto_train = True
    session.edit(NEW)
    job, watch = rest(session), weakref.ref(session)
    assert job.done
    del session
    gc.collect()
    assert watch() is None, "also where somebody still has the job"


def test_a_search_that_is_stopped_ends_without_a_training(session):
    """Also while it waits for more edits: nothing is done first that nobody wants any more."""
    at_batch(session, 1, lambda: session.edit.start(NEW))
    job = session.evolve.start(5)
    until(lambda: session.waiting == ("train", "evolve"))
    session.stop()
    assert len(job.wait(60)) == 1
    session.wait(60)
    assert session.untrained_blocks
    assert [entry.action for entry in session.log[-2:]] == ["edit", "stop"]
    assert session.message == "evolve: stopped after 1 of 5 generations"


def test_who_trains_after_an_edit_does_not_wait_and_trains_once(session):
    session.edit(NEW)
    known = len(session.log)
    session.train(2)
    session.wait(60)
    assert actions(session, known) == [("train", 2, "done")]


def test_who_steps_after_an_edit_waits_for_the_training_alone(session):
    session.edit(NEW)
    known = len(session.log)
    session.step()
    assert [action for action, _, _ in actions(session, known)] == ["train", "step"]


def test_a_closed_session_is_not_trained(session):
    session.edit(NEW)
    end(session)
    # Turned on anew, it plans a training where there is something to learn.
    session.auto_train = False
    session.auto_train = True
    assert session.untrained_blocks
    assert session.waiting == ()
