"""The evolutionary search (Algorithm 1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, get_args

from oneshot_lab.architecture.given import check_number, check_whole, is_among, shown
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.search.carrying import best_first, carry_over
from oneshot_lab.search.generation import Generation, Parents
from oneshot_lab.search.operators import choose_parents, crossover, draw_blocks, mutate
from oneshot_lab.search.strategy import Strategy

Crossover = Literal["fitness", "uniform"]

TRIES = 32
"""How often a child, or a random mask, is drawn again because the new population has it already."""


class Evolution(Strategy):
    """Evolves a population of masks.

    The first population is drawn at random, distinct where `TRIES` draws for each find enough different networks. Later
    ones are the elites and children (Algorithm 1, lines 10–16). A child that the new population has already is bred
    again, up to `TRIES` times, then replaced by a random mask that it has not, up to `TRIES` times; in a space smaller
    than the population, copies stay. If no candidate of the last generation has a finite loss, there are no parents,
    and a new population is drawn.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation.
        mutation_rate: The probability of each bit to flip in a child (Algorithm 3).
        crossover: "fitness" draws the chooser of Algorithm 2 from the last generation's block fitness (§3.1.4);
            "uniform" takes each bit from either parent evenly.
        elite: How many of the best are kept (the k of Algorithm 1, line 10), below the population size. By default
            ceil(n/5); the paper gives no value.

    Raises:
        SessionError: An argument is out of its range.
    """

    name: ClassVar[str] = "evolution"

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
        super().__init__(architecture, seed=seed, population_size=population_size)
        self._mutation_rate = mutation_rate
        self._crossover = crossover
        self._elite = (
            None if elite is None else check_whole(elite, where="elite", expected="a whole number", error=SessionError)
        )
        self.check_settings(architecture)
        self._mutation_rate = float(mutation_rate)
        self._block_fitness = dict.fromkeys(architecture.block_ids, 0.5)

    def check_settings(self, architecture: Architecture) -> None:
        """Checks that the settings fit an architecture: it has to have more candidates than elites."""
        if not is_among(self._crossover, get_args(Crossover)):
            raise SessionError(
                f"got {shown(self._crossover)}", where="crossover", remedy=closest(self._crossover, get_args(Crossover))
            )
        rate = check_number(self._mutation_rate, where="mutation_rate", expected="0 to 1", error=SessionError)
        if not 0 <= rate <= 1:
            raise SessionError(f"got {self._mutation_rate}", where="mutation_rate", expected="0 to 1")
        size = self.size_for(architecture)
        if not 0 <= self._elite_of(size) < size:
            raise SessionError(f"got {self._elite_of(size)}", where="elite", expected=f"0 to {size - 1}")

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that it was made with, by name, as values that JSON can hold."""
        return {
            **super().settings,
            "mutation_rate": self._mutation_rate,
            "crossover": self._crossover,
            "elite": self._elite,
        }

    @property
    def elite(self) -> int:
        """How many of the best candidates are kept, k."""
        return self._elite_of(self.population_size)

    def _elite_of(self, size: int) -> int:
        return -(-size // 5) if self._elite is None else self._elite

    @property
    def block_fitness(self) -> Mapping[str, float]:
        """The weights of the next crossover: the last generation's block fitness (§3.1.6), 0.5 for new blocks."""
        return dict(self._block_fitness)

    def keep(self) -> list[Mask]:
        """Returns the top k, each network once, without those of infinite or NaN loss or above the size limit."""
        return [mask for mask in best_first(self.rounds.last) if self.sizing.fits(mask)][: self.elite]

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with children; see `Evolution`."""
        parents: dict[Mask, tuple[Mask, Mask]] = {}
        while len(population) < self.population_size:
            child, pair = self._new_child(population)
            population.append(child)
            if pair is not None:
                parents[child] = pair
        return parents

    def learn(self, generation: Generation) -> None:
        """Takes the weights of the next crossover (§3.1.4)."""
        self._block_fitness = dict(generation.block_fitness)

    def offers(self, count: int) -> list[Mask]:
        """Returns this many children of the last generation (Algorithms 2 and 3) to choose from; some may be equal.

        They are drawn with the search's generator, and become candidates if they are proposed to `ask`. Without
        possible parents there are none.
        """
        last = self.rounds.last
        if last is None or not any(last.fitness):
            return []
        pairs = (choose_parents(last.population, last.fitness, rng=self.rounds.rng) for _ in range(count))
        return [self._breed(*pair) for pair in pairs]

    def _new_child(self, taken: Collection[Mask]) -> tuple[Mask, tuple[Mask, Mask] | None]:
        last = self.rounds.last
        if last is not None and any(last.fitness):
            for _ in range(TRIES):
                pair = choose_parents(last.population, last.fitness, rng=self.rounds.rng)
                child = self._breed(*pair)
                if child not in taken:
                    return child, pair
        return self._fresh(taken), None

    def _breed(self, father: Mask, mother: Mask) -> Mask:
        weights = self._block_fitness if self._crossover == "fitness" else None
        chooser = draw_blocks(self.architecture, rng=self.rounds.rng, probabilities=weights)
        child = crossover(father, mother, chooser=chooser)
        return self.repaired(mutate(self.architecture, child, rng=self.rounds.rng, rate=self._mutation_rate))

    def repaired(self, mask: Mask) -> Mask:
        """Turns any set of blocks into a candidate; a block that is missing is drawn by its fitness."""
        return self.rounds.repaired(mask, weights=self._block_fitness)

    def _fresh(self, taken: Collection[Mask]) -> Mask:
        for _ in range(TRIES):
            mask = self.rounds.random()
            if mask not in taken:
                break
        return mask

    def follow(self, previous: Architecture) -> None:
        """Follows an edit (§4, T4).

        The population is carried over and waits to be evaluated again, best first: removed blocks are dropped and masks
        repaired; random masks replace those that became equal and those whose loss was not finite. Surviving blocks
        keep their fitness as weights, see `Scores`, new ones start at 0.5: the elites are carried over as they are, and
        the others get each new block with that probability, since no crossover could bring it in. In an architecture of
        another name, such as another template, all blocks are new, whatever their ids, and a new population is drawn.
        """
        blocks = self.architecture.block_ids
        self._block_fitness = dict.fromkeys(blocks, 0.5) | dict(self.scores)
        carried = self.rounds.waiting or (best_first(self.rounds.last) if self.generations else None)
        if carried is None:
            return
        if self.architecture.name != previous.name:
            carried = ()
        self._carry_over(carried, new=[block for block in blocks if block not in previous.layer_of])

    def shrink(self) -> None:
        """Removes blocks from the waiting candidates that exceed the limit."""
        self._carry_over(self.rounds.waiting or ())

    def _carry_over(self, carried: Sequence[Mask], *, new: Sequence[str] = ()) -> None:
        """Makes these candidates, best first, the waiting population; all but the elites receive new blocks."""
        population = carry_over(
            self.architecture,
            carried,
            size=self.population_size,
            elite=self.elite,
            new=new,
            repair=self.repaired,
            fresh=self._fresh,
            rng=self.rounds.rng,
        )
        self.rounds.wait_for(population)

    def saved(self) -> dict[str, Any]:
        """Returns the weights of the next crossover."""
        return {"block_fitness": dict(self._block_fitness)}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Restores what `saved` returned."""
        self._block_fitness = {block: float(state["block_fitness"][block]) for block in self.architecture.block_ids}
        if "scores" not in state:
            self._take_former_scores(state)

    def current(self) -> Iterable[Mask]:
        """Returns the masks that have to be of the current architecture: an edit leaves a population that waits."""
        last = self.rounds.last
        return self.rounds.waiting or (last.population if last is not None else ())

    def _take_former_scores(self, state: Mapping[str, Any]) -> None:
        # Earlier files hold which of the present blocks have a score; still earlier ones regard all of them as scored.
        scored = state.get("scored", self.architecture.block_ids if self.generations else ())
        self.rounds.scores.take(self.architecture, {block: self._block_fitness[block] for block in scored})
