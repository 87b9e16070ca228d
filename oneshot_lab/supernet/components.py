"""Components as torch modules, in one table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from torch import nn

from oneshot_lab.architecture.model import Component
from oneshot_lab.errors import ArchitectureError, closest
from oneshot_lab.supernet.drawing import Drawing
from oneshot_lab.supernet.memory import within_memory

MODULES: Mapping[str, type[nn.Module]] = MappingProxyType(
    {
        "Conv2d": nn.Conv2d,
        "ConvTranspose2d": nn.ConvTranspose2d,
        "MaxPool2d": nn.MaxPool2d,
        "AvgPool2d": nn.AvgPool2d,
        "AdaptiveAvgPool2d": nn.AdaptiveAvgPool2d,
        "BatchNorm2d": nn.BatchNorm2d,
        "BatchNorm1d": nn.BatchNorm1d,
        "GroupNorm": nn.GroupNorm,
        "LayerNorm": nn.LayerNorm,
        "ReLU": nn.ReLU,
        "LeakyReLU": nn.LeakyReLU,
        "ELU": nn.ELU,
        "GELU": nn.GELU,
        "SiLU": nn.SiLU,
        "Sigmoid": nn.Sigmoid,
        "Tanh": nn.Tanh,
        "Softmax": nn.Softmax,
        "Dropout": nn.Dropout,
        "Dropout2d": nn.Dropout2d,
        "Flatten": nn.Flatten,
        "Linear": nn.Linear,
        "Identity": nn.Identity,
    }
)
"""The torch class of each kind. The catalogue uses torch's parameter names, so a kind needs one line here."""


def build(component: Component, *, seed: int) -> nn.Module:
    """Returns the torch module of a component, newly initialised.

    The initial weights depend on the seed and the component's id alone, so an edit elsewhere does not change them.
    torch's global generator is not used.

    Args:
        component: A repaired component, which has every parameter that torch requires.
        seed: The supernet's seed.

    Raises:
        ArchitectureError: The kind is unknown, or torch refuses the parameters.
        ExhaustedError: Memory ran out.
    """
    module = MODULES.get(component.kind)
    where = f"{component.kind} {component.id}"
    if module is None:
        raise ArchitectureError("unknown component kind", where=where, remedy=closest(component.kind, MODULES))
    with Drawing(_start(seed, component.id)):
        try:
            return within_memory(module)(**component.values)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ArchitectureError(
                f"torch refuses its parameters ({error})", where=where, remedy="repair the architecture first"
            ) from error


def _start(seed: int, component_id: str) -> int:
    # Python's own hash() of a string differs from process to process.
    return int.from_bytes(hashlib.sha256(f"{seed}/{component_id}".encode()).digest()[:8], "big") >> 1
