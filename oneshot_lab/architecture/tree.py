"""Inserts, removes and replaces items in the tree of layers, blocks and components; edits are made of these."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from oneshot_lab.architecture.model import Architecture, Block, Component, Layer
from oneshot_lab.errors import ArchitectureError

Item = Layer | Block | Component
_I = TypeVar("_I", Layer, Block, Component)


def find(architecture: Architecture, path: str, kind: type[_I]) -> _I:
    """Returns the layer, block or component with this id or path; `find_item` accepts more than one level.

    Raises:
        ArchitectureError: As `find_item`.
    """
    item = find_item(architecture, path, (kind,))
    assert isinstance(item, kind)
    return item


def find_item(architecture: Architecture, path: str, levels: tuple[type[Item], ...]) -> Item:
    """Returns the item at an id (`B3`) or a path that ends in it (`L1.B3`).

    Raises:
        ArchitectureError: There is no such item, it has another level, or it is not where the path says.
    """
    *parents, item_id = str(path).split(".")
    names = " or ".join(level.__name__.lower() for level in levels)
    for layer in architecture.layers:
        for lineage in _lineages(layer):
            if lineage[-1].id == item_id and isinstance(lineage[-1], levels):
                above = [parent.id for parent in lineage[:-1]]
                if parents and parents != above[len(above) - len(parents) :]:
                    place = ".".join([*above, item_id])
                    raise ArchitectureError(f"{item_id} is not there", where=path, remedy=f"it is at {place}")
                return lineage[-1]
    known = [item.id for layer in architecture.layers for *_, item in _lineages(layer) if isinstance(item, levels)]
    listed = ", ".join(known[:20]) + ("…" if len(known) > 20 else "")
    raise ArchitectureError(f"there is no {names} {item_id!r}", where=architecture.name, expected=f"one of {listed}")


def _lineages(layer: Layer) -> list[tuple[Item, ...]]:
    """Returns each item of a layer preceded by its parents, the layer itself first."""
    lines: list[tuple[Item, ...]] = [(layer,)]
    for block in layer.blocks:
        lines.append((layer, block))
        lines += [(layer, block, component) for component in block.components]
    return lines


def renamed(architecture: Architecture, item: Item) -> tuple[Architecture, Item]:
    """Returns a copy of an item with new ids at all levels."""
    architecture, new_id = architecture.take_id(type(item).__name__[0])
    if isinstance(item, Component):
        return architecture, replace(item, id=new_id)
    children: list[Item] = []
    for child in item.blocks if isinstance(item, Layer) else item.components:
        architecture, copy = renamed(architecture, child)
        children.append(copy)
    if isinstance(item, Layer):
        return architecture, replace(item, id=new_id, blocks=tuple(_only(children, Block)))
    return architecture, replace(item, id=new_id, components=tuple(_only(children, Component)))


def _only(items: list[Item], kind: type[_I]) -> list[_I]:
    return [item for item in items if isinstance(item, kind)]


def swap(architecture: Architecture, item_id: str, item: Item | None) -> Architecture:
    """Returns the architecture with the item of this id replaced; None removes it and keeps empty parents."""
    layers: list[Layer] = []
    for layer in architecture.layers:
        if layer.id == item_id:
            layers += [item] if isinstance(item, Layer) else []
            continue
        blocks: list[Block] = []
        for block in layer.blocks:
            if block.id == item_id:
                blocks += [item] if isinstance(item, Block) else []
                continue
            components: list[Component] = []
            for component in block.components:
                if component.id != item_id:
                    components.append(component)
                elif isinstance(item, Component):
                    components.append(item)
            blocks.append(replace(block, components=tuple(components)))
        layers.append(replace(layer, blocks=tuple(blocks)))
    return replace(architecture, layers=tuple(layers))


def take(architecture: Architecture, item: Item, *, keep_parents: bool = False) -> Architecture:
    """Returns the architecture without an item, and without parents that become empty unless `keep_parents` is set."""
    without = swap(architecture, item.id, None)
    return without if keep_parents else drop_empty(without)


def drop_empty(architecture: Architecture) -> Architecture:
    """Returns the architecture without empty blocks and layers, and without the links to or from them.

    Raises:
        ArchitectureError: No layer would be left.
    """
    layers: list[Layer] = []
    for layer in architecture.layers:
        blocks = tuple(block for block in layer.blocks if block.components)
        if blocks:
            layers.append(replace(layer, blocks=blocks))
    if not layers:
        raise ArchitectureError("no layer would be left", where=architecture.name, remedy="add another layer first")
    slim = replace(architecture, layers=tuple(layers))
    index = slim.layer_index
    links = tuple(link for link in architecture.links if link.source in index and link.target in index)
    # Removing a layer can make the two ends of a link neighbours, which are connected anyway.
    links = tuple(link for link in links if index[link.target] != index[link.source] + 1)
    return replace(slim, links=links)


def put(architecture: Architecture, item: Item, *, to: str | None, index: int | None) -> Architecture:
    """Returns the architecture with an item inserted; a component put into a layer becomes a block there, and so on.

    Args:
        architecture: The architecture to insert it into.
        item: A component, a block or a layer.
        to: Id of the parent; None means the network itself.
        index: Position among the parent's children; None: last.

    Raises:
        ArchitectureError: The parent has a lower level than the item, or the position is out of range.
    """
    if to is None:
        architecture, layer = _as_layer(architecture, item)
        return replace(architecture, layers=_insert(architecture.layers, layer, index, where="layers"))
    parent = find_item(architecture, to, (Layer, Block))
    if isinstance(parent, Layer) and not isinstance(item, Layer):
        architecture, block = _as_block(architecture, item)
        wider = replace(parent, blocks=_insert(parent.blocks, block, index, where=f"layer {to}"))
        return swap(architecture, to, wider)
    if isinstance(parent, Block) and isinstance(item, Component):
        longer = replace(parent, components=_insert(parent.components, item, index, where=f"block {to}"))
        return swap(architecture, to, longer)
    level, into = type(item).__name__.lower(), type(parent).__name__.lower()
    raise ArchitectureError(f"a {level} cannot go into a {into}", where=to, remedy="put it one level up")


def _as_block(architecture: Architecture, item: Block | Component) -> tuple[Architecture, Block]:
    if isinstance(item, Block):
        return architecture, item
    architecture, new_id = architecture.take_id("B")
    return architecture, Block(new_id, (item,))


def _as_layer(architecture: Architecture, item: Item) -> tuple[Architecture, Layer]:
    if isinstance(item, Layer):
        return architecture, item
    architecture, block = _as_block(architecture, item)
    architecture, new_id = architecture.take_id("L")
    return architecture, Layer(new_id, (block,))


def _insert(items: tuple[_I, ...], item: _I, index: int | None, *, where: str) -> tuple[_I, ...]:
    position = len(items) if index is None else index
    if not 0 <= position <= len(items):
        raise ArchitectureError(f"position {position}", where=where, expected=f"0 to {len(items)}")
    longer = list(items)
    longer.insert(position, item)
    return tuple(longer)
