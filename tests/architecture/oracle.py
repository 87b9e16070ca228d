"""What torch makes of components and architectures, on its meta device: shapes and parameters without numbers."""

import torch

from oneshot_lab.architecture.model import INPUT, Architecture, Component

BATCH = 2


def module(component: Component) -> torch.nn.Module:
    """The torch module of a component: our kinds and parameters carry torch's own names."""
    with torch.device("meta"):
        return getattr(torch.nn, component.kind)(**component.values)


def image(shape: tuple[int, ...]) -> torch.Tensor:
    return torch.empty(BATCH, *shape, device="meta")


def count(modules: list[torch.nn.Module]) -> int:
    return sum(parameter.numel() for module in modules for parameter in module.parameters() if parameter.requires_grad)


def run(architecture: Architecture) -> tuple[torch.Tensor, dict[str, tuple[int, ...]], int]:
    """Runs the whole network: its output, each layer's output shape without the batch, and its parameters."""
    modules: list[torch.nn.Module] = []

    def through(chain: tuple[Component, ...], x: torch.Tensor) -> torch.Tensor:
        for component in chain:
            modules.append(module(component))
            x = modules[-1](x)
        return x

    x = image(architecture.input_shape)
    outputs = {INPUT: x}
    for layer in architecture.layers:
        for link in architecture.links_into.get(layer.id, ()):
            brought = through(link.projection, outputs[link.source])
            assert brought.shape == x.shape  # broadcasting would hide a mistake
            x = x + brought
        results = [through(block.components, x) for block in layer.blocks]
        if layer.merge == "concat":
            x = torch.cat(results, dim=1)
        else:
            assert len({result.shape for result in results}) == 1
            x = torch.stack(results).sum(0)
        outputs[layer.id] = x
    shapes = {name: tuple(output.shape[1:]) for name, output in outputs.items()}
    return x, shapes, count(modules)
