from dataclasses import dataclass

import pytest

from oneshot_lab.session.actions.context import MOST_POINTS, Context
from oneshot_lab.session.actions.train import Train
from oneshot_lab.session.log import LogEntry
from oneshot_lab.supernet.train import Progress
from tests.session.sessions import small


@pytest.fixture
def new(data):
    return small(data)


@pytest.fixture
def context(new):
    """That of a training which does not run."""
    return Context(new, Train(2), state=new.state, settings=new.settings, saving=None)


def test_arguments_are_filled_in_as_they_become_known(context):
    asked = context.action
    context.resolve(stop_after=3)
    assert context.action.arguments() == asked.arguments() | {"stop_after": 3}
    assert asked == Train(2)


def test_a_training_is_told_in_epochs_of_all_its_runs(context, new):
    context.training("a network", Progress(epoch=1, epochs=2, batch=3, batches=4, loss=0.5), finished=1, runs=2)
    assert new.progress == (1 + 1.75 / 2) / 2
    assert new.curve == ((2 + 1.75, 0.5),)
    assert new.message.startswith("a network")
    assert new.message.endswith("epoch 2 of 2, loss 0.500")


def test_a_long_curve_is_thinned_and_keeps_its_range(context, new):
    batches = 3 * MOST_POINTS
    for batch in range(1, batches + 1):
        context.training("it", Progress(epoch=0, epochs=1, batch=batch, batches=batches, loss=1.0))
        assert len(new.curve) <= MOST_POINTS
    epochs = [epoch for epoch, _ in new.curve]
    assert epochs == sorted(set(epochs))
    assert epochs[-1] == 1.0
    assert epochs[0] < 0.05


def test_what_is_noted_meanwhile_stays(context, new):
    context.note(LogEntry("", "step", {}, 0.0, "done"), message="half of it")
    assert ([entry.action for entry in new.log], new.message) == (["create", "step"], "half of it")


def test_the_state_is_shown_with_what_else_is_told(context, new):
    new.state.training_losses = (1.0, 0.5)
    context.publish(message="two epochs")
    assert (new.training_losses, new.message) == ((1.0, 0.5), "two epochs")


def test_files_are_left_to_what_saves(new, tmp_path):
    @dataclass
    class Saving:
        asked: tuple = ()

        def changed(self):
            self.asked += ("changed",)

        def keep(self):
            self.asked += ("keep",)

        def save(self, path):
            self.asked += (path.name,)
            return "it is large"

    saving = Saving()
    context = Context(new, Train(1), state=new.state, settings=new.settings, saving=saving)
    context.changed()
    context.keep()
    assert context.write(tmp_path / "a.oneshot") == "it is large"
    assert saving.asked == ("changed", "keep", "a.oneshot")
