"""What the posterior tells of the candidates on a map: asked for once after each change, for all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.posteriors import Posteriors
from oneshot_lab.session.session import SearchSession

Places = Mapping[Mask, tuple[float, float]]


class Estimate(NamedTuple):
    """The posterior of a candidate's accuracy when it is trained by itself.

    Attributes:
        mean: Its mean, a share.
        half: Half of its 95 % interval, a share; an interval ends at 0 and at 1.
    """

    mean: float
    half: float


class Estimates(NamedTuple):
    """What the posterior tells of a map.

    Attributes:
        of: The estimate of each candidate on it; none where the posterior was not asked or knows nothing.
        ties: The candidates that cannot be told apart from the best, with it, the best first; none without landmarks.
        is_calibrated: Whether landmarks give the scale.
    """

    of: Mapping[Mask, Estimate]
    ties: tuple[Mask, ...] = ()
    is_calibrated: bool = False


NOTHING = Estimates({})


class EstimateCache:
    """The estimates of a map, kept until the posterior or the map changes."""

    def __init__(self) -> None:
        self._known: tuple[Posteriors, Places, Estimates] | None = None

    def of(self, session: SearchSession) -> Estimates:
        """Returns the estimates of a session's map; fits the posterior if that has changed."""
        if session.projection is None or not (len(session.candidates) or session.is_calibrated):
            return NOTHING
        found, places = session.posterior(), session.projection.places
        if self._known is None or self._known[0] is not found or self._known[1] is not places:
            try:
                self._known = found, places, _estimates(found, places)
            except MaskError:
                # The worker has edited the network meanwhile: another drawing follows.
                return NOTHING
        return self._known[2]


def best_of(session: SearchSession) -> Mask | None:
    """Returns the session's best candidate; None: there is none yet."""
    try:
        return session.best.mask
    except SessionError:
        return None


def _estimates(found: Posteriors, places: Places) -> Estimates:
    masks = list(places)
    means, (low, high) = found.posterior.of(masks)[0], found.posterior.intervals(masks)
    each = zip(masks, means.tolist(), ((high - low) / 2).tolist(), strict=True)
    ties = found.posterior.ties(found.masks) if found.is_calibrated else ()
    return Estimates({mask: Estimate(mean, half) for mask, mean, half in each}, ties, found.is_calibrated)
