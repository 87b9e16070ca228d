"""Which strategy ends with the best network: evolution on scores or on the posterior, Bayesian optimisation, or chance.

Nothing is trained but the supernets: invented truths, and the results of `make bench-truth`, stand for landmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from oneshot_lab.search.registry import make_strategy
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE
from tests.benchmarks.one_shot import OneShot, one_shot
from tests.benchmarks.rank import SUPERNET_EPOCHS, SUPERNET_SEEDS
from tests.benchmarks.ranking import Row
from tests.benchmarks.registry import Figure, benchmark
from tests.benchmarks.replay import Table
from tests.benchmarks.replay_search import ReplayedSearch, Stages
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import find_spaces, has_truth, load_truth
from tests.search.surrogate.landscapes import SPACE, landscape

STRATEGIES = ("evolution", "posterior", "bayes", "random")

STAGES: Mapping[str, Stages] = {"scores alone": ((60, 0),), "8 landmarks": ((24, 4), (60, 4))}
"""By name: 60 evaluations, with landmarks after the 24th and the last or without."""

WORLDS = 60
"""How many truths are invented, each with one search."""

NETWORKS = 1000
"""How many networks of an invented space there are."""

SEARCHES = 30
"""How many searches there are on each yardstick."""


@benchmark("strategies_posterior_gain")
def strategies() -> Iterator[Figure]:
    """By how many points of accuracy evolution on the posterior ends better than evolution on scores; the least.

    The details are how far the networks that searches end with lie below the best of all, and the interval of the gain.
    """
    gains, details = [], []
    for truth, tables in _truths():
        for name, stages in STAGES.items():
            below = {strategy: _below(strategy, tables, stages) for strategy in STRATEGIES}
            gain = below["evolution"] - below["posterior"]
            margin = 1.96 * float(gain.std(ddof=1)) / len(gain) ** 0.5
            gains.append(float(gain.mean()))
            details.append(Figure(f"  {truth}, {name}", gains[-1], "points"))
            details.append(Figure("  interval from", gains[-1] - margin, "points"))
            details.append(Figure("  interval to", gains[-1] + margin, "points"))
            details += [Figure(f"  {strategy} below", float(row.mean()), "points") for strategy, row in below.items()]
    yield Figure("strategies_posterior_gain", min(gains), "points")
    yield from details


def _below(strategy: str, tables: list[Table], stages: Stages) -> Row:
    """Returns for each table by how many points the network that a search ends with is worse than the best of all."""
    picks = [
        ReplayedSearch(table, make_strategy(strategy, table.architecture, seed=seed)).run(stages)
        for seed, table in enumerate(tables)
    ]
    return 100 * (np.array([table.true.max() for table in tables]) - picks)


def _truths() -> Iterator[tuple[str, list[Table]]]:
    yield "invented", [_invented(seed) for seed in range(WORLDS)]
    for name, space in find_spaces().items():
        if has_truth(space):
            yield name, _trained(space)


def _invented(seed: int) -> Table:
    """Returns a truth with more or less of interaction and of error in the scores."""
    rng = np.random.default_rng((seed, NETWORKS))
    quality = {"score_noise": rng.choice([0.5, 1.0, 2.0]), "score_bias": rng.choice([0.3, 1.0])}
    land = landscape(seed, count=NETWORKS, pairs=rng.choice([0.0, 0.3, 0.6]), **quality)
    numbers = np.array([(score.accuracy, -score.loss) for score in land.scores])
    seen = land.truth + land.noise * rng.standard_normal(len(land.masks))
    return Table(SPACE, land.masks, OneShot(numbers[:, 0], numbers[:, 1]), seen, land.truth)


def _trained(space: Space) -> list[Table]:
    """Returns tables of each supernet in turn, and of each training that is seen."""
    truth, data = load_truth(space), space.load_data()
    scores = [
        one_shot(space, truth.masks, DEFAULT_RECIPE, epochs=SUPERNET_EPOCHS, seed=seed, data=data)
        for seed in range(SUPERNET_SEEDS)
    ]
    tables = []
    for search in range(SEARCHES):
        seed = search % truth.accuracy.shape[1]
        others = np.delete(truth.accuracy, seed, axis=1).mean(axis=1)
        each = scores[search // truth.accuracy.shape[1] % SUPERNET_SEEDS]
        tables.append(Table(space.architecture, truth.masks, each, truth.accuracy[:, seed], others))
    return tables
