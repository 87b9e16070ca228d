"""An architecture as Python code, to paste into a cell and get the same network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oneshot_lab.architecture.model import Architecture, Block, Component, Layer


def python_source(architecture: Architecture) -> str:
    """Returns code that makes an equal architecture, named `architecture`, with this package alone."""
    lines = [
        "from oneshot_lab import Architecture, Block, Component, Layer, Link",
        "",
        "architecture = Architecture(",
        f"    name={architecture.name!r},",
        f"    input_shape={architecture.input_shape!r},",
        f"    classes={architecture.classes!r},",
        f"    next_numbers={architecture.next_numbers!r},",
        "    layers=(",
        *_indented(_layers(architecture.layers), 8),
        "    ),",
    ]
    if architecture.links:
        lines += ["    links=("]
        for link in architecture.links:
            ends = f"{link.id!r}, {link.source!r}, {link.target!r}"
            lines += [f"        Link({ends}, {_tuple(map(_component, link.projection))}),"]
        lines += ["    ),"]
    return "\n".join([*lines, ")", ""])


def _layers(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        merge = f", merge={layer.merge!r}" if layer.merge != "sum" else ""
        yield f"Layer({layer.id!r}, ("
        yield from _indented(map(_block, layer.blocks), 4)
        yield f"){merge}),"


def _block(block: Block) -> str:
    return f"Block({block.id!r}, {_tuple(map(_component, block.components))}),"


def _component(component: Component) -> str:
    params = f", {component.params!r}" if component.params else ""
    return f"Component({component.id!r}, {component.kind!r}{params})"


def _tuple(items: Iterable[str]) -> str:
    parts = list(items)
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _indented(lines: Iterable[str], width: int) -> Iterator[str]:
    return (" " * width + line for line in lines)
