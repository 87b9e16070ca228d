"""Sessions with a map that costs nothing: places that were made up, evaluations that were never made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.candidates import Candidate, digest
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.projection import Projection


def chart(session: SearchSession, count: int = 40, *, seed: int = 0) -> list[Mask]:
    """Gives a session a map of so many random candidates, side by side in a square."""
    rng, places = np.random.default_rng(seed), {}
    while len(places) < count:
        mask = random_mask(session.architecture, rng=rng)
        places.setdefault(mask, (float(len(places) % 8), float(len(places) // 8)))
    session._atlas, session._charted = Projection(places), session.architecture
    session._set(**session._mirrors())
    return list(places)


def evaluate(session: SearchSession, masks: Sequence[Mask], losses: Sequence[float], *, generation: int = 0) -> None:
    """Has a session know candidates as if it had evaluated them."""
    architecture, version = session.architecture, session._weights.version
    for mask, loss in zip(masks, losses, strict=True):
        price = cost(architecture, mask)
        numbers = (loss, float(np.exp(-loss)), price.parameters, price.macs, generation)
        session._ledger.add(Candidate(mask, *numbers, None, version, digest(architecture, mask)))
    session._publish()
