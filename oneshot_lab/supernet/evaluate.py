"""Evaluation of many candidates at once: the layers that candidates share are computed once.

Candidates that agree up to a layer share that computation. They form a tree with a level for each layer. A batch of
images passes through it depth first, so that only the outputs on one path are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import INPUT
from oneshot_lab.errors import StoppedError
from oneshot_lab.supernet import shortcuts
from oneshot_lab.supernet.confusion import Confusion
from oneshot_lab.supernet.data.split import Split
from oneshot_lab.supernet.device import choose_device
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.supernet import Supernet

CALIBRATION_IMAGES = 256
"""How many training images a candidate's batch-norm statistics are computed from."""

_SCORED_AT_ONCE = 64
_BATCH_SIZES = {"cpu": 100}  # With this size the activations of a small network stay in a core's cache.
_BATCH_SIZE = 1000


@dataclass(frozen=True)
class Score:
    """A network's score on a split: mean cross-entropy in nats, and share of images classified correctly."""

    loss: float
    accuracy: float


@dataclass
class _Prefix:
    """The candidates that agree on all layers so far.

    Attributes:
        branches: The next nodes, by the active blocks of the next layer in template order.
        needed: The blocks of the next layer that at least one branch has.
        places: The candidates that end here; several if masks differ only in blocks without effect.
        statistics: Mean and variance for batch norm in the next layer, after calibration.
    """

    branches: dict[tuple[str, ...], _Prefix] = field(default_factory=dict)
    needed: dict[str, None] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    statistics: dict[nn.Module, tuple[Tensor, Tensor]] = field(default_factory=dict)


@within_memory
def evaluate(
    supernet: Supernet,
    masks: Iterable[Mask],
    split: Split,
    *,
    device: torch.device | str | None = None,
    batch_size: int | None = None,
    calibration: Split | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[Mask, Score]:
    """Scores candidates with the supernet's weights (§3.1.2); the result equals one `supernet(x, mask)` for each.

    Args:
        supernet: Trained. Neither its weights nor its buffers are changed.
        masks: The candidates.
        split: The images to score on.
        device: Where to compute; chosen if left out.
        batch_size: Images at a time; chosen if left out.
        calibration: Training images from which batch-norm statistics are computed for each candidate; the supernet's
            own belong to a mixture of all sub-networks. None uses the supernet's own.
        progress: Called with the number of images done and their total.
        should_stop: Asked before each batch.

    Returns:
        The score of each candidate.

    Raises:
        MaskError: A mask does not give a network.
        StoppedError: `should_stop` returned True.
        ExhaustedError: Memory ran out.
    """
    device = choose_device(device)
    candidates = list(dict.fromkeys(masks))
    walk = Walk(supernet.to(device), candidates)
    losses, hits, done = [0.0] * len(candidates), [0.0] * len(candidates), 0
    with evaluating(supernet):
        if calibration is not None:
            walk.calibrate(_some_images(calibration, device))
        for x, y in split.batches(batch_size or _BATCH_SIZES.get(device.type, _BATCH_SIZE), device=device):
            if should_stop and should_stop():
                raise StoppedError(f"stopped after {done} of {len(split)} images", where="evaluate")
            for places, loss, hit in _scored(walk.logits(x), y):
                for place in places:
                    losses[place] += loss
                    hits[place] += hit
            done += len(y)
            if progress:
                progress(done, len(split))
    return {
        mask: Score(loss / max(done, 1), hit / max(done, 1))
        for mask, loss, hit in zip(candidates, losses, hits, strict=True)
    }


@dataclass(frozen=True)
class ClassScore(Score):
    """A score with the confusion matrix.

    Attributes:
        confusion: Counts of images, true classes in rows, predicted ones in columns.
    """

    confusion: Confusion


@within_memory
def evaluate_module(
    network: nn.Module, split: Split, *, device: torch.device | str | None = None, batch_size: int = _BATCH_SIZE
) -> ClassScore:
    """Scores one network, such as a final one, on a split, in a single pass.

    Args:
        network: It gives logits (N, classes). Neither its weights nor its buffers are changed.
        split: The images to score on.
        device: Where to compute; chosen if left out.
        batch_size: Images at a time.

    Raises:
        DataError: An image cannot be read.
        ExhaustedError: Memory ran out.
    """
    device = choose_device(device)
    loss, hits, done = 0.0, 0.0, 0
    counts: Tensor | int = 0
    with evaluating(network.to(device)):
        for x, y in split.batches(batch_size, device=device):
            logits = network(x)
            for _, batch_loss, batch_hits in _scored([([0], logits)], y):
                loss, hits, done = loss + batch_loss, hits + batch_hits, done + len(y)
            counts = counts + _counted(logits, y)
    rows = counts.tolist() if isinstance(counts, Tensor) else []
    return ClassScore(loss / max(done, 1), hits / max(done, 1), tuple(map(tuple, rows)))


def _counted(logits: Tensor, labels: Tensor) -> Tensor:
    """Returns how many images of each true class (row) were given each predicted class (column)."""
    classes = logits.shape[1]
    # On the CPU: a GPU adds up in no fixed order, and a batch has few labels.
    places = labels.cpu() * classes + logits.argmax(1).cpu()
    return torch.bincount(places, minlength=classes * classes).view(classes, classes)


class Walk:
    """Passes a batch of images down the tree of candidates and yields their logits, which `evaluate` scores.

    Args:
        supernet: The supernet with the weights to use, in eval mode; see `evaluating`.
        candidates: Valid masks, each once.
    """

    def __init__(self, supernet: Supernet, candidates: list[Mask]) -> None:
        self.supernet = supernet
        self.layers = supernet.architecture.layers
        self.calibrating = False
        self.root = _Prefix()
        for place, mask in enumerate(candidates):
            prefix = self.root
            for blocks in supernet.route(mask):
                active = tuple(block.id for block in blocks)
                prefix.needed.update(dict.fromkeys(active))
                prefix = prefix.branches.setdefault(active, _Prefix())
            prefix.places.append(place)

    def logits(self, x: Tensor) -> Iterator[tuple[list[int], Tensor]]:
        """Yields the logits (N, classes) of each distinct network, with the positions of the masks that give it."""
        return self._descend(self.root, 0, {INPUT: x})

    def calibrate(self, x: Tensor) -> None:
        """Computes all batch-norm statistics from these images, for each prefix from its own activations."""
        if len(x) > 1 and any(isinstance(module, _BatchNorm) for module in self.supernet.modules()):
            self.calibrating = True
            for _ in self.logits(x):
                pass
            self.calibrating = False

    def _descend(
        self, prefix: _Prefix, depth: int, outputs: Mapping[str, Tensor]
    ) -> Iterator[tuple[list[int], Tensor]]:
        if depth == len(self.layers):
            yield prefix.places, outputs[self.layers[-1].id]
            return
        layer, run = self.layers[depth], partial(self._run, prefix)
        x = self.supernet.inputs(depth, outputs, run=run) if prefix.needed else None
        blocks = {block: run(block, x) for block in prefix.needed} if x is not None else {}
        for active, branch in prefix.branches.items():
            reached = outputs
            if active:
                merged = self.supernet.merge(layer, {block: blocks[block] for block in active})
                reached = {**outputs, layer.id: merged}
            yield from self._descend(branch, depth + 1, reached)

    def _run(self, prefix: _Prefix, part_id: str, x: Tensor) -> Tensor:
        for module in self.supernet.sequence(part_id):
            if isinstance(module, _BatchNorm) and (self.calibrating or module in prefix.statistics):
                x = self._normalise(prefix, module, x)
            else:
                x = shortcuts.apply(module, x)
        return x

    def _normalise(self, prefix: _Prefix, module: _BatchNorm, x: Tensor) -> Tensor:
        if self.calibrating:
            prefix.statistics[module] = (x.new_zeros(module.num_features), x.new_ones(module.num_features))
        mean, variance = prefix.statistics[module]
        # In training mode with momentum 1, batch norm uses the batch's statistics and writes them into these two.
        return F.batch_norm(x, mean, variance, module.weight, module.bias, self.calibrating, 1.0, module.eps)


def _scored(candidates: Iterable[tuple[list[int], Tensor]], labels: Tensor) -> Iterator[tuple[list[int], float, float]]:
    """Yields the sum of losses and the number of hits, for a few candidates at a time to call torch less often."""
    remaining = iter(candidates)
    while group := list(islice(remaining, _SCORED_AT_ONCE)):
        logits = torch.stack([logits for _, logits in group]).float()
        targets = labels.expand(len(group), -1)
        losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view_as(targets).sum(1)
        hits = (logits.argmax(2) == targets).sum(1)
        yield from zip([places for places, _ in group], losses.tolist(), hits.tolist(), strict=True)


def _some_images(split: Split, device: torch.device) -> Tensor:
    # Shuffled, since a split may be sorted by class; always the same images, so that scores can be compared.
    shuffled = split.batches(CALIBRATION_IMAGES, device=device, generator=torch.Generator().manual_seed(0))
    return next(iter(shuffled))[0]


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Sets a network to eval mode, and turns gradients off."""
    training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        network.train(training)
