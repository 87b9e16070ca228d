"""The posterior of candidates, as a session gives it: values, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oneshot_lab.architecture.given import check_list
from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.errors import MaskError
from oneshot_lab.search.surrogate import Posterior
from oneshot_lab.session.choosing import choose
from oneshot_lab.session.state.calibration import Calibrated
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.state import State

Floats = NDArray[np.float64]

Given = Sequence[Mask | Candidate | Landmark | str | Sequence[object]]
"""Candidates as a person gives them."""


@dataclass(frozen=True, eq=False)
class Posteriors:
    """What scores and landmarks tell of the accuracy of some candidates, in the order in which these were given.

    Accuracies are shares of the validation split, as everywhere: 0.004 is 0.4 points.

    Attributes:
        masks: The candidates, without blocks that have no effect.
        mean: Posterior mean of each candidate's accuracy when it is trained like the landmarks, (n,).
        deviation: Its standard deviation, (n,).
        low: Lower end of the 95 % interval, (n,).
        high: Upper end, (n,).
        trained: Whether each is a landmark that counts, (n,).
        notes: Sentences about what was left out, and why.
        posterior: The posterior itself, which knows every other candidate, ties, and how landmarks are predicted.
    """

    masks: tuple[Mask, ...]
    mean: Floats
    deviation: Floats
    low: Floats
    high: Floats
    trained: NDArray[np.bool_]
    notes: tuple[str, ...]
    posterior: Posterior

    def __len__(self) -> int:
        return len(self.masks)

    def __repr__(self) -> str:
        parts = [f"{len(self)} candidates", self.basis]
        if len(self):
            best = int(np.argmax(self.mean))
            parts.append(f"best {self.mean[best]:.2%}, {self.low[best]:.2%} to {self.high[best]:.2%}")
        return f"Posteriors({'; '.join(parts)})"

    @property
    def is_calibrated(self) -> bool:
        """Whether landmarks give the scale; if not, it is that of the supernet's accuracies."""
        return self.posterior.calibrated

    @property
    def half(self) -> Floats:
        """Half of the width of each 95 % interval, (n,): what is shown behind ±."""
        return (self.high - self.low) / 2

    @property
    def basis(self) -> str:
        """What it rests on, in words."""
        count = len(self.posterior.landmarks)
        return f"calibrated by {count} landmark{'' if count == 1 else 's'}" if count else "not calibrated"

    @property
    def table(self) -> pd.DataFrame:
        """One row for each candidate, in order: `mask` as text, `mean`, `deviation`, `low`, `high` and `trained`."""
        numbers = {name: getattr(self, name) for name in ("mean", "deviation", "low", "high", "trained")}
        return pd.DataFrame({"mask": pd.array([str(mask) for mask in self.masks], dtype="string"), **numbers})


def posteriors(state: State, masks: Given | None = None) -> Posteriors:
    """Returns the posterior of candidates.

    Args:
        state: The state of the session.
        masks: The candidates; None: those whose evaluation still holds, and landmarks.

    Raises:
        MaskError: A value does not give a network of the current architecture.
    """
    fitted, version = state.posterior(), state.weights.version
    architecture = fitted.posterior.architecture
    if masks is not None:
        values = check_list(masks, where="masks", expected="a list of masks", error=MaskError)
        return _of(fitted, [prune(architecture, choose(architecture, value)) for value in values])
    told = state.calibration.told
    if told is None or told[0] is not fitted.posterior or told[1] != version:
        known = [candidate.mask for candidate in state.evaluations.current(architecture, version)]
        found = _of(fitted, list(dict.fromkeys([*known, *fitted.posterior.landmarks])))
        told = state.calibration.told = fitted.posterior, version, found
    everything: Posteriors = told[2]
    return everything


def _of(fitted: Calibrated, chosen: list[Mask]) -> Posteriors:
    mean, deviation = fitted.posterior.of(chosen)
    low, high = fitted.posterior.intervals(chosen)
    counting = frozenset(fitted.posterior.landmarks)
    trained = np.array([mask in counting for mask in chosen], dtype=np.bool_)
    for column in (mean, deviation, low, high, trained):
        # Of all candidates they are kept, and handed out again.
        column.flags.writeable = False
    return Posteriors(tuple(chosen), mean, deviation, low, high, trained, fitted.notes, fitted.posterior)
