"""How far the surrogate can be trusted: each landmark predicted as if it had not been trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate.agreement import Agreement, rank_agreement


@dataclass(frozen=True)
class HeldOutRow:
    """One landmark as predicted without its own trainings.

    Attributes:
        mask: The landmark.
        trained: Its accuracy: the mean over its trainings.
        mean: The predicted accuracy.
        deviation: Standard deviation of the prediction, with the noise of its trainings.
        low: Lower end of the 95 % interval.
        high: Upper end.
    """

    mask: Mask
    trained: float
    mean: float
    deviation: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of the width of the interval."""
        return (self.high - self.low) / 2

    @property
    def held(self) -> bool:
        """Whether the interval holds the accuracy."""
        return self.low <= self.trained <= self.high


@dataclass(frozen=True)
class HeldOut:
    """All landmarks, each predicted without its own trainings (leave-one-out).

    Attributes:
        rows: One for each landmark, in the order of their first training; empty with fewer than two.
    """

    rows: tuple[HeldOutRow, ...]

    @property
    def held(self) -> int:
        """How many intervals hold the accuracy."""
        return sum(row.held for row in self.rows)

    @property
    def sentence(self) -> str:
        """The coverage in words: `9 of 10 intervals held`."""
        return (
            f"{self.held} of {len(self.rows)} intervals held" if self.rows else "too few landmarks to check intervals"
        )

    @cached_property
    def agreement(self) -> Agreement:
        """How well the predictions rank the landmarks."""
        return self.agreement_of([row.mean for row in self.rows])

    def agreement_of(self, values: Sequence[float]) -> Agreement:
        """Returns how well a baseline ranks the landmarks, such as their numbers of active blocks.

        Args:
            values: One for each row; more is taken for better.
        """
        return rank_agreement(values, [row.trained for row in self.rows])
