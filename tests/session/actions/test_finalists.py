"""`finalize(best_of=…)`: what is trained of the finalists, and what stays of it."""

import json

import pytest

from oneshot_lab.errors import DivergedError, SessionError, StoppedError
from oneshot_lab.session import landmarking
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.ranking import by_mean
from oneshot_lab.session.saving.replay import to_python
from tests.session.replayed import replay
from tests.session.sessions import at_batch, equal, portrait, small, weights
from tests.session.state.test_calibration import ONE, OTHER


@pytest.fixture
def searched(data):
    """A search of which five candidates are known, and two landmarks of one epoch."""
    session = small(data)
    session.train(1)
    session.step()
    session.landmarks(masks=[ONE, OTHER], epochs=1)
    return session


def assert_replays(session, data):
    log = [LogEntry.from_json(json.loads(json.dumps(entry.to_json()))) for entry in session.log]
    again = replay(to_python(log), data)
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))


def seeds_of(session):
    found = {}
    for each in session.trained_landmarks:
        found.setdefault(each.mask, []).append(each.seed)
    return found


def test_the_best_finalist_becomes_the_final_network(searched, data):
    wanted = searched.finalists(4).masks
    final = searched.finalize(best_of=4, epochs=2)
    assert searched.finals == (final,)
    seeds = seeds_of(searched)
    assert seeds.keys() == {ONE, OTHER, *wanted}
    # The first two of the better half have another training, with another seed.
    twice = [mask for mask, each in seeds.items() if len(each) == 2]
    assert len(twice) == 2
    assert set(twice) <= set(wanted)
    assert all(len(set(each)) == len(each) for each in seeds.values())
    assert {each.epochs for each in searched.trained_landmarks} == {1}
    assert final.mask in twice
    means = dict(zip(wanted, searched.posterior(wanted).mean, strict=True))
    assert means[final.mask] == max(means[mask] for mask in twice)
    assert (final.epochs, len(final.runs)) == (2, 1)
    assert searched.message.endswith("; the best of 4 finalists")
    assert_replays(searched, data)


def test_the_log_holds_each_training_and_which_network_won(searched):
    known = len(searched.log)
    final = searched.finalize(best_of=3, epochs=1)
    *trainings, last = searched.log[known:]
    assert [(entry.action, entry.outcome) for entry in trainings] == [("landmarks", "done")] * len(trainings)
    trained = [entry.arguments["masks"][0] for entry in trainings]
    assert trained == [sorted(each.mask.blocks) for each in searched.trained_landmarks[2:]]
    assert (last.action, last.arguments["mask"]) == ("finalize", sorted(final.mask.blocks))
    assert "best_of" not in last.arguments


def test_fewer_than_wanted_are_taken_and_that_is_said(searched):
    count = len(list(by_mean(searched.state)))
    searched.finalize(best_of=50, epochs=1)
    assert searched.message.endswith(f"; the best of {count} finalists, since there are no more candidates for 50")


def test_without_landmarks_it_trains_the_first_ones(data):
    session = small(data)
    session.train(1)
    session.step()
    final = session.finalize(best_of=2, epochs=1)
    assert session.is_calibrated
    assert {(each.epochs, each.recipe.name) for each in session.trained_landmarks} == {(3, "whole")}
    # Of two the better half is one, and it has two seeds.
    assert sorted(map(len, seeds_of(session).values())) == [1, 2]
    assert len(seeds_of(session)[final.mask]) == 2


def test_a_single_finalist_is_the_best_and_is_trained_at_once(searched):
    best, known = searched.best.mask, searched.trained_landmarks
    assert searched.finalize(best_of=1, epochs=1).mask == best
    assert searched.trained_landmarks == known


def test_the_progress_grows_over_all_trainings(searched):
    told = []
    searched.observe(lambda change: told.append(change.new), "progress")
    searched.finalize(best_of=3, epochs=2)
    inside = told[told.index(0.0) :] if 0.0 in told else told
    assert inside == sorted(inside)
    assert 0.9 < max(inside) <= 1.0
    epochs = [place for place, _ in searched.curve]
    assert epochs == sorted(epochs)


@pytest.mark.parametrize(("batch", "complete"), [(4, 0), (8, 1)])
def test_what_is_trained_when_it_stops_is_kept(searched, data, batch, complete):
    at_batch(searched, batch, searched.stop)
    with pytest.raises(StoppedError):
        searched.finalize(best_of=4, epochs=1)
    assert len(searched.trained_landmarks) == 2 + complete
    assert searched.finals == ()
    assert searched.log[-1].outcome == "stopped"
    assert_replays(searched, data)


def test_one_that_diverges_drops_out(searched, monkeypatch):
    train, calls = landmarking.train, []

    def diverging(*args, **options):
        calls.append(args)
        if len(calls) == 1:
            raise DivergedError("the loss is no longer a finite number")
        return train(*args, **options)

    monkeypatch.setattr(landmarking, "train", diverging)
    final = searched.finalize(best_of=4, epochs=1)
    (lost,) = [each.mask for each in searched.trained_landmarks if each.has_diverged]
    assert final.mask != lost


def test_where_all_diverge_there_is_no_final_network(data, monkeypatch):
    session = small(data)
    session.train(1)
    session.step()

    def diverging(*args, **options):
        raise DivergedError("the loss is no longer a finite number")

    monkeypatch.setattr(landmarking, "train", diverging)
    with pytest.raises(SessionError, match="best_of: the trainings of all finalists diverged"):
        session.finalize(best_of=2, epochs=1)
    assert len(session.trained_landmarks) == 2
    assert session.finals == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"best_of": 0}, "best_of: got 0; expected a whole number"),
        ({"best_of": 1.5}, "best_of: got 1.5"),
        ({"best_of": 2, "threshold": 0.5}, "finalize: both best_of and a threshold; give one of them"),
        ({"best_of": 2, "mask": ONE}, "finalize: both best_of and a mask; give one of them"),
    ],
)
def test_what_is_wrong_is_refused_at_once(shared, options, said):
    with pytest.raises(SessionError, match=said):
        shared.finalize.start(**options)


def test_without_a_candidate_there_are_no_finalists(data):
    with pytest.raises(SessionError, match="best_of: there is no candidate to take; step the search first"):
        small(data).finalize(best_of=3)
