"""What the surrogate is fitted to: the one-shot scores of candidates, and the trainings of landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError


class Scored(Protocol):
    """A candidate with its score; a session's `Candidate` is one."""

    @property
    def mask(self) -> Mask:
        """The candidate."""

    @property
    def loss(self) -> float:
        """See `Score`."""

    @property
    def accuracy(self) -> float:
        """See `Score`."""

    @property
    def version(self) -> int:
        """See `Score`."""


class Trained(Protocol):
    """One training of a landmark; a session's `Landmark` is one."""

    @property
    def mask(self) -> Mask:
        """The candidate."""

    @property
    def accuracy(self) -> float:
        """See `Score`."""

    @property
    def seed(self) -> int:
        """See `Training`."""


@dataclass(frozen=True)
class Score:
    """The score of a candidate.

    Attributes:
        mask: The candidate.
        loss: Mean cross-entropy with the supernet's weights, in nats.
        accuracy: Share of the validation images that are classified right with the supernet's weights.
        version: How often the supernet had been trained.
    """

    mask: Mask
    loss: float
    accuracy: float
    version: int = 0


@dataclass(frozen=True)
class Training:
    """One training of a landmark. A landmark that is trained again with another seed has two.

    Attributes:
        mask: The candidate that was trained by itself.
        accuracy: Share of the validation images that it classifies right.
        seed: The seed of the training. Of two with the same mask and seed the last counts.
    """

    mask: Mask
    accuracy: float
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances between candidates, such as the graph edit distances of the map.

    Attributes:
        masks: The candidates, each once.
        values: The distances, (n, n), each 0 or more, in the order of the masks.

    Raises:
        SessionError: The values are no square of finite numbers of 0 or more with one row for each mask.
    """

    masks: tuple[Mask, ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        object.__setattr__(self, "masks", tuple(self.masks))
        object.__setattr__(self, "values", values)
        count = len(self.masks)
        if values.shape != (count, count) or len(set(self.masks)) != count:
            raise SessionError(
                f"an array of shape {values.shape} for {len(set(self.masks))} different masks",
                where="distances",
                expected="one row and one column for each mask, and each mask once",
            )
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise SessionError("a distance that is negative or not finite", where="distances", expected="0 or more")


@dataclass(frozen=True)
class Observations:
    """All that the surrogate is fitted to.

    Attributes:
        scores: Scores of candidates, in the order of their evaluation; several versions of the supernet may occur.
        trainings: Trainings of landmarks, all with the same recipe and number of epochs.
        distances: Distances between candidates, which then count beside the blocks; None: blocks alone count.
    """

    scores: Sequence[Scored] = ()
    trainings: Sequence[Trained] = ()
    distances: Distances | None = None
