"""Queries on the candidates with a current evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.state import State


def marginal_effects(state: State) -> dict[str, Marginal]:
    """Returns the effect of each block on the loss."""
    current = state.current_candidates()
    masks, losses = [candidate.mask for candidate in current], [candidate.loss for candidate in current]
    return marginal_effect(state.architecture, masks, losses)


def front(
    candidates: Sequence[Candidate], measure: str, *, means: Mapping[Mask, float] | None = None
) -> tuple[Candidate, ...]:
    """Returns the candidates that no other one equals or beats in size and accuracy, by size.

    Args:
        candidates: The candidates.
        measure: What size is: `parameters` or `macs`.
        means: The accuracy that counts, for each of them: posterior means. None: the scores, of those of finite loss.
    """
    if means is None:
        candidates = [candidate for candidate in candidates if np.isfinite(candidate.loss)]
    known = [(each, each.accuracy if means is None else means[each.mask]) for each in candidates]
    found: list[Candidate] = []
    highest = -np.inf
    for candidate, accuracy in sorted(known, key=lambda pair: (getattr(pair[0], measure), -pair[1], pair[0].loss)):
        if accuracy > highest:
            found.append(candidate)
            highest = accuracy
    return tuple(found)
