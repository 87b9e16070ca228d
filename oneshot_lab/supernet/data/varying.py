"""Whether a torch Dataset draws its images: what it gives is then never the same twice, nor is what is worked out."""

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
"""Items that are asked for twice. A flip of every second image is missed once in four billion times."""

_RANDOM = re.compile(r"\b(?:Random\w+|ColorJitter|TrivialAugment\w*|AugMix|AutoAugment|GaussianNoise)\b(?=\()")
"""Transforms by torchvision's names, where a transform shows itself as it is written."""


def varies(source: Any) -> bool:
    """Tells whether a Dataset among data, as `load_data` takes them, gives other images when it is asked again.

    Random numbers are drawn for it, and put back: what is drawn afterwards is what would have been.
    """
    return any(map(draws, _datasets(source)))


def draws(dataset: Dataset[Any]) -> bool:
    """Tells whether a Dataset's transforms say that they are random, or some items, asked for twice, differ."""
    with _undrawn():
        return bool(random_transforms(dataset)) or _varies(dataset)


def random_transforms(dataset: Any) -> tuple[str, ...]:
    """Returns the names of a Dataset's transforms that say that they are random, also of Datasets within."""
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
    # The generators of the whole process: transforms draw from these.
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        torch.set_rng_state(states[2])
