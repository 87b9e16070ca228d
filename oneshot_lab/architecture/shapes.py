"""Shapes, parameter counts and multiply-adds of a whole architecture.

`infer` is strict: what does not fit is an error that names both sides and the remedy. `repair.py` makes things fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from oneshot_lab.architecture.catalogue import FOLLOW, Param, get_kind
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind
from oneshot_lab.architecture.mask import Mask, check_mask, live_by_id
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link, Value
from oneshot_lab.architecture.params import check_values, coerce
from oneshot_lab.architecture.rules import Shape
from oneshot_lab.errors import ShapeError

MOST_FEATURES = 2**24
"""Numbers in one component's output for one input, at most (64 MB as float32); more is a mistake or an attack."""

MOST_PARAMETERS = 2**29
"""Parameters of a whole architecture, at most (2 GB as float32)."""


@dataclass(frozen=True)
class Info:
    """Sizes and costs of a component, a block, a layer or a link's projection.

    Attributes:
        inputs: Shape without the batch.
        outputs: Shape without the batch.
        parameters: Trainable parameters.
        macs: Multiply-adds of weights for one input.
    """

    inputs: Shape
    outputs: Shape
    parameters: int = 0
    macs: int = 0


@dataclass(frozen=True)
class Inference:
    """What `infer` finds: an `Info` for each item by its id, and the totals."""

    components: Mapping[str, Info]
    blocks: Mapping[str, Info]
    layers: Mapping[str, Info]
    links: Mapping[str, Info]
    outputs: Shape
    parameters: int
    macs: int


@dataclass(frozen=True)
class Survey:
    """What `survey` finds: shapes and costs up to the first place that does not fit.

    Attributes:
        components: An `Info` for each component, by id.
        blocks: Likewise for blocks.
        layers: Likewise for layers.
        links: Likewise for the links' projections.
        inputs: The shape that each layer receives, by the layer's id.
        problem: The first misfit; None if there is none.
    """

    components: dict[str, Info] = field(default_factory=dict)
    blocks: dict[str, Info] = field(default_factory=dict)
    layers: dict[str, Info] = field(default_factory=dict)
    links: dict[str, Info] = field(default_factory=dict)
    inputs: dict[str, Shape] = field(default_factory=dict)
    problem: ShapeError | None = None


@dataclass(frozen=True)
class Cost:
    """The cost of one sub-network: trainable parameters, and multiply-adds for one input."""

    parameters: int
    macs: int


@dataclass(frozen=True)
class Change:
    """A parameter that was filled in or corrected: `old` is None for a blank."""

    name: str
    old: Value | None
    new: Value
    reason: str


def shape_text(shape: Shape) -> str:
    """Returns a shape in words: `6×26×26`, `84 features`."""
    return "×".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} features"


def fit(component: Component, shape: Shape, *, where: str) -> tuple[Component, Shape, tuple[Change, ...]]:
    """Fits one component to its input: fills blanks, makes numbers legal and takes channels from the input (§5.1).

    Returns:
        The component, its output's shape, and the changes.

    Raises:
        ShapeError: No parameter value makes it fit: an image where features belong, or an output that is too large.
    """
    kind = get_kind(component.kind)
    if len(shape) not in kind.ranks:
        raise _wrong_rank(component, shape, where)
    given = check_values(kind, component.values)
    values = dict(given)
    reasons: dict[str, str] = {}
    for param in kind.params:
        if param.name == kind.channels_in:
            values[param.name] = shape[0]
            reasons[param.name] = f"its input has {shape[0]} {'channels' if len(shape) > 1 else 'features'}"
        elif param.name in values:
            values[param.name], reason = coerce(param, values[param.name])
            if reason:
                reasons[param.name] = reason
        elif param.blank is not None:
            values[param.name] = _filling(param, shape)
            reasons[param.name] = "it was blank"
    complete = kind.complete(values)
    # A correction can make another value illegal; since corrections only make numbers smaller, they end.
    while corrections := tuple(kind.legal(complete, shape)):
        for name, value, reason in corrections:
            values[name], reasons[name] = value, reason
        complete = kind.complete(values)
    outputs = kind.outputs(complete, shape)
    if min(outputs) < 1 or math.prod(outputs) > MOST_FEATURES:
        raise ShapeError(
            f"the output of {component.kind} would be {shape_text(outputs)}",
            where=where,
            expected=f"between 1 and {MOST_FEATURES:,} numbers",
            remedy="choose smaller sizes",
        )
    ordered = {param.name: values[param.name] for param in kind.params if param.name in values}
    changes = tuple(
        Change(name, given.get(name), values[name], reason)
        for name, reason in reasons.items()
        if given.get(name) != values[name]
    )
    return component.with_values(ordered), outputs, changes


def _filling(param: Param, shape: Shape) -> Value:
    """Returns the value for a required parameter that was left blank."""
    assert param.blank is not None
    if param.blank != FOLLOW:
        return param.blank
    return coerce(param, shape if param.type == "shape" else shape[0])[0]


def _wrong_rank(component: Component, shape: Shape, where: str) -> ShapeError:
    if len(shape) == 1:
        remedies = {"BatchNorm2d": "use BatchNorm1d", "Dropout2d": "use Dropout"}
        remedy = remedies.get(component.kind, "move it before the Flatten or Linear that makes features")
        return ShapeError(
            f"{component.kind} gets {shape_text(shape)}",
            where=where,
            expected="an image (channels×height×width)",
            remedy=remedy,
        )
    remedy = "use BatchNorm2d" if component.kind == "BatchNorm1d" else "put a Flatten before it"
    return ShapeError(
        f"{component.kind} gets an image {shape_text(shape)}", where=where, expected="features", remedy=remedy
    )


def infer(architecture: Architecture) -> Inference:
    """Returns every shape, parameter count and multiply-add count of an architecture.

    Raises:
        ShapeError: A blank or illegal parameter, blocks of one layer that cannot be merged, a link between different
            shapes, or an output that is not (classes,). The message has the place, what was found, what was expected
            and the remedy.
    """
    check_kind(architecture, Architecture, where="infer", expected=AN_ARCHITECTURE)
    found = Survey()
    shape = _walk(architecture, found)
    everything = _total(architecture.input_shape, shape, [*found.layers.values(), *found.links.values()])
    if everything.parameters > MOST_PARAMETERS:
        raise ShapeError(
            f"{everything.parameters:,} parameters",
            where=architecture.name,
            expected=f"at most {MOST_PARAMETERS:,}",
            remedy="choose smaller sizes",
        )
    return Inference(
        found.components, found.blocks, found.layers, found.links, shape, everything.parameters, everything.macs
    )


def survey(architecture: Architecture) -> Survey:
    """Returns the shapes of an architecture that may not fit: all those before the first misfit."""
    found = Survey()
    try:
        _walk(architecture, found)
    except ShapeError as problem:
        return replace(found, problem=problem)
    return found


def _walk(architecture: Architecture, found: Survey) -> Shape:
    """Goes from input to output, records shapes and costs, and returns the output's shape."""
    outputs: dict[str, Shape] = {INPUT: architecture.input_shape}
    shape = architecture.input_shape
    for layer in architecture.layers:
        found.inputs[layer.id] = shape
        for link in architecture.links_into.get(layer.id, ()):
            found.links[link.id] = _infer_link(link, outputs[link.source], shape, found.components)
        for block in layer.blocks:
            where = f"layer {layer.id}, block {block.id}"
            found.blocks[block.id] = _infer_chain(block.components, shape, where, found.components)
        infos = [found.blocks[block.id] for block in layer.blocks]
        merged = merge_shapes(layer, [info.outputs for info in infos])
        found.layers[layer.id] = _total(shape, merged, infos)
        outputs[layer.id] = shape = merged
    if shape != (architecture.classes,):
        raise wrong_output(architecture, shape)
    return shape


def _total(inputs: Shape, outputs: Shape, infos: list[Info]) -> Info:
    return Info(inputs, outputs, sum(info.parameters for info in infos), sum(info.macs for info in infos))


def _infer_chain(chain: tuple[Component, ...], shape: Shape, where: str, components: dict[str, Info]) -> Info:
    infos = []
    outputs = shape
    for component in chain:
        inputs = outputs
        fitted, outputs, changes = fit(component, inputs, where=where)
        if changes:
            first = changes[0]
            got = "is blank" if first.old is None else f"is {first.old}"
            raise ShapeError(
                f"{component.kind}'s {first.name} {got}",
                where=where,
                expected=str(first.new),
                remedy=f"{first.reason}; repair() makes it fit",
            )
        kind = get_kind(component.kind)
        values = kind.complete(fitted.values)
        info = Info(inputs, outputs, kind.parameters(values, inputs, outputs), kind.macs(values, inputs, outputs))
        components[component.id] = info
        infos.append(info)
    return _total(shape, outputs, infos)


def _infer_link(link: Link, source: Shape, target: Shape, components: dict[str, Info]) -> Info:
    where = f"link {link.source}→{link.target}"
    info = _infer_chain(link.projection, source, where, components)
    if info.outputs != target:
        raise ShapeError(
            f"it brings {shape_text(info.outputs)}",
            where=where,
            expected=f"{shape_text(target)}, what {link.target} receives",
            remedy="give it a projection; repair() adds one",
        )
    return info


def merge_shapes(layer: Layer, shapes: list[Shape]) -> Shape:
    """Returns the shape of a layer's merged output (§3: sum or concatenation; a mean has the shape of a sum).

    Raises:
        ShapeError: Two blocks cannot be merged; the message names them.
    """
    first = shapes[0]
    for block, shape in zip(layer.blocks, shapes, strict=True):
        alike = shape[1:] == first[1:] and len(shape) == len(first) if layer.merge == "concat" else shape == first
        if not alike:
            raise ShapeError(
                f"{ends_with(block)} gives {shape_text(shape)}",
                where=f"layer {layer.id}, block {block.id}",
                expected=f"{shape_text(first)}, what its sibling {layer.blocks[0].id} gives",
                remedy=_merge_remedy(shape, first),
                fix=_flattening(layer, shapes) if len(shape) != len(first) else (),
            )
    if layer.merge == "concat":
        return (sum(shape[0] for shape in shapes), *first[1:])
    return first


def _merge_remedy(shape: Shape, first: Shape) -> str:
    if len(shape) != len(first):
        return "add a Flatten to the block that gives an image"
    if shape[1:] != first[1:]:
        return "choose a kernel, stride or padding that gives the same size"
    return f"give both the same number of {'channels' if len(shape) > 1 else 'features'}"


def _flattening(layer: Layer, shapes: list[Shape]) -> list[dict[str, str]]:
    images = [block.id for block, shape in zip(layer.blocks, shapes, strict=True) if len(shape) == 3]
    return [{"edit": "AddComponent", "block": block, "kind": "Flatten"} for block in images]


def ends_with(block: Block) -> str:
    """Returns the component that a block's error is about: the last one that sets a size."""
    for component in reversed(block.components):
        if get_kind(component.kind).family in ("convolution", "linear", "pooling"):
            return component.kind
    return block.components[-1].kind


def wrong_output(architecture: Architecture, shape: Shape) -> ShapeError:
    """Returns the error for a network whose output is not one number for each class."""
    last = architecture.layers[-1]
    return ShapeError(
        f"the network's output is {shape_text(shape)}",
        where=f"layer {last.id}",
        expected=f"{architecture.classes} features, one for each class",
        remedy=f"end it with a Linear to {architecture.classes}",
        fix=[{"edit": "AddLayer", "kind": "Linear", "params": f"out_features={architecture.classes}"}],
    )


def cost(architecture: Architecture, mask: Mask, *, inference: Inference | None = None) -> Cost:
    """Returns what a sub-network costs: its live blocks and the projections of its live links.

    Args:
        architecture: A repaired architecture.
        mask: The sub-network.
        inference: The result of `infer(architecture)`, if it is known already.

    Raises:
        MaskError: The mask is not valid.
    """
    found = inference or infer(architecture)
    live = live_by_id(architecture, check_mask(architecture, mask))
    infos = [
        found.blocks[block.id]
        for layer in architecture.layers
        if live[layer.id]
        for block in layer.blocks
        if block.id in mask.blocks
    ]
    infos += [found.links[link.id] for link in architecture.links if live[link.source] and live[link.target]]
    return Cost(sum(info.parameters for info in infos), sum(info.macs for info in infos))
