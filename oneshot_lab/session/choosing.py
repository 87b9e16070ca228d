"""Chooses the final network: a given one, or all blocks with at least some fitness (§3)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from oneshot_lab.architecture.given import check_number
from oneshot_lab.architecture.mask import Mask, check_mask, is_bypassed
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.landmark import Landmark


def choose(architecture: Architecture, mask: Mask | Candidate | Landmark | str | Sequence[object]) -> Mask:
    """Returns the mask of a candidate or landmark, a row of bits or a text from a table; a mask is returned unchanged.

    Raises:
        MaskError: It does not give a network of this architecture.
    """
    if isinstance(mask, Candidate | Landmark):
        mask = mask.mask
    if isinstance(mask, str):
        mask = Mask.parse(mask)
    if not isinstance(mask, Mask):
        mask = Mask.from_bits(architecture, mask)
    return check_mask(architecture, mask)


def fit_blocks(architecture: Architecture, block_fitness: Mapping[str, float], threshold: float) -> Mask:
    """Returns the mask of every block whose fitness reaches a threshold (§3, Final Model Selection).

    Raises:
        SessionError: There is no block fitness yet, at least for a new layer; or a layer would be empty, and the
            message names a threshold that works.
    """
    if not block_fitness:
        raise SessionError("there is no block fitness yet", where="threshold", remedy="step the search first")
    threshold = check_number(threshold, where="threshold", expected="a number, 0 to 1", error=SessionError)
    mask = Mask(frozenset(block for block, fitness in block_fitness.items() if fitness >= threshold))
    try:
        return check_mask(architecture, mask)
    except MaskError as error:
        scores = {
            layer.id: [block_fitness[block.id] for block in layer.blocks if block.id in block_fitness]
            for layer in architecture.layers
            if not is_bypassed(architecture, layer)
        }
        new = next((layer for layer, known in scores.items() if not known), None)
        if new is not None:
            raise SessionError(
                f"the blocks of layer {new} have no fitness yet", where="threshold", remedy="step the search first"
            ) from None
        # The highest threshold at which each layer keeps a block, rounded down, so that it works itself.
        enough = min(map(max, scores.values()), default=0.0)
        enough = math.floor(enough * 1000) / 1000
        raise SessionError(
            f"no path of blocks has a fitness of {threshold:g} or more ({error})",
            where="threshold",
            remedy=f"use {enough:g} or less",
        ) from None
