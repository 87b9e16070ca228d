"""Searches by strategies that are replayed: what they evaluate, what they end with, and what they may not see."""

import dataclasses

import numpy as np
import pytest

from oneshot_lab.search.registry import STRATEGIES, make_strategy
from tests.benchmarks.one_shot import OneShot
from tests.benchmarks.replay import Table
from tests.benchmarks.replay_search import ReplayedSearch
from tests.search.surrogate.landscapes import SPACE, landscape

NAMES = sorted(STRATEGIES.keys() - {"optuna"})


@pytest.fixture(scope="module")
def table():
    """A part of the networks of a space."""
    land = landscape(0, count=150)
    numbers = np.array([(score.accuracy, -score.loss) for score in land.scores])
    seen = land.truth + land.noise * np.random.default_rng(0).standard_normal(150)
    return Table(SPACE, land.masks, OneShot(numbers[:, 0], numbers[:, 1]), seen, land.truth)


def replayed(table, name):
    return ReplayedSearch(table, make_strategy(name, table.architecture, seed=0))


@pytest.mark.parametrize("name", NAMES)
def test_networks_are_evaluated_each_once_and_landmarks_are_among_them(table, name):
    search = replayed(table, name)
    assert search.run([(20, 3), (40, 2)]) in table.true[search.evaluated]
    assert len(search.evaluated) == len(set(search.evaluated)) == 40
    assert len(search.landmarks) == len(set(search.landmarks)) == 5
    assert set(search.landmarks[:3]) <= set(search.evaluated[:20])
    assert set(search.landmarks) <= set(search.evaluated)


def test_without_landmarks_it_ends_with_the_lowest_loss(table):
    search = replayed(table, "random")
    assert search.run([(30, 0)]) == table.true[max(search.evaluated, key=lambda row: table.scores.loss[row])]


def test_what_is_true_is_not_seen_and_landmarks_steer_the_search(table):
    changed = {"nothing": {}, "true": {"true": table.true[::-1]}, "seen": {"seen": table.seen[::-1]}}
    found = {}
    for name, values in changed.items():
        search = replayed(dataclasses.replace(table, **values), "posterior")
        search.run([(20, 4), (40, 0)])
        found[name] = search.evaluated
    assert found["true"] == found["nothing"]
    assert found["seen"][:20] == found["nothing"][:20]
    assert found["seen"] != found["nothing"]
