"""The evolutionary search (Algorithm 1), as a pair of calls: `ask` for a population, `tell` its losses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, cast, get_args

import numpy as np

from oneshot_lab.architecture.given import check_number, is_among, shown
from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import ArchitectureError, SessionError, closest
from oneshot_lab.search.constraint import Constraint, Sizing
from oneshot_lab.search.fitness import Losses, block_fitness, candidate_fitness
from oneshot_lab.search.generation import (
    Generation,
    Parents,
    lists_to_masks,
    lists_to_parents,
    masks_to_lists,
    parents_to_lists,
)
from oneshot_lab.search.operators import choose_parents, crossover, draw_blocks, mutate, random_mask, repair_mask
from oneshot_lab.search.scores import Scores

Crossover = Literal["fitness", "uniform"]
Propose = Callable[[int, np.random.Generator], Sequence[Mask]]
"""Gives so many candidates, in place of children: how a region steers the search. Fewer will do; of more, and of
those that the elites have already, the first that are left are taken."""

TRIES = 32
"""How often a child, or a random mask, is drawn again because the new population has it already."""

MINIMUM_POPULATION = 4

_NONE = Constraint().to_json()


class Evolution:
    """Evolves a population of masks.

    `ask` gives the population to evaluate, `tell` takes its losses and closes the generation. The losses come
    from outside, so the search knows neither data nor torch. One seed gives the same masks for the same losses.

    Args:
        architecture: The template whose sub-networks are searched.
        seed: Of the search's own generator.
        population_size: Candidates in a generation, at least 2. Left out: the number of blocks (§3.1.1), at least
            `MINIMUM_POPULATION`; it then follows the architecture through edits.
        mutation_rate: The chance of each bit to flip in a child (Algorithm 3).
        crossover: "fitness" draws the chooser of Algorithm 2 from the last generation's block fitness (§3.1.4);
            "uniform" takes each bit from either parent evenly.
        elite: How many of the best are kept (the k of Algorithm 1, line 10), below the population size. Left out:
            ceil(n/5), the paper gives none.

    Attributes:
        architecture: The template at present.
        generations: All finished generations, oldest first. Algorithm 1 overwrites the loss history that it
            appends to; here it is kept apart from the population.

    Raises:
        SessionError: An argument is out of its range.
    """

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
        self.architecture = architecture
        self.generations: list[Generation] = []
        self._population_size = population_size
        self._mutation_rate = mutation_rate
        self._crossover = crossover
        self._elite = elite
        self._check_settings()
        # Numbers of other libraries' types are none that a file can hold.
        self._mutation_rate = float(mutation_rate)
        self._sizing = Sizing(architecture, Constraint())
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._block_fitness = dict.fromkeys(architecture.block_ids, 0.5)
        self._scores = Scores()
        self._pending: tuple[Mask, ...] | None = None
        self._parents: dict[Mask, tuple[Mask, Mask]] = {}
        self._before: tuple[tuple[Mask, ...] | None, dict[Mask, tuple[Mask, Mask]], Any] | None = None

    def _check_settings(self) -> None:
        if not is_among(self._crossover, get_args(Crossover)):
            raise SessionError(
                f"got {shown(self._crossover)}", where="crossover", remedy=closest(self._crossover, get_args(Crossover))
            )
        rate = check_number(self._mutation_rate, where="mutation_rate", expected="0 to 1", error=SessionError)
        if not 0 <= rate <= 1:
            raise SessionError(f"got {self._mutation_rate}", where="mutation_rate", expected="0 to 1")
        if self._population_size is not None and self._population_size < 2:
            raise SessionError(f"got {self._population_size}", where="population_size", expected="2 or more")
        if not 0 <= self.elite < self.population_size:
            raise SessionError(f"got {self.elite}", where="elite", expected=f"0 to {self.population_size - 1}")

    @property
    def population_size(self) -> int:
        """Candidates in a generation, n (§3.1.1)."""
        return self._population_size or max(MINIMUM_POPULATION, len(self.architecture.block_ids))

    @property
    def elite(self) -> int:
        """How many of the best are kept, k."""
        return -(-self.population_size // 5) if self._elite is None else self._elite

    @property
    def block_fitness(self) -> Mapping[str, float]:
        """The weights of the next crossover: the last generation's block fitness (§3.1.6), 0.5 for new blocks."""
        return dict(self._block_fitness)

    @property
    def scores(self) -> Mapping[str, float]:
        """The block fitness of the last generation (§3.1.6), of the blocks that it had; empty before the first."""
        return self._scores.of(self.architecture)

    @property
    def sizing(self) -> Sizing:
        """What size means to this search, and how large its candidates are (§7)."""
        return self._sizing

    def constrain(self, constraint: Constraint) -> None:
        """Lets size count from the next generation on. A population that waits loses blocks where it has to.

        Raises:
            SessionError: No network of the architecture is within the limit. Nothing has changed then.
        """
        self._sizing = Sizing(self.architecture, constraint)
        if self._pending is not None and not all(map(self._sizing.fits, self._pending)):
            self._carry_over(self._pending)

    @property
    def parents(self) -> Parents:
        """Father and mother of each candidate of the waiting population that was bred."""
        return dict(self._parents)

    @property
    def waits(self) -> bool:
        """Whether a population waits for its losses, so that `ask` draws none."""
        return self._pending is not None

    def ask(self, propose: Propose | None = None) -> list[Mask]:
        """Returns the population to evaluate: valid masks without dead blocks, elites first.

        The first population is drawn at random, distinct where `TRIES` draws for each find enough different
        networks. Later ones are the elites and children (Algorithm 1, lines 10–16). A child that the new population
        has already is bred again, up to `TRIES` times, then replaced by a random mask that it has not, up to
        `TRIES` times; in a space smaller than the population, copies stay. If no candidate of the last generation
        has a finite loss, nobody can be a parent and the population is drawn afresh.

        Until `tell`, every call returns the same population, so that an evaluation can be taken up again.

        Args:
            propose: Called with the number of candidates wanted and the generator. What it gives is repaired and
                takes the place of children, each network once; children fill up the rest. Not called if a
                population is waiting.
        """
        if self._pending is None:
            population = self._elites()
            parents: dict[Mask, tuple[Mask, Mask]] = {}
            if propose is not None:
                self._add_proposed(population, propose)
            while len(population) < self.population_size:
                child, pair = self._new_child(population)
                population.append(child)
                if pair is not None:
                    parents[child] = pair
            self._pending, self._parents = tuple(population), parents
        return list(self._pending)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Takes back what is drawn within it if that comes to nothing: the population, and the numbers it took.

        Until `tell`, `state` leaves it out.
        """
        before = self._before = self._pending, self._parents, self._rng.bit_generator.state
        try:
            yield
        except BaseException:
            self._pending, self._parents, self._rng.bit_generator.state = before
            raise
        finally:
            self._before = None

    def tell(self, losses: Mapping[Mask, float] | Losses) -> Generation:
        """Takes the losses of the population that `ask` gave, and closes the generation.

        Args:
            losses: By mask (others may be among them), or in the order of the population. NaN or infinite where
                evaluation failed.

        Returns:
            The generation, also appended to `generations`.

        Raises:
            SessionError: No population is waiting, losses are missing or too many, or one is below 0. The
                population goes on waiting.
        """
        if self._pending is None:
            raise SessionError("no population is waiting for losses", where="tell", remedy="call ask first")
        values = _in_order(self._pending, losses)
        fitness = candidate_fitness(
            [loss + self._sizing.added(mask) for mask, loss in zip(self._pending, values, strict=True)]
        )
        generation = Generation(
            index=len(self.generations),
            population=self._pending,
            losses=tuple(values),
            fitness=tuple(fitness.tolist()),
            block_fitness=block_fitness(self.architecture, self._pending),
            parents=self._parents,
        )
        self.generations.append(generation)
        self._block_fitness = dict(generation.block_fitness)
        self._scores.take(self.architecture, generation.block_fitness)
        self._pending, self._parents, self._before = None, {}, None
        return generation

    def children(self, count: int) -> list[Mask]:
        """Returns so many children of the last generation (Algorithms 2 and 3), to be chosen from; some may be equal.

        They are drawn by the search's own generator, and become candidates if `ask` is told to take them. If nobody
        can be a parent, there are none.
        """
        last = self.generations[-1] if self.generations else None
        if last is None or not any(last.fitness):
            return []
        pairs = (choose_parents(last.population, last.fitness, rng=self._rng) for _ in range(count))
        return [self._breed(*pair) for pair in pairs]

    def _elites(self) -> list[Mask]:
        """Returns the top k, each network once; without those of no finite loss, or above the limit."""
        best = _best_first(self.generations[-1]) if self.generations else []
        return [mask for mask in best if self._sizing.fits(mask)][: self.elite]

    def _add_proposed(self, population: list[Mask], propose: Propose) -> None:
        for mask in propose(self.population_size - len(population), self._rng):
            repaired = self._repair(mask)
            if repaired not in population and len(population) < self.population_size:
                population.append(repaired)

    def _new_child(self, taken: Collection[Mask]) -> tuple[Mask, tuple[Mask, Mask] | None]:
        last = self.generations[-1] if self.generations else None
        if last is not None and any(last.fitness):
            for _ in range(TRIES):
                pair = choose_parents(last.population, last.fitness, rng=self._rng)
                child = self._breed(*pair)
                if child not in taken:
                    return child, pair
        return self._fresh(taken), None

    def _breed(self, father: Mask, mother: Mask) -> Mask:
        weights = self._block_fitness if self._crossover == "fitness" else None
        chooser = draw_blocks(self.architecture, rng=self._rng, probabilities=weights)
        child = crossover(father, mother, chooser=chooser)
        return self._repair(mutate(self.architecture, child, rng=self._rng, rate=self._mutation_rate))

    def _repair(self, mask: Mask) -> Mask:
        repaired = repair_mask(self.architecture, mask, rng=self._rng, weights=self._block_fitness)
        return self._sizing.shrink(repaired, rng=self._rng)

    def _fresh(self, taken: Collection[Mask]) -> Mask:
        for _ in range(TRIES):
            mask = self._sizing.shrink(random_mask(self.architecture, rng=self._rng), rng=self._rng)
            if mask not in taken:
                break
        return mask

    def adapt(self, architecture: Architecture) -> None:
        """Goes on with an edited architecture (§4, T4).

        The population is carried over and waits to be evaluated again, best first: blocks that are gone are
        dropped, masks repaired; random ones replace those that became equal and those whose loss was not finite.
        Surviving blocks keep their fitness as weights, see `Scores`, new ones start at 0.5: the elites are carried
        over as they are, and the others get each new block with that probability, since no crossover could bring it in.
        In an architecture of another name, such as another template, all blocks are new, whatever their ids, and
        the population is drawn afresh.
        The generator and the history go on. The same architecture may be given, to have the population evaluated
        again after its weights changed.

        Raises:
            SessionError: The given `elite` is not below the new population size, or no network is within the limit.
                Nothing has changed then.
        """
        previous, self.architecture = self.architecture, architecture
        try:
            self._check_settings()
            self._sizing = Sizing(architecture, self._sizing.constraint)
        except SessionError:
            self.architecture = previous
            raise
        self._scores.follow(previous, architecture)
        self._block_fitness = dict.fromkeys(architecture.block_ids, 0.5) | self._scores.of(architecture)
        carried = self._pending or (_best_first(self.generations[-1]) if self.generations else None)
        if carried is None:
            return
        if architecture.name != previous.name:
            carried = ()
        self._carry_over(carried, new=[block for block in architecture.block_ids if block not in previous.layer_of])

    def _carry_over(self, carried: Sequence[Mask], *, new: Sequence[str] = ()) -> None:
        """Makes candidates, best first, the population that waits; all but the elites are given new blocks."""
        chances = dict.fromkeys(self.architecture.block_ids, 0.0) | dict.fromkeys(new, 0.5)
        population: list[Mask] = []
        for mask in carried[: self.population_size]:
            added = draw_blocks(self.architecture, rng=self._rng, probabilities=chances).blocks
            repaired = self._repair(mask if len(population) < self.elite else Mask(mask.blocks | added))
            if repaired not in population:
                population.append(repaired)
        while len(population) < self.population_size:
            population.append(self._fresh(population))
        self._pending, self._parents = tuple(population), {}

    def copy(self) -> Evolution:
        """Returns a search that goes on exactly as this one, and by itself."""
        state = self.state(generations=False)
        return Evolution.restore(self.architecture, state, generations=self.generations)

    def state(self, *, generations: bool = True) -> dict[str, Any]:
        """Returns the whole search as values that JSON can hold; the architecture is kept elsewhere.

        Args:
            generations: Whether those are among them: there may be thousands, which take long to write out.
        """
        pending, parents, generator = self._before or (self._pending, self._parents, self._rng.bit_generator.state)
        return {
            "population_size": self._population_size,
            "mutation_rate": self._mutation_rate,
            "crossover": self._crossover,
            "elite": self._elite,
            "constraint": self._sizing.constraint.to_json(),
            "generator": generator,
            "block_fitness": dict(self._block_fitness),
            "scores": self._scores.state(),
            "pending": None if pending is None else masks_to_lists(pending),
            "parents": parents_to_lists(parents),
            **({"generations": [each.state() for each in self.generations]} if generations else {}),
        }

    @classmethod
    def restore(
        cls,
        architecture: Architecture,
        state: Mapping[str, Any],
        *,
        generations: Iterable[Generation] | None = None,
    ) -> Evolution:
        """Returns the search that `state` wrote down; it goes on exactly as the one that was saved.

        Args:
            architecture: The one that the search had when it was saved.
            state: From `state`, possibly by way of JSON.
            generations: What the state lacks; None: it holds them itself.

        Raises:
            SessionError: The state is not of this form.
            MaskError: It belongs to another architecture.
        """
        try:
            evolution = cls(
                architecture,
                seed=0,
                population_size=state["population_size"],
                mutation_rate=state["mutation_rate"],
                crossover=state["crossover"],
                elite=state["elite"],
            )
            # Files of before there were constraints have none.
            evolution._sizing = Sizing(architecture, Constraint.from_json(state.get("constraint") or _NONE))
            evolution._rng.bit_generator.state = state["generator"]
            evolution._block_fitness = {block: float(state["block_fitness"][block]) for block in architecture.block_ids}
            known = map(Generation.restore, state["generations"]) if generations is None else generations
            evolution.generations = list(known)
            evolution._take_scores(state)
            evolution._pending = None if state["pending"] is None else lists_to_masks(state["pending"])
            evolution._parents = lists_to_parents(state["parents"])
        except (KeyError, TypeError, ValueError, AttributeError, ArchitectureError) as error:
            raise SessionError(
                f"{type(error).__name__}: {error}", where="the saved search", expected="what state() gives"
            ) from error
        for mask in evolution._pending or (evolution.generations[-1].population if evolution.generations else ()):
            check_mask(architecture, mask)
        return evolution

    def _take_scores(self, state: Mapping[str, Any]) -> None:
        if "scores" in state:
            self._scores.restore(state["scores"])
            return
        # Files of before knew which of the present blocks have one, and still earlier ones took all of them for scored.
        scored = state.get("scored", self.architecture.block_ids if self.generations else ())
        self._scores.take(self.architecture, {block: self._block_fitness[block] for block in scored})


def _best_first(generation: Generation) -> list[Mask]:
    """Returns the candidates in order of fitness, each network once, those without a finite loss left out."""
    ranked = sorted(zip(generation.population, generation.fitness, strict=True), key=lambda pair: -pair[1])
    return list(dict.fromkeys(mask for mask, fitness in ranked if fitness > 0))


def _in_order(population: Sequence[Mask], losses: Mapping[Mask, float] | Losses) -> list[float]:
    if isinstance(losses, Mapping):
        missing = [mask for mask in population if mask not in losses]
        if missing:
            raise SessionError(
                f"{len(missing)} candidates have no loss, the first is {missing[0]}",
                where="tell",
                expected="a loss for each candidate that ask gave",
            )
        return [float(losses[mask]) for mask in population]
    if len(losses) != len(population):
        raise SessionError(f"{len(losses)} losses", where="tell", expected=f"{len(population)}, one for each candidate")
    return [float(loss) for loss in cast(Sequence[float], losses)]
