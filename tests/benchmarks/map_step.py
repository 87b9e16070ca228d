"""The map keeps up: how long a generation's newcomers take to be placed and shown."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from oneshot_lab.session.actions.mapping import place
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.map_state import MapState
from tests.benchmarks.networks import random_masks
from tests.benchmarks.registry import Figure, benchmark, seconds
from tests.session.sessions import publish

ROUNDS = 15


@benchmark("map_step_ms")
def map_step() -> Iterator[Figure]:
    """Places one generation of LeNets on the first map of a hundred; compiled code is loaded beforehand."""
    session = SearchSession("lenet", "digits", bar=False)
    before = session.project()
    newcomers = [mask for mask in random_masks(session.architecture, 120) if mask not in before]
    newcomers = newcomers[: session.state.strategy.population_size]

    def step() -> None:
        place(session.state, newcomers)
        publish(session)

    times = []
    for _ in range(ROUNDS):
        session.state.map = MapState(before, session.architecture)
        times.append(seconds(step))
    assert len(session.projection) == len(before) + len(newcomers)
    yield Figure("map_step_ms", 1000 * statistics.median(times), "ms", 200, at_most=True)
