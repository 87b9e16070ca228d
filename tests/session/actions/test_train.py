import os
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.train import recipe_argument
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.recipes import RECIPES, Recipe
from tests.session.replayed import replay
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
    with pytest.raises(SessionError, match=r"no longer a finite number.*weights from before this epoch are back"):
        session.train(2, recipe=replace(RECIPES["sandwich"], name="absurd", learning_rate=1e30))
    assert session.log[-1].outcome.startswith("failed: epoch 1")
    assert session.log[-1].arguments["recipe"]["learning_rate"] == 1e30
    assert equal(weights(session), before)
    assert portrait(session) | {"generator": None} == portrayed | {"generator": None}
    assert is_usable(session)


def test_a_supernet_that_diverged_at_once_is_not_trained(data):
    session = small(data, recipe=Recipe("absurd", ("whole",), learning_rate=1e60, batch_size=10_000))
    with pytest.raises(SessionError, match="no longer a finite number"):
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


# Threads -------------------------------------------------------------------------------------------------------------

SEARCH = """
import hashlib, sys
import numpy as np
import torch
import oneshot_lab as osl
from tests.session.sessions import small, weights

torch.set_num_threads(int(sys.argv[1]))
images = np.random.default_rng(0).normal(size=(600, 16, 16)).astype(np.float32)
session = small((images, np.arange(600) % 3), width=1.0, **eval(sys.argv[2]))
session.train(1)
session.project()
generation = session.step()
final = session.finalize(epochs=1)
learned = b"".join(tensor.numpy().tobytes() for tensor in weights(session).values())
print(hashlib.sha256(learned).hexdigest(), generation.loss_min.hex(), final.test_loss.hex(), session.threads)
print(hashlib.sha256(session.projection.coordinates().tobytes()).hexdigest(), torch.get_num_threads())
"""


def search(around, **settings):
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(around), repr(settings)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": str(around)},
    )
    return done.stdout.split()


def test_a_deterministic_session_is_the_same_whatever_number_of_threads_there_is():
    one, two, told = search(1, deterministic=True), search(2, deterministic=True), search(2, threads=1)
    assert one[:-1] == two[:-1] == told[:-1]
    # A cell computes in as many threads as before.
    assert (one[-1], two[-1], told[-1]) == ("1", "2", "2")


def test_the_number_of_threads_is_the_session_s_and_is_kept(data, tmp_path):
    session = small(data, threads=2)
    assert (session.threads, session.log[0].arguments["threads"]) == (2, 2)
    inside = []
    at_batch(session, 1, lambda: inside.append(torch.get_num_threads()))
    here = torch.get_num_threads()
    session.train(1)
    assert (inside, torch.get_num_threads()) == ([2], here)
    session.save(tmp_path / "two.oneshot")
    loaded = SearchSession.load(tmp_path / "two.oneshot", data=data, device="cpu")
    assert loaded.threads == 2
    assert "threads=2" in loaded.to_python()[0]
    assert loaded.with_data(data).threads == 2


def test_another_number_than_before_is_told_and_logged(data, tmp_path, monkeypatch):
    small(data, threads=7).save(tmp_path / "seven.oneshot")
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    loaded = SearchSession.load(tmp_path / "seven.oneshot", data=data, device="cpu")
    assert loaded.threads == torch.get_num_threads()
    assert "computed in 7 threads, and goes on in" in loaded.message
    assert loaded.to_python()[-1] == f"session.use_threads(threads={loaded.threads})"
    given = SearchSession.load(tmp_path / "seven.oneshot", data=data, device="cpu", threads=7)
    assert (given.threads, given.message) == (7, "")


def test_other_threads_can_be_asked_for_and_are_replayed(data):
    session = small(data, threads=1)
    session.use_threads(2)
    inside = []
    at_batch(session, 1, lambda: inside.append(torch.get_num_threads()))
    session.train(1)
    assert (session.threads, inside) == (2, [2])
    again = replay(session.to_python(), data)
    assert (again.threads, again.log[0].arguments["threads"]) == (2, 1)
    assert equal(weights(session), weights(again))


def test_a_deterministic_session_has_one_thread_and_stays_so(data, tmp_path):
    session = small(data, deterministic=True)
    with pytest.raises(SessionError, match="threads: got 2; expected 1 in a deterministic session"):
        session.use_threads(2)
    with pytest.raises(SessionError, match="threads: got 2; expected 1 in a deterministic session"):
        small(data, deterministic=True, threads=2)
    session.save(tmp_path / "one.oneshot")
    loaded = SearchSession.load(tmp_path / "one.oneshot", data=data, device="cpu")
    assert (loaded.deterministic, loaded.threads) == (True, 1)
    assert "deterministic=True" in loaded.to_python()[0]


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", 10**6])
def test_a_number_of_threads_is_one(data, threads):
    with pytest.raises(SessionError, match=r"threads: got .*; expected a whole number, 1 to 1,024"):
        small(data, threads=threads)
