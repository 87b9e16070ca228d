"""The supernet: one torch module that holds every sub-network of an architecture (§3)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import cast

import torch
from torch import Tensor, nn

from oneshot_lab.architecture.mask import Mask, check_mask, live_layers
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Layer
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.supernet import shortcuts
from oneshot_lab.supernet.components import build


@dataclass(frozen=True)
class Inherited:
    """The ids of the components that kept their weights through an edit, and of those with new weights."""

    kept: tuple[str, ...]
    fresh: tuple[str, ...]


class Components(nn.ModuleDict):
    """Modules by component id, which may be the name of a method of torch's Module."""

    def add_module(self, name: str, module: nn.Module | None) -> None:
        """Adds a module under any name."""
        self._modules[name] = module  # type: ignore[assignment]

    def __setattr__(self, name: str, value: object) -> None:
        # `train` and `eval` set values that are not modules.
        if isinstance(value, bool):
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)  # type: ignore[arg-type]


class Supernet(nn.Module):
    """The weights of all blocks, and a forward pass through the blocks that a mask switches on.

    The mask is an argument of `forward`; nothing is zeroed. A block that is switched off is not computed, so neither
    its bias nor its batch-norm shift affects the result.

    Args:
        architecture: Repaired.
        seed: The initial weights of a component depend on this seed and the component's id, not on other components.

    Attributes:
        components: The torch modules by component id.

    Raises:
        ArchitectureError: torch does not know a component's kind or refuses its parameters.
        ShapeError: The components do not fit each other.
    """

    def __init__(self, architecture: Architecture, *, seed: int = 0) -> None:
        super().__init__()
        inference = infer(architecture)
        self.architecture = architecture
        self.components = Components({c.id: build(c, seed=seed) for c in architecture.components()})
        # Channels last makes pooling several times faster, and convolutions on GPUs faster; no value changes.
        self.components.to(memory_format=torch.channels_last)
        parts = [(block.id, block.components) for block in architecture.blocks]
        parts += [(link.id, link.projection) for link in architecture.links]
        self._sequences = {
            part_id: shortcuts.reorder([self.components[c.id] for c in components]) for part_id, components in parts
        }
        self._alignments = {block.id: shortcuts.alignment(self._sequences[block.id]) for block in architecture.blocks}
        self._widths = {block.id: inference.blocks[block.id].outputs[0] for block in architecture.blocks}

    def forward(self, x: Tensor, mask: Mask | None = None) -> Tensor:
        """Returns the logits of a sub-network.

        Args:
            x: (N, *input_shape).
            mask: The active blocks; None for all.

        Returns:
            (N, classes).

        Raises:
            MaskError: The mask names no network.
        """
        outputs = {INPUT: x}
        for index, active in enumerate(self.route(mask)):
            if active:
                layer = self.architecture.layers[index]
                outputs[layer.id] = self._joined(layer, active, self.inputs(index, outputs, run=self.run))
        return outputs[self.architecture.layers[-1].id]

    def route(self, mask: Mask | None = None) -> tuple[tuple[Block, ...], ...]:
        """Returns the blocks to compute in each layer: the active ones, or none if the layer has no effect.

        Raises:
            MaskError: The mask names no network.
        """
        architecture = self.architecture
        mask = Mask.full(architecture) if mask is None else mask
        live = live_layers(architecture, mask)
        if not live[-1] or not mask.blocks <= architecture.layer_of.keys():
            check_mask(architecture, mask)
        return tuple(
            tuple(block for block in layer.blocks if block.id in mask.blocks) if wanted else ()
            for layer, wanted in zip(architecture.layers, live, strict=True)
        )

    def sequence(self, part_id: str) -> tuple[nn.Module, ...]:
        """Returns the modules of a block or of a link's projection, in the order in which they are computed."""
        return self._sequences[part_id]

    def run(self, part_id: str, x: Tensor) -> Tensor:
        """Returns the output of a block or of a link's projection, regardless of any mask."""
        for module in self._sequences[part_id]:
            x = shortcuts.apply(module, x)
        return x

    def inputs(self, index: int, outputs: Mapping[str, Tensor], *, run: Callable[[str, Tensor], Tensor]) -> Tensor:
        """Returns a layer's input: the sum of the layer before it and of the links into it (§5.2).

        Args:
            index: The layer's position.
            outputs: The outputs of live layers by id, the network's input under `INPUT`. At least one leads to this
                layer.
            run: Computes a link's projection.
        """
        layers = self.architecture.layers
        before = layers[index - 1].id if index else INPUT
        terms = [outputs[before]] if before in outputs else []
        links = [link for link in self.architecture.links_into.get(layers[index].id, ()) if link.source in outputs]
        terms += [run(link.id, outputs[link.source]) for link in links]
        return reduce(torch.add, terms)

    def merge(self, layer: Layer, outputs: Mapping[str, Tensor]) -> Tensor:
        """Merges the outputs of a layer's active blocks: their sum, mean or concatenation (§3).

        In a concatenation an absent block leaves zeros, so that the next layer's shape does not change.

        Args:
            layer: The layer.
            outputs: The blocks' outputs by id, at least one, in template order.
        """
        some = next(iter(outputs.values()))
        if layer.merge == "concat":
            missing = (block.id for block in layer.blocks if block.id not in outputs)
            zeros = {block: some.new_zeros(len(some), self._widths[block], *some.shape[2:]) for block in missing}
            return torch.cat([outputs.get(block.id, zeros.get(block.id, some)) for block in layer.blocks], 1)
        total = reduce(torch.add, outputs.values())
        return total / len(outputs) if layer.merge == "mean" else total

    def inherit(self, old: Supernet) -> Inherited:
        """Copies every weight and buffer of an older supernet that still fits.

        A component keeps its weights if its id, its kind and the shapes of all its tensors are unchanged.

        Returns:
            The ids of the components with weights: those that kept theirs, and those with new ones.
        """
        kept: list[str] = []
        fresh: list[str] = []
        before = dict(old.components.items())
        for component_id, module in self.components.items():
            shapes = _shapes(module)
            if not shapes:
                continue
            same = type(before.get(component_id)) is type(module) and _shapes(before[component_id]) == shapes
            if same:
                module.load_state_dict(before[component_id].state_dict())
            (kept if same else fresh).append(component_id)
        return Inherited(tuple(kept), tuple(fresh))

    def _joined(self, layer: Layer, active: Sequence[Block], x: Tensor) -> Tensor:
        if layer.merge == "concat" or len(active) == 1:
            return self.merge(layer, {block.id: self.run(block.id, x) for block in active})
        terms = [self._sum(group, x) for group in self._groups(active)]
        total = reduce(torch.add, terms)
        return total / len(active) if layer.merge == "mean" else total

    def _groups(self, active: Iterable[Block]) -> Iterable[list[str]]:
        groups: dict[Hashable, list[str]] = {}
        for block in active:
            alignment = self._alignments[block.id]
            groups.setdefault(block.id if alignment is None else alignment, []).append(block.id)
        return groups.values()

    def _sum(self, blocks: Sequence[str], x: Tensor) -> Tensor:
        if len(blocks) == 1:
            return self.run(blocks[0], x)
        return shortcuts.joined_convolution([cast(nn.Conv2d, self._sequences[block][0]) for block in blocks], x)


def _shapes(module: nn.Module) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in module.state_dict().items()}
