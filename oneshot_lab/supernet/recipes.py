"""How a supernet is trained: which sub-networks a step sees, and how fast it learns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import NoReturn

import numpy as np

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask, is_bypassed, is_valid
from oneshot_lab.architecture.model import Architecture, Layer
from oneshot_lab.errors import SessionError, closest

LARGEST_BATCH = 10**9


@dataclass(frozen=True)
class Recipe:
    """A way to train a supernet with SGD and momentum (§3).

    Attributes:
        name: What it is called.
        paths: The sub-networks of one step, by the names in `PATHS`; their gradients are added up.
        learning_rate: At the start.
        momentum: Of SGD.
        weight_decay: Of SGD.
        schedule: `constant`, or `cosine`: from the learning rate down to zero over all epochs.
        batch_size: Images per step.
        draw: Random sub-networks are drawn anew for each `batch` or each `epoch` (the paper's wording).
        keep: Probability that block dropout keeps a block.
        clip: The largest norm of a step's gradient; a longer one is shortened to it. The more blocks are added up,
            the steeper the loss: without this, wide networks without pooling leave every usable region at once.
    """

    name: str
    paths: tuple[str, ...]
    learning_rate: float
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    batch_size: int = 64
    draw: str = "batch"
    keep: float = 0.5
    clip: float = 2.0

    def __post_init__(self) -> None:
        wrong = limits.wrong_text(self.name)
        if wrong:
            raise SessionError(wrong[0], where="recipe name", expected=wrong[1])
        self._take_plain_values()
        for field, known in (("schedule", ("constant", "cosine")), ("draw", ("batch", "epoch"))):
            value = getattr(self, field)
            if value not in known:
                raise SessionError(
                    f"unknown {field} {value!r:.60}", where=f"recipe {self.name}", remedy=closest(value, known)
                )
        bounds = {"learning_rate": math.inf, "weight_decay": math.inf, "momentum": 1, "keep": 1}
        for field, high in bounds.items():
            value = getattr(self, field)
            if not (_is_number(value) and 0 <= value <= high and math.isfinite(value)):
                self._refuse(field, "0 to 1" if high == 1 else "0 or more")
        if not (_is_number(self.clip) and 0 < self.clip < math.inf):
            self._refuse("clip", "above 0")
        if limits.wrong_number(self.batch_size, high=LARGEST_BATCH):
            self._refuse("batch_size", f"a whole number, 1 to {LARGEST_BATCH:,}")
        paths: object = self.paths
        if not isinstance(paths, tuple) or not paths:
            self._refuse("paths", f"some of {', '.join(PATHS)}")
        for path in self.paths:
            if path not in PATHS:
                raise SessionError(f"unknown path {path!r}", where=f"recipe {self.name}", remedy=closest(path, PATHS))

    def _take_plain_values(self) -> None:
        """Makes numbers of other types Python's own, and a list a tuple: a saved recipe is equal to the one given."""
        for name in (field.name for field in fields(self)):
            value = limits.plain(getattr(self, name))
            if name == "batch_size":
                value = int(value) if isinstance(value, float) and value.is_integer() else value
            elif isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            object.__setattr__(self, name, value)

    def _refuse(self, field: str, expected: str) -> NoReturn:
        got = f"{field} = {getattr(self, field)!r:.60}"
        raise SessionError(got, where=f"recipe {self.name}", expected=expected)

    @property
    def needs_masks(self) -> bool:
        """Whether a step looks at anything but the whole network."""
        return any(path != "whole" for path in self.paths)

    def masks(self, architecture: Architecture, *, rng: np.random.Generator) -> tuple[Mask, ...]:
        """Draws the sub-networks of one step."""
        return tuple(PATHS[path](architecture, self.keep, rng) for path in self.paths)

    def rate(self, progress: float) -> float:
        """Returns the learning rate when a share of all steps, from 0 to 1, is behind."""
        factor = (1 + math.cos(math.pi * progress)) / 2 if self.schedule == "cosine" else 1.0
        return self.learning_rate * factor


def _is_number(value: object) -> bool:
    return isinstance(value, float)


def whole(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:  # noqa: ARG001
    """Returns the mask of the whole network."""
    return Mask.full(architecture)


def block_dropout(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:
    """Keeps each block with probability `keep` (§3, Figure 3); at least one block per layer stays.

    Only a layer that a link bypasses may lose all of its blocks.
    """
    kept = [[block.id for block in layer.blocks if rng.random() < keep] for layer in architecture.layers]
    for layer, blocks in zip(architecture.layers, kept, strict=True):
        if not blocks and not is_bypassed(architecture, layer):
            blocks.append(_any_block(layer, rng))
    mask = Mask(frozenset(block for blocks in kept for block in blocks))
    if is_valid(architecture, mask):
        return mask
    # Links overlap so that each empty layer has a way around, but no way leads around them all.
    filled = (blocks or [_any_block(layer, rng)] for layer, blocks in zip(architecture.layers, kept, strict=True))
    return Mask(frozenset(block for blocks in filled for block in blocks))


def single_path(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:  # noqa: ARG001
    """Draws one block in each layer, each with the same probability."""
    return Mask(frozenset(_any_block(layer, rng) for layer in architecture.layers))


def _any_block(layer: Layer, rng: np.random.Generator) -> str:
    return layer.blocks[int(rng.integers(len(layer.blocks)))].id


PATHS: Mapping[str, Callable[[Architecture, float, np.random.Generator], Mask]] = MappingProxyType(
    {"whole": whole, "dropout": block_dropout, "single": single_path}
)
"""The ways to draw a sub-network for a training step, by name."""

RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        recipe.name: recipe
        for recipe in (
            # Adding the whole network to each step gave the better ranking of candidates; two gradients are
            # added up, so the learning rate is half.
            Recipe("sandwich", ("whole", "dropout"), learning_rate=0.025, schedule="cosine"),
            Recipe("paper", ("dropout",), learning_rate=0.05),
            Recipe("single", ("single",), learning_rate=0.05),
            Recipe("whole", ("whole",), learning_rate=0.05, schedule="cosine"),
        )
    }
)
"""The recipes by name; `whole` is ordinary training, for final networks."""


DEFAULT_RECIPE = "sandwich"
"""The recipe of a session that is not told another; the figure `rank_tau` says how well it ranks candidates."""


def get_recipe(recipe: str | Recipe) -> Recipe:
    """Returns a recipe by its name; a recipe is returned as it is.

    Raises:
        SessionError: There is no such recipe, with a spelling hint.
    """
    if isinstance(recipe, Recipe):
        return recipe
    if not is_among(recipe, RECIPES):
        raise SessionError(f"unknown recipe {shown(recipe)}", where="recipe", remedy=closest(recipe, RECIPES))
    return RECIPES[recipe]
