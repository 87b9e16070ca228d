"""A yardstick as a value: a search space, its data, and how each of its networks is trained by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import dumps
from oneshot_lab.search.operators import every_mask
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.recipes import Recipe, get_recipe

MOST_MASKS = 2**18
"""How many masks of a space are looked at to list its networks, at most."""

_COMPONENT = re.compile(r"(\w+)(?:\(([^()]*)\))?")
"""A component in text: `ReLU`, `Conv2d(out_channels=6, kernel_size=3)`."""


@dataclass(frozen=True)
class Space:
    """A search space whose networks are trained one by one, so that rankings can be held against the results.

    Attributes:
        name: Of its file, of its results and of its figures.
        about: What it holds, in a sentence.
        make: Makes its architecture, repaired.
        size: The images of Fashion-MNIST are resized to this height and width; None leaves 28.
        images: How many training images each network sees in an epoch.
        epochs: Epochs of each training.
        seeds: How often each network is trained.
        drawn: How many of the space's networks are trained; None for all.
        recipe: How they are trained.
    """

    name: str
    about: str
    make: Callable[[], Architecture] = field(repr=False)
    size: int | None = None
    images: int = 12_800
    epochs: int = 3
    seeds: int = 2
    drawn: int | None = None
    recipe: str | Recipe = "whole"

    @cached_property
    def architecture(self) -> Architecture:
        """The over-complete architecture."""
        return self.make()

    @cached_property
    def every_mask(self) -> tuple[Mask, ...]:
        """All networks of the space, each once, in template order."""
        masks = every_mask(self.architecture, most=MOST_MASKS)
        if masks is None:
            raise ValueError(f"{self.name} has more than {MOST_MASKS:,} masks: make it smaller")
        return masks

    @cached_property
    def masks(self) -> tuple[Mask, ...]:
        """The networks to train, in the order in which they are trained; the first ones are a random sample too."""
        masks = self.every_mask
        if self.drawn is None:
            return masks
        order = np.random.default_rng(0).permutation(len(masks))
        return tuple(masks[place] for place in order[: self.drawn])

    @property
    def training(self) -> str:
        """How each network is trained, in words."""
        size = self.architecture.input_shape[1]
        return (
            f"each network by itself on {self.images:,} images of Fashion-MNIST at {size}×{size}, recipe "
            f"{get_recipe(self.recipe).name}, {self.epochs} epochs, scored on the whole test split"
        )

    @property
    def fingerprint(self) -> str:
        """What results depend on, in short: others under the same name are not of this space."""
        text = f"{dumps(self.architecture)}\n{self.size} {self.images} {self.epochs} {get_recipe(self.recipe).name}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def load_data(self) -> Data:
        """Returns the data."""
        return load_data("fashion-mnist", size=self.size)


def build(
    name: str,
    layers: Sequence[Sequence[str]],
    *,
    links: Sequence[tuple[int, int]] = (),
    input_shape: tuple[int, int, int],
) -> Architecture:
    """Returns a repaired architecture with ten classes, from text.

    Args:
        name: Its name.
        layers: The blocks of each layer, each as its components: `Conv2d(6, kernel_size=3) BatchNorm2d ReLU`. The first
            value of a convolution or a Linear is what it gives, not what it takes.
        links: Pairs of positions in `layers`, counted from 0: the output of the first is added to the input of the
            second. -1 is the input.
        input_shape: (channels, height, width).
    """
    blocks, components = iter(range(1, 1000)), iter(range(1, 1000))
    made = []
    for number, choices in enumerate(layers, start=1):
        row = tuple(Block(f"B{next(blocks)}", tuple(_components(text, components))) for text in choices)
        made.append(Layer(f"L{number}", row))
    joined = tuple(
        Link(f"K{number}", INPUT if source < 0 else made[source].id, made[target].id)
        for number, (source, target) in enumerate(links, start=1)
    )
    return repair(Architecture(name, tuple(made), joined, input_shape=input_shape, classes=10))[0]


def _components(text: str, numbers: Iterator[int]) -> Iterator[Component]:
    for kind, values in _COMPONENT.findall(text):
        given = f", {values}" if get_kind(kind).channels_out else values
        yield Component(f"C{next(numbers)}", kind, tuple(parse_params(get_kind(kind), given).items()))
