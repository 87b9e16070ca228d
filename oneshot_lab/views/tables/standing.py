"""How the candidates of a table stand by the posterior: estimates, ties with the best, and which were trained."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean, stdev
from typing import TYPE_CHECKING, NamedTuple

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate.posterior import TIED
from oneshot_lab.session.state.calibration import comparable
from oneshot_lab.session.state.landmark import Landmark

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Standing(NamedTuple):
    """What the posterior tells of a candidate.

    Attributes:
        mean: Posterior mean of its accuracy.
        low: Lower end of its 95 % interval.
        margin: Half of the width of that interval.
        trained: The mean accuracy of its own trainings, with their standard deviation; None if it is no landmark.
        is_best: Whether it is the best of those asked about.
        chance: The probability that it is better than the best; 0 for a candidate that was not asked about.
    """

    mean: float
    low: float
    margin: float
    trained: tuple[float, float] | None = None
    is_best: bool = False
    chance: float = 0.0

    @property
    def is_tied(self) -> bool:
        """Whether it cannot be told apart from the best; the best itself is tied."""
        return self.chance >= TIED


def standings(session: SearchSession, *, allowed: Collection[Mask]) -> dict[Mask, Standing]:
    """Returns how candidates stand by the posterior; none without landmarks that count.

    Args:
        session: The session.
        allowed: The candidates among which the best is looked for.
    """
    known = session.posterior()
    if not known.is_calibrated:
        # An edit in the worker has just removed the landmarks' networks; the table is drawn again then.
        return {}
    trained = accuracies(session.trained_landmarks)
    numbers = (known.mean.tolist(), known.low.tolist(), known.half.tolist())
    found = {
        mask: Standing(mean, low, half, trained.get(mask))
        for mask, mean, low, half in zip(known.masks, *numbers, strict=True)
    }
    inside = [mask for mask in found if mask in allowed]
    if not inside:
        return found
    # Of equal ones the first, as `session.best` is.
    best = max(inside, key=lambda mask: found[mask].mean)
    chances = known.posterior.chance_to_beat(inside, best).tolist()
    for mask, chance in zip(inside, chances, strict=True):
        found[mask] = found[mask]._replace(chance=chance, is_best=mask == best)
    return found


def accuracies(landmarks: Sequence[Landmark]) -> Mapping[Mask, tuple[float, float]]:
    """Returns the mean accuracy of each landmark that counts, and the deviation of its trainings; NaN for a single one.

    Args:
        landmarks: The landmarks of the current network.
    """
    values: dict[Mask, list[float]] = {}
    for landmark in comparable(landmarks)[0]:
        values.setdefault(landmark.mask, []).append(landmark.accuracy)
    return {mask: (fmean(each), stdev(each) if len(each) > 1 else math.nan) for mask, each in values.items()}
