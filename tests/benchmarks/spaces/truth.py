"""What each network of a space reaches when it is trained by itself: the results, as data beside the space."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import closest
from tests.benchmarks.spaces.space import Space

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Score:
    """What one training of a network gave on the test split: the share of hits, and the mean cross-entropy in nats."""

    accuracy: float
    loss: float


Results = Mapping[tuple[Mask, int], Score]
"""The score of each training so far, by network and seed."""


@dataclass(frozen=True)
class Truth:
    """The results of a space.

    Attributes:
        masks: The n networks that were trained.
        accuracy: Of each, once per seed: [n, seeds].
        loss: Likewise.
    """

    masks: tuple[Mask, ...]
    accuracy: NDArray[np.float64]
    loss: NDArray[np.float64]


def find_spaces() -> dict[str, Space]:
    """Returns the spaces of this folder by name."""
    modules = (import_module(f"tests.benchmarks.spaces.{each.name}") for each in iter_modules([str(HERE)]))
    spaces = (module.SPACE for module in modules if hasattr(module, "SPACE"))
    return {space.name: space for space in spaces}


def find_space(name: str) -> Space:
    """Returns a space by its name.

    Raises:
        ValueError: There is none of that name.
    """
    spaces = find_spaces()
    if name not in spaces:
        raise ValueError(f"there is no space {name!r}; {closest(name, spaces)}")
    return spaces[name]


def has_truth(space: Space) -> bool:
    """Returns whether results of a space are kept."""
    return _file(space).exists()


def kept_results(space: Space) -> dict[tuple[Mask, int], Score]:
    """Returns the trainings of this definition of a space that are kept."""
    try:
        truth = load_truth(space)
    except ValueError:
        return {}
    pairs = zip(truth.masks, truth.accuracy, truth.loss, strict=True)
    return {
        (mask, seed): Score(float(accuracy[seed]), float(loss[seed]))
        for mask, accuracy, loss in pairs
        for seed in range(space.seeds)
    }


def load_truth(space: Space) -> Truth:
    """Returns the results that are kept of a space.

    Raises:
        ValueError: There are none, or they belong to another definition of the space.
    """
    remedy = f"make bench-truth ONLY={space.name} computes them"
    if not has_truth(space):
        raise ValueError(f"{space.name}: no results yet; {remedy}")
    kept = json.loads(_file(space).read_text())
    if kept["fingerprint"] != space.fingerprint:
        raise ValueError(f"{space.name}: its results are those of another definition; {remedy}")
    networks = kept["networks"]
    return Truth(
        tuple(Mask.of(*network["blocks"]) for network in networks),
        np.array([network["accuracy"] for network in networks]),
        np.array([network["loss"] for network in networks]),
    )


def keep_truth(space: Space, results: Results) -> int:
    """Writes the results of all networks that were trained with every seed, and returns how many these are.

    If there are none, nothing is written.
    """
    seeds = range(space.seeds)
    complete = [mask for mask in space.masks if all((mask, seed) in results for seed in seeds)]
    if not complete:
        return 0
    head = {
        "made by": f"make bench-truth ONLY={space.name}",
        "space": space.about,
        "training": space.training,
        "networks trained": f"{len(complete):,} of {len(space.every_mask):,}, {space.seeds} seeds each",
        "torch": torch.__version__,
        "fingerprint": space.fingerprint,
    }
    _file(space).write_text(
        _text(head, (_row(space, mask, [results[mask, seed] for seed in seeds]) for mask in complete))
    )
    return len(complete)


def _file(space: Space) -> Path:
    return HERE / f"{space.name}.json"


def _row(space: Space, mask: Mask, scores: Sequence[Score]) -> dict[str, Any]:
    return {
        "blocks": [block for block in space.architecture.block_ids if block in mask],
        "accuracy": [score.accuracy for score in scores],
        "loss": [round(score.loss, 6) for score in scores],
    }


def _text(head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """Returns JSON with a line for each network, so that a change shows which ones it touches."""
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    return f'{json.dumps(head, indent=1, ensure_ascii=False)[:-2]},\n "networks": [\n{lines}\n ]\n}}\n'
