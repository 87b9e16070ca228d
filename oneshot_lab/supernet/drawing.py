"""Random numbers that belong to one training or one component, whoever else draws meanwhile.

torch's modules draw from generators of the whole process, which every thread shares: a cell that calls `torch.rand`
while a supernet is trained would change what is dropped, and be changed. What is drawn within `Drawing` comes from a
generator that nobody else has, and the process's own are neither read nor moved on.
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
    """Within it, and on this thread alone, modules start and drop with numbers from one generator.

    On a CPU they are those that torch draws from its own generator, seeded alike.

    Args:
        seed: Where the generator begins. It goes on from one use of this to the next.
        device: Where is drawn.
    """

    def __init__(self, seed: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.generator = torch.Generator(device).manual_seed(seed)

    def __torch_function__(
        self, func: Any, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Does what was called, with our generator where it draws; torch calls this."""
        given = dict(kwargs or {})
        if func in _DROPS:
            return _DROPS[func](self.generator, *args, **given)
        if func in _FILLS:
            given["generator"] = self.generator
        return func(*args, **given)


def drops(network: nn.Module) -> bool:
    """Tells whether a network draws anything while it is trained."""
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
    """Drops with probability p, and has what stays make up for it."""
    if not training or p == 0:
        return x
    if p == 1:
        return x * 0
    mask.bernoulli_(1 - p, generator=generator).div_(1 - p)
    return x.mul_(mask) if inplace else x * mask


_DROPS: Mapping[Any, Callable[..., Tensor]] = MappingProxyType({F.dropout: _dropout, F.dropout2d: _dropout2d})
"""What drops, and what does the same from a generator; torch's own takes none."""

_FILLS: frozenset[Any] = frozenset(
    {nn.init.uniform_, nn.init.normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.trunc_normal_}
)
"""What fills initial weights with random numbers."""
