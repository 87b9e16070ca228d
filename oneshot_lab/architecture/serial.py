"""Architectures and edits as JSON, with a version. A file may be truncated, from a later version or hostile."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import EDITS, Edit
from oneshot_lab.architecture.limits import MOST_ITEMS, kind_of
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link, Value, check
from oneshot_lab.architecture.params import check_values
from oneshot_lab.errors import ArchitectureError, closest

VERSION = 1
"""The version of the format. A file of a later version is refused rather than read in part."""

LONGEST_FILE = 4_000_000
"""Characters of a file, at most. Every architecture within `limits` is far shorter."""

_ENTRIES = ("oneshot_architecture", "name", "input_shape", "classes", "next_numbers", "layers", "links")

_T = TypeVar("_T")


def dumps(architecture: Architecture) -> str:
    """Returns an architecture as readable JSON text; equal architectures give equal text.

    Raises:
        ArchitectureError: `loads` could not read the result.
    """
    check(architecture)
    try:
        text = json.dumps(to_json(architecture), indent=1, ensure_ascii=False)
    except (TypeError, ValueError, AttributeError) as error:
        raise ArchitectureError(f"it cannot be written ({error})", where="architecture") from None
    loads(text, where="architecture")
    return text


def loads(text: str, *, where: str = "file") -> Architecture:
    """Reads an architecture from JSON text.

    Args:
        text: From `dumps`, or written by hand: ids and parameters may be left out.
        where: Its name in errors, such as the file's name.

    Raises:
        ArchitectureError: The text is not JSON, not an architecture, of a later version or too large; the message names
            the entry.
    """
    if len(text) > LONGEST_FILE:
        raise ArchitectureError(f"{len(text):,} characters", where=where, expected=f"at most {LONGEST_FILE:,}")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise ArchitectureError(
            f"it cannot be read as JSON ({reason})", where=where, remedy="save the file again; it may be truncated"
        ) from None
    return from_json(data, where=where)


def to_json(architecture: Architecture) -> dict[str, object]:
    """Returns an architecture as plain dicts and lists."""
    return {
        "oneshot_architecture": VERSION,
        "name": architecture.name,
        "input_shape": list(architecture.input_shape),
        "classes": architecture.classes,
        "next_numbers": list(architecture.next_numbers),
        "layers": [
            {
                "id": layer.id,
                "merge": layer.merge,
                "blocks": [block_to_json(block) for block in layer.blocks],
            }
            for layer in architecture.layers
        ],
        "links": [
            {"id": link.id, "source": link.source, "target": link.target, "projection": _components(link.projection)}
            for link in architecture.links
        ],
    }


def _components(components: tuple[Component, ...]) -> list[dict[str, object]]:
    return [component_to_json(component) for component in components]


def block_to_json(block: Block) -> dict[str, object]:
    """Returns a block as plain dicts and lists."""
    return {"id": block.id, "components": _components(block.components)}


def block_from_json(data: object, *, where: str = "file") -> Block:
    """Reads a block by itself.

    Raises:
        ArchitectureError: As `loads`.
    """
    return _Reader(where).block(data, "block")


def component_to_json(component: Component) -> dict[str, object]:
    """Returns a component as plain dicts and lists."""
    params = {name: list(value) if isinstance(value, tuple) else value for name, value in component.params}
    return {"id": component.id, "kind": component.kind, "params": params}


def component_from_json(data: object, *, where: str = "file") -> Component:
    """Reads a component by itself.

    Raises:
        ArchitectureError: As `loads`.
    """
    return _Reader(where).component(data, "component")


def from_json(data: object, *, where: str = "file") -> Architecture:
    """Reads an architecture from plain dicts and lists.

    Missing ids are numbered in order. Shapes are not checked; `repair` does that.

    Raises:
        ArchitectureError: As `loads`.
    """
    return _Reader(where).architecture(data)


class _Reader:
    """Reads one architecture, counting its entries, so that every id is new and a huge file is refused."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.items = 0
        self.numbers = (1, 1, 1, 1)

    def refuse(
        self, got: str, place: str, *, expected: str | None = None, remedy: str | None = None
    ) -> ArchitectureError:
        where = f"{self.where}, {place}" if place else self.where
        return ArchitectureError(got, where=where, expected=expected, remedy=remedy)

    @contextmanager
    def placing(self, place: str) -> Iterator[None]:
        """Adds the place in the file to errors raised by other modules."""
        try:
            yield
        except ArchitectureError as error:
            where = ", ".join(part for part in (place, error.where) if part)
            raise self.refuse(error.message, where, expected=error.expected, remedy=error.remedy) from None

    def architecture(self, data: object) -> Architecture:
        entry = self.object(data, "", _ENTRIES)
        version = self.number(entry.get("oneshot_architecture"), "oneshot_architecture")
        if version != VERSION:
            remedy = "update oneshot-lab" if version > VERSION else "save it again"
            raise self.refuse(f"the file has version {version}", "", expected=f"version {VERSION}", remedy=remedy)
        sizes = self.list(entry.get("input_shape", [1, 28, 28]), "input_shape")
        shape = tuple(self.number(size, "input_shape", high=limits.LARGEST_INPUT) for size in sizes)
        if len(shape) not in (1, 3):
            raise self.refuse(f"{len(shape)} sizes", "input_shape", expected="channels, height, width; or features")
        layers = self.each(entry.get("layers"), "layers", self.layer)
        links = self.each(entry.get("links", []), "links", self.link)
        name = self.text(entry.get("name", "network"), "name")
        classes = self.number(entry.get("classes", 10), "classes")
        given = self.list(entry.get("next_numbers", []), "next_numbers")
        numbers = [self.number(n, "next_numbers", high=limits.LARGEST_NUMBER) for n in given]
        # New ids must be unused whatever the file says; `Architecture` ensures that.
        first, second, third, fourth, *_ = [*numbers, 0, 0, 0, 0]
        read = Architecture(name, layers, links, shape, classes, (first, second, third, fourth))
        with self.placing(""):
            return check(read)

    def layer(self, data: object, place: str) -> Layer:
        entry = self.object(data, place, ("id", "merge", "blocks"))
        layer_id = self.id(entry, "L", place)
        merge = self.text(entry.get("merge", "sum"), f"{place}.merge")
        return Layer(layer_id, self.each(entry.get("blocks"), f"{place}.blocks", self.block), merge)

    def block(self, data: object, place: str) -> Block:
        entry = self.object(data, place, ("id", "components"))
        block_id = self.id(entry, "B", place)
        return Block(block_id, self.each(entry.get("components"), f"{place}.components", self.component))

    def component(self, data: object, place: str) -> Component:
        entry = self.object(data, place, ("id", "kind", "params"))
        name = self.text(entry.get("kind"), f"{place}.kind")
        with self.placing(f"{place}.kind"):
            kind = get_kind(name)
        params = self.object(entry.get("params", {}), f"{place}.params", tuple(param.name for param in kind.params))
        values = {name: self.value(value, f"{place}.params.{name}") for name, value in params.items()}
        with self.placing(f"{place}.params"):
            checked = check_values(kind, values)
        return Component(self.id(entry, "C", place), kind.name, tuple(checked.items()))

    def link(self, data: object, place: str) -> Link:
        entry = self.object(data, place, ("id", "source", "target", "projection"))
        source, target = (self.text(entry.get(end), f"{place}.{end}") for end in ("source", "target"))
        projection = self.each(entry.get("projection", []), f"{place}.projection", self.component)
        return Link(self.id(entry, "K", place), source, target, projection)

    def each(self, data: object, place: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
        entries = self.list(data, place)
        self.items += len(entries)
        if self.items > MOST_ITEMS:
            raise self.refuse(f"more than {MOST_ITEMS} entries", place, remedy="split the network")
        return tuple(read(entry, f"{place}[{index}]") for index, entry in enumerate(entries))

    def id(self, entry: Mapping[str, object], letter: str, place: str) -> str:
        position = limits.ID_LETTERS.index(letter)
        item_id = entry.get("id", f"{letter}{self.numbers[position]}")
        self.check(limits.wrong_id(item_id), f"{place}.id")
        if item_id == INPUT:
            raise self.refuse(f"the id {INPUT!r}", place, expected="another id: this one is the network's input")
        self.numbers = limits.next_numbers([item_id], self.numbers)
        return str(item_id)

    def value(self, data: object, place: str) -> Value:
        if isinstance(data, list):
            return tuple(self.real(part, place) for part in data[:4])
        if isinstance(data, (bool, str)):
            return data
        return self.real(data, place)

    def real(self, data: object, place: str) -> int | float:
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            raise self.refuse(kind_of(data), place, expected="a number")
        if not limits.is_value(data):
            raise self.refuse("a number that is too large", place, expected=f"at most {limits.LARGEST_VALUE:g}")
        return data

    def number(self, data: object, place: str, *, low: int = 1, high: int = limits.MOST_CLASSES) -> int:
        self.check(limits.wrong_number(data, low=low, high=high), place)
        assert isinstance(data, int)
        return data

    def text(self, data: object, place: str) -> str:
        self.check(limits.wrong_text(data), place)
        return str(data)

    def check(self, wrong: limits.Wrong | None, place: str) -> None:
        if wrong:
            raise self.refuse(wrong[0], place, expected=wrong[1])

    def list(self, data: object, place: str) -> list[object]:
        if not isinstance(data, list):
            raise self.refuse(kind_of(data), place, expected="a list")
        return data

    def object(self, data: object, place: str, names: tuple[str, ...]) -> Mapping[str, object]:
        if not isinstance(data, dict):
            raise self.refuse(kind_of(data), place, expected="an object")
        for name in data:
            if name not in names:
                remedy = closest(name, names) if names else "this object takes no entries"
                raise self.refuse(f"unknown entry {str(name)[:40]!r}", place, remedy=remedy)
        return data


def edit_to_json(edit: Edit) -> dict[str, object]:
    """Returns an edit as a plain dict: the name of its class under `edit`, and its fields."""
    return {"edit": type(edit).__name__, **dataclasses.asdict(edit)}


def edit_from_json(data: object) -> Edit:
    """Reads an edit that the browser sent or a log holds.

    Raises:
        ArchitectureError: It is not a known edit, or a field is unknown, missing, of the wrong type or too long.
    """
    reader = _Reader("edit")
    if not isinstance(data, dict):
        raise reader.refuse(kind_of(data), "", expected="an object")
    name = reader.text(data.get("edit"), "edit")
    if name not in EDITS:
        raise reader.refuse(f"unknown edit {name!r}", "", remedy=closest(name, EDITS))
    fields = {field.name: field for field in dataclasses.fields(EDITS[name])}
    values = reader.object({key: value for key, value in data.items() if key != "edit"}, name, tuple(fields))
    for field in fields.values():
        if field.default is dataclasses.MISSING and field.name not in values:
            raise reader.refuse("this field is missing", f"{name}.{field.name}")
    if values.get("index") is not None:
        reader.number(values["index"], f"{name}.index", low=0, high=limits.LARGEST_INDEX)
    with reader.placing(""):
        return EDITS[name](**values)
