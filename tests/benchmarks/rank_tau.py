"""Does the one-shot ranking mean anything? Against every sub-network of the pooled LeNet, trained by itself.

The stand-alone accuracies come from `make bench-truth`. The interval is a bootstrap over the sub-networks; the
yardstick is what one more stand-alone training of each would tell of the mean of two others.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.evaluate import evaluate
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, Recipe, get_recipe
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.benchmarks.networks import pooled_lenet
from tests.benchmarks.registry import Figure, benchmark
from tests.benchmarks.truth import EPOCHS, IMAGES, load_truth

SUPERNET_EPOCHS = 8
SUPERNET_SEEDS = 3
Row = NDArray[np.float64]


RANKED_BY = ("accuracy", "loss")
FIGURES = (
    *("rank_tau_{}", "rank_tau_{}_low", "rank_tau_{}_high", "rank_tau_{}_by_parameters"),
    *("rank_single_training_{}", "rank_vs_single_training_{}"),
)


@benchmark(*(figure.format(name) for name in RANKED_BY for figure in FIGURES), "rank_compute_share")
def rank_tau() -> Iterator[Figure]:
    truth = load_truth()
    masks = [Mask.of(*network["blocks"]) for network in truth["networks"]]
    accuracy = np.array([network["accuracy"] for network in truth["networks"]])
    loss = -np.array([network["loss"] for network in truth["networks"]])
    scores = [one_shot(masks, DEFAULT_RECIPE, SUPERNET_EPOCHS, seed) for seed in range(SUPERNET_SEEDS)]
    architecture = pooled_lenet()
    inference = infer(architecture)
    parameters = np.array([cost(architecture, mask, inference=inference).parameters for mask in masks], dtype=float)
    ranked = (
        (accuracy, [accuracies for accuracies, _ in scores]),
        (loss, [-losses for _, losses in scores]),
    )
    for name, (alone, ours) in zip(RANKED_BY, ranked, strict=True):
        mean = alone.mean(axis=1)
        taus = [tau(row, mean) for row in ours]
        low, high = interval(ours, mean)
        single = statistics.fmean(
            tau(alone[:, seed], np.delete(alone, seed, axis=1).mean(axis=1)) for seed in range(alone.shape[1])
        )
        yield Figure(f"rank_tau_{name}", statistics.fmean(taus), "tau")
        yield Figure(f"rank_tau_{name}_low", low, "tau")
        yield Figure(f"rank_tau_{name}_high", high, "tau")
        yield Figure(f"rank_tau_{name}_by_parameters", tau(parameters, mean), "tau")
        yield Figure(f"rank_single_training_{name}", single, "tau")
        yield Figure(f"rank_vs_single_training_{name}", statistics.fmean(taus) / single, "x", 1.3)
    yield Figure("rank_compute_share", compute_share(masks, get_recipe(DEFAULT_RECIPE)), "x", 0.05, at_most=True)


def one_shot(masks: Sequence[Mask], recipe: str | Recipe, epochs: int, seed: int) -> tuple[Row, Row]:
    """Trains a supernet and returns the accuracy and the loss of each mask on the validation split."""
    data = load_data("fashion-mnist")
    supernet = Supernet(pooled_lenet(), seed=seed)
    train(supernet, data.train.head(IMAGES), recipe=recipe, epochs=epochs, seed=seed, device="cpu", bar=False)
    scores = evaluate(supernet, masks, data.validation, device="cpu")
    return np.array([scores[mask].accuracy for mask in masks]), np.array([scores[mask].loss for mask in masks])


def tau(scores: Row, truth: Row) -> float:
    """Returns Kendall's τ-b of two rankings."""
    return float(kendalltau(scores, truth).statistic)


def interval(scores: Sequence[Row], truth: Row, *, samples: int = 500) -> tuple[float, float]:
    """Returns the 95 % bootstrap interval of the mean τ, drawing sub-networks with replacement."""
    rng = np.random.default_rng(0)
    drawn = (rng.integers(len(truth), size=len(truth)) for _ in range(samples))
    taus = [statistics.fmean(tau(row[rows], truth[rows]) for row in scores) for rows in drawn]
    return float(np.quantile(taus, 0.025)), float(np.quantile(taus, 0.975))


def compute_share(masks: Sequence[Mask], recipe: Recipe) -> float:
    """Returns the multiply-adds of training one supernet over those of training each sub-network once by itself."""
    architecture = pooled_lenet()
    inference = infer(architecture)
    rng = np.random.default_rng(0)
    steps = [recipe.masks(architecture, rng=rng) for _ in range(200)]
    per_image = statistics.fmean(sum(cost(architecture, mask, inference=inference).macs for mask in s) for s in steps)
    alone = sum(cost(architecture, mask, inference=inference).macs for mask in masks)
    return SUPERNET_EPOCHS * per_image / (EPOCHS * alone)
