"""Sessions with a map that costs nothing: made-up places, evaluations that were never made, landmarks never trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.evaluations import Candidate, digest
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.map_state import MapState
from oneshot_lab.space.projection import Projection
from oneshot_lab.supernet.recipes import get_recipe
from tests.session.sessions import publish


def chart(session: SearchSession, count: int = 40, *, seed: int = 0) -> list[Mask]:
    """Gives a session a map of so many random candidates, side by side in a square."""
    rng, places = np.random.default_rng(seed), {}
    while len(places) < count:
        mask = random_mask(session.architecture, rng=rng)
        places.setdefault(mask, (float(len(places) % 8), float(len(places) // 8)))
    session.state.map = MapState(Projection(places), session.architecture)
    publish(session)
    return list(places)


def evaluate(session: SearchSession, masks: Sequence[Mask], losses: Sequence[float], *, generation: int = 0) -> None:
    """Has a session know candidates as if it had evaluated them."""
    architecture, version = session.architecture, session.state.weights.version
    for mask, loss in zip(masks, losses, strict=True):
        price = cost(architecture, mask)
        numbers = (loss, float(np.exp(-loss)), price.parameters, price.macs, generation)
        session.state.evaluations.add(Candidate(mask, *numbers, None, version, digest(architecture, mask)))
    publish(session)


def land(session: SearchSession, masks: Sequence[Mask], accuracies: Sequence[float]) -> None:
    """Has a session know landmarks as if it had trained these candidates by themselves; NaN: that diverged."""
    for mask, accuracy in zip(masks, accuracies, strict=True):
        price, network = cost(session.architecture, mask), digest(session.architecture, mask)
        numbers = (accuracy, 1.0 - accuracy, 3, get_recipe("whole"), len(session.state.landmarks), 1.0)
        landmark = Landmark(mask, *numbers, price.parameters, price.macs, network)
        session.state.landmarks = (*session.state.landmarks, landmark)
    publish(session)
