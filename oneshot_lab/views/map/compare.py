"""Two candidates side by side: what differs, block by block, with the numbers and their differences (§5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.model import Architecture, Block
from oneshot_lab.architecture.params import format_params
from oneshot_lab.views.common.numbers import in_percent, with_interval
from oneshot_lab.views.map.info import Dot


class Number(NamedTuple):
    """One measure of two candidates, as text; a dash for unknown values."""

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
    """The differences of two candidates; `same` counts the blocks that both have."""

    numbers: tuple[Number, ...]
    layers: tuple[LayerDifference, ...]
    same: int


def compare(architecture: Architecture, first: Dot, second: Dot) -> Comparison:
    """Returns how two candidates of an architecture differ."""
    known = first.evaluated and second.evaluated
    numbers = [
        *_estimates(first, second),
        _accuracies(first, second),
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


def _estimates(first: Dot, second: Dot) -> Iterator[Number]:
    """Yields the posterior of both, and what they reached when trained; nothing where neither is known."""
    one, other = first.estimate, second.estimate
    if one is not None and other is not None:
        difference = _points(other.mean - one.mean)
        yield Number("posterior", with_interval(*one), with_interval(*other), difference)
    reached = _trained(first), _trained(second)
    if reached != (None, None):
        yield _in_percent("trained by itself", *reached)


def _accuracies(first: Dot, second: Dot) -> Number:
    """Returns the accuracies by the supernet's weights: in percent where those of the posterior stand beside them."""
    one, other = _score(first, first.accuracy), _score(second, second.accuracy)
    if first.estimate is None or second.estimate is None:
        return _number("accuracy", one, other, True, "+.3f")
    return _in_percent("score: accuracy", one, other)


def _trained(dot: Dot) -> float | None:
    """Returns the mean accuracy of a candidate's trainings by itself; None if all of them diverged."""
    sound = [each.accuracy for each in dot.trainings if not each.has_diverged]
    return sum(sound) / len(sound) if sound else None


def _in_percent(name: str, first: float | None, second: float | None) -> Number:
    one, other = ("–" if value is None else in_percent(value) for value in (first, second))
    difference = "–" if first is None or second is None else _points(second - first)
    return Number(name, one, other, difference)


def _points(difference: float) -> str:
    # In one line, however narrow the table is.
    return f"{100 * difference:+.1f}\N{NO-BREAK SPACE}points"


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
