"""Sorts observations: what can be used, what cannot, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.surrogate.bits import live_bits
from oneshot_lab.search.surrogate.observations import Scored, Trained

Floats = NDArray[np.float64]


_FOREIGN = "the architecture does not have its network", "the architecture does not have their networks"
_NO_SHARES = "its accuracy is no number from 0 to 1", "their accuracies are no numbers from 0 to 1"
_NO_NUMBERS = (
    "its loss or accuracy is no finite number in its range",
    "their losses or accuracies are no finite numbers in their range",
)


@dataclass(frozen=True, eq=False)
class Coder:
    """Writes the candidates of an architecture as rows of signs, equal for equal networks.

    Attributes:
        architecture: Whose candidates.
        columns: The positions of the blocks that not every network has.
    """

    architecture: Architecture
    columns: NDArray[np.intp]

    @classmethod
    def of(cls, architecture: Architecture) -> Coder:
        """Returns the coder of an architecture."""
        locked = locked_blocks(architecture)
        free = [at for at, block in enumerate(architecture.block_ids) if block not in locked]
        return cls(architecture, np.array(free, dtype=np.intp))

    def signs(self, masks: Sequence[Mask]) -> tuple[Floats, NDArray[np.bool_]]:
        """Returns +1 for each active block and −1 for the others, (n, d), and which masks are valid, (n,)."""
        bits, valid = live_bits(self.architecture, masks)
        return np.where(bits[:, self.columns], 1.0, -1.0), valid


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The trainings of landmarks, one row for each network.

    Attributes:
        masks: The landmarks, in the order of their first training.
        signs: Their blocks, (n, d).
        accuracies: The mean accuracy of each over its trainings.
        counts: How many trainings of each there are.
        scatter: Sum of the squared deviations of the trainings of each from their mean.
    """

    masks: tuple[Mask, ...]
    signs: Floats
    accuracies: Floats
    counts: Floats
    scatter: Floats


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores by one version of the supernet, one row for each network.

    Attributes:
        signs: The blocks of the candidates, (n, d).
        accuracies: Their accuracies.
        losses: Their losses.
    """

    signs: Floats
    accuracies: Floats
    losses: Floats


def sort_trainings(trainings: Sequence[Trained], coder: Coder, notes: list[str]) -> Landmarks:
    """Groups the trainings that can be used by their networks, and notes the others."""
    known = [training for training in trainings if _is_share(training.accuracy)]
    _note(
        notes,
        len(trainings) - len(known),
        "training",
        "its accuracy is no number from 0 to 1",
        "their accuracies are no numbers from 0 to 1",
    )
    signs, valid = coder.signs([training.mask for training in known])
    _note(notes, int((~valid).sum()), "training", *_FOREIGN)
    rows: dict[bytes, int] = {}
    runs: dict[bytes, dict[int, float]] = {}
    for at, training in enumerate(known):
        if valid[at]:
            key = signs[at].tobytes()
            rows.setdefault(key, at)
            runs.setdefault(key, {})[training.seed] = float(training.accuracy)
    values = [np.array(list(seeds.values())) for seeds in runs.values()]
    first = list(rows.values())
    return Landmarks(
        tuple(known[at].mask for at in first),
        signs[first],
        np.array([each.mean() for each in values]),
        np.array([float(each.size) for each in values]),
        np.array([((each - each.mean()) ** 2).sum() for each in values]),
    )


def sort_scores(scores: Sequence[Scored], coder: Coder, notes: list[str]) -> dict[int, Scores]:
    """Groups the scores that can be used by the version of the supernet, the newest first, and notes the others.

    Of several scores of a network by one version the last counts.
    """
    known = [score for score in scores if _is_share(score.accuracy) and 0 <= score.loss < math.inf]
    _note(notes, len(scores) - len(known), "score", *_NO_NUMBERS)
    signs, valid = coder.signs([score.mask for score in known])
    _note(notes, int((~valid).sum()), "score", *_FOREIGN)
    versions: dict[int, dict[bytes, int]] = {}
    for at, score in enumerate(known):
        if valid[at]:
            versions.setdefault(score.version, {})[signs[at].tobytes()] = at
    return {
        version: Scores(
            signs[(rows := list(versions[version].values()))],
            np.array([float(known[at].accuracy) for at in rows]),
            np.array([float(known[at].loss) for at in rows]),
        )
        for version in sorted(versions, reverse=True)
    }


def _is_share(value: float) -> bool:
    return 0 <= value <= 1  # false for NaN


def _note(notes: list[str], count: int, what: str, one: str, several: str) -> None:
    """Notes that observations were left out, with the reason for one and for several of them."""
    if count:
        notes.append(f"1 {what} was left out: {one}." if count == 1 else f"{count} {what}s were left out: {several}.")
