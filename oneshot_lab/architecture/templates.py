"""Templates: over-complete networks to start from, kept as data (`templates/*.json`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind, check_list, check_number, is_among, shown
from oneshot_lab.architecture.model import Architecture, Block, Component, Value, is_count
from oneshot_lab.architecture.repair import Repair, repair
from oneshot_lab.architecture.rules import pair, single
from oneshot_lab.architecture.serial import loads
from oneshot_lab.architecture.tree import renamed
from oneshot_lab.errors import ArchitectureError, closest

WIDEST = 64
"""The largest factor on a template's channel counts."""


def _folder() -> Path:
    """Returns the folder of the templates: inside the package in a wheel, at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def list_templates() -> tuple[str, ...]:
    """Returns the names of the templates, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder().glob("*.json")))


def load_template(
    name: str, *, input_shape: tuple[int, ...] = (1, 28, 28), classes: int = 10, width: float = 1.0
) -> Architecture:
    """Loads a template, fitted to the data and repaired; `fit_template` returns the repairs as well.

    Args:
        name: One of `list_templates()`.
        input_shape: (channels, height, width) of the images.
        classes: Number of classes.
        width: Factor on all channel and feature counts, for small machines; each count stays at least 1.

    Raises:
        ArchitectureError: There is no such template (the message holds a spelling hint), or `width` is not positive.
        ShapeError: The images are too small for the network.
    """
    return fit_template(name, input_shape=input_shape, classes=classes, width=width)[0]


def fit_template(
    name: str, *, input_shape: tuple[int, ...] = (1, 28, 28), classes: int = 10, width: float = 1.0
) -> tuple[Architecture, tuple[Repair, ...]]:
    """Loads a template as `load_template` does, and also returns what had to be changed in it for the data.

    Filling in what a template leaves blank is not counted as a repair.

    Raises:
        ArchitectureError, ShapeError: As `load_template`.
    """
    if not is_among(name, list_templates()):
        got = f"unknown template {shown(name)}"
        raise ArchitectureError(got, where="load_template", remedy=closest(name, list_templates()))
    factor = check_width(width)
    shape = check_list(input_shape, where="input_shape", expected="(channels, height, width) or (features,)")
    text = (_folder() / f"{name}.json").read_text(encoding="utf-8")
    template = loads(text, where=f"template {name}")
    fitted = replace(template, input_shape=tuple(shape), classes=classes)
    repaired, repairs = repair(_scale(fitted, factor))
    return repaired, tuple(change for change in repairs if change.old is not None)


def check_width(width: object) -> float:
    """Returns a factor on channel counts as a Python number.

    Raises:
        ArchitectureError: The value is not a number, or not a possible width.
    """
    expected = f"above 0, at most {WIDEST}"
    factor = check_number(width, where="width", expected=expected)
    if not 0 < factor <= WIDEST:
        raise ArchitectureError(f"got {width}", where="width", expected=expected)
    return factor


def _scale(architecture: Architecture, width: float) -> Architecture:
    if width == 1.0:
        return architecture

    def scaled(component: Component) -> Component:
        name = get_kind(component.kind).channels_out
        count = component.values.get(name) if name else None
        if name is None or not isinstance(count, int):
            return component
        return component.with_values({**component.values, name: max(1, round(count * width))})

    return _map_components(architecture, scaled)


def _map_components(architecture: Architecture, change: Callable[[Component], Component]) -> Architecture:
    layers = tuple(
        replace(
            layer,
            blocks=tuple(
                replace(block, components=tuple(change(component) for component in block.components))
                for block in layer.blocks
            ),
        )
        for layer in architecture.layers
    )
    return replace(architecture, layers=layers)


def widen_choices(architecture: Architecture, *, kernels: Sequence[int] = (3, 5, 7)) -> Architecture:
    """Adds a block for each kernel size to every layer with a convolution, padded to the same size (§6.2.2).

    This concerns layers with a Conv2d larger than 1×1; the first block that holds one is copied for the new kernels.
    Kernels that the layer has already are not added again.

    Args:
        architecture: The architecture to widen; it is not changed.
        kernels: The kernel sizes that each of those layers shall have.

    Raises:
        ArchitectureError: A kernel is not a positive whole number.
        ShapeError: A kernel cannot be padded to its siblings' size (an even one beside odd ones).
    """
    check_kind(architecture, Architecture, where="widen_choices", expected=AN_ARCHITECTURE)
    sizes = check_list(kernels, where="kernels", expected="positive whole numbers")
    if not sizes or not all(map(is_count, sizes)):
        raise ArchitectureError(f"kernels {shown(kernels)}", where="widen_choices", expected="positive whole numbers")
    wider, layers = architecture, []
    for layer in architecture.layers:
        blocks = list(layer.blocks)
        found = [(block, kernel) for block in blocks if (kernel := _kernel(block)) is not None]
        there = {kernel for _, kernel in found}
        for kernel in dict.fromkeys(sizes):
            if found and kernel not in there:
                wider, copy = renamed(wider, found[0][0])
                assert isinstance(copy, Block)
                blocks.append(_with_kernel(copy, kernel))
        layers.append(replace(layer, blocks=tuple(blocks)))
    return repair(replace(wider, layers=tuple(layers)))[0]


def _kernel(block: Block) -> Value | None:
    """Returns the kernel size of a block's first convolution larger than 1×1."""
    return next((c.values.get("kernel_size") for c in block.components if _is_wide(c)), None)


def _is_wide(component: Component) -> bool:
    return component.kind == "Conv2d" and component.values.get("kernel_size") not in (None, 1)


def _with_kernel(block: Block, kernel: int) -> Block:
    """Returns the block with its convolutions of another size, padded so that their outputs' sizes stay."""
    components = (_resized(component, kernel) if _is_wide(component) else component for component in block.components)
    return replace(block, components=tuple(components))


def _resized(component: Component, kernel: int) -> Component:
    values = get_kind(component.kind).complete(component.values)
    olds, paddings, dilations = (pair(values[name]) for name in ("kernel_size", "padding", "dilation"))
    wanted = [2 * p + d * (kernel - old) for old, p, d in zip(olds, paddings, dilations, strict=True)]
    kept = {name: value for name, value in component.params if name != "padding"}
    # If no padding keeps the size, it is left blank, and `repair` looks for a size that the siblings can reach.
    if all(twice >= 0 and twice % 2 == 0 for twice in wanted):
        kept["padding"] = single(*(twice // 2 for twice in wanted))
    return component.with_values({**kept, "kernel_size": kernel})
