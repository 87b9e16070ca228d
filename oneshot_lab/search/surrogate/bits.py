"""Masks as rows of zeros and ones, for many masks at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import INPUT, Architecture

Bools = NDArray[np.bool_]


def live_bits(architecture: Architecture, masks: Sequence[Mask]) -> tuple[Bools, Bools]:
    """Returns the live blocks of masks, as `prune` does for one, and which of the masks are valid, as `is_valid` does.

    Args:
        architecture: Whose blocks.
        masks: Any sets of blocks.

    Returns:
        Zeros and ones, (masks, blocks), in template order, so that equal networks have equal rows; and a truth
        value for each mask. The row of a mask that is not valid has no meaning.
    """
    columns = {block: column for column, block in enumerate(architecture.block_ids)}
    bits = np.zeros((len(masks), len(columns)), dtype=np.bool_)
    valid = np.ones(len(masks), dtype=np.bool_)
    for row, mask in enumerate(masks):
        known = [columns[block] for block in mask.blocks if block in columns]
        bits[row, known] = True
        valid[row] = len(known) == len(mask.blocks)
    live = _live_layers(architecture, bits)
    widths = [len(layer.blocks) for layer in architecture.layers]
    return bits & np.repeat(live, widths, axis=1), valid & live[:, -1]


def _live_layers(architecture: Architecture, bits: Bools) -> Bools:
    """Returns which layers carry a signal that reaches the output, (masks, layers)."""
    widths = np.array([len(layer.blocks) for layer in architecture.layers])
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    fed = np.logical_or.reduceat(bits, starts, axis=1) if len(bits) else np.zeros((0, len(widths)), dtype=np.bool_)
    sources = [
        [here - 1, *(architecture.layer_index[link.source] for link in architecture.links_into.get(layer.id, ()))]
        for here, layer in enumerate(architecture.layers)
    ]
    start = architecture.layer_index[INPUT]
    for here, before in enumerate(sources):
        if start not in before:
            fed[:, here] &= np.logical_or.reduce([fed[:, source] for source in before])
    live = np.zeros_like(fed)
    live[:, -1] = fed[:, -1]
    for here in reversed(range(len(sources))):
        for source in sources[here]:
            if source != start:
                live[:, source] |= live[:, here] & fed[:, source]
    return live
