"""Former architectures, which undo restores, in the form of a file: shared layers are written once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from oneshot_lab.architecture.model import Architecture, Layer
from oneshot_lab.architecture.serial import to_json

MOST_LAYERS = 500_000
"""In all former architectures together, as many as 5,000 edits of a large network leave; reading that takes seconds."""


class Layers:
    """Layers to write, numbered in order.

    Attributes:
        written: Each layer as `serial.to_json` writes it, in the order of the numbers.
    """

    def __init__(self) -> None:
        self.written: list[Any] = []
        self._count = 0
        # Keyed by the text that is written, since in Python a bias of 1 equals True.
        self._numbers: dict[str, int] = {}
        self._known: dict[int, int] = {}

    def to_json(self, architecture: Architecture) -> dict[str, object]:
        """Returns an architecture as values that JSON can hold, its layers by number."""
        numbers = [self._number(layer, architecture) for layer in architecture.layers]
        self._count += len(numbers)
        return to_json(replace(architecture, layers=())) | {"layers": numbers}

    @property
    def share(self) -> float:
        """The share of the limit for a file that is used."""
        return self._count / MOST_LAYERS

    def _number(self, layer: Layer, architecture: Architecture) -> int:
        if id(layer) not in self._known:
            text = repr(layer)
            if text not in self._numbers:
                self._numbers[text] = len(self.written)
                self.written += _layers(replace(architecture, layers=(layer,), links=()))
            self._known[id(layer)] = self._numbers[text]
        return self._known[id(layer)]


def whole(written: object, layers: object) -> list[dict[str, object]]:
    """Reads what `Layers.to_json` returned for some architectures, in the form for `serial.from_json`.

    Raises:
        KeyError, TypeError, ValueError: The data does not have that form.
    """
    if not isinstance(written, list) or not isinstance(layers, list):
        raise TypeError("former architectures that are not architectures")
    if sum(len(each["layers"]) for each in written) > MOST_LAYERS:
        raise ValueError(f"more than {MOST_LAYERS:,} layers in former architectures")
    for each in written:
        if not all(type(number) is int and 0 <= number < len(layers) for number in each["layers"]):
            raise ValueError("a layer that does not exist")
    return [{**each, "layers": [layers[number] for number in each["layers"]]} for each in written]


def _layers(architecture: Architecture) -> list[Any]:
    written = to_json(architecture)["layers"]
    assert isinstance(written, list)
    return written
