"""Two candidates side by side: what differs, block by block, with the numbers and their differences (§5.3)."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.model import Architecture, Block
from oneshot_lab.architecture.params import format_params
from oneshot_lab.views.map_info import Dot


class Number(NamedTuple):
    """One measure of two candidates, as text; what is not known is a dash."""

    name: str
    first: str
    second: str
    difference: str


class LayerDifference(NamedTuple):
    """The blocks of a layer that only one of two candidates has."""

    layer: str
    first: tuple[str, ...]
    second: tuple[str, ...]


class Comparison(NamedTuple):
    """What tells two candidates apart; `same` counts the blocks that both have."""

    numbers: tuple[Number, ...]
    layers: tuple[LayerDifference, ...]
    same: int


def compare(architecture: Architecture, first: Dot, second: Dot) -> Comparison:
    """Returns how two candidates of an architecture differ."""
    known = first.evaluated and second.evaluated
    numbers = [
        _number("accuracy", _score(first, first.accuracy), _score(second, second.accuracy), known, "+.3f"),
        _number("loss", _score(first, first.loss), _score(second, second.loss), known, "+.3f"),
        _number("parameters", first.parameters, second.parameters, True, "+,"),
        _number("multiply-adds", first.macs, second.macs, True, "+,"),
    ]
    one, other = first.mask.blocks, second.mask.blocks
    layers = [
        LayerDifference(
            layer.id,
            tuple(_named(block) for block in layer.blocks if block.id in one - other),
            tuple(_named(block) for block in layer.blocks if block.id in other - one),
        )
        for layer in architecture.layers
    ]
    return Comparison(tuple(numbers), tuple(layer for layer in layers if layer[1:] != ((), ())), len(one & other))


def to_html(comparison: Comparison) -> str:
    """Returns a comparison as a table."""
    rows = [_row("th", "", "A", "B", "B − A")]
    rows += [_row("td", *number) for number in comparison.numbers]
    rows += [
        _row("td", layer.layer, ", ".join(layer.first) or "–", ", ".join(layer.second) or "–", "")
        for layer in comparison.layers
    ]
    same = f"{comparison.same} blocks are the same" if comparison.layers else "the same blocks"
    return f"<table>{''.join(rows)}</table><p>{same}</p>"


def _score(dot: Dot, value: float | None) -> float | None:
    return value if dot.evaluated else None


def _number(name: str, first: float | None, second: float | None, known: bool, sign: str) -> Number:
    one, other = (_text(value, sign) for value in (first, second))
    difference = "–" if not known or first is None or second is None else format(second - first, sign)
    return Number(name, one, other, difference)


def _text(value: float | None, sign: str) -> str:
    return "–" if value is None else format(value, sign[1:])


def _named(block: Block) -> str:
    parts = (f"{part.kind} {format_params(get_kind(part.kind), part.values)}".strip() for part in block.components)
    return f"{block.id} {' + '.join(parts)}"


def _row(tag: str, *cells: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
