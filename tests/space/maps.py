"""Small maps: masks without an architecture, and distances between them that need no graphs."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.projection import Projection, project

BLOCKS = tuple(f"B{number}" for number in range(1, 13))


def draw(count: int, *, seed: int = 0) -> list[Mask]:
    """So many different masks."""
    rng, masks = np.random.default_rng(seed), {}
    while len(masks) < count:
        masks[Mask(frozenset(block for block in BLOCKS if rng.random() < 0.5))] = None
    return list(masks)


def between(masks: list[Mask], others: list[Mask]) -> np.ndarray:
    """How many blocks one mask has and the other lacks; B11 and B12 are twins, so that masks can be equal networks."""
    return np.array([[_distance(mask, other) for other in others] for mask in masks], dtype=float).reshape(
        len(masks), len(others)
    )


def _distance(mask: Mask, other: Mask) -> int:
    twins = {"B11", "B12"}
    return len((mask.blocks ^ other.blocks) - twins) + abs(len(mask.blocks & twins) - len(other.blocks & twins))


def chart(masks: list[Mask], **kwargs: object) -> Projection:
    """The map of some masks."""
    return project(masks, between(masks, masks), **({"seed": 0} | kwargs))  # type: ignore[arg-type]


def masks(minimum: int = 0, maximum: int = 8) -> st.SearchStrategy[list[Mask]]:
    """Different masks."""
    one = st.frozensets(st.sampled_from(BLOCKS)).map(Mask)
    return st.lists(one, min_size=minimum, max_size=maximum, unique=True)
