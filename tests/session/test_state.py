import itertools
import json
import threading

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import ArchitectureError, SessionError
from tests.session.sessions import is_usable, small


def changes(session, *names):
    """A list that grows with each change of these traits."""
    seen = []
    session.observe(lambda change: seen.append((change.name, change.new)), list(names))
    return seen


def actions(session):
    """Each action as a call."""
    return {
        "train": lambda: session.train(1),
        "step": session.step,
        "evolve": lambda: next(session.evolve(1)),
        "evaluate": lambda: session.evaluate(session.best.mask),
        "edit": lambda: session.edit(RemoveBlock("B2")),
        "undo": session.undo,
        "redo": session.redo,
        "finalize": lambda: session.finalize(epochs=1),
        "save": lambda: session.save("never.oneshot"),
    }


def test_traits_cannot_be_set_from_outside(shared):
    for name in shared.trait_names():
        with pytest.raises(Exception, match="read-only"):
            setattr(shared, name, getattr(shared, name))


def test_status_says_what_is_going_on_and_goes_back_to_idle(session):
    seen = changes(session, "status")
    session.train(1)
    session.step()
    session.evaluate(session.best.mask)
    session.finalize(epochs=1)
    session.edit(RemoveBlock("B2"))
    busy = ["training", "searching", "evaluating", "finalizing"]
    assert [status for _, status in seen] == list(itertools.chain(*((status, "idle") for status in busy)))


@pytest.mark.parametrize("action", ["train", "step", "finalize"])
def test_progress_goes_from_0_to_1_and_never_back(session, action):
    session.train(1)  # so that the step has candidates to evaluate
    seen = changes(session, "progress")
    if action == "finalize":
        session.step()
        seen.clear()
        session.finalize(epochs=2, seeds=2)
    else:
        actions(session)[action]()
    values = [value for _, value in seen]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert values == sorted(values)
    assert len(values) > 2 or action == "step"


def test_messages_say_where_an_action_is_and_how_it_ended(session):
    seen = changes(session, "message")
    session.train(2)
    messages = [message for _, message in seen]
    assert messages[1].startswith("supernet: epoch 1 of 2, loss ")
    assert messages[-1].startswith("supernet: epoch 2 of 2, loss ")
    session.step()
    assert session.message.startswith("generation 2: best loss ")
    session.finalize(epochs=1, seeds=2)
    assert any(message.startswith("final model, run 2 of 2: epoch 1 of 1") for _, message in seen)
    assert session.message.startswith("test accuracy ")
    with pytest.raises(ArchitectureError):
        session.edit(RemoveBlock("B99"))
    assert session.message.startswith("edit: failed: ")


def test_whoever_watches_one_trait_finds_the_others_up_to_date(session):
    found = []

    def look(change):
        blocks = set(session.architecture.block_ids)
        found.append(
            "B3" not in blocks
            and set(session.block_fitness) == blocks
            and session.candidates["stale"].any()
            and session.can_undo
        )

    session.observe(look, ["architecture", "block_fitness", "candidates", "can_undo"])
    session.edit(RemoveBlock("B3"))
    assert found == [True] * 4


def test_an_action_from_an_observer_is_refused_and_the_running_one_goes_on(session):
    refused = []

    def act(change):
        session.unobserve_all("progress")
        for name, action in actions(session).items():
            with pytest.raises(SessionError) as caught:
                action()
            refused.append((name, str(caught.value)))

    session.observe(act, "progress")
    session.train(1)
    assert len(refused) == 9
    assert all("train has not ended yet (status: training)" in text for _, text in refused)
    assert [entry.action for entry in session.log[-1:]] == ["train"]
    assert is_usable(session)


def test_an_action_from_another_thread_is_refused(session):
    refused = []

    def act():
        try:
            session.step()
        except SessionError as error:
            refused.append(error)

    def observer(change):
        session.unobserve_all("message")
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    session.observe(observer, "message")
    session.finalize(epochs=1)
    assert "finalize has not ended yet (status: finalizing)" in str(refused[0])
    assert refused[0].where == "step"
    assert "stop()" in refused[0].remedy


def test_two_threads_at_once_never_both_act(data):
    session = small(data)
    barrier, outcomes = threading.Barrier(2), []

    def act():
        barrier.wait()
        try:
            outcomes.append(session.train(2))
        except SessionError:
            outcomes.append(None)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [losses for losses in outcomes if losses]
    assert len(session.log) == len(done)
    assert session.training_losses == tuple(itertools.chain(*done))


@pytest.mark.parametrize("trait", ["status", "log", "training_losses", "candidates"])
def test_an_observer_that_fails_does_not_lock_the_session(session, trait):
    def fail(change):
        raise ZeroDivisionError

    session.observe(fail, trait)
    with pytest.raises(ZeroDivisionError):
        session.train(1)
    session.unobserve_all(trait)
    assert is_usable(session)


def test_every_action_is_logged_with_its_duration_and_outcome(session, tmp_path):
    known = len(session.log)
    session.train(1)
    session.step()
    session.edit(RemoveBlock("L1.B3"))
    session.undo()
    session.redo()
    with pytest.raises(SessionError):
        session.redo()
    session.finalize([block != "B2" for block in session.architecture.block_ids], epochs=1, seeds=1)
    session.save(tmp_path / "a.oneshot")
    new = session.log[known:]
    assert [(entry.action, entry.outcome) for entry in new] == [
        ("train", "done"),
        ("step", "done"),
        ("edit", "done"),
        ("undo", "done"),
        ("redo", "done"),
        ("redo", "failed: redo: there is nothing to redo"),
        ("finalize", "done"),
        ("save", "done"),
    ]
    assert all(entry.seconds >= 0 for entry in new)
    assert new[0].seconds > 0
    assert new[2].arguments == {"edits": [{"edit": "RemoveBlock", "block": "L1.B3"}]}
    assert new[6].arguments["mask"] == sorted(set(session.architecture.block_ids) - {"B2"})
    assert json.loads(json.dumps([entry.to_json() for entry in new])) == [entry.to_json() for entry in new]
