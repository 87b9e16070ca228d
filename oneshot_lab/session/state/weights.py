"""The supernet's weights through edits: all that fit are kept, and an undo restores the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import nn

from oneshot_lab.architecture.model import Architecture, Component
from oneshot_lab.supernet.supernet import Supernet


class Weights:
    """The supernet of the current architecture, and the retired weights of components that edits removed.

    Args:
        architecture: The first architecture, repaired.
        seed: Of the initial weights.

    Attributes:
        supernet: The supernet.
        version: How often it has been trained; evaluations hold for one version.
        untrained: Ids of components with untrained weights.
    """

    def __init__(self, architecture: Architecture, *, seed: int) -> None:
        self.seed = seed
        self.supernet = Supernet(architecture, seed=seed)
        self.version = 0
        self.untrained = frozenset(with_weights(self.supernet))
        # Keyed by the whole component, since an id may be used again after an undo.
        self.retired: dict[Component, nn.Module] = {}

    def fitted(self, architecture: Architecture) -> tuple[Supernet, frozenset[str]]:
        """Returns the supernet of an edited architecture with all weights that still fit, and what is untrained.

        Nothing is changed here until `become`.
        """
        supernet = Supernet(architecture, seed=self.seed)
        inherited = supernet.inherit(self.supernet)
        untrained = set(inherited.fresh) | (self.untrained & set(inherited.kept))
        for component in architecture.components():
            stored = self.retired.get(component)
            if stored is not None and component.id in inherited.fresh:
                supernet.components[component.id].load_state_dict(stored.state_dict())
                untrained.discard(component.id)
        return supernet, frozenset(untrained)

    def become(self, supernet: Supernet, untrained: frozenset[str]) -> None:
        """Adopts an edited supernet; trained weights of components that it lacks are retired."""
        now = set(supernet.architecture.components())
        for component in self.supernet.architecture.components():
            module = self.supernet.components[component.id]
            if component not in now and component.id not in self.untrained and any(True for _ in module.parameters()):
                self.retired[component] = module
        self.supernet, self.untrained = supernet, untrained

    def trained(self) -> None:
        """Records that all weights have been trained."""
        self.version += 1
        self.untrained = frozenset()

    def untrained_blocks(self) -> tuple[str, ...]:
        """Returns the blocks with untrained weights, in template order."""
        return tuple(
            block.id
            for block in self.supernet.architecture.blocks
            if any(component.id in self.untrained for component in block.components)
        )

    def tensors(self) -> dict[str, torch.Tensor]:
        """Returns all weights and buffers by name: `net.C7.weight`, and `attic.3.weight` of the fourth retired ones."""
        named = {f"net.{name}": tensor for name, tensor in self.supernet.components.state_dict().items()}
        for index, module in enumerate(self.retired.values()):
            named |= {f"attic.{index}.{name}": tensor for name, tensor in module.state_dict().items()}
        return {name: tensor.detach().cpu().contiguous() for name, tensor in named.items()}


def with_weights(supernet: Supernet) -> list[str]:
    """Returns the ids of the components that have weights."""
    return [name for name, module in supernet.components.items() if any(True for _ in module.parameters())]


def filled(make: Callable[[], nn.Module], tensors: Mapping[str, torch.Tensor]) -> nn.Module:
    """Returns a module with weights from a file.

    It allocates no more memory than the weights need, so an oversized description in a file fails.

    Args:
        make: Makes the module.
        tensors: Its state dict.

    Raises:
        ValueError, RuntimeError: The weights do not belong to the module.
    """
    with torch.device("meta"):
        module = make()
    for name, tensor in module.state_dict().items():
        if name in tensors and tensors[name].dtype != tensor.dtype:
            raise ValueError(f"{name} is of {tensors[name].dtype}")
    module.load_state_dict({name: tensor.clone() for name, tensor in tensors.items()}, assign=True)
    return module
