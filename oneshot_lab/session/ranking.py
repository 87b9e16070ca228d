"""Which candidate is best: by the posterior as soon as landmarks count, until then by loss."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.errors import SessionError
from oneshot_lab.session.posteriors import posteriors
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.state import State


def best(state: State) -> Candidate:
    """Returns the best candidate within the size limit.

    With landmarks that count, that is the one of the highest posterior mean, among landmarks and candidates whose
    evaluation still holds; without any, the one of the lowest loss. A landmark without such an evaluation has a NaN as
    loss and accuracy.

    Raises:
        SessionError: There is none yet.
    """
    found = _of_highest_mean(state) if state.is_calibrated else _of_lowest_loss(state)
    if found is None:
        within = "" if state.strategy.sizing.constraint.limit is None else " within the limit"
        raise SessionError(f"there is no evaluated candidate{within}", where="best", remedy="step the search first")
    return found


def _of_lowest_loss(state: State) -> Candidate | None:
    sizing = state.strategy.sizing
    finite = [each for each in state.current_candidates() if math.isfinite(each.loss) and sizing.fits(each.mask)]
    return min(finite, key=lambda candidate: candidate.loss, default=None)


def by_mean(state: State) -> Iterator[Mask]:
    """Yields candidates within the size limit, the highest posterior mean first: those that hold, and landmarks."""
    sizing, known = state.strategy.sizing, posteriors(state)
    for row in np.argsort(-known.mean, kind="stable"):
        mask = known.masks[row]
        candidate = state.known(mask)
        # A supernet's loss that is no number counts against a candidate, unless that was trained by itself.
        counts = known.trained[row] or (candidate is not None and math.isfinite(candidate.loss))
        if counts and sizing.fits(mask):
            yield mask


def _of_highest_mean(state: State) -> Candidate | None:
    mask = next(by_mean(state), None)
    return None if mask is None else state.known(mask) or _unscored(state, mask)


def _unscored(state: State, mask: Mask) -> Candidate:
    """Returns a landmark that the present weights have not evaluated."""
    size = cost(state.architecture, mask)
    network = state.network(mask) or ""
    return Candidate(mask, math.nan, math.nan, size.parameters, size.macs, None, None, state.weights.version, network)
