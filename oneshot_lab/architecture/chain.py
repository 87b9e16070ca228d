"""A block while its layer is repaired: as given, as fitted, and the sizes that padding could give it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.model import Component, Value
from oneshot_lab.architecture.params import coerce
from oneshot_lab.architecture.rules import Shape, pair, single
from oneshot_lab.architecture.shapes import fit
from oneshot_lab.errors import ShapeError

MOST_PADDING = 128
"""The largest padding that is tried to bring a block to its siblings' size."""

LAST_TRIED = 3
"""How many components of a block are tried with another padding, counted from the last one."""


class Chain:
    """A block while its layer is repaired: its components as given, and as fitted to their input.

    Args:
        given: The block's components as the user left them.
        inputs: The layer's input shape.
        where: The block's place in words.
        block: The block's id.
        keep: (component id, parameter) pairs that the user has just typed.

    Attributes:
        components: The components, fitted.
        shapes: The input's shape of each component, then the output's.
        reasons: Why a parameter differs from the given one, by (component id, parameter).
    """

    def __init__(
        self,
        given: tuple[Component, ...],
        inputs: Shape,
        *,
        where: str,
        block: str,
        keep: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.inputs = inputs
        self.where = where
        self.block = block
        self.keep = keep
        self.typed = {component.id: component.values for component in given}
        self.reasons: dict[tuple[str, str], str] = {}
        # As given, and as `set` has changed them since. Each `set` fits them again: a kernel that is too
        # large now may fit once there is padding.
        self._given = given
        self._fit()

    def _fit(self) -> None:
        fitted = []
        shapes = [self.inputs]
        for component in self._given:
            fits, outputs, changes = fit(component, shapes[-1], where=self.where)
            self.reasons.update({(component.id, change.name): change.reason for change in changes})
            fitted.append(fits)
            shapes.append(outputs)
        self.components = tuple(fitted)
        self.shapes = tuple(shapes)

    @property
    def outputs(self) -> Shape:
        """The shape of the block's output."""
        return self.shapes[-1]

    @property
    def width(self) -> int:
        """Channels of the output, or features."""
        return self.outputs[0]

    def set(self, position: int, name: str, value: Value, reason: str) -> None:
        """Gives one component's parameter a new value and fits what follows."""
        changed = _with(self._given[position], name, value)
        self._given = (*self._given[:position], changed, *self._given[position + 1 :])
        self._fit()
        self.reasons[changed.id, name] = reason

    def trying(self, position: int, component: Component) -> Chain:
        """Returns this block with another component at a position."""
        parts = (*self.components[:position], component, *self.components[position + 1 :])
        return Chain(parts, self.inputs, where=self.where, block=self.block)

    @cached_property
    def setter(self) -> tuple[int, str] | None:
        """The component and parameter that set the width; None if the width is the input's.

        A Flatten of more than one pixel multiplies, so nothing before it sets the width.
        """
        found: tuple[int, str] | None = None
        for position, (component, shape) in enumerate(zip(self.components, self.shapes, strict=False)):
            kind = get_kind(component.kind)
            if kind.channels_out:
                found = (position, kind.channels_out)
            elif component.kind == "Flatten" and len(shape) == 3 and shape[1:] != (1, 1):
                found = None
        return found

    @property
    def is_width_typed(self) -> bool:
        """Returns whether the user gave the width rather than leaving it blank."""
        return self.setter is not None and self.setter[1] in self.typed[self.components[self.setter[0]].id]

    @property
    def is_width_kept(self) -> bool:
        """Returns whether the user has just typed the width."""
        return self.setter is not None and (self.components[self.setter[0]].id, self.setter[1]) in self.keep

    @property
    def is_size_typed(self) -> bool:
        """Returns whether the user gave a padding."""
        return any("padding" in self.typed[self.components[position].id] for position in self.sizes)

    @property
    def is_size_kept(self) -> bool:
        """Returns whether the user has just typed a padding or a stride."""
        return any((component.id, name) in self.keep for component in self.components for name in ("padding", "stride"))

    @cached_property
    def sizes(self) -> Mapping[int, tuple[Mapping[int, int], Mapping[int, int]]]:
        """The sizes that padding can reach: {height: padding}, {width: padding} for each component with a padding."""
        padded = [
            position
            for position, component in enumerate(self.components)
            if any(param.name == "padding" for param in get_kind(component.kind).params)
        ]
        reached: dict[int, tuple[dict[int, int], dict[int, int]]] = {}
        for position in padded[-LAST_TRIED:]:
            heights, widths = reached[position] = ({}, {})
            for padding in range(self._most_padding(position) + 1):
                shape = self._try(position, padding)
                if len(shape) == 3:
                    heights.setdefault(shape[1], padding)
                    widths.setdefault(shape[2], padding)
        return reached

    def _most_padding(self, position: int) -> int:
        """Returns the largest padding worth trying: a larger one only surrounds zeros with zeros."""
        kind = get_kind(self.components[position].kind)
        values = kind.complete(self.components[position].values)
        given = self._given[position].values.get("kernel_size")
        if given is not None:
            values["kernel_size"] = coerce(kind.param("kernel_size"), given)[0]
        kernel, dilation = pair(values["kernel_size"]), pair(values.get("dilation", 1))
        if kind.family == "pooling":
            return min(MOST_PADDING, min(kernel) // 2)
        return min(MOST_PADDING, max((k - 1) * d for k, d in zip(kernel, dilation, strict=True)))

    def _try(self, position: int, padding: int) -> Shape:
        """Returns the output's shape with another padding, or no shape if that padding is illegal."""
        shape = self.shapes[position]
        tried = _with(self._given[position], "padding", padding)
        try:
            for component in (tried, *self._given[position + 1 :]):
                fits, shape, _ = fit(component, shape, where=self.where)
                if component is tried and fits.values["padding"] != padding:
                    return ()
        except ShapeError:
            return ()
        return shape

    def padding_for(self, size: Shape) -> tuple[int, Value] | None:
        """Returns the last component whose padding can give this height and width, and that padding."""
        for position in reversed(tuple(self.sizes)):
            heights, widths = self.sizes[position]
            if size[0] in heights and size[1] in widths:
                return position, single(heights[size[0]], widths[size[1]])
        return None

    def reaches(self, size: Shape) -> bool:
        """Returns whether the output has this height and width, or can reach it by padding."""
        return self.outputs[1:] == size or self.padding_for(size) is not None


def _with(component: Component, name: str, value: Value) -> Component:
    return component.with_values({**component.values, name: value})
