"""Bayesian optimisation over the surrogate: evaluates what a draw from the posterior says is best."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.generation import Generation, Parents
from oneshot_lab.search.operators import every_mask, mutate
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.search.surrogate import Observations, Posterior, Score, fit
from oneshot_lab.search.untried import Untried

POOL = 256
"""How many candidates a population is chosen from, in a space that has more."""

BEST = 5
"""How many of the best candidates have relatives in that pool."""

FLIPS = 2.0
"""How many blocks a relative is expected to differ in."""


class BayesianSearch(Strategy):
    """Chooses candidates by Thompson sampling from the posterior of the surrogate, each of them once.

    Bayesian optimisation is one of the searches that the paper names (§7). The first population is random. Each later
    candidate is the best one of a pool by a joint draw from the posterior (Thompson 1933; a draw for each candidate of
    a population, as in Hernández-Lobato et al. 2017): so all candidates of a population differ, and what is uncertain
    is tried as often as it may be the best. The pool is the whole space if it is small, and otherwise random candidates
    and relatives of the best ones.

    The surrogate is fitted to the losses that were told since the last edit or training, and needs no landmarks. It is
    told their logarithms, on which a diverged loss is no outlier, on a scale from 0 for the largest loss to 1 for the
    smallest; a loss that is not finite counts as the largest finite one. The size of a candidate adds to its loss, see
    `Constraint`. When all have been evaluated `ask` gives none, and `remark` says so.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation; the last one of a space has fewer.
    """

    name: ClassVar[str] = "bayes"

    def __init__(self, architecture: Architecture, *, seed: int, population_size: int | None = None) -> None:
        super().__init__(architecture, seed=seed, population_size=population_size)
        self._untried = Untried(self.rounds, label="Bayesian optimisation")

    def accepts(self, mask: Mask, population: Collection[Mask]) -> bool:
        """Returns whether a candidate that was proposed has not been evaluated."""
        return self._untried.has(mask, population)

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with candidates that are new, as many as are left."""
        size = self.population_size
        population += self._favourites(size - len(population), taken=population)
        self._untried.fill(population, size=size)
        self.remark = self._untried.remark(len(population), size=size)
        return {}

    def offers(self, count: int) -> list[Mask]:
        """Returns at most this many candidates that have not been evaluated, each the best one by a draw."""
        return self._favourites(count, taken=())

    def _favourites(self, count: int, *, taken: Collection[Mask]) -> list[Mask]:
        """Returns at most this many untried candidates that are not taken; none before there are losses."""
        ranked = self._ranked()
        pool = self._pool(list(ranked)[:BEST], taken) if ranked and count else []
        if not pool:
            return []
        chosen: list[int] = []
        for draw in _posterior(ranked, self.architecture).samples(
            pool, count=min(count, len(pool)), rng=self.rounds.rng
        ):
            draw[chosen] = -np.inf
            chosen.append(int(draw.argmax()))
        return [pool[index] for index in chosen]

    def _pool(self, best: list[Mask], taken: Collection[Mask]) -> list[Mask]:
        """Returns the untried candidates to choose from, each once."""
        every = every_mask(self.architecture, most=POOL)
        if every is not None:
            return [mask for mask in every if self.sizing.fits(mask) and self._untried.has(mask, taken)]
        rng, rate = self.rounds.rng, FLIPS / len(self.architecture.block_ids)
        found = [self.rounds.random() for _ in range(POOL // 2)]
        parents = (best[index % len(best)] for index in range(POOL // 2))
        found += [self.repaired(mutate(self.architecture, parent, rng=rng, rate=rate)) for parent in parents]
        return [mask for mask in dict.fromkeys(found) if self._untried.has(mask, taken)]

    def _ranked(self) -> dict[Mask, float]:
        """Returns the candidates whose losses hold with the logarithms of these, the best first."""
        losses = {
            mask: loss + self.sizing.added(mask)
            for generation in self._untried.generations
            for mask, loss in zip(generation.population, generation.losses, strict=True)
        }
        finite = [loss for loss in losses.values() if np.isfinite(loss)]
        if not finite:
            return {}
        largest = max(finite)
        values = {mask: float(np.log((loss if np.isfinite(loss) else largest) + 1e-8)) for mask, loss in losses.items()}
        return dict(sorted(values.items(), key=lambda item: item[1]))

    def learn(self, generation: Generation) -> None:
        """Remembers which candidates have been evaluated."""
        self._untried.take(generation)

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


def _posterior(logarithms: Mapping[Mask, float], architecture: Architecture) -> Posterior:
    """Fits the surrogate to logarithms of losses, on a scale that it takes for one-shot accuracies."""
    least, largest = min(logarithms.values()), max(logarithms.values())
    width = largest - least or 1.0
    scores = [Score(mask, loss=1.0, accuracy=(largest - value) / width) for mask, value in logarithms.items()]
    return fit(Observations(scores=scores), architecture)
