"""A simulated space, in which strategies are compared without a network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.strategy import Strategy
from tests.strategies import chain

SPACE = chain(*[4] * 6)


def additive(seed: int) -> Callable[[Mask], float]:
    """A loss to which each block adds a part of its own, drawn from a normal distribution; above 0."""
    parts = np.random.default_rng(seed).normal(size=len(SPACE.block_ids))
    effects = dict(zip(SPACE.block_ids, parts.tolist(), strict=True))
    least = sum(min(effect, 0.0) for effect in effects.values())
    return lambda mask: 0.1 + (sum(effects[block] for block in sorted(mask.blocks)) - least) / len(effects)


def found(strategy: Strategy, loss: Callable[[Mask], float], *, evaluations: int) -> float:
    """The lowest loss among the first candidates that a strategy asks to be evaluated; copies count each time."""
    losses: list[float] = []
    while len(losses) < evaluations:
        population = strategy.ask()
        losses += map(loss, population)
        strategy.tell(list(map(loss, population)))
    return min(losses[:evaluations])


def mean_found(make: Callable[[int], Strategy], *, seeds: range, evaluations: int) -> float:
    """The mean of `found` over several spaces and searches."""
    return float(np.mean([found(make(seed), additive(seed), evaluations=evaluations) for seed in seeds]))
