"""Masks: which blocks of an architecture are switched on (§3.1.1, Equation 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind, check_list, shown
from oneshot_lab.architecture.limits import LONGEST_NAME, MOST_ITEMS, kind_of, wrong_id
from oneshot_lab.architecture.model import INPUT, Architecture, Layer
from oneshot_lab.errors import MaskError

LONGEST_MASK = MOST_ITEMS * (LONGEST_NAME + 4)
"""Characters of a mask as text, at most."""

_WRAPPED = re.compile(r"(?:osl\.)?Mask(?:\.of)?\((.*)\)", re.DOTALL)
"""A mask as `repr` or code writes it."""


@dataclass(frozen=True)
class Mask:
    """A sub-network, given by the set of its active blocks.

    It holds ids rather than bits, so that it stays valid after edits: removing another block does not change it. `bits`
    gives the paper's row of zeros and ones for one architecture. Masks are hashable, and equal masks are the same
    candidate.
    """

    blocks: frozenset[str]

    @classmethod
    def of(cls, *blocks: str) -> Mask:
        """Returns the mask with these block ids: `Mask.of("B1", "B4")`.

        Raises:
            MaskError: The values are not block ids.
        """
        if not all(isinstance(block, str) for block in blocks):
            raise MaskError(f"got {shown(blocks)}", where="Mask.of", expected="ids of blocks: Mask.of('B1', 'B4')")
        return cls(frozenset(blocks))

    @classmethod
    def full(cls, architecture: Architecture) -> Mask:
        """Returns the mask of the whole network."""
        network = check_kind(architecture, Architecture, where="Mask.full", expected=AN_ARCHITECTURE)
        return cls(frozenset(network.block_ids))

    @classmethod
    def from_bits(cls, architecture: Architecture, bits: Sequence[object]) -> Mask:
        """Returns the mask for a row of zeros and ones in template order (Equation 1).

        Raises:
            MaskError: The row's length is not the number of blocks.
        """
        ids = architecture.block_ids
        row = check_list(bits, where="mask", expected="a mask, its text, or a row of bits", error=MaskError)
        if len(row) != len(ids):
            raise MaskError(
                f"{len(row)} bits", where="mask", expected=f"{len(ids)}, one for each block of {architecture.name}"
            )
        return cls(frozenset(block for block, bit in zip(ids, row, strict=True) if bit))

    def __contains__(self, block: object) -> bool:
        return block in self.blocks

    def __len__(self) -> int:
        return len(self.blocks)

    def __repr__(self) -> str:
        return f"Mask({', '.join(sorted(self.blocks, key=natural))})"

    def __str__(self) -> str:
        """The mask as text, as tables and files hold it: `B1 B4 B12`. `parse` reads it back."""
        return " ".join(sorted(self.blocks, key=natural))

    @classmethod
    def parse(cls, text: object) -> Mask:
        """Reads a mask from text: from `str` or `repr` of a mask, a table of candidates or code.

        ```python
        table = pandas.read_csv("candidates.csv")
        session.evaluate(*table["mask"].map(osl.Mask.parse))
        ```

        Args:
            text: Block ids between spaces, commas or both, such as `B1 B4` or `Mask(B1, B4)`; a mask is returned as
                it is.

        Raises:
            MaskError: The value is not text, or holds anything but block ids.
        """
        if isinstance(text, Mask):
            return text
        if not isinstance(text, str):
            missing = isinstance(text, float) and text != text
            raise MaskError(
                "an empty cell" if missing else kind_of(text),
                where="Mask.parse",
                expected="text such as 'B1 B4 B12'",
                remedy="leave out rows without a mask, with dropna()" if missing else None,
            )
        if len(text) > LONGEST_MASK:
            raise MaskError(f"{len(text):,} characters", where="Mask.parse", expected=f"{LONGEST_MASK:,} at most")
        inside = _WRAPPED.fullmatch(text.strip())
        ids = (inside[1] if inside else text).replace(",", " ").split()
        blocks = [_unquoted(block) for block in ids]
        for block in blocks:
            wrong = wrong_id(block)
            if wrong:
                raise MaskError(wrong[0], where="Mask.parse", expected="block ids, such as 'B1 B4 B12'")
        return cls(frozenset(blocks))

    def bits(self, architecture: Architecture) -> tuple[bool, ...]:
        """Returns one bit for each block of the architecture, in template order."""
        return tuple(block in self.blocks for block in architecture.block_ids)


def _unquoted(block: str) -> str:
    """Returns an id without quotation marks."""
    return block[1:-1] if len(block) > 2 and block[0] == block[-1] and block[0] in "'\"" else block


def natural(block: str) -> tuple[int, str]:
    """Returns the sort key of a block id: B2 comes before B10."""
    digits = block[1:]
    return (int(digits) if digits.isdecimal() else 0, block)


def locked_blocks(architecture: Architecture) -> frozenset[str]:
    """Returns the blocks that every valid mask contains: those alone in a layer that no link bypasses."""
    return frozenset(
        layer.blocks[0].id
        for layer in architecture.layers
        if len(layer.blocks) == 1 and not is_bypassed(architecture, layer)
    )


def is_bypassed(architecture: Architecture, layer: Layer) -> bool:
    """Returns whether a link bypasses this layer, so that the layer may be empty."""
    index = architecture.layer_index
    here = index[layer.id]
    return any(index[link.source] < here < index[link.target] for link in architecture.links)


def live_layers(architecture: Architecture, mask: Mask) -> tuple[bool, ...]:
    """Returns, for each layer, whether it carries a signal from the input that reaches the output.

    A layer carries a signal when it has an active block and an input: the layer before it, or a link's
    source, carries one. It matters when the output can be reached from it.
    """
    before = _sources(architecture)
    fed = _fed_layers(architecture, mask)
    wanted = [False] * len(fed)
    wanted[-1] = fed[-1]
    for index in reversed(range(len(fed))):
        if wanted[index]:
            for source in before[index]:
                if source >= 0 and fed[source]:
                    wanted[source] = True
    return tuple(wanted)


def _sources(architecture: Architecture) -> list[list[int]]:
    """Returns, for each layer, the positions of the layers that it may receive from; the input has position -1."""
    before = [[index - 1] for index in range(len(architecture.layers))]
    for link in architecture.links:
        before[architecture.layer_index[link.target]].append(architecture.layer_index[link.source])
    return before


def _fed_layers(architecture: Architecture, mask: Mask) -> list[bool]:
    """Returns, for each layer, whether it has an active block and a signal from the input reaches it."""
    fed: list[bool] = []
    for layer, sources in zip(architecture.layers, _sources(architecture), strict=True):
        active = any(block.id in mask.blocks for block in layer.blocks)
        fed.append(active and any(source < 0 or fed[source] for source in sources))
    return fed


def live_by_id(architecture: Architecture, mask: Mask) -> dict[str, bool]:
    """Returns `live_layers` by layer id; `INPUT` is always live."""
    return {INPUT: True} | {
        layer.id: live for layer, live in zip(architecture.layers, live_layers(architecture, mask), strict=True)
    }


def is_valid(architecture: Architecture, mask: Mask) -> bool:
    """Returns whether the mask gives a network: it holds known blocks only, and a path leads from input to output."""
    return mask.blocks <= architecture.layer_of.keys() and live_layers(architecture, mask)[-1]


def check_mask(architecture: Architecture, mask: Mask) -> Mask:
    """Returns the mask if it is valid.

    Raises:
        MaskError: It holds unknown blocks, or leaves no path from input to output; the message names the gap.
    """
    unknown = sorted(mask.blocks - architecture.layer_of.keys(), key=natural)
    if unknown:
        raise MaskError(
            f"{architecture.name} has no block {', '.join(unknown[:5])}", where="mask", remedy="use ids of its blocks"
        )
    if not is_valid(architecture, mask):
        cut = _where_cut(architecture, mask)
        choices = " or ".join(block.id for block in cut.blocks)
        raise MaskError("no signal reaches it", where=f"mask, layer {cut.id}", remedy=f"switch on {choices}")
    return mask


def _where_cut(architecture: Architecture, mask: Mask) -> Layer:
    """Returns the first layer that must not be empty but is; if all are bypassed, the first that no signal reaches."""
    for layer in architecture.layers:
        empty = not any(block.id in mask.blocks for block in layer.blocks)
        if empty and not is_bypassed(architecture, layer):
            return layer
    # Each of these layers may be empty, but not all together: name the one after the last that the signal reaches.
    fed = _fed_layers(architecture, mask)
    return architecture.layers[max((index for index, reached in enumerate(fed) if reached), default=-1) + 1]


def prune(architecture: Architecture, mask: Mask) -> Mask:
    """Returns the mask without blocks that have no effect: no signal reaches them, or theirs reaches no output."""
    live = live_layers(architecture, mask)
    keep = {
        block.id
        for layer, wanted in zip(architecture.layers, live, strict=True)
        if wanted
        for block in layer.blocks
        if block.id in mask.blocks
    }
    return Mask(frozenset(keep))


def union(masks: Iterable[Mask]) -> frozenset[str]:
    """Returns the blocks that at least one of the masks has (§5.3, Figure 9)."""
    return frozenset().union(*(mask.blocks for mask in masks))


def intersection(masks: Iterable[Mask]) -> frozenset[str]:
    """Returns the blocks that all of the masks have (§5.3); the empty set if there are no masks."""
    sets = [mask.blocks for mask in masks]
    return frozenset.intersection(*sets) if sets else frozenset()


def complement(architecture: Architecture, masks: Iterable[Mask]) -> frozenset[str]:
    """Returns the blocks of the architecture that none of the masks has (§5.3; our definition, see the README)."""
    return frozenset(architecture.block_ids) - union(masks)
