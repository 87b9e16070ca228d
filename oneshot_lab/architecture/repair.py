"""Repair: makes the parts of an architecture fit together, and returns each change with its reason (§3, §5.1).

One pass from input to output. Each component is fitted to its input; the blocks of a layer are brought to one
size by their padding and to one width by their last weights; a link between unlike shapes gets a projection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.chain import Chain
from oneshot_lab.architecture.given import check_list, shown
from oneshot_lab.architecture.matching import match_channels, match_sizes
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link, Value, check
from oneshot_lab.architecture.params import check_values
from oneshot_lab.architecture.rules import Shape, single
from oneshot_lab.architecture.shapes import fit, infer, merge_shapes, shape_text, wrong_output
from oneshot_lab.errors import ArchitectureError, ShapeError


@dataclass(frozen=True)
class Repair:
    """One change that `repair` made.

    Attributes:
        where: The place in words: `layer L1, block B3, Conv2d C3`.
        item: The id of the component, or of the link.
        name: The parameter; `component` for an inserted Flatten, `projection` for a link's projection, `link` for a
            link that `revise` had to remove.
        old: The value before, None for a blank.
        new: The value now.
        reason: Why.
    """

    where: str
    item: str
    name: str
    old: Value | None
    new: Value
    reason: str

    def __str__(self) -> str:
        old = "blank" if self.old is None else self.old
        return f"{self.where}: {self.name} {old} → {self.new}: {self.reason}"


def repair(
    architecture: Architecture, *, keep: Iterable[tuple[str, str]] = ()
) -> tuple[Architecture, tuple[Repair, ...]]:
    """Makes an architecture fit: fills blanks, rounds numbers to the nearest legal ones and matches sibling blocks.

    Args:
        architecture: Well formed (`model.check`); its parameters may be blank or illegal.
        keep: (component id, parameter name) pairs that the user has just typed: sibling blocks adapt to these.

    Returns:
        An architecture that `infer` accepts, and all changes in order. Repairing it again changes nothing.

    Raises:
        ShapeError: No small change makes it fit; the message names both sides and the remedy.
    """
    expected = "pairs of a component's id and a parameter's name"
    typed = check_list(keep, where="keep", expected=expected)
    pairs = [tuple(check_list(pair, where="keep", expected=expected)) for pair in typed]
    if not all(len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str) for pair in pairs):
        raise ArchitectureError(f"got {shown(keep)}", where="keep", expected=expected)
    work = _Work(check(architecture), frozenset(pairs))
    shape = architecture.input_shape
    outputs: dict[str, Shape] = {INPUT: shape}
    head = _head(architecture)
    layers, links = [], []
    for layer in architecture.layers:
        links += [work.link(link, outputs[link.source], shape) for link in architecture.links_into.get(layer.id, ())]
        classes = architecture.classes if layer.id == head else None
        repaired_layer, shape = work.layer(layer, shape, classes=classes)
        layers.append(repaired_layer)
        outputs[layer.id] = shape
    order = {link.id: position for position, link in enumerate(architecture.links)}
    links.sort(key=lambda link: order[link.id])
    repaired = replace(architecture, layers=tuple(layers), links=tuple(links), next_numbers=work.numbered.next_numbers)
    if shape != (architecture.classes,):
        raise wrong_output(repaired, shape)
    infer(repaired)
    return repaired, _compare(architecture, repaired, work.reasons)


def _head(architecture: Architecture) -> str | None:
    """Returns the last layer that sets a width: its width is the number of classes."""
    for layer in reversed(architecture.layers):
        kinds = [get_kind(component.kind) for block in layer.blocks for component in block.components]
        if any(kind.channels_out for kind in kinds):
            return layer.id
    return None


def misfit(architecture: Architecture) -> ShapeError | None:
    """Returns why an architecture does not fit; None if it fits as it stands.

    An error that `repair` cannot fix comes before one that it can: the user has to act on it.
    """
    try:
        infer(architecture)
    except ShapeError as error:
        try:
            repair(architecture)
        except ShapeError as hopeless:
            return hopeless
        return error
    return None


class _Work:
    """One run of `repair`: the parameters to keep, the next free ids, and the reason for each change."""

    def __init__(self, architecture: Architecture, keep: frozenset[tuple[str, str]]) -> None:
        self.keep = keep
        self.numbered = architecture
        self.reasons: dict[tuple[str, str], str] = {}

    def new_id(self) -> str:
        self.numbered, new_id = self.numbered.take_id("C")
        return new_id

    def layer(self, layer: Layer, shape: Shape, *, classes: int | None) -> tuple[Layer, Shape]:
        chains = [self.chain(layer, block, shape) for block in layer.blocks]
        if layer.merge != "concat" or len(chains) == 1:
            match_channels(chains, classes=classes)
        match_sizes(chains)
        for chain in chains:
            self.reasons.update(chain.reasons)
        blocks = tuple(
            replace(block, components=chain.components) for block, chain in zip(layer.blocks, chains, strict=True)
        )
        layer = replace(layer, blocks=blocks)
        return layer, merge_shapes(layer, [chain.outputs for chain in chains])

    def chain(self, layer: Layer, block: Block, shape: Shape) -> Chain:
        """Fits a block, inserting a Flatten before a Linear that would receive an image."""
        components: list[Component] = []
        is_image = len(shape) == 3
        for component in block.components:
            if component.kind == "Linear" and is_image:
                flatten = Component(self.new_id(), "Flatten")
                self.reasons[flatten.id, "component"] = "Linear takes features, not an image"
                components.append(flatten)
            is_image = is_image and component.kind not in ("Flatten", "Linear")
            components.append(component)
        where = f"layer {layer.id}, block {block.id}"
        return Chain(tuple(components), shape, where=where, block=block.id, keep=self.keep)

    def link(self, link: Link, source: Shape, target: Shape) -> Link:
        """Gives a link the projection from its source's shape to its target's, or none if the shapes are equal."""
        where = f"link {link.source}→{link.target}"
        wanted = projection(source, target, where=where)
        kept = link.projection if [c.kind for c in link.projection] == [kind for kind, _ in wanted] else ()
        chain = tuple(
            (old or Component(self.new_id(), kind)).with_values(dict(values))
            for (kind, values), old in zip(wanted, kept or [None] * len(wanted), strict=True)
        )
        fitted, outputs = [], source
        for component in chain:
            fits, outputs, _ = fit(component, outputs, where=where)
            fitted.append(fits)
        self.reasons[link.id, "projection"] = f"it brings {shape_text(source)} to {shape_text(target)}"
        return replace(link, projection=tuple(fitted))


def projection(source: Shape, target: Shape, *, where: str) -> tuple[tuple[str, tuple[tuple[str, Value], ...]], ...]:
    """Returns the components that convert one shape to another: a 1×1 convolution, strided if that fits.

    Raises:
        ShapeError: Features cannot be converted to an image.
    """
    if source == target:
        return ()
    if len(target) == 1:
        to_features = (("Linear", (("out_features", target[0]), ("bias", False))),)
        if len(source) == 1:
            return to_features
        return (("AdaptiveAvgPool2d", (("output_size", 1),)), ("Flatten", ()), *to_features)
    if len(source) == 1:
        raise ShapeError(
            f"it starts at {shape_text(source)}",
            where=where,
            expected=f"an image, as {shape_text(target)}",
            remedy="link from a layer before the Flatten",
        )
    strides = [_stride(size, wanted) for size, wanted in zip(source[1:], target[1:], strict=True)]
    width = (("out_channels", target[0]), ("kernel_size", 1))
    if None not in strides:
        stride = single(*(stride or 1 for stride in strides))
        return (("Conv2d", (*width, *((("stride", stride),) if stride != 1 else ()), ("bias", False))),)
    pool = ("AdaptiveAvgPool2d", (("output_size", single(*target[1:])),))
    return (pool,) if source[0] == target[0] else (pool, ("Conv2d", (*width, ("bias", False))))


def _stride(size: int, wanted: int) -> int | None:
    """Returns the stride with which a 1×1 kernel turns `size` into `wanted`, if there is one.

    At most 4: a larger stride would skip most pixels, whereas a pool reads all of them.
    """
    return next((stride for stride in (1, 2, 3, 4) if (size - 1) // stride + 1 == wanted), None)


def _compare(before: Architecture, after: Architecture, reasons: dict[tuple[str, str], str]) -> tuple[Repair, ...]:
    """Yields the differences between two architectures, rather than the steps from one to the other."""
    old = {component.id: component for block in before.blocks for component in block.components}
    repairs: list[Repair] = []
    for component in (component for block in after.blocks for component in block.components):
        given = old.get(component.id)
        if given is None:
            reason = reasons[component.id, "component"]
            repairs.append(Repair(after.address(component), component.id, "component", None, component.kind, reason))
            continue
        was = check_values(get_kind(given.kind), given.values)
        changed = [(name, value) for name, value in component.params if was.get(name) != value]
        where = after.address(component) if changed else ""
        for name, value in changed:
            repairs.append(Repair(where, component.id, name, was.get(name), value, reasons[component.id, name]))
    links = {link.id: link for link in before.links}
    for link in after.links:
        now, then = projection_text(link), projection_text(links[link.id])
        if now != then:
            reason = reasons[link.id, "projection"] if link.projection else "both ends have the same shape"
            repairs.append(Repair(after.address(link), link.id, "projection", then, now or "none", reason))
    return tuple(repairs)


def projection_text(link: Link) -> str | None:
    """Returns a projection in words, `Conv2d(in_channels=6, out_channels=16, …)`; None if there is none."""
    parts = [f"{c.kind}({', '.join(f'{name}={value}' for name, value in c.params)})" for c in link.projection]
    return ", ".join(parts) or None
