"""What landmarks are worth on the yardsticks whose blocks differ in function: the posterior's ranking, and its pick.

Nothing is trained but the supernets: the results of `make bench-truth` stand for landmarks and trials.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import cache

import numpy as np

from oneshot_lab.supernet.recipes import DEFAULT_RECIPE
from tests.benchmarks.one_shot import OneShot, compute_share, one_shot
from tests.benchmarks.rank import SUPERNET_EPOCHS, SUPERNET_SEEDS
from tests.benchmarks.ranking import Row, against_others, agreement
from tests.benchmarks.registry import Figure, benchmark
from tests.benchmarks.replay import (
    Table,
    needed,
    picks_at_random,
    picks_of_tpe,
    picks_with_landmarks,
    with_landmarks,
)
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import Truth, find_spaces, has_truth, load_truth

DEGENERATE = "pooled_lenet"
"""The yardstick whose blocks are in part the same function written twice; goals do not hold there."""

SHARE = 0.1
"""The compute of the posterior, as a share of training every network once."""

TRIALS = 40
"""How many random trainings have to be equalled."""

LANDMARKS = 24
"""How many landmarks there are at most."""

DRAWS = 12
"""How many tables of networks are drawn for the searches, each of this share of a yardstick's."""

PART = 0.8


@benchmark("rank_posterior_vs_single")
def rank_posterior() -> Iterator[Figure]:
    """Kendall's τ of the posterior at a tenth of the compute, over that of training every network once; the least."""
    found, details = [], []
    for space, truth, scores in _yardsticks():
        supernet = _trainings(space, truth)
        count = max(int(SHARE * len(truth.masks) - supernet), 0)
        single = agreement(against_others(truth.accuracy), samples=1).tau
        ours = statistics.fmean(_tau(table, count) for table in _tables(space, truth, scores))
        found.append(ours / single)
        details += [
            Figure(f"  {space.name}, the posterior", ours, "tau"),
            Figure("  one more training", single, "tau"),
            Figure("  landmarks", count, ""),
            Figure("  the supernet costs", supernet, "trainings"),
        ]
    if found:
        yield Figure("rank_posterior_vs_single", min(found), "x", 1.0)
        yield from details


@benchmark("search_vs_random_training", "search_vs_optuna")
def search() -> Iterator[Figure]:
    """Trainings until the pick is as good as the best of 40 random ones: theirs over ours, supernet included.

    Single trainings choose; what the chosen network is worth is the mean of its other trainings, over tables with a
    part of the networks each. Forward passes for the scores are not counted.
    """
    random, optuna, details = [], [], []
    for space, truth, scores in _yardsticks():
        supernet = _trainings(space, truth)
        curves = [_curves(table, draw) for draw, table in enumerate(_parts(space, truth, scores))]
        ours, chance, tpe = (np.mean(each, axis=0) for each in zip(*curves, strict=True))
        target = float(chance[-1])
        landmarks, trials = needed(ours, target), needed(tpe, target)
        cost = supernet + (LANDMARKS if landmarks is None else landmarks)
        random.append(TRIALS / cost)
        optuna.append((TRIALS if trials is None else trials + 1) / cost)
        details += [
            Figure(f"  {space.name}, the best of {TRIALS}", 100 * target, "%"),
            Figure(f"  with {LANDMARKS} landmarks", 100 * float(ours[-1]), "%"),
            Figure("  best of all", 100 * float(truth.accuracy.mean(axis=1).max()), "%"),
            Figure("  the supernet costs", supernet, "trainings"),
            Figure("  landmarks needed (-1: more)", -1 if landmarks is None else landmarks, ""),
            Figure(f"  trials of TPE (-1: over {TRIALS})", -1 if trials is None else trials + 1, ""),
        ]
    if random:
        yield Figure("search_vs_random_training", min(random), "x", 3)
        yield from details
        yield Figure("search_vs_optuna", min(optuna), "x", 3)


@cache
def _yardsticks() -> list[tuple[Space, Truth, list[OneShot]]]:
    """Returns each yardstick with results, and the scores of its networks by several supernets."""
    found = []
    for name, space in find_spaces().items():
        if name != DEGENERATE and has_truth(space):
            truth, data = load_truth(space), space.load_data()
            scores = [
                one_shot(space, truth.masks, DEFAULT_RECIPE, epochs=SUPERNET_EPOCHS, seed=seed, data=data)
                for seed in range(SUPERNET_SEEDS)
            ]
            found.append((space, truth, scores))
    return found


def _trainings(space: Space, truth: Truth) -> float:
    """Returns the cost of a supernet in trainings of a network."""
    return len(truth.masks) * compute_share(space, truth.masks, DEFAULT_RECIPE, epochs=SUPERNET_EPOCHS)


def _tables(space: Space, truth: Truth, scores: list[OneShot]) -> list[Table]:
    """Returns a table for each supernet and each training that is seen."""
    found = []
    for each in scores:
        for seed in range(truth.accuracy.shape[1]):
            others = np.delete(truth.accuracy, seed, axis=1).mean(axis=1)
            found.append(Table(space.architecture, truth.masks, each, truth.accuracy[:, seed], others))
    return found


def _tau(table: Table, count: int) -> float:
    *_, posterior = with_landmarks(table, count)
    return agreement([(posterior.of(table.masks)[0], table.true)], samples=1).tau


def _parts(space: Space, truth: Truth, scores: list[OneShot]) -> Iterator[Table]:
    tables, size = _tables(space, truth, scores), int(PART * len(truth.masks))
    for draw in range(DRAWS):
        rows = np.random.default_rng(draw).permutation(len(truth.masks))[:size]
        yield tables[draw % len(tables)].only(rows)


def _curves(table: Table, draw: int) -> tuple[Row, Row, Row]:
    return (
        picks_with_landmarks(table, LANDMARKS),
        picks_at_random(table, TRIALS, rng=np.random.default_rng(draw)),
        picks_of_tpe(table, TRIALS, seed=draw),
    )
