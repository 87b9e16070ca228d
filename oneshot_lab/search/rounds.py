"""The state that all strategies share: the waiting population, the finished generations, and the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np

from oneshot_lab.architecture.given import check_whole
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError
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
from oneshot_lab.search.operators import random_mask, repair_mask
from oneshot_lab.search.scores import Scores

Propose = Callable[[int, np.random.Generator], Sequence[Mask]]
"""Returns this many candidates, which take precedence over the strategy's own: so a region steers the search.

It may return fewer; of more, the first ones that the strategy can use are taken."""

MINIMUM_POPULATION = 4

_NONE = Constraint().to_json()


class Rounds:
    """The rounds of a search: a population is drawn, waits for its losses, and becomes a generation.

    A strategy owns one. It holds what does not depend on how candidates are chosen.

    Args:
        architecture: The template whose sub-networks are searched.
        seed: Seed of the generator for all random numbers of the strategy.

    Attributes:
        architecture: The current template.
        sizing: The size constraint of the search, and the sizes of its candidates (§7).
        rng: The generator.
        generations: All finished generations, oldest first.
        waiting: The population that waits for its losses, or None.
        parents: Father and mother of each bred candidate of it.
        scores: The scores of blocks.
    """

    def __init__(self, architecture: Architecture, *, seed: int) -> None:
        self.architecture = architecture
        self.sizing = Sizing(architecture, Constraint())
        self.rng = np.random.Generator(np.random.PCG64(seed))
        self.generations: list[Generation] = []
        self.waiting: tuple[Mask, ...] | None = None
        self.parents: dict[Mask, tuple[Mask, Mask]] = {}
        self.scores = Scores()
        self._before: tuple[tuple[Mask, ...] | None, dict[Mask, tuple[Mask, Mask]], Any] | None = None

    @property
    def last(self) -> Generation | None:
        """The newest generation."""
        return self.generations[-1] if self.generations else None

    def random(self) -> Mask:
        """Draws a candidate (§3.1.1) within the limit of size."""
        return self.sizing.shrink(random_mask(self.architecture, rng=self.rng), rng=self.rng)

    def repaired(self, mask: Mask, *, weights: Mapping[str, float] | None = None) -> Mask:
        """Turns any set of blocks into a candidate within the limit of size; see `repair_mask`."""
        repaired = repair_mask(self.architecture, mask, rng=self.rng, weights=weights)
        return self.sizing.shrink(repaired, rng=self.rng)

    def follow(self, architecture: Architecture) -> None:
        """Follows an edit; the waiting population is left to the strategy.

        Raises:
            SessionError: No network of the architecture is within the limit. Nothing has changed then.
        """
        self.sizing = Sizing(architecture, self.sizing.constraint)
        self.scores.follow(self.architecture, architecture)
        self.architecture = architecture

    def wait_for(self, population: Sequence[Mask] | None, parents: Parents | None = None) -> None:
        """Sets the population that waits for its losses; None means that none waits."""
        self.waiting, self.parents = None if population is None else tuple(population), dict(parents or {})

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A context that undoes a draw that is not completed: the population, and the random numbers used for it.

        Until `close`, `state` leaves it out.
        """
        before = self._before = self.waiting, self.parents, self.rng.bit_generator.state
        try:
            yield
        except BaseException:
            self.waiting, self.parents, self.rng.bit_generator.state = before
            raise
        finally:
            self._before = None

    def close(self, losses: Mapping[Mask, float] | Losses) -> Generation:
        """Takes the losses of the waiting population, and turns it into a generation.

        Args:
            losses: By mask (others may be among them), or in the order of the population. NaN or infinite where
                evaluation failed. A candidate's size adds to its loss before Equation 2, see `Constraint`.

        Returns:
            The generation, also appended to `generations`.

        Raises:
            SessionError: No population is waiting, losses are missing or too many, or one is below 0. The population
                still waits.
        """
        if self.waiting is None:
            raise SessionError("no population is waiting for losses", where="tell", remedy="call ask first")
        values = _in_order(self.waiting, losses)
        fitness = candidate_fitness(
            [loss + self.sizing.added(mask) for mask, loss in zip(self.waiting, values, strict=True)]
        )
        generation = Generation(
            index=len(self.generations),
            population=self.waiting,
            losses=tuple(values),
            fitness=tuple(fitness.tolist()),
            block_fitness=block_fitness(self.architecture, self.waiting),
            parents=self.parents,
        )
        self.generations.append(generation)
        self.scores.take(self.architecture, generation.block_fitness)
        self.waiting, self.parents, self._before = None, {}, None
        return generation

    def state(self, *, generations: bool) -> dict[str, Any]:
        """Returns everything as values that JSON can hold, with or without the generations."""
        waiting, parents, generator = self._before or (self.waiting, self.parents, self.rng.bit_generator.state)
        return {
            "constraint": self.sizing.constraint.to_json(),
            "generator": generator,
            "scores": self.scores.state(),
            "pending": None if waiting is None else masks_to_lists(waiting),
            "parents": parents_to_lists(parents),
            **({"generations": [each.state() for each in self.generations]} if generations else {}),
        }

    def restore(self, state: Mapping[str, Any], *, generations: Iterable[Generation] | None) -> None:
        """Restores what `state` returned.

        Args:
            state: From `state`, possibly by way of JSON; without `scores`, or a constraint, there are none, as in
                files from before they existed.
            generations: What the state lacks; None: it holds them itself.

        Raises:
            KeyError, TypeError, ValueError, AttributeError, OneShotError: The data does not have that form.
        """
        self.sizing = Sizing(self.architecture, Constraint.from_json(state.get("constraint") or _NONE))
        self.rng.bit_generator.state = state["generator"]
        self.generations = list(map(Generation.restore, state["generations"]) if generations is None else generations)
        self.scores.restore(state.get("scores", ()))
        self.waiting = None if state["pending"] is None else lists_to_masks(state["pending"])
        self.parents = lists_to_parents(state["parents"])


def choose_size(architecture: Architecture, given: int | None) -> int:
    """Returns the number of candidates in a generation, n: the given one, or the number of blocks (§3.1.1)."""
    return given or max(MINIMUM_POPULATION, len(architecture.block_ids))


def check_size(given: Any) -> int | None:
    """Returns the given size of a population; None stands for the number of blocks.

    Raises:
        SessionError: The size is below 2, or not a whole number.
    """
    if given is None:
        return None
    return check_whole(given, where="population_size", expected="2 or more", low=2, error=SessionError)


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
