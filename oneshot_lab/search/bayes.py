"""Bayesian optimisation over the surrogate: evaluates what a draw from the posterior says is best."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Parents
from oneshot_lab.search.guided import Guided
from oneshot_lab.search.operators import every_mask, mutate

POOL = 256
"""How many candidates a population is chosen from, in a space that has more."""

BEST = 5
"""How many of the best candidates have relatives in that pool."""

FLIPS = 2.0
"""How many blocks a relative is expected to differ in."""


class BayesianSearch(Guided):
    """Chooses candidates by Thompson sampling from the posterior of the surrogate, each of them once.

    Bayesian optimisation is one of the searches that the paper names (§7). The first population is random. Each later
    candidate is the best one of a pool by a joint draw from the posterior: so all candidates of a population differ,
    and what is uncertain is tried as often as it may be the best. The pool is the whole space if it is small, and
    otherwise random candidates and relatives of the best ones. When all have been evaluated `ask` gives none, and
    `remark` says so.

    With landmarks the posterior is that of accuracies, without any the surrogate is fitted to the losses; see `Rating`.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation; the last one of a space has fewer.
    """

    name: ClassVar[str] = "bayes"

    def __init__(self, architecture: Architecture, *, seed: int, population_size: int | None = None) -> None:
        super().__init__(architecture, seed=seed, label="Bayesian optimisation", population_size=population_size)

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with candidates that are new, as many as are left."""
        population += self._favourites(self.population_size - len(population), taken=population)
        self.complete(population)
        return {}

    def offers(self, count: int) -> list[Mask]:
        """Returns at most this many candidates that have not been evaluated, each the best one by a draw."""
        return self._favourites(count, taken=())

    def ranked(self, masks: list[Mask]) -> list[Mask]:
        """Returns candidates in the order in which draws favour them; those after the first `POOL` as given."""
        rating = self.rating()
        if rating is None:
            return masks
        return rating.favourites(masks[:POOL], POOL, rng=self.rounds.rng) + masks[POOL:]

    def _favourites(self, count: int, *, taken: Collection[Mask]) -> list[Mask]:
        """Returns at most this many untried candidates that are not taken; none before anything is known."""
        rating = self.rating()
        if rating is None or not count:
            return []
        return rating.favourites(self._pool(rating.known[:BEST], taken), count, rng=self.rounds.rng)

    def _pool(self, best: Sequence[Mask], taken: Collection[Mask]) -> list[Mask]:
        """Returns the untried candidates to choose from, each once."""
        every = every_mask(self.architecture, most=POOL)
        if every is not None:
            return [mask for mask in every if self.sizing.fits(mask) and self.untried.has(mask, taken)]
        rng, rate = self.rounds.rng, FLIPS / len(self.architecture.block_ids)
        found = [self.rounds.random() for _ in range(POOL // 2)]
        parents = (best[index % len(best)] for index in range(POOL // 2 if best else 0))
        found += [self.repaired(mutate(self.architecture, parent, rng=rng, rate=rate)) for parent in parents]
        return [mask for mask in dict.fromkeys(found) if self.untried.has(mask, taken)]
