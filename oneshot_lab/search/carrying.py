"""Carries a population over an edit of the architecture (§4, T4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Generation
from oneshot_lab.search.operators import draw_blocks

NEW = 0.5
"""The probability that a candidate receives a block that the edit added."""


def carry_over(
    architecture: Architecture,
    carried: Sequence[Mask],
    *,
    size: int,
    elite: int,
    new: Collection[str],
    repair: Callable[[Mask], Mask],
    fresh: Callable[[Collection[Mask]], Mask],
    rng: np.random.Generator,
) -> list[Mask]:
    """Returns the population for an edited architecture.

    Args:
        architecture: The edited architecture.
        carried: The candidates before the edit, best first.
        size: The size of the new population.
        elite: How many of the best receive no new blocks. The others receive each one with probability `NEW`, since no
            crossover could introduce it.
        new: Ids of the blocks that the edit added.
        repair: Turns a mask into a candidate of the edited architecture, without removed blocks.
        fresh: Returns a candidate that is not among the given ones; it replaces one that became equal to another.
        rng: Source of randomness.

    Returns:
        The candidates, with those carried over first.
    """
    chances = dict.fromkeys(architecture.block_ids, 0.0) | dict.fromkeys(new, NEW)
    population: list[Mask] = []
    for mask in carried[:size]:
        added = draw_blocks(architecture, rng=rng, probabilities=chances).blocks
        repaired = repair(mask if len(population) < elite else Mask(mask.blocks | added))
        if repaired not in population:
            population.append(repaired)
    while len(population) < size:
        population.append(fresh(population))
    return population


def best_first(generation: Generation | None) -> list[Mask]:
    """Returns the candidates in order of fitness, each network once, without those of infinite or NaN loss."""
    if generation is None:
        return []
    ranked = sorted(zip(generation.population, generation.fitness, strict=True), key=lambda pair: -pair[1])
    return list(dict.fromkeys(mask for mask, fitness in ranked if fitness > 0))
