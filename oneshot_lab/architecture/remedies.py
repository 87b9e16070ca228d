"""The errors for blocks of a layer that cannot be matched: they name both sides and a change that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.chain import Chain
from oneshot_lab.architecture.model import Component, Value
from oneshot_lab.architecture.params import format_params
from oneshot_lab.architecture.rules import Shape, pair, single
from oneshot_lab.architecture.shapes import shape_text
from oneshot_lab.errors import ShapeError

Fix = Mapping[str, Any]
"""An edit in JSON, as `edit_from_json` reads it."""


def fixed_width(chain: Chain, wanted: int, reason: str) -> ShapeError:
    """Returns the error for a block that has to change its width but has no component with weights."""
    if len(chain.outputs) == 3:
        kind, params = "Conv2d", f"out_channels={wanted}, kernel_size=1"
    else:
        kind, params = "Linear", f"out_features={wanted}"
    return ShapeError(
        f"{chain.components[-1].kind} gives {shape_text(chain.outputs)}",
        where=chain.where,
        expected=f"{shape_text((wanted, *chain.outputs[1:]))}: {reason}",
        remedy=f"add {kind}({params}) at the end of {chain.block}",
        fix=[_addition(chain, kind, params)],
    )


def no_common_size(chains: Sequence[Chain]) -> ShapeError:
    """Returns the error for blocks whose outputs no padding brings to one size; it names two of them."""
    sizes = [chain.outputs[1:] for chain in chains]
    # The size that most blocks can reach: each fix adds one more block to them, so a series of fixes ends.
    usual = max(dict.fromkeys(sizes), key=lambda size: (_reaching(chains, size), sizes.count(size)))
    first = next(chain for chain in chains if chain.outputs[1:] == usual)
    other = next(chain for chain in chains if not chain.reaches(usual))
    size = other.outputs[1:]
    others = [chain for chain in chains if chain is not first]
    turned = _change(first, size) if _reaching(others, size) == len(others) else None
    remedy, fix = _change(other, usual) or turned or _pooling(other, usual)
    return ShapeError(
        f"{_does(other)} gives {shape_text(other.outputs)}",
        where=other.where,
        expected=f"the size of its sibling {first.block}, where {_does(first)} gives {shape_text(first.outputs)}",
        remedy=remedy,
        fix=[fix],
    )


def _reaching(chains: Sequence[Chain], size: Shape) -> int:
    return sum(chain.reaches(size) for chain in chains)


def _addition(chain: Chain, kind: str, params: str) -> Fix:
    return {"edit": "AddComponent", "block": chain.block, "kind": kind, "params": params}


def _pooling(chain: Chain, size: Shape) -> tuple[str, Fix]:
    params = format_params(get_kind("AdaptiveAvgPool2d"), {"output_size": single(*size)})
    remedy = f"add AdaptiveAvgPool2d({params}) at the end of {chain.block}"
    return remedy, _addition(chain, "AdaptiveAvgPool2d", params)


def _does(chain: Chain) -> str:
    component = chain.components[max(chain.sizes, default=-1)]
    return f"{component.kind}({format_params(get_kind(component.kind), component.values)})"


def _change(chain: Chain, size: Shape) -> tuple[str, Fix] | None:
    """Returns the nearest kernel, stride and padding that give a block this size, in words and as an edit."""
    position = max(chain.sizes, default=None)
    if position is None:
        return None
    component = chain.components[position]
    for values in _nearby(component):
        tried = component.with_values({**component.values, **values, "padding": 0})
        found = chain.trying(position, tried).padding_for(size)
        if found is not None and found[0] == position:
            words = ", ".join(f"{name}={value}" for name, value in {**values, "padding": found[1]}.items())
            params = format_params(get_kind(component.kind), {**tried.values, "padding": found[1]})
            fix = {"edit": "SetParams", "component": component.id, "params": params}
            return f"use {component.kind} with {words} in {chain.block}", fix
    return None


def _nearby(component: Component) -> Iterator[dict[str, Value]]:
    """Yields other kernels, nearest first, with the component's own stride; then the same with other strides."""
    values = get_kind(component.kind).complete(component.values)
    kernel, stride = pair(values["kernel_size"])[0], pair(values["stride"])
    kernels = sorted(range(max(1, kernel - 4), kernel + 5), key=lambda size: (abs(size - kernel), size))
    for pace in dict.fromkeys((stride, (1, 1), (2, 2), (3, 3), (4, 4))):
        for size in kernels:
            yield {"kernel_size": size, "stride": single(*pace)}
