"""A part of the data, served in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import CHUNK, Images, MemoryImages, bytes_of, read_all
from oneshot_lab.supernet.data.memory import budget_on
from oneshot_lab.supernet.data.stratify import allocate

Resident = tuple[Images, Tensor]
"""Images and the positions of a split's images among them."""


@dataclass(frozen=True, eq=False)
class Split:
    """Labelled images: the training, validation or test part of a `Data`.

    Attributes:
        name: "train", "validation" or "test".
        images: The store of the images, which may also hold those of other splits.
        rows: Positions of this split's images among them, int64 [n]. Their order is random but fixed, so that batches
            in this order have mixed classes.
        labels: The class of each image, int64 [n], 0 to classes - 1, on the CPU.
        mean: The mean per channel, in the units of the stored pixels (0 to 255 for bytes).
        std: The deviation, likewise.
        budget: How many bytes may stay on a device; None means a quarter of its free memory.
    """

    name: str
    images: Images
    rows: Tensor
    labels: Tensor
    mean: tuple[float, ...]
    std: tuple[float, ...]
    budget: int | None = None
    _resident: dict[torch.device, Resident] = field(default_factory=dict, repr=False)
    _verified: list[bool] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        channels, height, width = self.images.shape
        return f"Split({self.name}: {len(self):,} images {channels}×{height}×{width})"

    def steps(self, batch_size: int) -> int:
        """Returns the number of batches in one pass over the split."""
        return len(self._bounds(batch_size))

    def batches(
        self, batch_size: int, *, device: torch.device | str = "cpu", generator: torch.Generator | None = None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Yields the split once, in batches.

        The values do not depend on whether the images stay on the device or are read batch by batch.

        Args:
            batch_size: Images in a batch. The last batch holds the rest; a single remaining image joins the batch
                before it, since batch normalisation cannot learn from one image.
            device: The device for the batches.
            generator: Shuffles the images; without one they come in the split's own order, which is always the same.

        Returns:
            An iterator over (images, labels): float32 [n, C, H, W] with mean 0 and deviation 1 over the
            training split, and int64 [n].

        Raises:
            DataError: The batch size is not positive, or an image cannot be read.
        """
        bounds = self._bounds(batch_size)
        order = None
        if generator is not None:
            order = torch.randperm(len(self), generator=generator, device=generator.device)
        return self._batches(bounds, order, torch.device(device))

    def verify(self, *, should_stop: Callable[[], bool] | None = None) -> None:
        """Reads every image once and discards it, so that a broken file shows before hours of training.

        Images in memory and those of a split that was verified before are not read again.

        Args:
            should_stop: Asked before each chunk of images; once it returns True, the rest is not read.

        Raises:
            DataError: An image cannot be read.
        """
        if isinstance(self.images, MemoryImages) or self._resident or self._verified:
            return
        for start in range(0, len(self), CHUNK):
            if should_stop and should_stop():
                return
            self.images.read(self.rows[start : start + CHUNK])
        self._verified.append(True)

    def head(self, count: int) -> Split:
        """Returns a smaller split of `count` images (all if there are fewer), with every class in proportion.

        Raises:
            DataError: The count is not positive.
        """
        if count < 1:
            raise DataError(f"{count} images", where=f"head of the {self.name} split", expected="1 or more")
        quota = allocate(np.bincount(self.labels.numpy()), min(count, len(self)))
        picked = torch.cat([(self.labels == label).nonzero()[:n, 0] for label, n in enumerate(quota)]).sort().values
        return replace(self, rows=self.rows[picked], labels=self.labels[picked], _resident={}, _verified=[])

    def _bounds(self, batch_size: int) -> list[tuple[int, int]]:
        if batch_size < 1:
            raise DataError(f"a batch size of {batch_size}", where=f"{self.name} split", expected="1 or more")
        count = len(self)
        starts = list(range(0, count, batch_size))
        if batch_size > 1 and len(starts) > 1 and count - starts[-1] == 1:
            del starts[-1]
        return list(zip(starts, [*starts[1:], count], strict=True))

    def _batches(
        self, bounds: list[tuple[int, int]], order: Tensor | None, device: torch.device
    ) -> Iterator[tuple[Tensor, Tensor]]:
        images, rows = self._on(device)
        labels = self.labels
        if order is not None:
            rows, labels = rows[order.to(rows.device)], labels[order.cpu()]
        labels = labels.to(device)
        for start, stop in bounds:
            raw = images.read(rows[start:stop]).to(device)
            yield normalised(raw, self.mean, self.std), labels[start:stop]

    def _on(self, device: torch.device) -> Resident:
        """Returns the images on the device if they fit there, otherwise in their own store."""
        if device.type == "cpu" and isinstance(self.images, MemoryImages):
            return self.images, self.rows
        if device not in self._resident:
            budget = budget_on(device) if self.budget is None else self.budget
            if bytes_of(self.images, len(self)) > budget:
                return self.images, self.rows
            everything = read_all(self.images, self.rows, device)
            self._resident[device] = MemoryImages(everything), torch.arange(len(self), device=device)
        return self._resident[device]


def normalised(raw: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """Normalises raw pixels [n, C, H, W] to float32 with the mean and deviation of each channel."""
    centre, spread = (torch.tensor(values, device=raw.device).view(-1, 1, 1) for values in (mean, std))
    return torch.sub(raw, centre).div_(spread)  # uint8 - float32 is float32
