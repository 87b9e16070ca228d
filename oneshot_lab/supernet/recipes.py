"""Recipes for training a supernet: the sub-networks of each step, and the learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, NoReturn

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
        name: Its name.
        paths: The sub-networks of one step, by the names in `PATHS`, or `complement` for the blocks that the one before
            it lacks; their gradients are added up.
        learning_rate: The learning rate at the start.
        momentum: SGD's momentum.
        weight_decay: SGD's weight decay.
        schedule: `constant`, or `cosine`: from the learning rate down to zero over all epochs.
        batch_size: Images per step.
        draw: Whether random sub-networks are drawn for each `batch` or for each `epoch` (the paper's wording).
        keep: Probability that block dropout keeps a block.
        clip: The largest norm of a step's gradient; a longer one is scaled down to it. The more blocks are added up,
            the steeper the loss: without a limit, wide networks without pooling diverge at once.
        distil: Whether the first sub-network of a step, which is the whole network, teaches the others: they learn its
            probabilities instead of the labels.
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
    distil: bool = False

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
            if not is_among(path, (*PATHS, COMPLEMENT)):
                remedy = closest(path, (*PATHS, COMPLEMENT))
                raise SessionError(f"unknown path {shown(path)}", where=f"recipe {self.name}", remedy=remedy)
        if self.paths[0] == COMPLEMENT:
            self._refuse("paths", f"another path before {COMPLEMENT!r}, which takes the blocks that it lacks")
        distil: object = self.distil
        if not isinstance(distil, bool):
            self._refuse("distil", "True or False")
        if distil and (self.paths[0] != "whole" or len(self.paths) == 1):
            self._refuse("paths", "'whole' first, then those that it teaches, with distil = True")

    def _take_plain_values(self) -> None:
        """Converts numbers to Python's types and lists to tuples, so that a saved recipe equals the given one."""
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
        """Whether a step trains anything but the whole network."""
        return any(path != "whole" for path in self.paths)

    def masks(self, architecture: Architecture, *, rng: np.random.Generator) -> tuple[Mask, ...]:
        """Draws the sub-networks of one step."""
        drawn: list[Mask] = []
        for path in self.paths:
            if path == COMPLEMENT:
                drawn.append(left_out(architecture, drawn[-1], rng))
            else:
                drawn.append(PATHS[path](architecture, self.keep, rng))
        return tuple(drawn)

    def to_json(self) -> dict[str, Any]:
        """Returns its values as files and logs hold them; without `distil` where it is off, as before there was one."""
        values = asdict(self)
        return values if self.distil else {name: value for name, value in values.items() if name != "distil"}

    def rate(self, progress: float) -> float:
        """Returns the learning rate after a share of all steps, from 0 to 1."""
        factor = (1 + math.cos(math.pi * progress)) / 2 if self.schedule == "cosine" else 1.0
        return self.learning_rate * factor


def _is_number(value: object) -> bool:
    return isinstance(value, float)


def whole(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:  # noqa: ARG001
    """Returns the mask of the whole network."""
    return Mask.full(architecture)


def block_dropout(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:
    """Keeps each block with probability `keep` (§3, Figure 3), and at least one block in each layer.

    Only a layer that a link bypasses may lose all of its blocks.
    """
    kept = [[block.id for block in layer.blocks if rng.random() < keep] for layer in architecture.layers]
    return _network(architecture, kept, rng)


def left_out(architecture: Architecture, mask: Mask, rng: np.random.Generator) -> Mask:
    """Takes the blocks that a sub-network lacks; if it has all of a layer that cannot be empty, one of them again."""
    rest = [[block.id for block in layer.blocks if block.id not in mask] for layer in architecture.layers]
    return _network(architecture, rest, rng)


def _network(architecture: Architecture, kept: list[list[str]], rng: np.random.Generator) -> Mask:
    """Returns the mask of these blocks of each layer, and of one more in each layer that must not be empty."""
    for layer, blocks in zip(architecture.layers, kept, strict=True):
        if not blocks and not is_bypassed(architecture, layer):
            blocks.append(_any_block(layer, rng))
    mask = Mask(frozenset(block for blocks in kept for block in blocks))
    if is_valid(architecture, mask):
        return mask
    # Links may overlap so that each empty layer is bypassed, but no path bypasses all of them.
    filled = (blocks or [_any_block(layer, rng)] for layer, blocks in zip(architecture.layers, kept, strict=True))
    return Mask(frozenset(block for blocks in filled for block in blocks))


def single_path(architecture: Architecture, keep: float, rng: np.random.Generator) -> Mask:  # noqa: ARG001
    """Draws one block in each layer, each with the same probability."""
    return Mask(frozenset(_any_block(layer, rng) for layer in architecture.layers))


def _any_block(layer: Layer, rng: np.random.Generator) -> str:
    return layer.blocks[int(rng.integers(len(layer.blocks)))].id


COMPLEMENT = "complement"
"""The path of the blocks that the sub-network before it in the step lacks."""

PATHS: Mapping[str, Callable[[Architecture, float, np.random.Generator], Mask]] = MappingProxyType(
    {"whole": whole, "dropout": block_dropout, "single": single_path}
)
"""The functions that draw a sub-network for a training step, by name."""

RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        recipe.name: recipe
        for recipe in (
            # Adding the whole network to each step gave a better ranking of candidates. A step adds up two gradients,
            # so the learning rate is half.
            Recipe("sandwich", ("whole", "dropout"), learning_rate=0.025, schedule="cosine"),
            Recipe("paper", ("dropout",), learning_rate=0.05),
            Recipe("single", ("single",), learning_rate=0.05),
            Recipe("two-paths", ("dropout", "dropout"), learning_rate=0.025, schedule="cosine"),
            # Strict fairness: each step trains every block.
            Recipe("complement", ("dropout", COMPLEMENT), learning_rate=0.025, schedule="cosine"),
            Recipe("distilled", ("whole", "dropout"), learning_rate=0.025, schedule="cosine", distil=True),
            Recipe("wide", ("whole", "dropout", "dropout", "single"), learning_rate=0.0125, schedule="cosine"),
            Recipe("whole", ("whole",), learning_rate=0.05, schedule="cosine"),
        )
    }
)
"""The recipes by name; `whole` is ordinary training, for final networks."""


DEFAULT_RECIPE = "sandwich"
"""The default recipe of a session; the figures `rank_…` measure how well it ranks candidates."""


def get_recipe(recipe: str | Recipe) -> Recipe:
    """Returns a recipe by its name; a recipe is returned unchanged.

    Raises:
        SessionError: There is no such recipe; the message holds a spelling hint.
    """
    if isinstance(recipe, Recipe):
        return recipe
    if not is_among(recipe, RECIPES):
        raise SessionError(f"unknown recipe {shown(recipe)}", where="recipe", remedy=closest(recipe, RECIPES))
    return RECIPES[recipe]
