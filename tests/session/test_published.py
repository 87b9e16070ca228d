from threading import current_thread, main_thread

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.session.runtime import notifications
from oneshot_lab.session.runtime.notifications import Notifications

# What views share about the person's attention is theirs to set.
PEOPLE_SET = {
    "identity",
    "hovered_candidate",
    "pinned_candidates",
    "selected_region",
    "set_operation",
    "selected_blocks",
    "hovered_block",
    "auto_train",
    "checkpoint",
}


def changes(session, *names):
    """A list that grows with each change of these traits."""
    seen = []
    session.observe(lambda change: seen.append((change.name, change.new)), list(names))
    return seen


def test_traits_cannot_be_set_from_outside(shared):
    for name in set(shared.trait_names()) - PEOPLE_SET:
        with pytest.raises(Exception, match="read-only"):
            setattr(shared, name, getattr(shared, name))


@pytest.fixture
def told_at_once(monkeypatch):
    """Nothing passes so fast that it is not told."""
    monkeypatch.setattr(notifications, "PROGRESS_SECONDS", 0.001)
    monkeypatch.setattr(notifications, "OBSERVER_SECONDS", 60.0)
    # The worker waits for its change to be told.
    tell = Notifications.put

    def put(box, changes):
        tell(box, changes)
        if current_thread() is not main_thread():
            box.settle()

    monkeypatch.setattr(Notifications, "put", put)


@pytest.mark.parametrize("action", ["train", "step", "landmarks", "finalize"])
def test_progress_goes_from_0_to_1_and_never_back(session, action, told_at_once):
    session.train(1)  # so that the step has candidates to evaluate
    seen = changes(session, "progress")
    if action == "finalize":
        session.step()
        seen.clear()
        session.finalize(epochs=2, seeds=2)
    elif action == "landmarks":
        session.landmarks(2, epochs=2)
    else:
        getattr(session, action)()
    values = [value for _, value in seen]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert values == sorted(values)
    assert len(values) > 2 or action == "step"


def test_messages_say_where_an_action_is_and_how_it_ended(session, told_at_once):
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
