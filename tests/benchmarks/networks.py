"""The network that the figures are measured on, and the plain way to train and score it: all blocks, then a mask."""

from __future__ import annotations

from functools import reduce

import numpy as np
import torch
from torch import Tensor, nn

from oneshot_lab.architecture.edits import AddComponent, revise
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.supernet.components import build
from oneshot_lab.supernet.data.images import MemoryImages
from oneshot_lab.supernet.data.split import Split
from oneshot_lab.supernet.recipes import block_dropout


def pooled_lenet() -> Architecture:
    """Returns the lenet template with MaxPool after the ReLU of L2 and L4: 147 sub-networks."""
    architecture = load_template("lenet")
    pools = [AddComponent(architecture.layers[index].blocks[0].id, "MaxPool2d", "2") for index in (1, 3)]
    return revise(architecture, *pools)[0]


def random_masks(architecture: Architecture, count: int, *, seed: int = 0) -> list[Mask]:
    """Returns different random sub-networks."""
    rng = np.random.default_rng(seed)
    masks: dict[Mask, None] = {}
    while len(masks) < count:
        masks[block_dropout(architecture, 0.5, rng)] = None
    return list(masks)


def noise(count: int, shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> Split:
    """Returns random images and labels, which take as long as real ones."""
    generator = torch.Generator().manual_seed(0)
    images = MemoryImages(torch.randn(count, *shape, generator=generator))
    labels = torch.randint(classes, (count,), generator=generator)
    channels = shape[0]
    return Split("noise", images, torch.arange(count), labels, mean=(0.0,) * channels, std=(1.0,) * channels)


class MaskedSupernet(nn.Module):
    """A chain that computes every block of every layer, multiplies by the mask, and sums."""

    def __init__(self, architecture: Architecture, *, seed: int = 0) -> None:
        super().__init__()
        self.architecture = architecture
        self.components = nn.ModuleDict({c.id: build(c, seed=seed) for c in architecture.components()})

    def forward(self, x: Tensor, mask: Mask) -> Tensor:
        for layer in self.architecture.layers:
            outputs = []
            for block in layer.blocks:
                h = x
                for component in block.components:
                    h = self.components[component.id](h)
                outputs.append(h * float(block.id in mask))
            x = reduce(torch.add, outputs)
        return x
