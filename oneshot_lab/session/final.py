"""The final model: a sub-network retrained from scratch, and measured on the test split once (§3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from statistics import fmean, stdev
from time import perf_counter
from typing import Any

import torch
from torch import nn

from oneshot_lab.architecture.mask import Mask, check_mask, is_bypassed
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.serial import from_json, to_json
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.candidates import Candidate
from oneshot_lab.session.weights import filled
from oneshot_lab.supernet.confusion import (
    Confusion,
    added,
    balanced_accuracy,
    class_accuracy,
    read_confusion,
    remark,
)
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import Recipe
from oneshot_lab.supernet.train import Progress, train


@dataclass(frozen=True)
class Run:
    """One training of a final model from scratch.

    Attributes:
        seed: Of its weights and of the order of the images.
        test_accuracy: On the test split, looked at once.
        test_loss: Likewise, in nats.
        validation_accuracy: On the validation split.
        losses: Mean training loss of each epoch.
        confusion: Counts of the test images, a row for each true class and a column for each predicted one; empty in
            files of before it was kept.
    """

    seed: int
    test_accuracy: float
    test_loss: float
    validation_accuracy: float
    losses: tuple[float, ...]
    confusion: Confusion = ()

    @property
    def class_accuracy(self) -> tuple[float, ...]:
        """The share of each class's test images that are classified right; NaN for a class without any."""
        return class_accuracy(self.confusion)

    @property
    def balanced_accuracy(self) -> float:
        """The mean of the classes' accuracies; NaN where they are not known."""
        return balanced_accuracy(self.confusion)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        """Returns the run that `asdict` wrote down.

        Raises:
            KeyError, TypeError, ValueError: It is not of that form.
        """
        return cls(
            int(data["seed"]),
            float(data["test_accuracy"]),
            float(data["test_loss"]),
            float(data["validation_accuracy"]),
            tuple(float(loss) for loss in data["losses"]),
            read_confusion(data.get("confusion", ())),
        )


@dataclass(frozen=True)
class Final:
    """A sub-network, retrained from scratch.

    Attributes:
        mask: Its blocks in the template that it was taken from.
        architecture: The network by itself.
        module: A plain torch module in eval mode, on the CPU, of the run with the best validation accuracy.
        runs: One for each seed.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        epochs: Passes over the training images.
        seconds: Time for all runs.
        recipe: The name of the way in which it was trained; empty in files of before it was kept.
        class_names: In the order of the classes' numbers; empty in files of before they were kept.
    """

    mask: Mask
    architecture: Architecture
    module: nn.Module = field(repr=False, compare=False)
    runs: tuple[Run, ...]
    parameters: int
    macs: int
    epochs: int
    seconds: float
    recipe: str = ""
    class_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        told = f"Final({self.architecture.name}: {self.summary}; {self.parameters:,} parameters"
        runs = f", {len(self.runs)} runs" if len(self.runs) > 1 else ""
        return f"{told}, {self.epochs} epoch{'' if self.epochs == 1 else 's'}{runs})"

    @property
    def summary(self) -> str:
        """What it reaches, in a line: accuracy, balanced accuracy, and what has to be said beside them."""
        balanced = "" if math.isnan(self.balanced_accuracy) else f", balanced {self.balanced_accuracy:.2%}"
        return "; ".join(filter(None, (f"test accuracy {self.test_accuracy:.2%}{balanced}", self.remark)))

    @property
    def remark(self) -> str:
        """What an accuracy alone would hide, such as `predicts only class 'healthy'`; empty: nothing."""
        return remark(self.confusion, self.class_names)

    @property
    def confusion(self) -> Confusion:
        """Counts of the test images, added over the runs: true classes in rows, predicted ones in columns.

        Empty in files of before it was kept.
        """
        return added(run.confusion for run in self.runs)

    @property
    def class_accuracy(self) -> tuple[float, ...]:
        """The share of each class's test images that are classified right, over all runs; NaN for one without any."""
        return class_accuracy(self.confusion)

    @property
    def balanced_accuracy(self) -> float:
        """The mean of the classes' accuracies, over all runs; NaN where they are not known."""
        return balanced_accuracy(self.confusion)

    @property
    def balanced_accuracy_spread(self) -> float:
        """Standard deviation of the balanced accuracy over the runs; NaN for a single one, or where not known."""
        known = [run.balanced_accuracy for run in self.runs]
        return stdev(known) if len(known) > 1 and not any(map(math.isnan, known)) else math.nan

    @property
    def test_accuracy(self) -> float:
        """Share of the test images classified right; the mean over the runs."""
        return fmean(run.test_accuracy for run in self.runs)

    @property
    def test_accuracy_spread(self) -> float:
        """Standard deviation of the test accuracy over the runs; NaN for a single one."""
        return stdev(run.test_accuracy for run in self.runs) if len(self.runs) > 1 else math.nan

    @property
    def test_loss(self) -> float:
        """Mean cross-entropy on the test images in nats; the mean over the runs."""
        return fmean(run.test_loss for run in self.runs)

    @property
    def validation_accuracy(self) -> float:
        """Share of the validation images classified right; the mean over the runs."""
        return fmean(run.validation_accuracy for run in self.runs)

    def to_json(self) -> dict[str, Any]:
        """Returns all but the module as values that JSON can hold."""
        return {
            "blocks": sorted(self.mask.blocks),
            "architecture": to_json(self.architecture),
            "runs": [asdict(run) for run in self.runs],
            "parameters": self.parameters,
            "macs": self.macs,
            "epochs": self.epochs,
            "seconds": self.seconds,
            "recipe": self.recipe,
            "class_names": list(self.class_names),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> Final:
        """Returns the final model that `to_json` wrote down.

        Args:
            data: What `to_json` gave.
            tensors: The module's state dict.

        Raises:
            KeyError, TypeError, ValueError, RuntimeError, ArchitectureError: It is not of that form.
        """
        architecture = from_json(data["architecture"], where="final")
        infer(architecture)
        module = filled(partial(to_module, architecture), tensors)
        runs = tuple(Run.from_json(run) for run in data["runs"])
        names = tuple(map(str, data.get("class_names", ())))
        if {len(names), *(len(run.confusion) for run in runs)} - {0, architecture.classes}:
            raise ValueError(f"the classes are not the {architecture.classes} of the network")
        mask = Mask(frozenset(map(str, data["blocks"])))
        costs = int(data["parameters"]), int(data["macs"])
        times = int(data["epochs"]), float(data["seconds"])
        return cls(mask, architecture, module.eval(), runs, *costs, *times, str(data.get("recipe", "")), names)


def retrain(
    architecture: Architecture,
    mask: Mask,
    data: Data,
    *,
    recipe: Recipe,
    epochs: int,
    seeds: range,
    device: torch.device,
    progress: Callable[[int, Progress], None],
    should_stop: Callable[[], bool],
    bar: bool,
) -> Final | None:
    """Trains a sub-network from scratch, once for each seed, and measures it.

    Args:
        architecture: The template.
        mask: The sub-network.
        data: All three splits are used, each for its purpose.
        recipe: How to train; it sees the whole network only.
        epochs: Passes over the training images.
        seeds: One run for each.
        device: Where to train.
        progress: Called after each batch with the number of finished runs.
        should_stop: Asked before each batch.
        bar: Whether to show a progress bar.

    Returns:
        The final model; None if it was stopped, since a half-trained one is not what was asked for.
    """
    network = select(architecture, mask)
    inference = infer(network)
    trained: list[tuple[nn.Module, Run]] = []
    started = perf_counter()
    for finished, seed in enumerate(seeds):
        module = to_module(network, seed=seed)
        losses = train(
            module,
            data.train,
            recipe=recipe,
            epochs=epochs,
            seed=seed,
            device=device,
            progress=partial(progress, finished),
            should_stop=should_stop,
            bar=bar,
        )
        if should_stop():
            return None
        accuracy = evaluate_module(module, data.validation, device=device).accuracy
        trained.append((module.cpu(), Run(seed, math.nan, math.nan, accuracy, tuple(losses))))
    # Only now: a look at the test split whose result is thrown away would be a look too many.
    runs = []
    for module, run in trained:
        test = evaluate_module(module, data.test, device=device)
        runs.append(replace(run, test_accuracy=test.accuracy, test_loss=test.loss, confusion=test.confusion))
    best = max(trained, key=lambda pair: pair[1].validation_accuracy)[0].cpu().eval()
    costs, times = (inference.parameters, inference.macs), (epochs, perf_counter() - started)
    return Final(mask, network, best, tuple(runs), *costs, *times, recipe.name, data.class_names)


def choose(architecture: Architecture, mask: Mask | Candidate | Sequence[object]) -> Mask:
    """Returns the mask of a candidate or of a row of bits; a mask is returned as it is.

    Raises:
        MaskError: It names no network of this architecture.
    """
    if isinstance(mask, Candidate):
        mask = mask.mask
    if not isinstance(mask, Mask):
        mask = Mask.from_bits(architecture, mask)
    return check_mask(architecture, mask)


def fit_blocks(architecture: Architecture, block_fitness: Mapping[str, float], threshold: float) -> Mask:
    """Returns the mask of every block whose fitness reaches a threshold (§3, Final Model Selection).

    Raises:
        SessionError: There is no block fitness yet, also if only of a layer that is new; or a layer would be empty:
            says which threshold would do.
    """
    if not block_fitness:
        raise SessionError("there is no block fitness yet", where="threshold", remedy="step the search first")
    mask = Mask(frozenset(block for block, fitness in block_fitness.items() if fitness >= threshold))
    try:
        return check_mask(architecture, mask)
    except MaskError as error:
        scores = {
            layer.id: [block_fitness[block.id] for block in layer.blocks if block.id in block_fitness]
            for layer in architecture.layers
            if not is_bypassed(architecture, layer)
        }
        new = next((layer for layer, known in scores.items() if not known), None)
        if new is not None:
            raise SessionError(
                f"the blocks of layer {new} have no fitness yet", where="threshold", remedy="step the search first"
            ) from None
        # The highest threshold with which each layer keeps a block, rounded down, so that it is one itself.
        enough = min(map(max, scores.values()), default=0.0)
        enough = math.floor(enough * 1000) / 1000
        raise SessionError(
            f"no path of blocks has a fitness of {threshold:g} or more ({error})",
            where="threshold",
            remedy=f"use {enough:g} or less",
        ) from None
