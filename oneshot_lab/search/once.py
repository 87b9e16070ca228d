"""The base of strategies that evaluate each candidate once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Generation
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.search.untried import Untried


class Once(Strategy):
    """A strategy that evaluates each candidate once, until an edit or a training makes all of them untried again.

    Candidates that were evaluated may stay in a population, see `keep`. When all have been evaluated `ask` gives none,
    and `remark` says so.

    Args:
        architecture: See `Strategy`, as for `seed` and the settings.
        seed: Seed of the search's generator.
        label: What messages call the strategy.

    Attributes:
        untried: The candidates that have not been evaluated.
    """

    def __init__(self, architecture: Architecture, *, seed: int, label: str, **settings: Any) -> None:
        super().__init__(architecture, seed=seed, **settings)
        self.untried = Untried(self.rounds, label=label)

    def accepts(self, mask: Mask, population: Collection[Mask]) -> bool:
        """Returns whether a candidate that was proposed has not been evaluated."""
        return self.untried.has(mask, population)

    def complete(self, population: list[Mask]) -> None:
        """Draws untried candidates until a population has its size or none is left, and says if it has fewer.

        A population of nothing but candidates that were evaluated is emptied: there is nothing to evaluate.
        """
        size, known = self.population_size, sum(not self.untried.has(mask) for mask in population)
        self.untried.fill(population, size=size)
        new = len(population) - known
        self.remark = self.untried.remark(new, size=size - known)
        if not new:
            population.clear()

    def learn(self, generation: Generation) -> None:
        """Remembers which candidates have been evaluated."""
        super().learn(generation)
        self.untried.take(generation)

    def follow(self, previous: Architecture) -> None:
        """Follows an edit, or a training: all candidates are untried again."""
        super().follow(previous)
        self.untried.begin()

    def saved(self) -> dict[str, Any]:
        """Returns since when candidates have been evaluated."""
        return {**super().saved(), **self.untried.saved()}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Restores what `saved` returned."""
        super().resume(state)
        self.untried.resume(state)
