"""Former architectures, which undo leads to, as a file holds them: a layer that several have is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from oneshot_lab.architecture.model import Architecture, Layer
from oneshot_lab.architecture.serial import to_json


class Layers:
    """Layers, numbered in the order in which they come, to be written.

    Attributes:
        written: Each layer as `serial.to_json` writes it, in the order of the numbers.
    """

    def __init__(self) -> None:
        self.written: list[Any] = []
        # By all that is written of it: to Python, a bias of 1 and of True are equal.
        self._numbers: dict[str, int] = {}
        self._known: dict[int, int] = {}

    def to_json(self, architecture: Architecture) -> dict[str, object]:
        """Returns an architecture as values that JSON can hold, its layers by number."""
        numbers = [self._number(layer, architecture) for layer in architecture.layers]
        return to_json(replace(architecture, layers=())) | {"layers": numbers}

    def _number(self, layer: Layer, architecture: Architecture) -> int:
        if id(layer) not in self._known:
            text = repr(layer)
            if text not in self._numbers:
                self._numbers[text] = len(self.written)
                self.written += _layers(replace(architecture, layers=(layer,), links=()))
            self._known[id(layer)] = self._numbers[text]
        return self._known[id(layer)]


def whole(written: object, layers: Sequence[object]) -> dict[str, object]:
    """Returns what `Layers.to_json` wrote down as `serial.from_json` reads it.

    Raises:
        KeyError, TypeError, ValueError: It is not of that form.
    """
    if not isinstance(written, Mapping) or not isinstance(layers, list) or not isinstance(written["layers"], list):
        raise TypeError("a former architecture that is none")
    if not all(type(number) is int and 0 <= number < len(layers) for number in written["layers"]):
        raise ValueError("a layer that is not there")
    return {**written, "layers": [layers[number] for number in written["layers"]]}


def _layers(architecture: Architecture) -> list[Any]:
    written = to_json(architecture)["layers"]
    assert isinstance(written, list)
    return written
