"""Blocks that add no function to a search space, because nothing non-linear stands between them and their siblings.

The sum of aligned convolutions is one convolution, and Linear behind Linear is one Linear. Masks that differ only in
such blocks name networks that can compute the same: their true scores hardly differ, and no ranking can tell them
apart.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator, Sequence
from dataclasses import dataclass

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import AddComponent
from oneshot_lab.architecture.model import Architecture, Block, Component, Layer
from oneshot_lab.architecture.rules import pair

ACTIVATION = "ReLU"
"""The kind of component that the edits put between."""

MOST_LISTED = 8
"""Of more blocks, a sentence names the first ones and says how many there are."""

_SUMS = ("sum", "mean")
_KEEPS_SUMS = ("AvgPool2d", "AdaptiveAvgPool2d", "Flatten")
"""Kinds without weights whose output for a sum is the sum of their outputs."""


@dataclass(frozen=True)
class Redundancy:
    """Blocks of one layer that add no function to each other, or to the layer behind them.

    Attributes:
        layer: The id of their layer.
        blocks: Their ids, in template order.
        what: What they are together, as a sentence that names them.
        reason: Why, as a sentence that goes on from there.
        remedy: What to do about it, as a sentence.
        edits: What puts an activation inside each of these blocks, to be given to `revise` together. Blocks without a
            place for one get none: behind the last Linear of a network it would cut its outputs.
    """

    layer: str
    blocks: tuple[str, ...]
    what: str
    reason: str
    remedy: str
    edits: tuple[AddComponent, ...]


def find_redundancies(architecture: Architecture) -> tuple[Redundancy, ...]:
    """Returns the blocks that add no function to a space, with the edits that give them one each.

    Found are siblings whose outputs are added up and that hold nothing but Linear, or a convolution each, one of which
    reads all that the other reads; and Linear directly behind Linear, in a block or from one layer to the next.
    Identity counts as nothing. Batch norm and dropout count as something: networks with them are trained differently.

    ```python
    for found in find_redundancies(session.architecture):
        print(f"{found.what}: {found.reason}")
        session.edit(*found.edits)
    ```

    Args:
        architecture: Repaired.

    Returns:
        What is redundant, in template order; each block is in one of them at most. Blocks of a layer with the same
            fault are told together.
    """
    found: list[Redundancy] = []
    for layer in architecture.layers:
        redundant = [*_siblings(architecture, layer)]
        told = {block for each in redundant for block in each.blocks}
        redundant += _stacked(architecture, [block for block in layer.blocks if block.id not in told], layer)
        position = {block.id: place for place, block in enumerate(layer.blocks)}
        found += sorted(redundant, key=lambda each: position[each.blocks[0]])
    return tuple(found)


def _siblings(architecture: Architecture, layer: Layer) -> Iterator[Redundancy]:
    """Yields the siblings of a layer whose sum can be computed by one of them."""
    if layer.merge not in _SUMS:
        return
    is_last = layer is architecture.layers[-1]
    linear = [block for block in layer.blocks if _is_linear(block)]
    if len(linear) > 1:
        what = f"{_listed(linear)} are one Linear together"
        said = what, "they hold nothing non-linear and are added up"
        yield _redundancy(layer, linear, said, behind=[] if is_last else linear)
    groups: dict[Hashable, list[_Convolving]] = {}
    for block in layer.blocks:
        if (reads := _Reads.of(block)) is not None:
            groups.setdefault(reads.key, []).append((block, reads))
    for group in groups.values():
        alike = [each for each in group if any(_is_alike(each, other) for other in group if other is not each)]
        if alike:
            blocks = [block for block, _ in alike]
            said = f"{_listed(blocks)} are one convolution together", _why_one(alike)
            yield _redundancy(layer, blocks, said, behind=[] if is_last else blocks)


def _is_alike(one: _Convolving, other: _Convolving) -> bool:
    """Returns whether one of two convolutions computes all that the other one can."""
    return one[1].covers(other[1]) or other[1].covers(one[1])


def _why_one(alike: Sequence[_Convolving]) -> str:
    """Returns why these convolutions are no more than some of them."""
    added = "they are added up with nothing non-linear between"
    widest = [block for block, reads in alike if all(reads.covers(other) for _, other in alike)]
    if widest:
        one = widest[0].id if len(widest) == 1 else "one of them"
        return f"{added}, and {one} alone can compute as much"
    covered = [block for block, reads in alike if any(wide.covers(reads) for _, wide in alike if wide is not reads)]
    each = "" if len(covered) == 1 else "each of "
    return f"{added}, and another one can compute all that {each}{_listed(covered)} does"


def _stacked(architecture: Architecture, blocks: Sequence[Block], layer: Layer) -> Iterator[Redundancy]:
    """Yields the blocks that hold Linear directly behind Linear, and others that the next layer continues with one."""
    within = [block for block in blocks if _between(block)]
    continued = [block for block in blocks if _is_continued(architecture, layer, block)]
    alone = [block for block in continued if block not in within]
    reason = "one Linear can compute the same"
    if within:
        what = f"{_listed(within)} {_verb(within, 'hold')} Linear directly behind Linear"
        yield _redundancy(layer, within, (what, reason), behind=continued)
    if alone:
        what = f"{_listed(alone)} {_verb(alone, 'end')} in Linear, and the next layer begins with Linear"
        yield _redundancy(layer, alone, (what, reason), behind=continued)


def _redundancy(layer: Layer, blocks: Sequence[Block], said: tuple[str, str], *, behind: Sequence[Block]) -> Redundancy:
    """Returns what is said of blocks, with edits for an activation between their Linear, and `behind` some of them."""
    edits: list[AddComponent] = []
    for block in blocks:
        places = [*_between(block), *([len(block.components)] if block in behind else [])]
        # From behind, since each component moves those behind it.
        edits += [AddComponent(block.id, ACTIVATION, index=place) for place in reversed(places)]
    ids = tuple(block.id for block in blocks)
    return Redundancy(layer.id, ids, *said, _remedy(blocks, {edit.block for edit in edits}), tuple(edits))


def _remedy(blocks: Sequence[Block], mended: Container[str]) -> str:
    filled = [block for block in blocks if block.id in mended]
    if not filled:
        return "Keep one of them: an activation here would cut the network's outputs"
    return f"Put an activation into {'each' if 1 < len(filled) == len(blocks) else _listed(filled)}"


def _parts(block: Block) -> list[Component]:
    """Returns the components that do something."""
    return [component for component in block.components if component.kind != "Identity"]


def _is_linear(block: Block) -> bool:
    kinds = [component.kind for component in _parts(block)]
    return "Linear" in kinds and {*kinds} <= {"Linear", "Flatten"}


def _between(block: Block) -> list[int]:
    """Returns the positions in a block where an activation would stand between two Linear."""
    places, behind = [], False
    for place, component in enumerate(block.components):
        if component.kind == "Linear" and behind:
            places.append(place)
        behind = component.kind == "Linear" or (behind and component.kind in ("Identity", "Flatten"))
    return places


def _is_continued(architecture: Architecture, layer: Layer, block: Block) -> bool:
    """Returns whether a block ends in Linear and its output reaches nothing but Linear."""
    place = architecture.layer_index[layer.id] + 1
    if place == len(architecture.layers) or layer.merge not in _SUMS or not _parts(block):
        return False
    following = architecture.layers[place]
    if architecture.links_into.get(following.id) or any(link.source == layer.id for link in architecture.links):
        return False
    heads = [parts[0].kind if (parts := _parts(each)) else "Identity" for each in following.blocks]
    return _parts(block)[-1].kind == "Linear" and all(head == "Linear" for head in heads)


def _listed(blocks: Sequence[Block]) -> str:
    ids = [block.id for block in blocks]
    if len(ids) > MOST_LISTED:
        shown = MOST_LISTED - 2
        ids = [*ids[:shown], f"{len(ids) - shown} more"]
    *first, last = ids
    return f"{', '.join(first)} and {last}" if first else last


def _verb(blocks: Sequence[Block], verb: str) -> str:
    return f"{verb}s" if len(blocks) == 1 else verb


@dataclass(frozen=True)
class _Reads:
    """What a convolution reads for a pixel of its output.

    Attributes:
        key: What two of them must share for their sum to be one convolution.
        rows: The rows, counted from stride times the row of the output.
        columns: Likewise.
        groups: Into how many groups its channels are divided.
        has_bias: Whether it adds a number to each channel.
    """

    key: Hashable
    rows: frozenset[int]
    columns: frozenset[int]
    groups: int
    has_bias: bool

    @classmethod
    def of(cls, block: Block) -> _Reads | None:
        """Returns it for a block of one convolution and what keeps sums; None for others."""
        first, *rest = _parts(block) or [Component("", "Identity")]
        if first.kind != "Conv2d" or any(component.kind not in _KEEPS_SUMS for component in rest):
            return None
        values = get_kind("Conv2d").complete(first.values)
        tail = tuple((component.kind, component.params) for component in rest)
        key = (*(values[name] for name in ("in_channels", "out_channels")), pair(values["stride"]), tail)
        kernel, padding, dilation = (pair(values[name]) for name in ("kernel_size", "padding", "dilation"))
        rows, columns = (
            frozenset(range(-padding[axis], kernel[axis] * dilation[axis] - padding[axis], dilation[axis]))
            for axis in (0, 1)
        )
        groups = values["groups"]
        assert isinstance(groups, int)  # in a repaired architecture
        return cls(key, rows, columns, groups, bool(values["bias"]))

    def covers(self, other: _Reads) -> bool:
        """Returns whether a convolution that reads this can compute all that another one of the same key can."""
        if other.has_bias > self.has_bias or other.groups % self.groups:
            return False
        return other.rows <= self.rows and other.columns <= self.columns


_Convolving = tuple[Block, _Reads]
"""A block, and what its one convolution reads."""
