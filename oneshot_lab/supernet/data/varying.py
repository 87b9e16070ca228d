"""Whether a torch Dataset draws its images: what it gives is then never the same twice, nor is what is worked out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from oneshot_lab.supernet.data.datasets import pair_of, to_tensor

TRIES = 32
"""Items that are asked for twice. A flip of every second image is missed once in four billion times."""


def varies(source: Any) -> bool:
    """Tells whether a Dataset among data, as `load_data` takes them, gives other images when it is asked again.

    Random numbers are drawn for it, and put back: what is drawn afterwards is what would have been.
    """
    with _undrawn():
        return any(map(_varies, _datasets(source)))


def _datasets(source: Any) -> Iterator[Any]:
    parts = (
        source.values() if isinstance(source, Mapping) else source if isinstance(source, (tuple, list)) else [source]
    )
    for part in parts:
        if isinstance(part, Dataset):
            yield part


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
