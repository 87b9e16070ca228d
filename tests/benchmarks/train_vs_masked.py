"""Training with blocks left out against training with blocks multiplied by zero."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F

from oneshot_lab.supernet.data.split import Split
from oneshot_lab.supernet.recipes import get_recipe
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.benchmarks.networks import MaskedSupernet, noise, pooled_lenet
from tests.benchmarks.registry import Figure, benchmark, compare

IMAGES = 3200


def train_masked(network: MaskedSupernet, split: Split) -> None:
    recipe, rng = get_recipe("paper"), np.random.default_rng(0)
    optimizer = torch.optim.SGD(network.parameters(), recipe.learning_rate, recipe.momentum)
    order = torch.Generator().manual_seed(0)
    for x, y in split.batches(recipe.batch_size, device=torch.device("cpu"), generator=order):
        (mask,) = recipe.masks(network.architecture, rng=rng)
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x, mask), y)
        loss.backward()
        optimizer.step()
        loss.item()


@benchmark("train_vs_masked")
def train_vs_masked() -> Iterator[Figure]:
    split, architecture = noise(IMAGES), pooled_lenet()
    ours, theirs = Supernet(architecture), MaskedSupernet(architecture)
    ratio, our_time, their_time = compare(
        lambda: train(ours, split, recipe="paper", epochs=1, device="cpu", bar=False),
        lambda: train_masked(theirs, split),
        rounds=9,
    )
    yield Figure("train_vs_masked", ratio, "x", 1.6)
    yield Figure("  ours", IMAGES / our_time, "img/s")
    yield Figure("  masked", IMAGES / their_time, "img/s")
