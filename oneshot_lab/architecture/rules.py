"""Shape rules, legality and costs of the component kinds: plain arithmetic on sizes, as in torch's documentation.

A shape leaves out the batch: `(channels, height, width)` for an image, `(features,)` for a row. Every function here
takes complete values (one for each parameter) and is referenced in the catalogue's table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from oneshot_lab.architecture.model import Value

Shape = tuple[int, ...]
Values = Mapping[str, Value]
Correction = tuple[str, Value, str]
"""A parameter's name, the nearest legal value, and the reason."""

ShapeRule = Callable[[Values, Shape], Shape]
Legality = Callable[[Values, Shape], Iterator[Correction]]
Count = Callable[[Values, Shape, Shape], int]


def pair(value: Value) -> tuple[int, int]:
    """Returns a size as (height, width): `3` is `(3, 3)`."""
    if isinstance(value, tuple):
        return int(value[0]), int(value[1])
    return int(value), int(value)


def single(height: int, width: int) -> Value:
    """Returns (height, width) as one number if they are equal."""
    return height if height == width else (height, width)


def number(value: Value) -> int:
    """Returns a value that the catalogue guarantees to be a whole number."""
    assert isinstance(value, (int, float))
    return int(value)


# Shape rules ---------------------------------------------------------------------------------------------------


def same(values: Values, shape: Shape) -> Shape:
    """Element-wise kinds and normalisations."""
    return shape


def flat(values: Values, shape: Shape) -> Shape:
    """Flatten."""
    return (math.prod(shape),)


def linear(values: Values, shape: Shape) -> Shape:
    """Linear."""
    return (number(values["out_features"]),)


def adaptive(values: Values, shape: Shape) -> Shape:
    """AdaptiveAvgPool2d."""
    return (shape[0], *pair(values["output_size"]))


def conv(values: Values, shape: Shape) -> Shape:
    """Conv2d: floor((n + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 in each direction."""
    return (number(values["out_channels"]), *_slide(values, shape, ceil=False))


def pool(values: Values, shape: Shape) -> Shape:
    """MaxPool2d, AvgPool2d: as a convolution; `ceil_mode` keeps a last, partial window that starts inside."""
    return (shape[0], *_slide(values, shape, ceil=bool(values["ceil_mode"])))


def _slide(values: Values, shape: Shape, *, ceil: bool) -> tuple[int, int]:
    sizes = []
    directions = zip(
        shape[1:],
        pair(values["kernel_size"]),
        pair(values["stride"]),
        pair(values["padding"]),
        pair(values.get("dilation", 1)),
        strict=True,
    )
    for size, kernel, stride, padding, dilation in directions:
        room = size + 2 * padding - dilation * (kernel - 1) - 1
        out = (room + stride - 1 if ceil else room) // stride + 1
        if ceil and (out - 1) * stride >= size + padding:
            out -= 1
        sizes.append(out)
    return sizes[0], sizes[1]


def transposed(values: Values, shape: Shape) -> Shape:
    """ConvTranspose2d: (n − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1."""
    sizes = [
        (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        for size, kernel, stride, padding, dilation, extra in zip(
            shape[1:],
            pair(values["kernel_size"]),
            pair(values["stride"]),
            pair(values["padding"]),
            pair(values["dilation"]),
            pair(values["output_padding"]),
            strict=True,
        )
    ]
    return (number(values["out_channels"]), *sizes)


# Legality: what torch would refuse, with the nearest value that it accepts -----------------------------------------


def anything(values: Values, shape: Shape) -> Iterator[Correction]:
    """Kinds that accept every value in their parameters' ranges."""
    return iter(())


def nearest_divisor(value: int, number: int) -> int:
    """Returns the divisor of `number` that is nearest to `value`; the smaller one of two."""
    divisors = {d for low in range(1, math.isqrt(number) + 1) if number % low == 0 for d in (low, number // low)}
    return min(divisors, key=lambda divisor: (abs(divisor - value), divisor))


def legal_conv(values: Values, shape: Shape) -> Iterator[Correction]:
    """Conv2d: groups divide both channel counts; the kernel fits into the padded input."""
    yield from _legal_groups(values)
    yield from _legal_kernel(values, shape)


def legal_pool(values: Values, shape: Shape) -> Iterator[Correction]:
    """MaxPool2d, AvgPool2d: padding is at most half the kernel; the kernel fits into the padded input."""
    kernel, padding = pair(values["kernel_size"]), pair(values["padding"])
    most = kernel[0] // 2, kernel[1] // 2
    if padding[0] > most[0] or padding[1] > most[1]:
        fitting = single(min(padding[0], most[0]), min(padding[1], most[1]))
        yield "padding", fitting, "at most half the kernel"
    else:
        yield from _legal_kernel(values, shape)


def _legal_kernel(values: Values, shape: Shape) -> Iterator[Correction]:
    kernel, padding = pair(values["kernel_size"]), pair(values["padding"])
    dilation = pair(values.get("dilation", 1))
    largest = [(n + 2 * p - 1) // d + 1 for n, p, d in zip(shape[1:], padding, dilation, strict=True)]
    if kernel[0] > largest[0] or kernel[1] > largest[1]:
        fitting = single(min(kernel[0], largest[0]), min(kernel[1], largest[1]))
        yield "kernel_size", fitting, f"the input is only {shape[1]}×{shape[2]}"


def _legal_groups(values: Values) -> Iterator[Correction]:
    groups = number(values["groups"])
    common = math.gcd(number(values["in_channels"]), number(values["out_channels"]))
    if common % groups:
        reason = f"it must divide {values['in_channels']} and {values['out_channels']} channels"
        yield "groups", nearest_divisor(groups, common), reason


def legal_transposed(values: Values, shape: Shape) -> Iterator[Correction]:
    """ConvTranspose2d: output padding is smaller than stride or dilation; the output is not empty."""
    yield from _legal_groups(values)
    extra = pair(values["output_padding"])
    most = [max(s, d) - 1 for s, d in zip(pair(values["stride"]), pair(values["dilation"]), strict=True)]
    if extra[0] > most[0] or extra[1] > most[1]:
        fitting = single(min(extra[0], most[0]), min(extra[1], most[1]))
        yield "output_padding", fitting, "it must be smaller than the stride or the dilation"
        return
    lacking = [max(0, 1 - size) for size in transposed(values, shape)[1:]]
    if any(lacking):
        cut = [max(0, p - (lack + 1) // 2) for p, lack in zip(pair(values["padding"]), lacking, strict=True)]
        yield "padding", single(*cut), "the output would be empty"


def legal_groupnorm(values: Values, shape: Shape) -> Iterator[Correction]:
    """GroupNorm: the groups divide the channels."""
    groups = number(values["num_groups"])
    if shape[0] % groups:
        yield "num_groups", nearest_divisor(groups, shape[0]), f"it must divide {shape[0]} channels"


def legal_layernorm(values: Values, shape: Shape) -> Iterator[Correction]:
    """LayerNorm: the normalised shape equals the last dimensions of the input's shape."""
    wanted = as_tuple(values["normalized_shape"])
    length = min(len(wanted), len(shape))
    ending = shape[-length:]
    if wanted != ending:
        yield "normalized_shape", ending if length > 1 else ending[0], "it must be the last dimensions of the input"


def as_tuple(value: Value) -> tuple[int, ...]:
    """Returns one number or several as a tuple."""
    return tuple(int(size) for size in value) if isinstance(value, tuple) else (int(value),)


def legal_softmax(values: Values, shape: Shape) -> Iterator[Correction]:
    """Softmax: along a dimension of the input other than the batch."""
    dim, rank = number(values["dim"]), len(shape)
    if not (1 <= dim <= rank or -rank <= dim <= -1):
        yield "dim", 1, f"the input has the dimensions 1 to {rank} beside the batch"


# Costs -----------------------------------------------------------------------------------------------------------


def nothing(values: Values, shape: Shape, outputs: Shape) -> int:
    """Kinds without weights, or without multiply-adds of weights (only those are counted)."""
    return 0


def conv_parameters(values: Values, shape: Shape, outputs: Shape) -> int:
    """Conv2d, ConvTranspose2d: in · out · kernel area / groups, and a bias for each output channel."""
    channels = number(values["in_channels"]) * number(values["out_channels"])
    weights = channels // number(values["groups"]) * math.prod(pair(values["kernel_size"]))
    return weights + number(values["out_channels"]) * bool(values["bias"])


def conv_macs(values: Values, shape: Shape, outputs: Shape) -> int:
    """Conv2d: one multiply-add for each weight and output position."""
    return conv_parameters({**values, "bias": False}, shape, outputs) * math.prod(outputs[1:])


def transposed_macs(values: Values, shape: Shape, outputs: Shape) -> int:
    """ConvTranspose2d: one multiply-add for each weight and input position."""
    return conv_parameters({**values, "bias": False}, shape, outputs) * math.prod(shape[1:])


def linear_parameters(values: Values, shape: Shape, outputs: Shape) -> int:
    """Linear: in · out, and a bias for each output."""
    return shape[0] * outputs[0] + outputs[0] * bool(values["bias"])


def linear_macs(values: Values, shape: Shape, outputs: Shape) -> int:
    """Linear: in · out."""
    return shape[0] * outputs[0]


def norm_parameters(values: Values, shape: Shape, outputs: Shape) -> int:
    """BatchNorm, GroupNorm: a scale and a shift for each channel."""
    return 2 * shape[0] * bool(values["affine"])


def layernorm_parameters(values: Values, shape: Shape, outputs: Shape) -> int:
    """LayerNorm: a scale and, with bias, a shift for each normalised element."""
    elements = math.prod(as_tuple(values["normalized_shape"]))
    return elements * (1 + bool(values["bias"])) * bool(values["elementwise_affine"])
