"""Queries on the candidates with a current evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.state import State


def marginal_effects(state: State) -> dict[str, Marginal]:
    """Returns the effect of each block on the loss."""
    current = state.current_candidates()
    masks, losses = [candidate.mask for candidate in current], [candidate.loss for candidate in current]
    return marginal_effect(state.architecture, masks, losses)


def front(candidates: Sequence[Candidate], measure: str) -> tuple[Candidate, ...]:
    """Returns the candidates of finite loss that no other one equals or beats in size and accuracy, by size."""
    found: list[Candidate] = []
    finite = [candidate for candidate in candidates if np.isfinite(candidate.loss)]
    for candidate in sorted(finite, key=lambda each: (getattr(each, measure), -each.accuracy, each.loss)):
        if not found or candidate.accuracy > found[-1].accuracy:
            found.append(candidate)
    return tuple(found)
