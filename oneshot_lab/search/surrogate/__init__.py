"""The surrogate: estimates the accuracy of every candidate from one-shot scores and landmarks, with intervals."""

from __future__ import annotations

from oneshot_lab.search.surrogate.agreement import Agreement, rank_agreement
from oneshot_lab.search.surrogate.fitting import fit
from oneshot_lab.search.surrogate.held_out import HeldOut, HeldOutRow
from oneshot_lab.search.surrogate.observations import Distances, Observations, Score, Training
from oneshot_lab.search.surrogate.posterior import Posterior

__all__ = [
    "Agreement",
    "Distances",
    "HeldOut",
    "HeldOutRow",
    "Observations",
    "Posterior",
    "Score",
    "Training",
    "fit",
    "rank_agreement",
]
