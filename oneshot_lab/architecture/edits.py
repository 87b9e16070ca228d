"""Edits: the typed changes of an architecture that the Lego View, the Graph View and cells make (§5.1, §5.2).

Each edit is a small frozen value. `apply` gives a new architecture or an error, and never changes the old one.
Items are named by id; a path such as `L1.B3` works as well, and its parents are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from oneshot_lab.architecture import limits, tree
from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind
from oneshot_lab.architecture.model import Architecture, Block, Component, Layer, Link, check
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.architecture.repair import Repair, repair
from oneshot_lab.errors import ArchitectureError


@dataclass(frozen=True)
class Edit:
    """Base of all edits.

    Raises:
        ArchitectureError: A field has the wrong type, is too long, or cannot be read.
    """

    def __post_init__(self) -> None:
        for field in fields(self):
            value = limits.plain(getattr(self, field.name))
            wrong = None if value is None and "None" in str(field.type) else _wrong(field.name, value)
            if wrong:
                where = f"{type(self).__name__}.{field.name}"
                raise ArchitectureError(wrong[0], where=where, expected=wrong[1])
            object.__setattr__(self, field.name, value)


def _wrong(field: str, value: object) -> limits.Wrong | None:
    """Returns what is wrong with a field; `apply` checks whether the item that it names exists."""
    if field == "index":
        return limits.wrong_number(value, low=-limits.LARGEST_INDEX, high=limits.LARGEST_INDEX)
    if field != "params":
        return limits.wrong_text(value, longest=limits.LONGEST_PATH)
    if not isinstance(value, str):
        return limits.kind_of(value), "text, such as 'kernel_size=3'"
    return None if len(value) <= limits.LONGEST_TEXT else (f"{len(value)} characters", f"at most {limits.LONGEST_TEXT}")


@dataclass(frozen=True)
class AddLayer(Edit):
    """Adds a layer with one block of one component (§5.1).

    Attributes:
        kind: The component's kind.
        params: Its parameters as text; blank ones are filled in.
        index: Position among the layers, counted from 0; None: at the end.
    """

    kind: str
    params: str = ""
    index: int | None = None


@dataclass(frozen=True)
class AddBlock(Edit):
    """Adds a block of one component to a layer: one more choice (§5.1).

    Attributes:
        layer: The layer.
        kind: The component's kind.
        params: Its parameters as text.
        index: Position among the blocks; None: at the end.
    """

    layer: str
    kind: str
    params: str = ""
    index: int | None = None


@dataclass(frozen=True)
class AddComponent(Edit):
    """Adds a component to a block, after the existing ones unless `index` is given (§5.1).

    Attributes:
        block: The block.
        kind: The component's kind.
        params: Its parameters as text.
        index: Position among the components; None: at the end.
    """

    block: str
    kind: str
    params: str = ""
    index: int | None = None


@dataclass(frozen=True)
class RemoveLayer(Edit):
    """Removes a layer, and the links that start or end at it."""

    layer: str


@dataclass(frozen=True)
class RemoveBlock(Edit):
    """Removes a block; the last one of a layer takes the layer with it."""

    block: str


@dataclass(frozen=True)
class RemoveComponent(Edit):
    """Removes a component; the last one of a block takes the block with it."""

    component: str


@dataclass(frozen=True)
class MoveLayer(Edit):
    """Moves a layer to another position, counted without the layer itself."""

    layer: str
    index: int


@dataclass(frozen=True)
class MoveBlock(Edit):
    """Moves a block.

    Attributes:
        block: The block.
        to: The layer that receives it; None makes it a layer of its own.
        index: Position among the blocks there (or among the layers), counted without the block itself; a layer that it
            leaves empty still counts. None: last.
    """

    block: str
    to: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class MoveComponent(Edit):
    """Moves a component.

    Attributes:
        component: The component.
        to: The block that receives it. A layer makes it a block of that layer; None makes it a layer of its own.
        index: Position there, counted as in `MoveBlock`; None: last.
    """

    component: str
    to: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class CopyLayer(Edit):
    """Copies a layer, under new ids, to a position; None: right after it."""

    layer: str
    index: int | None = None


@dataclass(frozen=True)
class CopyBlock(Edit):
    """Copies a block, under new ids. `to` and `index` as in `MoveBlock`."""

    block: str
    to: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class CopyComponent(Edit):
    """Copies a component, under a new id. `to` and `index` as in `MoveComponent`."""

    component: str
    to: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class SetParams(Edit):
    """Replaces all parameters of a component; those left out become blank and are filled in.

    Attributes:
        component: The component.
        params: As text, `6, 16, 5` or `kernel_size=5`.
    """

    component: str
    params: str


@dataclass(frozen=True)
class SetMerge(Edit):
    """Sets how a layer joins its blocks: `sum`, `mean` or `concat`."""

    layer: str
    merge: str


@dataclass(frozen=True)
class AddLink(Edit):
    """Adds a skip connection: the output of `source` is added to the input of `target` (§5.2).

    Attributes:
        source: A layer's id, or `input`.
        target: A layer after the one that follows `source`.
    """

    source: str
    target: str


@dataclass(frozen=True)
class RemoveLink(Edit):
    """Removes a skip connection."""

    source: str
    target: str


def apply(architecture: Architecture, edit: Edit) -> Architecture:
    """Returns the architecture after an edit, without making its shapes fit (`revise` repairs them too).

    Raises:
        ArchitectureError: The edit names an item that does not exist, or its result is not well formed.
    """
    handler = _HANDLERS.get(type(edit))
    if handler is None:
        raise ArchitectureError(
            f"{type(edit).__name__} is not an edit", where="apply", expected="a value such as AddLayer"
        )
    known = check_kind(architecture, Architecture, where="apply", expected=AN_ARCHITECTURE)
    return check(handler(known, edit))


def revise(architecture: Architecture, *edits: Edit) -> tuple[Architecture, tuple[Repair, ...]]:
    """Applies all edits, then repairs once: parameters that the edits set are kept, sibling blocks are changed to fit.

    Returns:
        The new architecture, repaired, and what the repair changed.

    Raises:
        ArchitectureError: An edit cannot be applied, or the result cannot be made to fit.
    """
    edited = check_kind(architecture, Architecture, where="revise", expected=AN_ARCHITECTURE)
    for edit in edits:
        edited = apply(edited, edit)
    before = {component.id: component.values for component in architecture.components()}
    typed = {
        (component.id, name)
        for component in edited.components()
        for name, value in component.values.items()
        if component.id in before and before[component.id].get(name) != value
    }
    repaired, repairs = repair(edited, keep=typed)
    return repaired, (*_lost_links(architecture, edited, edits), *repairs)


def _lost_links(before: Architecture, after: Architecture, edits: tuple[Edit, ...]) -> Iterator[Repair]:
    """Yields the links that were lost with a layer, without an edit that removes them."""
    there = {link.id for link in after.links}
    removed = {(edit.source, edit.target) for edit in edits if isinstance(edit, RemoveLink)}
    for link in before.links:
        if link.id not in there and (link.source, link.target) not in removed:
            gone = next((end for end in (link.source, link.target) if end not in after.layer_index), None)
            reason = f"{gone} was removed" if gone else f"{link.source} and {link.target} are neighbours now"
            yield Repair(before.address(link), link.id, "link", f"{link.source}→{link.target}", "none", reason)


def _new(architecture: Architecture, kind: str, params: str) -> tuple[Architecture, Component]:
    architecture, new_id = architecture.take_id("C")
    return architecture, Component(new_id, kind, tuple(parse_params(get_kind(kind), params).items()))


def _add_layer(architecture: Architecture, edit: AddLayer) -> Architecture:
    architecture, component = _new(architecture, edit.kind, edit.params)
    return tree.put(architecture, component, to=None, index=edit.index)


def _add_block(architecture: Architecture, edit: AddBlock) -> Architecture:
    architecture, component = _new(architecture, edit.kind, edit.params)
    layer = tree.find(architecture, edit.layer, Layer)
    return tree.put(architecture, component, to=layer.id, index=edit.index)


def _add_component(architecture: Architecture, edit: AddComponent) -> Architecture:
    architecture, component = _new(architecture, edit.kind, edit.params)
    block = tree.find(architecture, edit.block, Block)
    return tree.put(architecture, component, to=block.id, index=edit.index)


def _move(architecture: Architecture, item: tree.Item, to: str | None, index: int | None) -> Architecture:
    parent = None if to is None else tree.find_item(architecture, to, (Layer, Block)).id
    without = tree.take(architecture, item, keep_parents=True)
    return tree.drop_empty(tree.put(without, item, to=parent, index=index))


def _copy(architecture: Architecture, item: tree.Item, to: str | None, index: int | None) -> Architecture:
    architecture, copy = tree.renamed(architecture, item)
    parent = None if to is None else tree.find_item(architecture, to, (Layer, Block)).id
    return tree.put(architecture, copy, to=parent, index=index)


def _copy_layer(architecture: Architecture, edit: CopyLayer) -> Architecture:
    layer = tree.find(architecture, edit.layer, Layer)
    after = architecture.layer_index[layer.id] + 1
    return _copy(architecture, layer, None, after if edit.index is None else edit.index)


def _set_params(architecture: Architecture, edit: SetParams) -> Architecture:
    component = tree.find(architecture, edit.component, Component)
    values = parse_params(get_kind(component.kind), edit.params)
    return tree.swap(architecture, component.id, component.with_values(values))


def _set_merge(architecture: Architecture, edit: SetMerge) -> Architecture:
    layer = tree.find(architecture, edit.layer, Layer)
    return tree.swap(architecture, layer.id, replace(layer, merge=edit.merge))


def _add_link(architecture: Architecture, edit: AddLink) -> Architecture:
    architecture, new_id = architecture.take_id("K")
    return replace(architecture, links=(*architecture.links, Link(new_id, edit.source, edit.target)))


def _remove_link(architecture: Architecture, edit: RemoveLink) -> Architecture:
    links = tuple(link for link in architecture.links if (link.source, link.target) != (edit.source, edit.target))
    if len(links) == len(architecture.links):
        there = ", ".join(f"{link.source}→{link.target}" for link in architecture.links) or "there are none"
        raise ArchitectureError("there is no such link", where=f"link {edit.source}→{edit.target}", expected=there)
    return replace(architecture, links=links)


_E = TypeVar("_E", bound=Edit)
_Handler = Callable[[Architecture, Edit], Architecture]
_HANDLERS: dict[type[Edit], _Handler] = {}


def _handles(edit: type[_E], handler: Callable[[Architecture, _E], Architecture]) -> None:
    def handle(architecture: Architecture, value: Edit) -> Architecture:
        assert isinstance(value, edit)
        return handler(architecture, value)

    _HANDLERS[edit] = handle


_handles(AddLayer, _add_layer)
_handles(AddBlock, _add_block)
_handles(AddComponent, _add_component)
_handles(RemoveLayer, lambda a, e: tree.take(a, tree.find(a, e.layer, Layer)))
_handles(RemoveBlock, lambda a, e: tree.take(a, tree.find(a, e.block, Block)))
_handles(RemoveComponent, lambda a, e: tree.take(a, tree.find(a, e.component, Component)))
_handles(MoveLayer, lambda a, e: _move(a, tree.find(a, e.layer, Layer), None, e.index))
_handles(MoveBlock, lambda a, e: _move(a, tree.find(a, e.block, Block), e.to, e.index))
_handles(MoveComponent, lambda a, e: _move(a, tree.find(a, e.component, Component), e.to, e.index))
_handles(CopyLayer, _copy_layer)
_handles(CopyBlock, lambda a, e: _copy(a, tree.find(a, e.block, Block), e.to, e.index))
_handles(CopyComponent, lambda a, e: _copy(a, tree.find(a, e.component, Component), e.to, e.index))
_handles(SetParams, _set_params)
_handles(SetMerge, _set_merge)
_handles(AddLink, _add_link)
_handles(RemoveLink, _remove_link)

EDITS: dict[str, type[Edit]] = {edit.__name__: edit for edit in _HANDLERS}
"""All edits by name, as the browser sends them and logs hold them."""
