"""Random search: draws random candidates, each of them once. It is the baseline for all other strategies."""

from __future__ import annotations

from typing import ClassVar

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Parents
from oneshot_lab.search.once import Once


class RandomSearch(Once):
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
        super().__init__(architecture, seed=seed, label="random search", population_size=population_size)

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with candidates that are new, as many as are left."""
        self.complete(population)
        return {}

    def offers(self, count: int) -> list[Mask]:
        """Returns at most this many candidates that have not been evaluated, to choose from."""
        drawn = dict.fromkeys(self.rounds.random() for _ in range(count))
        return [mask for mask in drawn if self.untried.has(mask)]
