"""Random numbers for one training or one component, independent of everything else that draws meanwhile.

torch's modules draw from generators of the whole process, which every thread shares: a cell that calls `torch.rand`
while a supernet is trained would change what is dropped, and get other numbers itself. Inside `Drawing`, numbers come
from a generator of its own; the process's generators are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class Drawing(TorchFunctionMode):
    """A context in which modules initialise weights and drop values with one generator, on this thread alone.

    On a CPU the numbers equal those of torch's own generator with the same seed.

    Args:
        seed: The generator's seed. Each further use of the context continues the sequence.
        device: The device on which numbers are drawn.
    """

    def __init__(self, seed: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.generator = torch.Generator(device).manual_seed(seed)

    def __torch_function__(
        self, func: Any, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Runs the called function, with our generator if it draws; torch calls this."""
        given = dict(kwargs or {})
        if func in _DROPS:
            return _DROPS[func](self.generator, *args, **given)
        if func in _FILLS:
            given["generator"] = self.generator
        return func(*args, **given)


def drops(network: nn.Module) -> bool:
    """Returns whether training a network draws random numbers."""
    return any(isinstance(module, (nn.Dropout, nn.Dropout2d)) for module in network.modules())


def _dropout(
    generator: torch.Generator, x: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    return _dropped(x, torch.empty_like(x), p, training, inplace, generator)


def _dropout2d(
    generator: torch.Generator, x: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    # One number for each channel of each image, (N, C, 1, 1).
    return _dropped(x, x.new_empty(*x.shape[:2], 1, 1), p, training, inplace, generator)


def _dropped(x: Tensor, mask: Tensor, p: float, training: bool, inplace: bool, generator: torch.Generator) -> Tensor:
    """Sets values to zero with probability p, and scales the rest up to keep the mean."""
    if not training or p == 0:
        return x
    if p == 1:
        return x * 0
    mask.bernoulli_(1 - p, generator=generator).div_(1 - p)
    return x.mul_(mask) if inplace else x * mask


_DROPS: Mapping[Any, Callable[..., Tensor]] = MappingProxyType({F.dropout: _dropout, F.dropout2d: _dropout2d})
"""torch's dropout functions, and ours that do the same with a generator, which torch's do not take."""

_FILLS: frozenset[Any] = frozenset(
    {nn.init.uniform_, nn.init.normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.trunc_normal_}
)
"""The functions that fill initial weights with random numbers."""
