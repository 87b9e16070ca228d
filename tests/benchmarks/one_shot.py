"""The one-shot scores of a yardstick's networks, and what computing them costs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch.optim.swa_utils import AveragedModel

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.evaluate import evaluate
from oneshot_lab.supernet.recipes import Recipe, get_recipe
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import Progress, train
from tests.benchmarks.ranking import Row
from tests.benchmarks.spaces.space import Space

STEPS = 200
"""How many steps of a recipe are drawn to find what a step costs."""


@dataclass(frozen=True)
class OneShot:
    """The scores of networks by one supernet, higher is better: accuracy, and the loss with its sign turned."""

    accuracy: Row
    loss: Row

    def by(self, name: str) -> Row:
        """Returns the scores by `accuracy`, `loss`, or `both`: the mean of the ranks by the two."""
        if name == "both":
            return (_ranks(self.accuracy) + _ranks(self.loss)) / 2
        scores: Row = getattr(self, name)
        return scores


def _ranks(scores: Row) -> Row:
    return scores.argsort(kind="stable").argsort(kind="stable").astype(np.float64)


def one_shot(
    space: Space,
    masks: Sequence[Mask],
    recipe: str | Recipe,
    *,
    epochs: int,
    seed: int,
    calibrated: bool = True,
    averaged: bool = False,
    data: Data | None = None,
) -> OneShot:
    """Trains a supernet and scores networks with it on the validation split, as a session does.

    Args:
        space: The yardstick.
        masks: Its networks.
        recipe: How the supernet is trained.
        epochs: For how long.
        seed: Of its weights and its training.
        calibrated: Whether batch norm is recalibrated for each network.
        averaged: Whether they are scored with the mean of the weights over the last epoch.
        data: The data; the space's if left out.
    """
    data = data or space.load_data()
    supernet = Supernet(space.architecture, seed=seed)
    means = AveragedModel(supernet) if averaged else None

    def average(progress: Progress) -> None:
        if means is not None and progress.epoch == progress.epochs - 1:
            means.update_parameters(supernet)

    images = data.train.head(space.images)
    train(supernet, images, recipe=recipe, epochs=epochs, seed=seed, device="cpu", bar=False, progress=average)
    if means is not None:
        supernet.load_state_dict(means.module.state_dict())
    calibration = data.train if calibrated else None
    scores = evaluate(supernet, masks, data.validation, calibration=calibration, device="cpu")
    return OneShot(
        np.array([scores[mask].accuracy for mask in masks]), -np.array([scores[mask].loss for mask in masks])
    )


def compute_share(space: Space, masks: Sequence[Mask], recipe: str | Recipe, *, epochs: float) -> float:
    """Returns the multiply-adds of training a supernet over those of training each of these networks by itself."""
    architecture, inference = space.architecture, infer(space.architecture)
    rng = np.random.default_rng(0)
    steps = [get_recipe(recipe).masks(architecture, rng=rng) for _ in range(STEPS)]
    per_image = statistics.fmean(sum(cost(architecture, mask, inference=inference).macs for mask in s) for s in steps)
    alone = sum(cost(architecture, mask, inference=inference).macs for mask in masks)
    return epochs * per_image / (space.epochs * alone)
