"""Predictions of a network for raw images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from oneshot_lab.supernet.data.preprocessing import Preprocessing
from oneshot_lab.supernet.device import choose_device
from oneshot_lab.supernet.evaluate import evaluating
from oneshot_lab.supernet.memory import within_memory

SHOWN = 5
"""How many images the text of a prediction lists, at most."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """The predictions of a network for N images.

    Attributes:
        labels: The number of the class of each image, int64 [N].
        names: The name of that class, N of them.
        probabilities: Of each class (softmax), float32 [N, classes].
    """

    labels: npt.NDArray[np.int64]
    names: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        surest = self.probabilities.max(1)
        told = [f"{name!r} {share:.0%}" for name, share in zip(self.names[:SHOWN], surest, strict=False)]
        more = ", …" if len(self) > SHOWN else ""
        return f"Prediction({len(self):,} image{'' if len(self) == 1 else 's'}: {', '.join(told)}{more})"


@within_memory
def predict(
    network: nn.Module,
    images: Any,
    *,
    preprocessing: Preprocessing,
    class_names: Sequence[str],
    device: torch.device | str | None = None,
) -> Prediction:
    """Returns a network's predictions for raw images.

    Args:
        network: It gives logits (N, classes). Neither its weights nor its buffers are changed.
        images: As `Preprocessing.read` takes them.
        preprocessing: How the network's training images were read.
        class_names: By number.
        device: Where to compute; by default where the network is.

    Raises:
        DataError: The images do not suit the network, or cannot be read.
        ExhaustedError: Memory ran out.
    """
    here = next((parameter.device for parameter in network.parameters()), torch.device("cpu"))
    there = here if device is None else choose_device(device)
    try:
        with evaluating(network.to(there)):
            logits = torch.cat([network(x.to(there)).float().cpu() for x in preprocessing.batches(images)])
    finally:
        network.to(here)
    labels = logits.argmax(1)
    names = tuple(class_names[label] for label in labels.tolist())
    return Prediction(labels.numpy(), names, logits.softmax(1).numpy())
