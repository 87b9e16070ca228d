"""Searches that are replayed: what they look up, what they may not see, and what they reach on an invented table."""

import numpy as np
import pytest

from tests.benchmarks.one_shot import OneShot
from tests.benchmarks.replay import (
    Table,
    needed,
    picks_at_random,
    picks_of_tpe,
    picks_with_landmarks,
    with_landmarks,
)
from tests.benchmarks.spaces.rich_lenet import SPACE

COUNT = 60


@pytest.fixture(scope="module")
def table():
    """Networks of which each block adds something of its own; scores and trainings tell it with noise."""
    rng = np.random.default_rng(0)
    masks = SPACE.masks[:COUNT]
    bits = np.array([mask.bits(SPACE.architecture) for mask in masks], dtype=float)
    worth = 0.8 + bits @ rng.normal(0, 0.02, bits.shape[1])
    scores = OneShot(worth - 0.2 + rng.normal(0, 0.02, COUNT), worth + rng.normal(0, 0.02, COUNT))
    return Table(SPACE.architecture, masks, scores, worth + rng.normal(0, 0.004, COUNT), worth)


def test_a_posterior_is_given_before_and_after_each_landmark(table):
    posteriors = [*with_landmarks(table, 10)]
    assert [len(posterior.landmarks) for posterior in posteriors] == [*range(11)]
    assert posteriors[4].landmarks == posteriors[-1].landmarks[:4]


def test_when_every_network_is_a_landmark_it_ends(table):
    few = table.only(np.arange(3))
    assert [len(posterior.landmarks) for posterior in with_landmarks(few, 10)] == [0, 1, 2, 3]


def test_landmarks_lead_to_a_better_network_than_as_many_random_trainings(table):
    guided = picks_with_landmarks(table, 12)
    chance = picks_at_random(table, 12, rng=np.random.default_rng(0))
    assert len(guided) == 13
    assert guided[-1] > chance[-1]
    assert guided[-1] > np.quantile(table.true, 0.9)


def test_random_trainings_get_better_until_all_are_known(table):
    chance = picks_at_random(table, COUNT, rng=np.random.default_rng(0))
    assert chance[0] < chance[9] < chance[-1]
    # Whoever has trained all takes what seems best.
    assert chance[-1] == pytest.approx(table.true[np.argmax(table.seen)])


def test_tpe_trains_each_network_once(table):
    few = table.only(np.arange(12))
    picks = picks_of_tpe(few, 12, seed=0)
    assert picks[-1] == few.true[np.argmax(few.seen)]
    assert np.array_equal(picks, picks_of_tpe(few, 12, seed=0))


def test_what_is_true_is_not_seen(table):
    other = Table(table.architecture, table.masks, table.scores, table.seen, np.random.default_rng(1).random(COUNT))
    known, unknown = ([*with_landmarks(each, 9)][-1].landmarks for each in (table, other))
    assert known == unknown


@pytest.mark.parametrize(("target", "place"), [(0.1, 0), (0.3, 2), (0.9, None)])
def test_how_many_are_needed(target, place):
    assert needed(np.array([0.1, 0.2, 0.4, 0.3]), target) == place
