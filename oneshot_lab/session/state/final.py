"""The final network: a sub-network retrained from scratch and measured on the test split once (§3)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from statistics import fmean, stdev
from typing import Any

import torch
from torch import nn

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import from_json, to_json
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.weights import filled
from oneshot_lab.supernet.confusion import (
    Confusion,
    added,
    balanced_accuracy,
    class_accuracy,
    read_confusion,
    remark,
)
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.data.preprocessing import Preprocessing
from oneshot_lab.supernet.plain import to_module, with_normalisation
from oneshot_lab.supernet.predict import Prediction, predict

WAITING = "waiting."
"""Prefix for the weights of runs that wait to be measured; no component id begins like this."""


@dataclass(frozen=True)
class Run:
    """One training of a final network from scratch.

    Attributes:
        seed: Of its weights and of the order of the images.
        test_accuracy: On the test split, looked at once; NaN until it has been measured.
        test_loss: Likewise, in nats.
        validation_accuracy: On the validation split; NaN until it has been measured.
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
    def is_measured(self) -> bool:
        """Whether it has been measured on both splits."""
        return not (math.isnan(self.test_accuracy) or math.isnan(self.validation_accuracy))

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
        """Reads a run that `asdict` returned.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
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
        problem: Why it could not be measured, such as an image that cannot be read; empty: it has been.
            `session.measure()` tries again.
        preprocessing: How images were read and normalised for it; None in files of before it was kept.
        unmeasured: The module of each run, in their order, for as long as they wait to be measured; else empty.
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
    problem: str = ""
    preprocessing: Preprocessing | None = None
    unmeasured: tuple[nn.Module, ...] = field(default=(), repr=False, compare=False)

    def __repr__(self) -> str:
        told = f"Final({self.architecture.name}: {self.summary}; {self.parameters:,} parameters"
        runs = f", {len(self.runs)} runs" if len(self.runs) > 1 else ""
        return f"{told}, {self.epochs} epoch{'' if self.epochs == 1 else 's'}{runs})"

    @property
    def summary(self) -> str:
        """Its results in one line: accuracy, balanced accuracy, and the warning about them."""
        if self.problem:
            return f"trained, but not measured yet ({self.problem})"
        balanced = "" if math.isnan(self.balanced_accuracy) else f", balanced {self.balanced_accuracy:.2%}"
        return "; ".join(filter(None, (f"test accuracy {self.test_accuracy:.2%}{balanced}", self.remark)))

    @property
    def is_measured(self) -> bool:
        """Whether all of its runs have been measured."""
        return all(run.is_measured for run in self.runs)

    @property
    def remark(self) -> str:
        """A warning that accuracy alone would hide, such as `predicts only class 'healthy'`; empty if there is none."""
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

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of the images that it takes."""
        channels, height, width = self.architecture.input_shape
        return channels, height, width

    @property
    def mean(self) -> tuple[float, ...]:
        """Per channel over the training images, as `Data.mean`: bytes count as 0 to 1.

        `module` takes `(x - mean) / std`; where the data are bytes, x is `raw / 255`.

        Raises:
            SessionError: It comes from an older file, which does not hold this.
        """
        how = self._how("mean")
        return tuple(value / how.unit for value in how.mean)

    @property
    def std(self) -> tuple[float, ...]:
        """The deviation, like `mean`."""
        how = self._how("std")
        return tuple(value / how.unit for value in how.std)

    def predict(self, images: Any, *, device: torch.device | str | None = None) -> Prediction:
        """Returns the network's predictions for raw images, which are read like the training images.

        Args:
            images: One or several: paths, PIL pictures, or arrays and tensors of raw pixels in the form that the data
                was given in: bytes where those were bytes, else numbers of the same range.
            device: Where to compute; left out: on the CPU.

        Returns:
            Labels, names and probabilities, in the order of the images.

        Raises:
            DataError: They are no images, cannot be read, or are of another size, number of channels or range.
            SessionError: It comes from an older file, which does not hold how images are read.
        """
        how = self._how("predict")
        names = self.class_names or tuple(map(str, range(self.architecture.classes)))
        return predict(self.module, images, preprocessing=how, class_names=names, device=device)

    def standalone(self) -> nn.Module:
        """Returns a plain torch module that takes raw pixels, float32 or bytes [N, C, H, W], and gives logits.

        It includes the normalisation, so that no mean and deviation are needed. It shares its weights
        with `module`; `torch.save` and `torch.export` take it without this package.

        Raises:
            SessionError: It comes from an older file, which does not hold how images are normalised.
        """
        how = self._how("standalone")
        return with_normalisation(self.module, mean=how.mean, std=how.std).eval()

    def _how(self, where: str) -> Preprocessing:
        if self.preprocessing is None:
            raise SessionError(
                "this network's file is too old to hold how its images were read",
                where=where,
                remedy="load its session with its data, or normalise by yourself: "
                "final.module((x - mean) / std) with mean and std of load_data(…), x = raw / 255 for bytes",
            )
        return self.preprocessing

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
            "problem": self.problem,
            "preprocessing": None if self.preprocessing is None else self.preprocessing.to_json(),
        }

    def tensors(self) -> dict[str, torch.Tensor]:
        """Returns the weights of the module, or those of all runs while they wait to be measured, by name."""
        if not self.unmeasured:
            return dict(self.module.state_dict())
        return {
            f"{WAITING}{number}.{name}": tensor
            for number, module in enumerate(self.unmeasured)
            for name, tensor in module.state_dict().items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> Final:
        """Reads a final network that `to_json` returned.

        Args:
            data: What `to_json` gave.
            tensors: What `tensors` gave.

        Raises:
            KeyError, TypeError, ValueError, RuntimeError, ArchitectureError: The data does not have that form.
        """
        architecture = from_json(data["architecture"], where="final")
        infer(architecture)
        runs = tuple(Run.from_json(run) for run in data["runs"])
        names = tuple(map(str, data.get("class_names", ())))
        if {len(names), *(len(run.confusion) for run in runs)} - {0, architecture.classes}:
            raise ValueError(f"the classes are not the {architecture.classes} of the network")
        mask = Mask(frozenset(map(str, data["blocks"])))
        costs = int(data["parameters"]), int(data["macs"])
        times = int(data["epochs"]), float(data["seconds"])
        problem, make = str(data.get("problem", "")), partial(to_module, architecture)
        waiting = tuple(filled(make, part).eval() for part in _waiting(tensors, len(runs)))
        if bool(waiting) != bool(problem):
            raise ValueError("a problem without runs that wait to be measured, or such runs without a problem")
        module = waiting[best_of(runs)] if waiting else filled(make, tensors).eval()
        how, recipe = _preprocessing(data, architecture), str(data.get("recipe", ""))
        return cls(mask, architecture, module, runs, *costs, *times, recipe, names, problem, how, waiting)


def completed(finals: Sequence[Final], data: Data) -> tuple[Final, ...]:
    """Returns final networks of older files, completed by how their data's images are read."""
    if all(final.preprocessing for final in finals):
        return tuple(finals)
    how = Preprocessing.of(data)
    return tuple(
        final
        if final.preprocessing
        else replace(final, preprocessing=how, class_names=final.class_names or data.class_names)
        for final in finals
    )


def best_of(runs: Sequence[Run]) -> int:
    """Returns the position of the run with the best validation accuracy; unmeasured ones come last."""
    accuracies = [-math.inf if math.isnan(run.validation_accuracy) else run.validation_accuracy for run in runs]
    return accuracies.index(max(accuracies))


def _preprocessing(data: Mapping[str, Any], architecture: Architecture) -> Preprocessing | None:
    state = data.get("preprocessing")
    how = None if state is None else Preprocessing.from_json(state)
    if how is not None and how.shape != architecture.input_shape:
        raise ValueError(f"images of {how.shape} for a network that takes {architecture.input_shape}")
    return how


def _waiting(tensors: Mapping[str, torch.Tensor], runs: int) -> list[dict[str, torch.Tensor]]:
    """Returns the weights of each run if they wait to be measured."""
    if not any(name.startswith(WAITING) for name in tensors):
        return []
    prefixes = [f"{WAITING}{number}." for number in range(runs)]
    return [
        {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        for prefix in prefixes
    ]
