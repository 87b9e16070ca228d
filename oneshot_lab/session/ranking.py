"""Which candidate is best: by the posterior as soon as landmarks count, until then by loss."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.errors import SessionError
from oneshot_lab.session.posteriors import posteriors
from oneshot_lab.session.state import finding
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


def front(state: State, measure: str) -> tuple[Candidate, ...]:
    """Returns the candidates that no other one equals or beats in size and accuracy, the smallest first.

    With landmarks that count, accuracy is the posterior mean, and landmarks are among them; without any, the score.

    Args:
        state: The state of the session.
        measure: What size is: `parameters` or `macs`.
    """
    if not state.is_calibrated:
        return finding.front(state.current_candidates(), measure)
    means = dict(_means(state))
    return finding.front([state.known(mask) or _unscored(state, mask) for mask in means], measure, means=means)


def by_mean(state: State) -> Iterator[Mask]:
    """Yields candidates within the size limit, the highest posterior mean first: those that hold, and landmarks."""
    return (mask for mask, _ in _means(state) if state.strategy.sizing.fits(mask))


def _means(state: State) -> Iterator[tuple[Mask, float]]:
    """Yields candidates with their posterior means, the highest first: those that hold, and landmarks."""
    known = posteriors(state)
    for row in np.argsort(-known.mean, kind="stable"):
        mask = known.masks[row]
        candidate = state.known(mask)
        # A supernet's loss that is no number counts against a candidate, unless that was trained by itself.
        counts = known.trained[row] or (candidate is not None and math.isfinite(candidate.loss))
        if counts:
            yield mask, float(known.mean[row])


def _of_highest_mean(state: State) -> Candidate | None:
    mask = next(by_mean(state), None)
    return None if mask is None else state.known(mask) or _unscored(state, mask)


def _unscored(state: State, mask: Mask) -> Candidate:
    """Returns a landmark that the present weights have not evaluated."""
    size = cost(state.architecture, mask)
    network = state.network(mask) or ""
    return Candidate(mask, math.nan, math.nan, size.parameters, size.macs, None, None, state.weights.version, network)
