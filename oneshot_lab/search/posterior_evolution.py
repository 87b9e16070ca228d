"""Evolution on the posterior: parents, elites and children are those of which the surrogate expects most."""

from __future__ import annotations

from typing import ClassVar

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.evolution import Crossover, Evolution
from oneshot_lab.search.generation import Parents
from oneshot_lab.search.guided import Guided
from oneshot_lab.search.operators import choose_parents

LITTER = 10
"""How many children are bred for each one that is evaluated."""


class PosteriorEvolution(Guided, Evolution):
    """Evolves a population of masks as `Evolution` does, by the posterior of the surrogate instead of losses.

    The first population is random. Elites are the best of all known candidates by the posterior mean: of those whose
    losses hold, and landmarks. Father and mother are drawn from as many of the best as a population has, with
    probabilities that fall linearly with the rank (linear ranking, Baker 1985), since ratings may have any sign. They
    are crossed and mutated as in Algorithms 2 and 3; of `LITTER` times as many children as are wanted, those of the
    highest posterior mean are evaluated. Each candidate is evaluated once: where too few children are new, random ones
    complete the population, and when all have been evaluated `ask` gives none, and `remark` says so.

    With landmarks the posterior is that of accuracies, without any the surrogate is fitted to the losses; see `Rating`.
    Losses, fitness and block fitness of a generation stay what they are in the paper: those of its candidates as they
    were evaluated.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation; the last ones of a space have fewer.
        mutation_rate: See `Evolution`, as for `crossover` and `elite`.
        crossover: Where the chooser of Algorithm 2 comes from.
        elite: How many of the best are kept.

    Raises:
        SessionError: An argument is out of its range.
    """

    name: ClassVar[str] = "posterior"

    def __init__(
        self,
        architecture: Architecture,
        *,
        seed: int,
        population_size: int | None = None,
        mutation_rate: float = 0.1,
        crossover: Crossover = "fitness",
        elite: int | None = None,
    ) -> None:
        super().__init__(
            architecture,
            seed=seed,
            label="evolution on the posterior",
            population_size=population_size,
            mutation_rate=mutation_rate,
            crossover=crossover,
            elite=elite,
        )

    def keep(self) -> list[Mask]:
        """Returns the top k of all known candidates by the posterior mean, none above the size limit."""
        rating = self.rating()
        return [] if rating is None else list(rating.known[: self.elite])

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with the most promising children that are new, then with random candidates."""
        wanted = self.population_size - len(population)
        families = self._families(LITTER * wanted)
        new = [child for child in families if self.untried.has(child, population)]
        chosen = self.ranked(new)[:wanted]
        population += chosen
        self.complete(population)
        return {child: families[child] for child in chosen}

    def offers(self, count: int) -> list[Mask]:
        """Returns at most this many children that are new, the most promising first, to choose from."""
        return self.ranked([child for child in self._families(count) if self.untried.has(child)])

    def ranked(self, masks: list[Mask]) -> list[Mask]:
        """Returns candidates in the order of their posterior means."""
        rating = self.rating()
        return masks if rating is None else rating.best_first(masks)

    def _families(self, count: int) -> dict[Mask, tuple[Mask, Mask]]:
        """Breeds so many children, of which some may be equal, and returns each with father and mother."""
        rating = self.rating()
        best = () if rating is None else rating.known[: self.population_size]
        families: dict[Mask, tuple[Mask, Mask]] = {}
        for _ in range(count if best else 0):
            pair = choose_parents(best, range(len(best), 0, -1), rng=self.rounds.rng)
            families.setdefault(self._breed(*pair), pair)
        return families
