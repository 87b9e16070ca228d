"""Chooses the candidates that become landmarks, and trains them from scratch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import numpy as np
import torch

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import ArchitectureError, DivergedError
from oneshot_lab.search.operators import every_mask, random_mask
from oneshot_lab.search.spread import Floats, spread
from oneshot_lab.search.surrogate import Posterior
from oneshot_lab.session.state.evaluations import digest
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import Recipe
from oneshot_lab.supernet.train import Progress, train

FIRST = 2
"""How many landmarks are spread out before the posterior says which candidate is next.

More do not pay: with 2 the posterior's best was 0.38 deviations of the truth below the best of all after 8 landmarks,
with 8 it was 0.83 (40 invented truths), at the same agreement of ranks. On the yardstick rich_lenet 6 landmarks instead
of 12 were needed to equal the best of 40 random trainings.
"""

SMALL = 1000
"""A space of so many masks is looked at as a whole."""

SAMPLE = 100
"""How many candidates of a larger space there are to choose from at least."""

TRIES = 30
"""How many draws are made for each wanted candidate before the space counts as exhausted."""


# ---- which ---------------------------------------------------------------------------------------------------------


def choose_landmark(state: State, *, seed: int) -> Mask | None:
    """Chooses the candidate whose training tells most now.

    The first ones are spread over the map, or, without a map, over the space: over all of it if it is small, else over
    evaluated candidates, and random ones if these are few. Later ones are those of which the posterior expects most,
    see `by_promise`. Nothing that is a landmark already is chosen.

    Args:
        state: The state of the session.
        seed: The session's seed, for the random ones.

    Returns:
        The mask; None: every candidate that was found is a landmark.
    """
    pool, place = _pool(state, seed=seed)
    taken = {landmark.mask for landmark in state.current_landmarks()}
    free = [mask for mask in pool if mask not in taken]
    posterior = state.posterior().posterior
    if len(posterior.landmarks) < FIRST:
        order = by_distance(free, place, known=place([mask for mask in pool if mask in taken]))
    else:
        order = by_promise(free, posterior)
    return next((mask for mask in order if stands_alone(state.architecture, mask)), None)


def by_distance(free: list[Mask], place: Callable[[Sequence[Mask]], Floats], *, known: Floats) -> Iterator[Mask]:
    """Yields the candidate farthest from what is known, then the farthest of the others."""
    while free:
        (row,) = spread(place(free), 1, known=known)
        yield free.pop(row)


def by_promise(free: Sequence[Mask], posterior: Posterior) -> Iterator[Mask]:
    """Yields candidates by expected improvement over the best landmark; of equal ones the least certain first.

    That is Bayesian optimisation with single trainings (§7): what is likely good, or uncertain enough to be.
    """
    if free:
        best = float(posterior.of(posterior.landmarks)[0].max())
        gains = posterior.expected_improvement(free, over=best)
        yield from (free[row] for row in np.lexsort((-posterior.of(free)[1], -gains)))


def _pool(state: State, *, seed: int) -> tuple[Sequence[Mask], Callable[[Sequence[Mask]], Floats]]:
    """Returns the candidates to choose from, and what gives their places: on the map, or as rows of bits."""
    dots = state.dots()
    if len(dots):
        return list(dots), dots.coordinates
    masks = dict.fromkeys(candidate.mask for candidate in state.current_candidates())
    masks |= dict.fromkeys(landmark.mask for landmark in state.current_landmarks())
    everything = every_mask(state.architecture, most=SMALL)
    if everything is not None:
        masks |= dict.fromkeys(everything)
    else:
        # A generator of its own: a search with landmarks draws the same candidates as one without.
        rng = np.random.default_rng((seed, SAMPLE))
        for _ in range(TRIES * SAMPLE):
            if len(masks) >= SAMPLE:
                break
            masks[random_mask(state.architecture, rng=rng)] = None
    return list(masks), lambda some: _bits(state.architecture, some)


def _bits(architecture: Architecture, masks: Sequence[Mask]) -> Floats:
    bits = np.array([mask.bits(architecture) for mask in masks], dtype=np.float64)
    return bits.reshape(len(masks), len(architecture.block_ids))


def stands_alone(architecture: Architecture, mask: Mask) -> bool:
    """Returns whether a sub-network can be written as a network by itself; parallel branches cannot."""
    try:
        select(architecture, mask)
    except ArchitectureError:
        return False
    return True


# ---- the training --------------------------------------------------------------------------------------------------


def seed_of(session_seed: int, number: int) -> int:
    """Returns the seed of a landmark: each has its own, so that a second training of a candidate is another one.

    Args:
        session_seed: The seed of the session.
        number: How many landmarks the session has trained before.
    """
    return int(np.random.SeedSequence(session_seed, spawn_key=(number,)).generate_state(1)[0])


def train_landmark(
    architecture: Architecture,
    mask: Mask,
    data: Data,
    *,
    recipe: Recipe,
    epochs: int,
    seed: int,
    device: torch.device,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> Landmark | None:
    """Trains a candidate by itself from scratch, and measures it on the validation split.

    Args:
        architecture: The architecture of the search.
        mask: The candidate, without dead blocks.
        data: The training split is learned, the validation split is measured; the test split is not used.
        recipe: How to train; for plain networks.
        epochs: Passes over the training images.
        seed: Of its weights and of the order of the images.
        device: Where to train.
        progress: Called after each batch.
        should_stop: Asked before each batch; what it takes, such as a pause, does not count as time of the training.

    Returns:
        The landmark, without accuracy and loss if the training diverged; None if it was stopped.

    Raises:
        ArchitectureError: The candidate has parallel branches, which no network by itself can express.
        DataError: An image cannot be read.
    """
    network = select(architecture, mask)
    size = infer(network)
    asking = _Asking(should_stop)
    started = perf_counter()
    module = to_module(network, seed=seed)
    accuracy = loss = math.nan
    try:
        train(
            module,
            data.train,
            recipe=recipe,
            epochs=epochs,
            seed=seed,
            device=device,
            progress=progress,
            should_stop=asking,
            bar=False,
        )
        if asking.is_stopped:
            return None
        score = evaluate_module(module, data.validation, device=device)
        accuracy, loss = score.accuracy, score.loss
    except DivergedError:
        # That a network cannot be trained in this way is a result too, but not a number.
        pass
    seconds = perf_counter() - started - asking.seconds
    return Landmark(
        mask, accuracy, loss, epochs, recipe, seed, seconds, size.parameters, size.macs, digest(architecture, mask)
    )


class _Asking:
    """Asks whether to stop, and keeps the answer and the time that the asking took."""

    def __init__(self, should_stop: Callable[[], bool]) -> None:
        self._should_stop = should_stop
        self.is_stopped, self.seconds = False, 0.0

    def __call__(self) -> bool:
        began = perf_counter()
        self.is_stopped = self._should_stop()
        self.seconds += perf_counter() - began
        return self.is_stopped
