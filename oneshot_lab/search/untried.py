"""The candidates that have not been evaluated, for strategies that evaluate each candidate once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.generation import Generation
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.rounds import Rounds

TRIES = 32
"""How often a candidate that has been evaluated is drawn again, before the remaining ones are counted."""

MOST_COUNTED = 2**16
"""The largest space that is enumerated, in masks. In a larger one, `MOST_DRAWS` draws decide whether any is left."""

MOST_DRAWS = 2_000


class Untried:
    """The candidates that have not been evaluated with the current network and weights.

    After an edit, or a training of the supernet, all candidates are untried again, since their losses hold no more.

    Args:
        rounds: The rounds of the strategy.
        label: What messages call the strategy.
    """

    def __init__(self, rounds: Rounds, *, label: str) -> None:
        self._rounds, self._label = rounds, label
        self.begin()

    def begin(self) -> None:
        """Marks all candidates as untried."""
        self._first = len(self._rounds.generations)
        self._tried: set[Mask] = set()
        self._every: tuple[Mask, ...] | None = None

    def take(self, generation: Generation) -> None:
        """Marks the candidates of a generation as tried."""
        self._tried.update(generation.population)

    @property
    def generations(self) -> list[Generation]:
        """The generations whose losses hold: those since `begin`."""
        return self._rounds.generations[self._first :]

    def has(self, mask: Mask, taken: Collection[Mask] = ()) -> bool:
        """Returns whether a candidate is untried, and not among those that are taken."""
        return mask not in self._tried and mask not in taken

    def draw(self, taken: Collection[Mask]) -> Mask | None:
        """Draws an untried candidate that is not taken; None if none is left."""
        for _ in range(TRIES):
            mask = self._rounds.random()
            if self.has(mask, taken):
                return mask
        every = self.every()
        if every is None:
            draws = (self._rounds.random() for _ in range(MOST_DRAWS))
            return next((mask for mask in draws if self.has(mask, taken)), None)
        left = [mask for mask in every if self.has(mask, taken) and self._rounds.sizing.fits(mask)]
        return left[int(self._rounds.rng.integers(len(left)))] if left else None

    def fill(self, population: list[Mask], *, size: int) -> None:
        """Draws untried candidates until a population has this size, or none is left."""
        while len(population) < size and (mask := self.draw(population)) is not None:
            population.append(mask)

    def every(self) -> tuple[Mask, ...] | None:
        """Returns all candidates, tried or not, whatever their size; None if there are too many to count."""
        if self._every is None:
            self._every = every_mask(self._rounds.architecture, most=MOST_COUNTED)
        return self._every

    def remark(self, drawn: int, *, size: int) -> str:
        """Returns the message for the user about a population that should have `size` candidates; empty if it has."""
        if drawn == size:
            return ""
        if drawn:
            return f"{self._label}: only {drawn} candidate{' was' if drawn == 1 else 's were'} left"
        sizing = self._rounds.sizing
        every, within = self.every(), "" if sizing.constraint.limit is None else " within the limit"
        if every is None:
            return f"{self._label}: {MOST_DRAWS:,} draws gave no candidate{within} that has not been evaluated"
        return f"{self._label}: all candidates{within} have been evaluated ({sum(map(sizing.fits, every)):,})"

    def saved(self) -> dict[str, Any]:
        """Returns what `resume` needs besides the generations."""
        return {"first": self._first}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Restores what `saved` returned, after the generations.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
        """
        self._first = int(state["first"])
        self._tried.update(mask for each in self.generations for mask in each.population)
