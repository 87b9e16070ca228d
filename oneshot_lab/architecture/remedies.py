"""What to say when the blocks of a layer cannot be matched: both sides, and a change that does fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.model import Component, Value
from oneshot_lab.architecture.params import format_params
from oneshot_lab.architecture.rules import Shape, pair, single
from oneshot_lab.architecture.shapes import shape_text
from oneshot_lab.errors import ShapeError

if TYPE_CHECKING:
    from oneshot_lab.architecture.matching import Chain


def fixed_width(chain: Chain, wanted: int, reason: str) -> ShapeError:
    """Returns the error for a block that should change its width and has no weights of its own to do it with."""
    if len(chain.outputs) == 3:
        addition = f"Conv2d(out_channels={wanted}, kernel_size=1)"
    else:
        addition = f"Linear(out_features={wanted})"
    return ShapeError(
        f"{chain.components[-1].kind} gives {shape_text(chain.outputs)}",
        where=chain.where,
        expected=f"{shape_text((wanted, *chain.outputs[1:]))}: {reason}",
        remedy=f"add {addition} at the end of {chain.block}",
    )


def no_common_size(chains: Sequence[Chain]) -> ShapeError:
    """Returns the error for blocks whose images no padding brings to one size; names two of them."""
    usual = Counter(chain.outputs[1:] for chain in chains).most_common(1)[0][0]
    first = next(chain for chain in chains if chain.outputs[1:] == usual)
    other = next(chain for chain in chains if chain.outputs[1:] != usual)
    pool = format_params(get_kind("AdaptiveAvgPool2d"), {"output_size": single(*usual)})
    return ShapeError(
        f"{_does(other)} gives {shape_text(other.outputs)}",
        where=other.where,
        expected=f"the size of its sibling {first.block}, where {_does(first)} gives {shape_text(first.outputs)}",
        remedy=_change(other, usual)
        or _change(first, other.outputs[1:])
        or f"add AdaptiveAvgPool2d({pool}) at the end of {other.block}",
    )


def _does(chain: Chain) -> str:
    component = chain.components[max(chain.sizes, default=-1)]
    return f"{component.kind}({format_params(get_kind(component.kind), component.values)})"


def _change(chain: Chain, size: Shape) -> str | None:
    """Returns the nearest kernel, stride and padding with which a block gives a size, in words."""
    position = max(chain.sizes, default=None)
    if position is None:
        return None
    component = chain.components[position]
    for values in _nearby(component):
        tried = component.with_values({**component.values, **values, "padding": 0})
        found = chain.trying(position, tried).padding_for(size)
        if found is not None and found[0] == position:
            words = ", ".join(f"{name}={value}" for name, value in {**values, "padding": found[1]}.items())
            return f"use {component.kind} with {words} in {chain.block}"
    return None


def _nearby(component: Component) -> Iterator[dict[str, Value]]:
    """Yields other kernels, nearest first, with the component's own stride; then the same with other strides."""
    values = get_kind(component.kind).complete(component.values)
    kernel, stride = pair(values["kernel_size"])[0], pair(values["stride"])
    kernels = sorted(range(max(1, kernel - 4), kernel + 5), key=lambda size: (abs(size - kernel), size))
    for pace in dict.fromkeys((stride, (1, 1), (2, 2), (3, 3), (4, 4))):
        for size in kernels:
            yield {"kernel_size": size, "stride": single(*pace)}
