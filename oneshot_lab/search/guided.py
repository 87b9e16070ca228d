"""The base of strategies that go by the surrogate."""

from __future__ import annotations

from typing import Any

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.once import Once
from oneshot_lab.search.rating import Rating


class Guided(Once):
    """A strategy that goes by what the surrogate expects of candidates, and evaluates each of them once.

    Args:
        architecture: See `Strategy`, as for `seed` and the settings.
        seed: Seed of the search's generator.
        label: What messages call the strategy.
    """

    def __init__(self, architecture: Architecture, *, seed: int, label: str, **settings: Any) -> None:
        super().__init__(architecture, seed=seed, label=label, **settings)
        self._rated: tuple[tuple[Any, ...], Rating | None] | None = None

    def rating(self) -> Rating | None:
        """Returns the ratings by all that is known now; None if nothing is known yet. See `Rating`."""
        # Fitting takes long, and a population asks several times. These three are all that it depends on.
        basis = len(self.generations), self.sizing, self.calibrated
        if self._rated is None or self._rated[0] != basis:
            generations, calibrated = self.untried.generations, self.calibrated
            rating = Rating.of(generations, self.architecture, sizing=self.sizing, calibrated=calibrated)
            self._rated = basis, rating
        return self._rated[1]
