"""The surrogate: how fast it is, and how many of its 95 % intervals hold what was never trained."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import numpy as np

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.surrogate import Observations, Training, fit
from tests.benchmarks.registry import Figure, benchmark, seconds
from tests.benchmarks.spaces.truth import Truth, find_spaces, has_truth, load_truth
from tests.search.surrogate.landscapes import landscape, worlds

ROUNDS = 15
LANDMARKS = 40
CANDIDATES = 1_000
COUNTS = (4, 8, 12, 24, 40)
WORLDS = 120
DRAWS = 20


@benchmark("surrogate_ms")
def surrogate_speed() -> Iterator[Figure]:
    """Fits and predicts 1,000 candidates of the AlexNet template with 40 landmarks, half of them without a score."""
    architecture = load_template("alexnet")
    land = landscape(0, architecture=architecture, count=CANDIDATES)

    def milliseconds(scored: int) -> float:
        observations = land.observe(LANDMARKS, scored=scored)
        return 1000 * statistics.median(
            seconds(lambda: fit(observations, architecture).of(land.masks)) for _ in range(ROUNDS)
        )

    taken = {scored: milliseconds(scored) for scored in (CANDIDATES // 2, CANDIDATES, 0)}
    yield Figure("surrogate_ms", taken[CANDIDATES // 2], "ms", 50, at_most=True)
    yield Figure("  all with a score", taken[CANDIDATES], "ms")
    yield Figure("  none with a score", taken[0], "ms")


@benchmark("surrogate_coverage", "surrogate_coverage_most")
def surrogate_coverage() -> Iterator[Figure]:
    """The share of intervals that hold: of invented truths, and of the yardsticks' networks, from trainings alone.

    The first figure is the least over the numbers of landmarks, and the second the greatest. A yardstick's networks
    are held against single trainings, whose noise comes on top.
    """
    shares = {count: _invented(count) for count in COUNTS}
    yield Figure("surrogate_coverage", 100 * min(shares.values()), "%", 90)
    for count, share in shares.items():
        yield Figure(f"  {count} landmarks", 100 * share, "%")
    for name, space in find_spaces().items():
        if has_truth(space):
            truth = load_truth(space)
            for count in COUNTS:
                if count <= len(truth.masks) // 3:
                    yield Figure(f"  {name}, {count} landmarks", 100 * _trained(space.architecture, truth, count), "%")
    yield Figure("surrogate_coverage_most", 100 * max(shares.values()), "%", 98, at_most=True)


def _invented(count: int) -> float:
    """Returns the share over all invented truths."""
    held = []
    for space, land, scored in worlds(WORLDS):
        lows, highs = fit(land.observe(count, scored=scored), space).intervals(land.masks[count:])
        truth = land.truth[count:]
        held.append(float(((lows <= truth) & (truth <= highs)).mean()))
    return statistics.fmean(held)


def _trained(architecture: Architecture, truth: Truth, count: int) -> float:
    """Returns the share over random choices of landmarks, whose first training is seen, among later trainings."""
    held = []
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(truth.masks))
        seen = [Training(truth.masks[at], float(truth.accuracy[at, 0])) for at in order[:count]]
        posterior = fit(Observations(trainings=seen), architecture)
        rest = order[count:]
        masks = [truth.masks[at] for at in rest]
        means, (lows, highs) = posterior.of(masks)[0], posterior.intervals(masks)
        gaps = truth.accuracy[rest, -1] - means
        rooms = np.where(gaps < 0, means - lows, highs - means)
        held.append(float((np.abs(gaps) <= np.hypot(rooms, 1.96 * posterior.noise)).mean()))
    return statistics.fmean(held)
