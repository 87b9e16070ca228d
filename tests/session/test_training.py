import threading
from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.session.training import recipe_argument
from oneshot_lab.supernet.recipes import RECIPES, Recipe
from tests.session.sessions import after, at_batch, equal, interrupt, is_usable, portrait, small, weights

BATCHES = 5  # of 64 images in an epoch of the small data


def test_training_gives_the_loss_of_each_epoch_and_lowers_it(data):
    session = small(data)
    assert set(session.untrained_blocks) == {"B1", "B2", "B3", "B5", "B6", "B7", "B9", "B10", "B12"}
    losses = session.train(3)
    assert len(losses) == 3
    assert losses[-1] < losses[0]
    assert session.training_losses == losses
    assert session.untrained_blocks == ()
    assert session.train(1, recipe="paper") == session.training_losses[3:]


@pytest.mark.parametrize("epochs", [0, -1, 1.5, "3", None, float("nan"), 10**12])
def test_epochs_must_be_a_count(shared, epochs):
    with pytest.raises(SessionError, match=r"epochs: got .*expected a whole number"):
        shared.train(epochs)


def test_counts_of_other_libraries_are_taken(session):
    session.train(np.int64(1))
    assert session.log[-1].arguments == {"epochs": 1}


def test_an_unknown_recipe_gets_a_spelling_hint(shared):
    with pytest.raises(SessionError, match="did you mean 'sandwich'"):
        shared.train(1, recipe="sandwhich")


def test_training_makes_candidates_stale_and_has_the_population_evaluated_again(session, evaluated):
    before = session.generations[-1]
    assert not session.candidates["stale"].any()
    session.train(1)
    assert session.candidates["stale"].all()
    assert session.generations[-1] is before
    with pytest.raises(SessionError, match="step the search first"):
        _ = session.best
    generation = session.step()
    assert set(generation.population) == set(evaluated[0])
    assert session.best.mask == generation.best


@pytest.mark.parametrize("batches", [1, 3, BATCHES + 2])
def test_stopping_keeps_what_was_learned(data, batches):
    session, untouched = small(data), small(data)
    at_batch(session, batches + 1, session.stop)
    losses = session.train(4)
    assert len(losses) == 1 + (batches - 1) // BATCHES
    assert session.training_losses == losses
    assert session.log[-1].outcome == "stopped"
    assert not equal(weights(session), weights(untouched))
    assert is_usable(session)


def test_a_session_stopped_before_its_first_batch_is_as_it_was(data, monkeypatch):
    session = small(data)
    before, portrayed = weights(session), portrait(session)
    after(session, 1, session.stop, trait="status")
    assert session.train(2) == ()
    assert equal(weights(session), before)
    # The seed of this training is gone; nothing else is.
    assert portrait(session) | {"generator": None} == portrayed | {"generator": None}
    with pytest.raises(SessionError, match="not trained"):
        session.step()


def test_stopping_from_another_thread(data):
    session = small(data)

    def stop():
        thread = threading.Thread(target=session.stop)
        thread.start()
        thread.join()

    at_batch(session, 3, stop)
    assert len(session.train(3)) == 1


def test_a_stop_that_nobody_waits_for_does_not_stop_what_comes_later(session):
    session.stop()
    assert len(session.train(1)) == 1
    assert session.log[-1].outcome == "done"


@pytest.mark.parametrize("batches", [1, BATCHES + 2])
def test_an_interrupt_in_training_leaves_a_usable_session(session, batches):
    before, epochs = weights(session), len(session.training_losses)
    at_batch(session, batches + 1, interrupt(session))
    with pytest.raises(KeyboardInterrupt):
        session.train(3)
    assert session.log[-1].outcome == "interrupted"
    assert session.message == "train: interrupted"
    assert not equal(weights(session), before)
    assert len(session.training_losses) == epochs + 1 + (batches - 1) // BATCHES
    assert session.candidates["stale"].all()
    assert is_usable(session)
    session.step()


def test_an_absurd_learning_rate_costs_nothing(session):
    before, portrayed = weights(session), portrait(session)
    with pytest.raises(SessionError, match=r"not a finite number.*weights from before this epoch are back"):
        session.train(2, recipe=replace(RECIPES["sandwich"], name="absurd", learning_rate=1e30))
    assert session.log[-1].outcome.startswith("failed: epoch 1")
    assert session.log[-1].arguments["recipe"]["learning_rate"] == 1e30
    assert equal(weights(session), before)
    assert portrait(session) | {"generator": None} == portrayed | {"generator": None}
    assert is_usable(session)


def test_a_supernet_that_diverged_at_once_is_not_trained(data):
    session = small(data, recipe=Recipe("absurd", ("whole",), learning_rate=1e60, batch_size=10_000))
    with pytest.raises(SessionError, match="not a finite number"):
        session.train(1)
    assert session.training_losses == ()
    assert session.untrained_blocks
    with pytest.raises(SessionError, match="not trained"):
        session.step()


@pytest.mark.parametrize("batch_size", [64, 10_000])
def test_epochs_before_the_one_that_diverged_are_kept(data, monkeypatch, batch_size):
    """Also where an epoch is a single batch, and its weights are found out only after its report."""
    session = small(data, recipe=Recipe("late", ("whole",), learning_rate=0.01, batch_size=batch_size))
    monkeypatch.setattr(Recipe, "rate", lambda self, progress: 0.01 if progress < 0.5 else 1e60)
    with pytest.raises(SessionError, match="epoch 3"):
        session.train(4)
    assert len(session.training_losses) == 2
    assert session.untrained_blocks == ()
    session.step()


def test_the_log_names_known_recipes_and_holds_others_whole():
    assert recipe_argument(RECIPES["paper"]) == "paper"
    disguised = replace(RECIPES["paper"], learning_rate=0.1)
    assert recipe_argument(disguised)["learning_rate"] == 0.1
    assert Recipe(**recipe_argument(disguised)) == disguised
