"""Detects torch Datasets with random images, which differ each time they are read."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from oneshot_lab.supernet.data.datasets import pair_of, to_tensor
from oneshot_lab.supernet.data.wrapped import inner_of, is_wrapped, unwrapped

TRIES = 32
"""How many items are read twice. A flip with probability 1/2 is missed once in four billion times."""

_RANDOM = re.compile(r"\b(?:Random\w+|ColorJitter|TrivialAugment\w*|AugMix|AutoAugment|GaussianNoise)\b(?=\()")
"""Random transforms by torchvision's names, as the repr of a transform shows them."""


def varies(source: Any) -> bool:
    """Returns whether data for `load_data` contain a Dataset that returns other images when it is read again.

    The check draws random numbers and then restores the generators, so later draws are not affected.
    """
    return any(map(draws, _datasets(source)))


def draws(dataset: Dataset[Any]) -> bool:
    """Returns whether a Dataset has a random transform, or items that differ when they are read twice."""
    with _undrawn():
        return bool(random_transforms(dataset)) or _varies(dataset)


def random_transforms(dataset: Any) -> tuple[str, ...]:
    """Returns the names of the random transforms of a Dataset and of the Datasets inside it."""
    own = [getattr(dataset, name, None) for name in ("transform", "transforms")]
    found = [name for each in own if each is not None for name in _RANDOM.findall(repr(each))]
    found += [name for inner in inner_of(dataset) for name in random_transforms(inner)]
    return tuple(dict.fromkeys(found))


def _datasets(source: Any) -> Iterator[Any]:
    parts = (
        source.values() if isinstance(source, Mapping) else source if isinstance(source, (tuple, list)) else [source]
    )
    for part in parts:
        if is_wrapped(part):
            yield unwrapped(part, "data", [])


def _varies(dataset: Any) -> bool:
    count = len(dataset)
    return any(
        not torch.equal(_image(dataset, index), _image(dataset, index))
        for index in range(0, count, max(1, count // TRIES))
    )


def _image(dataset: Any, index: int) -> torch.Tensor:
    place = f"data, item {index}"
    return to_tensor(pair_of(dataset[index], place)[0], place, None)


@contextmanager
def _undrawn() -> Iterator[None]:
    # Transforms draw from these generators, which belong to the whole process.
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        torch.set_rng_state(states[2])
