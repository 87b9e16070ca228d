"""The description of a network: layers of blocks of components, and the links between layers.

Everything here is an immutable value. An edit gives a new architecture; undo is the previous one.
Nothing here knows shapes (`shapes.py`), kinds (`catalogue.py`) or torch. Numbers and texts of other libraries' types
become Python's own, and lists tuples, so that every value compares, and can be written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind
from oneshot_lab.architecture.limits import ID_LETTERS, LARGEST_INPUT
from oneshot_lab.errors import ArchitectureError

INPUT = "input"
"""The source of a link that starts at the network's input, instead of a layer's id."""

MERGES = ("sum", "mean", "concat")
"""How a layer joins the outputs of its active blocks (§3: sum or concatenation; mean is ours)."""

Value = int | float | bool | str | tuple[int | float, ...]
"""A parameter's value. Floats may stand where an integer belongs until `repair` has rounded them."""


@dataclass(frozen=True)
class Component:
    """One operation, such as `Conv2d` with its parameters (§5.1). A parameter left blank is absent.

    Attributes:
        id: Stable name, `C7`; the key of its weights.
        kind: A name in the catalogue.
        params: Name-value pairs, in the order of the catalogue.
    """

    id: str
    kind: str
    params: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        pairs = self.params.items() if isinstance(self.params, Mapping) else self.params
        _set(self, id=limits.plain(self.id), kind=limits.plain(self.kind), params=limits.plain(tuple(pairs)))

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """The parameters that are set, by name."""
        return dict(self.params)

    def with_values(self, values: Mapping[str, Value]) -> Component:
        """Returns this component with exactly these parameters."""
        return replace(self, params=tuple(values.items()))


@dataclass(frozen=True)
class Block:
    """A sequence of components; the search switches it on or off as a whole (§5.1)."""

    id: str
    components: tuple[Component, ...]

    def __post_init__(self) -> None:
        _set(self, id=limits.plain(self.id), components=tuple(self.components))


@dataclass(frozen=True)
class Layer:
    """Alternative blocks that read the same input; their outputs are merged (§3, Figure 5).

    Attributes:
        id: Stable name, `L3`.
        blocks: The choices, at least one.
        merge: One of `MERGES`.
    """

    id: str
    blocks: tuple[Block, ...]
    merge: str = "sum"

    def __post_init__(self) -> None:
        _set(self, id=limits.plain(self.id), blocks=tuple(self.blocks), merge=limits.plain(self.merge))


@dataclass(frozen=True)
class Link:
    """A connection past one or more layers: the output of `source` is added to the input of `target` (§5.2).

    Consecutive layers are connected without a link.

    Attributes:
        id: Stable name, `K1`.
        source: A layer's id or `INPUT`.
        target: The id of a layer after the one that follows `source`.
        projection: Components that bring the source to the target's shape; empty when the shapes are equal.
    """

    id: str
    source: str
    target: str
    projection: tuple[Component, ...] = ()

    def __post_init__(self) -> None:
        ends = {name: limits.plain(getattr(self, name)) for name in ("id", "source", "target")}
        _set(self, **ends, projection=tuple(self.projection))


@dataclass(frozen=True)
class Architecture:
    """An over-complete network, the paper's super-graph (§3).

    Attributes:
        name: Its name, such as `lenet`.
        layers: From input to output, at least one.
        links: Skip connections.
        input_shape: (channels, height, width) of an image, or (features,).
        classes: Width of the output.
        next_numbers: The next free number for layers, blocks, components and links, in the order of
            `ID_LETTERS`. They only grow, so that an id is never used twice. A number that is left out (0) or in use
            becomes the next one above those in use.
    """

    name: str
    layers: tuple[Layer, ...]
    links: tuple[Link, ...] = ()
    input_shape: tuple[int, ...] = (1, 28, 28)
    classes: int = 10
    next_numbers: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        _set(self, name=limits.plain(self.name), layers=tuple(self.layers), links=tuple(self.links))
        _set(self, input_shape=limits.plain(self.input_shape), classes=limits.plain(self.classes))
        _set(self, next_numbers=limits.next_numbers(_ids(self), self.next_numbers))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in template order: the order of the bits in a mask (Equation 1)."""
        return tuple(block for layer in self.layers for block in layer.blocks)

    @cached_property
    def block_ids(self) -> tuple[str, ...]:
        """The ids of all blocks, in template order."""
        return tuple(block.id for block in self.blocks)

    @cached_property
    def layer_index(self) -> Mapping[str, int]:
        """The position of each layer by its id; `INPUT` is at -1."""
        return {INPUT: -1} | {layer.id: index for index, layer in enumerate(self.layers)}

    @cached_property
    def layer_of(self) -> Mapping[str, Layer]:
        """The layer that holds a block, by the block's id."""
        return {block.id: layer for layer in self.layers for block in layer.blocks}

    @cached_property
    def links_into(self) -> Mapping[str, tuple[Link, ...]]:
        """The links that end at a layer, by the layer's id; layers without one are absent."""
        into: dict[str, tuple[Link, ...]] = {}
        for link in self.links:
            into[link.target] = (*into.get(link.target, ()), link)
        return into

    def components(self) -> Iterator[Component]:
        """All components: of the blocks in template order, then of the links' projections."""
        for block in self.blocks:
            yield from block.components
        for link in self.links:
            yield from link.projection

    def take_id(self, letter: str) -> tuple[Architecture, str]:
        """Returns the architecture that has used up a new id, and that id, which begins with one of `ID_LETTERS`."""
        position = ID_LETTERS.index(letter)
        numbers = list(self.next_numbers)
        number = numbers[position]
        numbers[position] += 1
        return replace(self, next_numbers=(numbers[0], numbers[1], numbers[2], numbers[3])), f"{letter}{number}"

    def address(self, item: Layer | Block | Component | Link | str) -> str:
        """Returns the place of a layer, block, component or link in words: `layer L3, block B7`."""
        item_id = item if isinstance(item, str) else item.id
        for layer in self.layers:
            if layer.id == item_id:
                return f"layer {layer.id}"
            for block in layer.blocks:
                if block.id == item_id:
                    return f"layer {layer.id}, block {block.id}"
                for component in block.components:
                    if component.id == item_id:
                        return f"layer {layer.id}, block {block.id}, {component.kind} {component.id}"
        for link in self.links:
            if item_id == link.id or any(item_id == component.id for component in link.projection):
                return f"link {link.source}→{link.target}"
        raise ArchitectureError(f"there is no item {item_id!r}", where=self.name)


def _set(item: object, **values: object) -> None:
    """Sets fields of a frozen value that is being made."""
    for name, value in values.items():
        object.__setattr__(item, name, value)


def check(architecture: Architecture) -> Architecture:
    """Returns the architecture if it is well formed: unique ids, no empty layer or block, links that go forward.

    The input has one or three dimensions, there is at least one class, and names, ids and counts keep to `limits`.
    Whether the components' shapes fit is checked by `shapes.infer`.

    Raises:
        ArchitectureError: It is not; the message names the first offending place.
    """
    check_kind(architecture, Architecture, where="architecture", expected=AN_ARCHITECTURE)
    _check_names(architecture)
    _check_ends(architecture)
    if not architecture.layers:
        raise ArchitectureError("there are no layers", where=architecture.name, remedy="add a layer")
    seen: set[str] = {INPUT}
    for item_id in _ids(architecture):
        if item_id in seen:
            got = f"the id {item_id!r} is used twice" if item_id != INPUT else f"{INPUT!r} is the network's input"
            raise ArchitectureError(got, where=architecture.name, remedy="give each item an id of its own")
        seen.add(item_id)
    _check_contents(architecture)
    pairs: set[tuple[str, str]] = set()
    for link in architecture.links:
        _check_link(architecture, link, pairs)
        pairs.add((link.source, link.target))
    return architecture


def _check_names(architecture: Architecture) -> None:
    _refuse("name", limits.wrong_text(architecture.name))
    ids = list(_ids(architecture))
    if len(ids) > limits.MOST_ITEMS:
        raise ArchitectureError(
            f"{len(ids):,} layers, blocks, components and links",
            where=architecture.name,
            expected=f"at most {limits.MOST_ITEMS:,}",
            remedy="split the network",
        )
    for item_id in ids:
        _refuse(architecture.name, limits.wrong_id(item_id))
    numbers: object = architecture.next_numbers
    if not isinstance(numbers, tuple) or len(numbers) != len(ID_LETTERS):
        _refuse("next_numbers", (f"{numbers!r:.60}", f"four whole numbers, for {', '.join(ID_LETTERS)}"))
    for number in architecture.next_numbers:
        _refuse("next_numbers", limits.wrong_number(number, high=limits.LARGEST_NUMBER))


def _refuse(where: str, wrong: limits.Wrong | None) -> None:
    if wrong:
        raise ArchitectureError(wrong[0], where=where, expected=wrong[1])


def _check_ends(architecture: Architecture) -> None:
    shape, classes = architecture.input_shape, architecture.classes
    listed: object = shape
    if (
        not isinstance(listed, tuple)
        or len(shape) not in (1, 3)
        or not all(map(is_count, (*shape, classes)))
        or math.prod(shape) > LARGEST_INPUT
        or classes > limits.MOST_CLASSES
    ):
        raise ArchitectureError(
            f"the input shape {shape!r:.80} with {classes!r:.40} classes",
            where=architecture.name,
            expected=f"(channels, height, width) or (features,), together at most {LARGEST_INPUT:,} numbers; "
            f"at least one class, at most {limits.MOST_CLASSES:,}",
        )


def is_count(value: object) -> bool:
    """Returns whether a value is a whole number above zero."""
    number = limits.whole(value)
    return number is not None and number >= 1


def _ids(architecture: Architecture) -> Iterator[str]:
    for layer in architecture.layers:
        yield layer.id
        yield from (block.id for block in layer.blocks)
    yield from (component.id for component in architecture.components())
    yield from (link.id for link in architecture.links)


def _check_contents(architecture: Architecture) -> None:
    for layer in architecture.layers:
        if not layer.blocks:
            raise ArchitectureError("it has no blocks", where=f"layer {layer.id}", remedy="add a block or remove it")
        if layer.merge not in MERGES:
            raise ArchitectureError(
                f"unknown merge {layer.merge!r}", where=f"layer {layer.id}", remedy=f"use one of {', '.join(MERGES)}"
            )
        for block in layer.blocks:
            if not block.components:
                raise ArchitectureError(
                    "it has no components",
                    where=f"layer {layer.id}, block {block.id}",
                    remedy="add a component (Identity passes its input on) or remove the block",
                )


def _check_link(architecture: Architecture, link: Link, pairs: set[tuple[str, str]]) -> None:
    where = f"link {link.source}→{link.target}"
    for end in (link.source, link.target):
        if end not in architecture.layer_index:
            raise ArchitectureError(f"there is no layer {end!r}", where=where, remedy="link layers that exist")
    source, target = architecture.layer_index[link.source], architecture.layer_index[link.target]
    if link.target == INPUT or target <= source:
        raise ArchitectureError(
            "the link does not lead forward",
            where=where,
            expected="a target after its source",
            remedy="swap its two ends, or remove it first",
        )
    if target == source + 1:
        raise ArchitectureError(
            "these layers are connected already",
            where=where,
            remedy="link to a layer further on, or from one further back",
        )
    if (link.source, link.target) in pairs:
        raise ArchitectureError("this link exists already", where=where, remedy="remove one of the two")
