"""Matching the blocks of one layer: one width, so that they can be added, and one size, by their padding (§3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.model import Component, Value
from oneshot_lab.architecture.params import coerce, format_params
from oneshot_lab.architecture.rules import Shape, pair, single
from oneshot_lab.architecture.shapes import fit, shape_text
from oneshot_lab.errors import ShapeError


@dataclass
class Chain:
    """A block at work: its components as they were given, and fitted to their input.

    Attributes:
        given: The block's components as a person left them, and as `set` changed them since. They are fitted
            anew each time: a kernel that is too large now may fit once there is padding.
        inputs: The layer's input shape.
        where: The block's place in words.
        block: The block's id.
        keep: (component id, parameter) pairs that a person has just typed.
    """

    given: tuple[Component, ...]
    inputs: Shape
    where: str
    block: str
    keep: frozenset[tuple[str, str]]

    def __post_init__(self) -> None:
        self.typed = {component.id: component.values for component in self.given}
        self.components: tuple[Component, ...] = ()
        self.reasons: dict[tuple[str, str], str] = {}
        self.outputs = self.inputs
        self._fit()

    def _fit(self) -> None:
        fitted = []
        shape = self.inputs
        for component in self.given:
            fits, shape, changes = fit(component, shape, where=self.where)
            self.reasons.update({(component.id, change.name): change.reason for change in changes})
            fitted.append(fits)
        self.components = tuple(fitted)
        self.outputs = shape

    def set(self, position: int, name: str, value: Value, reason: str) -> None:
        """Gives one component's parameter a new value and fits what follows."""
        self.given = self._with(position, name, value)
        self._fit()
        self.reasons[self.given[position].id, name] = reason

    def _with(self, position: int, name: str, value: Value) -> tuple[Component, ...]:
        component = self.given[position]
        changed = component.with_values({**component.values, name: value})
        return (*self.given[:position], changed, *self.given[position + 1 :])

    @property
    def width(self) -> int:
        """Channels of the output, or features."""
        return self.outputs[0]

    @cached_property
    def setter(self) -> tuple[int, str] | None:
        """The component and parameter that set the width; None where the width is that of the input.

        A Flatten of more than one pixel multiplies, so nothing before it sets the width.
        """
        shape = self.inputs
        found: tuple[int, str] | None = None
        for position, component in enumerate(self.components):
            kind = get_kind(component.kind)
            if kind.channels_out:
                found = (position, kind.channels_out)
            elif component.kind == "Flatten" and len(shape) == 3 and shape[1:] != (1, 1):
                found = None
            shape = fit(component, shape, where=self.where)[1]
        return found

    def was_typed(self, position: int, name: str) -> bool:
        """Tells whether a parameter had a value before it was fitted."""
        return name in self.typed[self.components[position].id]

    def is_kept(self, names: Sequence[str]) -> bool:
        """Tells whether a person has just typed one of these parameters in this block."""
        return any((component.id, name) in self.keep for component in self.components for name in names)

    @cached_property
    def sizes(self) -> Mapping[int, tuple[Mapping[int, int], Mapping[int, int]]]:
        """The sizes that padding reaches: {height: padding}, {width: padding} for each component that has one."""
        reached: dict[int, tuple[dict[int, int], dict[int, int]]] = {}
        for position, component in enumerate(self.components):
            kind = get_kind(component.kind)
            if any(param.name == "padding" for param in kind.params):
                reached[position] = ({}, {})
                for padding in range(_most_padding(self.given[position], component) + 1):
                    shape = self._try(position, padding)
                    if len(shape) == 3:
                        for axis in (0, 1):
                            reached[position][axis].setdefault(shape[1 + axis], padding)
        return reached

    def _try(self, position: int, padding: int) -> Shape:
        """Returns the output's shape with another padding, or no shape where that padding would not stand."""
        shape = self.inputs
        try:
            for index, component in enumerate(self._with(position, "padding", padding)):
                _, shape, changes = fit(component, shape, where=self.where)
                if any(change.name in ("kernel_size", "padding") for change in changes) and index >= position:
                    return ()
        except ShapeError:
            return ()
        return shape

    def padding_for(self, size: tuple[int, int]) -> tuple[int, Value] | None:
        """Returns which component's padding gives this size, the last one that can, and the padding."""
        for position in reversed(tuple(self.sizes)):
            heights, widths = self.sizes[position]
            if size[0] in heights and size[1] in widths:
                return position, single(heights[size[0]], widths[size[1]])
        return None

    def reaches(self, size: tuple[int, int]) -> bool:
        """Tells whether the output has this height and width, or a padding gives it."""
        return self.outputs[1:] == size or self.padding_for(size) is not None


def _most_padding(given: Component, fitted: Component) -> int:
    kind = get_kind(fitted.kind)
    values = kind.complete(fitted.values)
    if "kernel_size" in given.values:
        values["kernel_size"] = coerce(kind.param("kernel_size"), given.values["kernel_size"])[0]
    kernel, dilation = pair(values["kernel_size"]), pair(values.get("dilation", 1))
    if kind.family == "pooling":
        return min(kernel) // 2
    return max((k - 1) * d for k, d in zip(kernel, dilation, strict=True))


def match_channels(chains: Sequence[Chain], *, classes: int | None) -> None:
    """Brings the blocks of a summed layer to one width, by the last weights of each.

    The width is, first that applies: the number of classes (`classes`, for the layer that ends the network);
    that of a block which cannot change; what a person has just typed; what most blocks have; the first's.
    """
    wanted, reason = _wanted_width(chains, classes)
    for chain in chains:
        if chain.width == wanted:
            continue
        if chain.setter is None:
            # Without weights of its own the block cannot follow; `merge_shapes` tells where that does not do.
            continue
        position, name = chain.setter
        if len(chain.outputs) == len(chains[0].outputs):
            chain.set(position, name, wanted, reason)


def _wanted_width(chains: Sequence[Chain], classes: int | None) -> tuple[int, str]:
    if classes is not None:
        return classes, f"the data has {classes} classes"
    for chain in chains:
        if chain.setter is None:
            return chain.width, f"same width as {chain.block}"
    names = ("out_channels", "out_features")
    typed = [chain for chain in chains if chain.setter and chain.was_typed(*chain.setter)]
    voters = [chain for chain in typed if chain.is_kept(names)] or typed or list(chains)
    wanted = Counter(chain.width for chain in voters).most_common(1)[0][0]
    model = next(chain for chain in voters if chain.width == wanted)
    return wanted, f"same width as {model.block}"


def match_sizes(chains: Sequence[Chain]) -> None:
    """Brings the images of a layer's blocks to one height and width by padding: 3×3 with 0 beside 5×5 with 1.

    Raises:
        ShapeError: No padding does it; names two blocks and what would fit.
    """
    images = [chain for chain in chains if len(chain.outputs) == 3]
    if len({chain.outputs[1:] for chain in images}) < 2 or len(images) < len(chains):
        return
    size = _common_size(images)
    if size is None:
        raise _no_common_size(images)
    model = next((chain for chain in images if chain.outputs[1:] == size), images[0])
    for chain in images:
        found = chain.padding_for(size)
        if chain.outputs[1:] != size and found is not None:
            chain.set(found[0], "padding", found[1], f"same size as {model.block}")


def _common_size(chains: Sequence[Chain]) -> tuple[int, int] | None:
    """Returns the size that all blocks can reach and most have: those just typed, then typed, then the first."""
    now = [(chain.outputs[1], chain.outputs[2]) for chain in chains]
    reach = {(height, width) for chain in chains for hs, ws in chain.sizes.values() for height in hs for width in ws}
    common = [size for size in reach.union(now) if all(chain.reaches(size) for chain in chains)]
    if not common:
        return None
    kept = [chain.is_kept(("padding", "stride")) for chain in chains]
    typed = [any(chain.was_typed(position, "padding") for position in chain.sizes) for chain in chains]

    def rank(size: tuple[int, int]) -> tuple[int, int, int, int, tuple[int, int]]:
        has = [size == mine for mine in now]
        votes = [sum(a and b for a, b in zip(has, group, strict=True)) for group in (kept, typed)]
        first = -has.index(True) if any(has) else -len(has)
        return votes[0], votes[1], sum(has), first, size

    return max(common, key=rank)


def _no_common_size(chains: Sequence[Chain]) -> ShapeError:
    usual = Counter(chain.outputs[1:] for chain in chains).most_common(1)[0][0]
    first = next(chain for chain in chains if chain.outputs[1:] == usual)
    other = next(chain for chain in chains if chain.outputs[1:] != usual)
    last = max(other.sizes, default=None)
    remedy = "use the same stride in both"
    if last is not None:
        component = other.components[last]
        kind = get_kind(component.kind)
        fitting = _fitting_kernel(other, last, first)
        if fitting is not None:
            remedy = f"use {kind.name} with {format_params_from(fitting, 'kernel_size')}"
    return ShapeError(
        f"{_does(other)} gives {shape_text(other.outputs)}",
        where=other.where,
        expected=f"the size of its sibling {first.block}, where {_does(first)} gives {shape_text(first.outputs)}",
        remedy=remedy,
    )


def _does(chain: Chain) -> str:
    component = chain.components[max(chain.sizes, default=-1)]
    return f"{component.kind}({format_params(get_kind(component.kind), component.values)})"


def _fitting_kernel(chain: Chain, position: int, first: Chain) -> Component | None:
    """Returns the component with the nearest kernel, and the padding, that give the sibling's size."""
    component = chain.components[position]
    kernel = pair(component.values["kernel_size"])[0]
    for other in sorted(range(1, kernel + 3), key=lambda size: (abs(size - kernel), size)):
        tried = component.with_values({**component.values, "kernel_size": other, "padding": 0})
        parts = (*chain.components[:position], tried, *chain.components[position + 1 :])
        attempt = Chain(parts, chain.inputs, chain.where, chain.block, frozenset())
        target = (first.outputs[1], first.outputs[2])
        found = attempt.padding_for(target)
        if found is not None and found[0] == position:
            return tried.with_values({**tried.values, "padding": found[1]})
    return None


def format_params_from(component: Component, start: str) -> str:
    """Returns some parameters by name, for a remedy: `kernel_size=3, padding=1`."""
    values = component.values
    return ", ".join(f"{name}={values[name]}" for name in (start, "padding"))
