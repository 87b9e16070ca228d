"""Faster exact replacements for operations that torch computes slowly.

Measured on 2 cores with the pooled LeNet template; see `tests/benchmarks`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import reduce

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_WIDEST_POOL = 3  # Larger windows are faster in torch's own kernel.


def reorder(modules: Sequence[nn.Module]) -> tuple[nn.Module, ...]:
    """Returns the modules with each ReLU directly before a MaxPool2d moved behind it.

    Both are monotonic, so the maximum of rectified values is the rectified maximum, gradient included, and after
    pooling there are fewer values to rectify.
    """
    ordered = list(modules)
    for index in range(len(ordered) - 1):
        if isinstance(ordered[index], nn.ReLU) and isinstance(ordered[index + 1], nn.MaxPool2d):
            ordered[index], ordered[index + 1] = ordered[index + 1], ordered[index]
    return tuple(ordered)


def apply(module: nn.Module, x: Tensor) -> Tensor:
    """Returns `module(x)`."""
    if isinstance(module, nn.MaxPool2d) and x.device.type == "cpu" and not torch.is_grad_enabled():
        return _max_pool(module, x)
    result: Tensor = module(x)
    return result


def _max_pool(module: nn.MaxPool2d, x: Tensor) -> Tensor:
    # torch's kernel compares one value at a time and records where each maximum was. Without gradients that is not
    # needed, and maxima of whole rows, then of columns, use the vector units: 5 to 15 times faster.
    (kernel_h, kernel_w), (stride_h, stride_w) = _pair(module.kernel_size), _pair(module.stride)
    plain = not module.ceil_mode and _pair(module.padding) == (0, 0) and _pair(module.dilation) == (1, 1)
    if not plain or max(kernel_h, kernel_w) > _WIDEST_POOL:
        result: Tensor = module(x)
        return result
    return _window_max(_window_max(x, 2, kernel_h, stride_h), 3, kernel_w, stride_w)


def _window_max(x: Tensor, dim: int, kernel: int, stride: int) -> Tensor:
    count = (x.shape[dim] - kernel) // stride + 1
    span = (count - 1) * stride + 1
    parts = [x[(slice(None),) * dim + (slice(start, start + span, stride),)] for start in range(kernel)]
    return reduce(torch.maximum, parts)


def alignment(modules: Sequence[nn.Module]) -> Hashable | None:
    """Returns a key that two convolutions must share for their sum to be one convolution.

    Kernels may differ in size if the padding compensates for it (3×3 with 0, 5×5 with 1, 7×7 with 2).

    Returns:
        The key; None if the sequence is not a single convolution.
    """
    conv = modules[0] if len(modules) == 1 else None
    if not isinstance(conv, nn.Conv2d) or isinstance(conv.padding, str):
        return None
    if conv.dilation != (1, 1) or conv.padding_mode != "zeros":
        return None
    reach = tuple(size - 2 * padding for size, padding in zip(conv.kernel_size, conv.padding, strict=True))
    return (conv.stride, conv.groups, conv.in_channels, conv.out_channels, reach)


def joined_convolution(modules: Sequence[nn.Conv2d], x: Tensor) -> Tensor:
    """Returns the sum of the convolutions of x, computed as one, since convolution is linear in its kernel.

    The smaller kernels are zero-padded to the largest. Gradients reach every kernel and bias.

    Args:
        modules: Convolutions of one `alignment`.
        x: (N, channels, height, width).
    """
    paddings = [_pair(module.padding) for module in modules]
    top, side = (max(padding[axis] for padding in paddings) for axis in (0, 1))
    kernels = [
        F.pad(module.weight, (side - own_side, side - own_side, top - own_top, top - own_top))
        for module, (own_top, own_side) in zip(modules, paddings, strict=True)
    ]
    biases = [module.bias for module in modules if module.bias is not None]
    bias = reduce(torch.add, biases) if biases else None
    return F.conv2d(x, reduce(torch.add, kernels), bias, modules[0].stride, (top, side), groups=modules[0].groups)


def _pair(value: str | int | tuple[int, ...]) -> tuple[int, int]:
    assert not isinstance(value, str)  # `alignment` accepts numeric padding only.
    return (value, value) if isinstance(value, int) else (value[0], value[1])
