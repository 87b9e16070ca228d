"""Does the one-shot ranking mean anything? Against networks of each yardstick, trained by themselves.

The stand-alone results come from `make bench-truth`; a space without results has no figures. What simple counts, one
more stand-alone training and a perfect predictor would reach is told beside it, all held against single trainings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE
from tests.benchmarks.one_shot import compute_share, one_shot
from tests.benchmarks.ranking import (
    Row,
    against_each,
    against_others,
    agreement,
    ceiling,
    regret,
    spread,
    typical_difference,
)
from tests.benchmarks.registry import Figure, benchmark
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import Truth, find_spaces, has_truth, load_truth

SUPERNET_EPOCHS = 3
SUPERNET_SEEDS = 3
RANKED_BY = ("accuracy", "loss")


def rank(space: Space) -> Iterator[Figure]:
    """Yields the figures of one space."""
    truth = load_truth(space)
    masks = truth.masks
    scores = [
        one_shot(space, masks, DEFAULT_RECIPE, epochs=SUPERNET_EPOCHS, seed=seed) for seed in range(SUPERNET_SEEDS)
    ]
    for name in RANKED_BY:
        alone = results(truth, name)
        rankings = [each.by(name) for each in scores]
        pairs, others = against_each(rankings, alone), against_others(alone)
        ours, single = agreement(pairs), agreement(others)
        yield Figure(f"rank_{space.name}_{name}", ours.tau, "tau")
        yield Figure("  interval from", ours.low, "tau")
        yield Figure("  interval to", ours.high, "tau")
        for label, counts in baselines(space, truth).items():
            yield Figure(f"  by {label}", agreement(against_each([counts], alone), samples=1).tau, "tau")
        yield Figure("  one more training", single.tau, "tau")
        yield Figure("  its interval from", single.low, "tau")
        yield Figure("  its interval to", single.high, "tau")
        yield Figure("  a perfect predictor", ceiling(alone), "tau")
        accuracy = truth.accuracy
        lost = regret(pairs, against_each(rankings, accuracy))
        yield Figure("  top-5 regret", 100 * lost, "points")
        yield Figure("  one more training's", 100 * regret(others, against_others(accuracy)), "points")
        yield Figure(f"rank_{space.name}_{name}_vs_single", ours.tau / single.tau, "x")
    true, noise = spread(truth.accuracy)
    yield Figure(f"rank_{space.name}_spread", true / noise, "x")
    yield Figure("  of the true accuracies", 100 * true, "points")
    yield Figure("  of one training", 100 * noise, "points")
    low, high = np.quantile(truth.accuracy.mean(axis=1), (0.25, 0.75))
    yield Figure("  half of the networks from", 100 * float(low), "%")
    yield Figure("  to", 100 * float(high), "%")
    yield Figure("  two trainings differ by", 100 * typical_difference(truth.accuracy), "points")
    share = compute_share(space, masks, DEFAULT_RECIPE, epochs=SUPERNET_EPOCHS)
    yield Figure(f"rank_{space.name}_compute_share", share, "x", 0.05, at_most=True)


def results(truth: Truth, name: str) -> np.ndarray:
    """Returns what each training of each network gave by accuracy or loss, higher is better: [n, seeds]."""
    return truth.accuracy if name == "accuracy" else -truth.loss


def baselines(space: Space, truth: Truth) -> dict[str, Row]:
    """Returns, by name, counts that rank networks without any training."""
    inference = infer(space.architecture)
    costs = [cost(space.architecture, mask, inference=inference) for mask in truth.masks]
    return {
        "active blocks": np.array([len(mask) for mask in truth.masks], dtype=float),
        "parameters": np.array([each.parameters for each in costs], dtype=float),
        "multiply-adds": np.array([each.macs for each in costs], dtype=float),
    }


def figures(space: Space) -> tuple[str, ...]:
    """Returns the names of the figures of a space."""
    name = f"rank_{space.name}"
    ranked = (f"{name}_{by}{end}" for by in RANKED_BY for end in ("", "_vs_single"))
    return (*ranked, f"{name}_spread", f"{name}_compute_share")


def _measured(space: Space) -> Callable[[], Iterator[Figure]]:
    def run() -> Iterator[Figure]:
        yield from rank(space)

    run.__name__ = f"rank_{space.name}"
    return run


for _space in find_spaces().values():
    if has_truth(_space):
        benchmark(*figures(_space))(_measured(_space))
