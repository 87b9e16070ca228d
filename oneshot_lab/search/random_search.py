"""Random search: draws random candidates, each of them once. It is the baseline for all other strategies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Generation, Parents
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.search.untried import Untried


class RandomSearch(Strategy):
    """Draws each candidate once, with the probabilities of the first population of Algorithm 1 (§3.1.1).

    Losses do not affect the draws. After an edit, or a training of the supernet, all candidates may be drawn again, see
    `Untried`. When all have been evaluated `ask` gives none, and `remark` says so.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation; the last one of a space has fewer.
    """

    name: ClassVar[str] = "random"

    def __init__(self, architecture: Architecture, *, seed: int, population_size: int | None = None) -> None:
        super().__init__(architecture, seed=seed, population_size=population_size)
        self._untried = Untried(self.rounds, label="random search")

    def accepts(self, mask: Mask, population: Collection[Mask]) -> bool:
        """Returns whether a candidate that was proposed has not been evaluated."""
        return self._untried.has(mask, population)

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with candidates that are new, as many as are left."""
        self._untried.fill(population, size=self.population_size)
        self.remark = self._untried.remark(len(population), size=self.population_size)
        return {}

    def learn(self, generation: Generation) -> None:
        """Remembers which candidates have been evaluated."""
        self._untried.take(generation)

    def offers(self, count: int) -> list[Mask]:
        """Returns at most this many candidates that have not been evaluated, to choose from."""
        drawn = dict.fromkeys(self.rounds.random() for _ in range(count))
        return [mask for mask in drawn if self._untried.has(mask)]

    def follow(self, previous: Architecture) -> None:
        """Starts again with an edited architecture, or with other weights of the same."""
        super().follow(previous)
        self._untried.begin()

    def saved(self) -> dict[str, Any]:
        """Returns since when candidates have been evaluated."""
        return self._untried.saved()

    def resume(self, state: Mapping[str, Any]) -> None:
        """Restores what `saved` returned."""
        self._untried.resume(state)
