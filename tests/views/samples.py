"""A session that is only what the block tables look at: three candidates of LeNet, and whatever else is given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.fitness import block_fitness, candidate_fitness
from oneshot_lab.search.generation import Generation
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region

LENET = load_template("lenet")
REST = ("B4", "B5", "B8", "B9", "B11", "B12")
"""Blocks that all the masks here have; they differ in L1."""


def mask(*blocks: str) -> Mask:
    return Mask.of(*blocks, *REST)


def generation(index: int, *masks: Mask, losses: tuple[float, ...] | None = None, **values: Any) -> Generation:
    losses = losses or (1.0,) * len(masks)
    values = {"block_fitness": block_fitness(LENET, masks), "parents": {}} | values
    return Generation(index, masks, losses, tuple(candidate_fitness(losses)), **values)


def region(*masks: Mask, name: str = "A") -> Region:
    return Region(name, frozenset(masks), LENET.block_ids)


def fake(*rows: tuple[Any, ...], **values: Any) -> Any:
    """A session with these candidates: mask, loss, generation and, if the loss does not hold any more, True."""
    full = [(str(row[0]), *row[1:], False)[:4] for row in rows]
    candidates = pd.DataFrame(full, columns=["mask", "loss", "generation", "stale"]).astype({"generation": "Int64"})
    regions = {each.name: each for each in values.pop("regions", ())}
    places = values.pop("dots", None)
    projection = None if places is None else Projection(dict.fromkeys(places, (0.0, 0.0)))
    generations = values.get("generations", ())
    fitness = generations[-1].block_fitness if generations else {}
    defaults = {"architecture": LENET, "generations": (), "selected_region": "", "projection": projection}
    defaults |= {"is_calibrated": False, "block_fitness": fitness, "candidate_masks": [row[0] for row in rows]}
    return SimpleNamespace(**defaults | values, candidates=candidates, regions=regions)
