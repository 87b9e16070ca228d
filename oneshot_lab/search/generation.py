"""One finished iteration of the search, and its form in files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from oneshot_lab.architecture.mask import Mask

Parents = Mapping[Mask, tuple[Mask, Mask]]
"""Father and mother of each bred candidate."""


@dataclass(frozen=True)
class Generation:
    """An evaluated population: all that Algorithm 1 returns from an iteration, and the origin of each candidate.

    Attributes:
        index: Its number, from 0.
        population: The candidates, elites first.
        losses: Their losses on the validation split, in the same order; NaN or infinite where evaluation failed.
        fitness: Equation 2 of the losses.
        block_fitness: The share of the population that has each block, by the block's id (§3.1.6).
        parents: Father and mother of each candidate that was bred for this generation; elites, candidates that
            were drawn at random or proposed, and those carried over an edit have none here.
    """

    index: int
    population: tuple[Mask, ...]
    losses: tuple[float, ...]
    fitness: tuple[float, ...]
    block_fitness: Mapping[str, float]
    parents: Parents

    @cached_property
    def _finite(self) -> tuple[float, ...]:
        return tuple(loss for loss in self.losses if math.isfinite(loss))

    @property
    def loss_max(self) -> float:
        """The highest finite loss; NaN if there is none."""
        return max(self._finite, default=math.nan)

    @property
    def loss_mean(self) -> float:
        """The mean of the finite losses; NaN if there are none."""
        return math.fsum(self._finite) / len(self._finite) if self._finite else math.nan

    @property
    def loss_min(self) -> float:
        """The lowest finite loss; NaN if there is none."""
        return min(self._finite, default=math.nan)

    @property
    def best(self) -> Mask | None:
        """The candidate with the lowest loss; None if no loss is finite."""
        return self.population[self.losses.index(self.loss_min)] if self._finite else None

    def state(self) -> dict[str, Any]:
        """Returns the generation as values that JSON can hold."""
        return {
            "index": self.index,
            "population": masks_to_lists(self.population),
            "losses": [loss if math.isfinite(loss) else str(loss) for loss in self.losses],
            "fitness": list(self.fitness),
            "block_fitness": dict(self.block_fitness),
            "parents": parents_to_lists(self.parents),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Generation:
        """Reads a generation that `state` returned.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: The data does not have that form.
        """
        population = lists_to_masks(state["population"])
        losses = tuple(float(loss) for loss in state["losses"])
        fitness = tuple(float(share) for share in state["fitness"])
        if not len(population) == len(losses) == len(fitness):
            raise ValueError(f"{len(population)} candidates, {len(losses)} losses, {len(fitness)} fitness values")
        return cls(
            index=int(state["index"]),
            population=population,
            losses=losses,
            fitness=fitness,
            block_fitness={str(block): float(share) for block, share in state["block_fitness"].items()},
            parents=lists_to_parents(state["parents"]),
        )


def masks_to_lists(masks: Sequence[Mask]) -> list[list[str]]:
    """Returns each mask as a sorted list of block ids."""
    return [sorted(mask.blocks) for mask in masks]


def lists_to_masks(lists: Sequence[Sequence[str]]) -> tuple[Mask, ...]:
    """Reads masks that `masks_to_lists` returned."""
    return tuple(Mask(frozenset(blocks)) for blocks in lists)


def parents_to_lists(parents: Parents) -> list[list[list[str]]]:
    """Returns child, father and mother of each entry as lists of block ids."""
    return [masks_to_lists((child, *pair)) for child, pair in parents.items()]


def lists_to_parents(lists: Sequence[Sequence[Sequence[str]]]) -> dict[Mask, tuple[Mask, Mask]]:
    """Reads parents that `parents_to_lists` returned."""
    families = (lists_to_masks(family) for family in lists)
    return {child: (father, mother) for child, father, mother in families}
