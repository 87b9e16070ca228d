import itertools
import json
import threading
from datetime import datetime

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import ArchitectureError, SessionError
from oneshot_lab.session.editing import Editing
from tests.session.sessions import at_batch, is_usable, small, until


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


def test_status_says_what_is_going_on_and_goes_back_to_idle(session):
    seen = []
    session.observe(lambda change: seen.append(change.new), "status")
    session.train(1)
    session.step()
    session.evaluate(session.best.mask)
    session.finalize(epochs=1)
    session.edit(RemoveBlock("B2"))
    busy = ["training", "searching", "evaluating", "finalizing"]
    assert seen == list(itertools.chain(*((status, "idle") for status in busy)))


def test_what_takes_no_time_is_told_by_its_name_while_it_is_done(session, monkeypatch):
    seen = []
    become = session.state.become
    monkeypatch.setattr(session.state, "become", lambda network: (seen.append(session.doing), become(network)))
    session.edit(RemoveBlock("B2"))
    session.undo()
    with pytest.raises(ArchitectureError):
        session.edit(RemoveBlock("B999"))
    session.train(1)
    assert (seen, session.doing) == (["edit", "undo"], "")


def test_an_action_from_an_observer_is_refused_and_the_running_one_goes_on(session):
    refused = []

    def act(change):
        session.unobserve_all("status")
        for name, action in actions(session).items():
            with pytest.raises(SessionError) as caught:
                action()
            refused.append((name, str(caught.value)))

    session.observe(act, "status")
    session.train(1)
    assert len(refused) == 9
    assert all("train has not ended yet (status: training)" in text for _, text in refused)
    assert [entry.action for entry in session.log[-1:]] == ["train"]
    assert is_usable(session)


def test_an_action_from_another_thread_waits_for_its_turn(session):
    threads = []

    def start():
        threads.append(threading.Thread(target=session.step))
        threads[0].start()
        until(lambda: session.waiting == ("step",))

    at_batch(session, 1, start)
    session.train(1)
    threads[0].join()
    assert [(entry.action, entry.outcome) for entry in session.log[-2:]] == [("train", "done"), ("step", "done")]
    assert session.waiting == ()


def test_two_threads_at_once_act_one_after_the_other(data):
    session = small(data)
    barrier, losses = threading.Barrier(2), []

    def act():
        barrier.wait()
        losses.append(session.train(2))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.action for entry in session.log] == ["create", "train", "train"]
    assert sorted(session.training_losses) == sorted(itertools.chain(*losses))
    assert session.training_losses[:2] in losses


@pytest.mark.parametrize("trait", ["status", "log", "training_losses", "candidates"])
def test_an_observer_that_fails_tells_who_waits_and_costs_nothing(session, trait):
    def fail(change):
        raise ZeroDivisionError

    session.observe(fail, trait)
    epochs = len(session.training_losses)
    with pytest.raises(ZeroDivisionError):
        session.train(1)
    assert session.log[-1].outcome == "done"
    assert len(session.training_losses) == epochs + 1
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


# What was not even tried ---------------------------------------------------------------------------------------------

ERROR = ArchitectureError("an unknown message 'shell'", where="Lego View", expected="one of edit, undo")


def test_what_is_refused_is_logged_and_said(tmp_path):
    path = tmp_path / "log.jsonl"
    actions = Editing(log_file=path)
    actions.refuse("lego", ERROR)
    (entry,) = actions.log
    text = "refused: Lego View: an unknown message 'shell'; expected one of edit, undo"
    assert (entry.action, entry.arguments, entry.seconds, entry.outcome) == ("lego", {}, 0.0, text)
    assert datetime.fromisoformat(entry.time).tzinfo is not None
    assert actions.message == f"lego: {text}"
    assert json.loads(path.read_text()) == entry.to_json()


def test_a_refusal_does_not_end_the_running_action(session):
    seen = []

    def refuse(change):
        session.unobserve_all("status")
        session.refuse("lego", ERROR)
        seen.append(session.status)
        with pytest.raises(SessionError, match="train has not ended yet"):
            session.undo()

    session.observe(refuse, "status")
    session.train(1)
    assert seen == ["training"]
    assert [(entry.action, entry.outcome.partition(":")[0]) for entry in session.log[-2:]] == [
        ("lego", "refused"),
        ("train", "done"),
    ]
    assert is_usable(session)


def test_a_full_disk_is_said_and_the_action_stands(session, monkeypatch):
    monkeypatch.setattr(
        "oneshot_lab.session.runtime.running.append_line", lambda path, entry: "the log cannot be written"
    )
    session.log_file = "anywhere"
    session.edit(RemoveBlock("B2"))
    assert session.message == "the log cannot be written"
    assert session.log[-1].outcome == "done"
