"""Trains a supernet on the sub-networks that its recipe draws, or a plain network."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import DivergedError, SessionError
from oneshot_lab.supernet.data.split import Split
from oneshot_lab.supernet.device import choose_device, mixed_precision
from oneshot_lab.supernet.drawing import Drawing, drops
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, Recipe, get_recipe
from oneshot_lab.supernet.supernet import Supernet

_LONE = re.compile("more than 1 value per channel")
"""torch's message for batch normalisation of a single value per channel."""

Draw: TypeAlias = Callable[[], Sequence[tuple[Mask, ...]]]
"""Returns the sub-networks of a training step, each as the arguments that follow the images."""


@dataclass(frozen=True)
class Progress:
    """The progress of a training.

    Attributes:
        epoch: The current epoch, from 0.
        epochs: The number of epochs.
        batch: How many batches of this epoch are done.
        batches: The number of batches in an epoch.
        loss: Mean training loss of this epoch so far.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float


FAR = 10.0
"""A training has diverged if its loss is above this many times the loss of guessing, ln(classes)."""


class LossError(Exception):
    """The loss or a weight is no longer finite, or the loss is far above that of guessing.

    Args:
        batch: The batch, from 0.
        said: What is wrong with the loss, as the end of the sentence "the loss is …".
    """

    def __init__(self, batch: int, said: str = "no longer a finite number") -> None:
        super().__init__(batch, said)
        self.batch, self.said = batch, said


@within_memory
def train(
    network: nn.Module,
    split: Split,
    *,
    recipe: str | Recipe = DEFAULT_RECIPE,
    epochs: int = 3,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    bar: bool = True,
) -> list[float]:
    """Trains a supernet, or a plain network with the recipe `whole`, in place, and leaves it in eval mode.

    It can be stopped before any batch; the weights are then those after the last complete step. On a CPU, equal seeds
    give equal weights, bit for bit, if torch computes with the same number of threads.

    Args:
        network: The supernet or the plain network.
        split: The training images.
        recipe: A recipe or its name.
        epochs: Passes over the images; the recipe's schedule spans all of them.
        seed: Seed for the order of the images, the sub-networks drawn and the Dropout components.
        device: Where to train; chosen if left out.
        progress: Called after each batch.
        should_stop: Asked before each batch.
        bar: Whether to show a progress bar with the time left.

    Returns:
        The mean training loss of each epoch; for a stopped epoch, of the batches that were done.

    Raises:
        DivergedError: The loss became infinite, not a number, or ended an epoch far above that of guessing. The weights
            are those from before this epoch.
        SessionError: Batches are of one image, from which batch normalisation cannot learn. Likewise.
        ExhaustedError: Memory ran out. The weights are those after the last complete step.
    """
    recipe, device = get_recipe(recipe), choose_device(device)
    draw = _sampler(network, recipe, rng=np.random.default_rng(seed))
    order = torch.Generator().manual_seed(seed)
    network.to(device).train()
    optimizer = _sgd(network, recipe)
    batches = split.steps(recipe.batch_size)
    history: list[float] = []
    drawing = Drawing(seed, device=device) if drops(network) else None
    # Without a bar, create none rather than a hidden one: a hidden one takes a lock that all threads share, and an
    # interrupt while another thread draws its bar may leave it locked.
    shown = tqdm(total=epochs * batches, unit="batch") if bar else None
    try:
        with nullcontext() if shown is None else shown:
            for epoch in range(epochs):

                def report(batch: int, loss: float, epoch: int = epoch) -> None:
                    if shown is not None:
                        shown.set_postfix(epoch=epoch + 1, loss=f"{loss:.3f}", refresh=False)
                        shown.update()
                    if progress:
                        progress(Progress(epoch, epochs, batch, batches, loss))

                losses = _guarded_epoch(
                    network,
                    split.batches(recipe.batch_size, device=device, generator=order),
                    epoch=epoch,
                    draw=_once(draw) if recipe.draw == "epoch" else draw,
                    optimizer=optimizer,
                    drawing=drawing,
                    distil=recipe.distil,
                    chance=math.log(max(2, int(split.labels.max()) + 1)),
                    rates=[recipe.rate((epoch * batches + batch) / (epochs * batches)) for batch in range(batches)],
                    report=report,
                    should_stop=should_stop,
                )
                history += [sum(losses) / len(losses)] if losses else []
                if len(losses) < batches:
                    break
    finally:
        network.eval()
    return history


def train_epoch(
    network: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    draw: Draw,
    optimizer: torch.optim.Optimizer,
    rates: Sequence[float],
    report: Callable[[int, float], None],
    should_stop: Callable[[], bool] | None = None,
    drawing: Drawing | None = None,
    distil: bool = False,
) -> list[float]:
    """Trains for one epoch: a step for each batch, with the gradients of its sub-networks added up.

    Args:
        network: In train mode; called as `network(x, *path)`.
        batches: (images, labels) on the network's device.
        draw: Returns the sub-networks of a step, each as the arguments that follow the images.
        optimizer: Updates the network's weights.
        rates: The learning rate of each step.
        report: Called with the number of batches done and their mean loss.
        should_stop: Asked before each batch.
        drawing: The random numbers for Dropout; None uses torch's global generators.
        distil: Whether the sub-networks after the first learn its probabilities instead of the labels.

    Returns:
        The loss of each batch that was done: the mean over its sub-networks.

    Raises:
        LossError: A loss is not finite; that step was not applied.
    """
    losses: list[float] = []
    total = 0.0
    for batch, (x, y) in enumerate(batches):
        if should_stop and should_stop():
            break
        for group in optimizer.param_groups:
            group["lr"] = rates[batch]
        optimizer.zero_grad()
        paths = draw()
        loss, targets = 0.0, y
        for path in paths:
            with mixed_precision(x.device), drawing or nullcontext():
                logits = network(x, *path)
                path_loss = F.cross_entropy(logits, targets)
            if distil and targets is y:
                targets = logits.detach().float().softmax(1)
            path_loss.backward()  # type: ignore[no-untyped-call]
            loss += path_loss.item() / len(paths)
        if not math.isfinite(loss):
            raise LossError(batch)
        optimizer.step()
        losses.append(loss)
        total += loss
        report(batch + 1, total / len(losses))
    return losses


def _guarded_epoch(
    network: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    epoch: int,
    draw: Draw,
    optimizer: torch.optim.Optimizer,
    chance: float,
    rates: Sequence[float],
    report: Callable[[int, float], None],
    should_stop: Callable[[], bool] | None,
    drawing: Drawing | None,
    distil: bool,
) -> list[float]:
    """Runs `train_epoch`, and undoes it if the network diverges or such batches cannot train it.

    `chance` is the loss of guessing, in nats.
    """
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    try:
        losses = train_epoch(
            network,
            batches,
            draw=draw,
            optimizer=optimizer,
            rates=rates,
            report=report,
            should_stop=should_stop,
            drawing=drawing,
            distil=distil,
        )
        # A finite loss can have an infinite gradient, which shows only in the weights after the step.
        if not all(bool(tensor.isfinite().all()) for tensor in network.state_dict().values()):
            raise LossError(len(losses) - 1)
        # Single batches may be hard, and the first ones come before the network has learned anything.
        if losses and (end := median(losses[len(losses) // 2 :])) > FAR * chance:
            raise LossError(len(losses) - 1, f"{end:.2g} at the end of the epoch, whereas guessing gives {chance:.2g}")
    except ValueError as error:
        if not _LONE.search(str(error)):
            raise
        network.load_state_dict(before)
        raise SessionError(
            "each batch holds one image, from which batch normalisation cannot learn",
            where=f"epoch {epoch + 1}",
            remedy="train with a batch_size of 2 or more and at least two images, or without BatchNorm",
        ) from None
    except LossError as error:
        network.load_state_dict(before)
        rate = rates[error.batch]
        raise DivergedError(
            f"the loss is {error.said}: the training has diverged, at learning rate {rate:.3g}",
            where=f"epoch {epoch + 1}, batch {error.batch + 1}",
            remedy=f"the weights from before this epoch are back; train with a learning rate of {rate / 5:.2g} or less",
        ) from None
    return losses


def _sgd(network: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    # Fused: one call updates all weights, so that an interrupt comes before or after a step, never within it.
    optimizer = torch.optim.SGD(
        network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay, fused=True
    )
    # A fused step cannot start the momentum of some weights while others, of blocks drawn earlier, have theirs.
    # Starting all of them at zero gives the same result.
    for parameter in network.parameters():
        optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    optimizer.register_step_pre_hook(lambda *_: shorten(network, recipe.clip))
    return optimizer


def shorten(network: nn.Module, longest: float) -> None:
    """Scales the gradient of a network down to this norm if it is longer."""
    nn.utils.clip_grad_norm_(network.parameters(), longest)


def _sampler(network: nn.Module, recipe: Recipe, *, rng: np.random.Generator) -> Draw:
    if isinstance(network, Supernet):
        return lambda: [(mask,) for mask in recipe.masks(network.architecture, rng=rng)]
    if recipe.needs_masks:
        raise SessionError(
            f"the recipe {recipe.name!r} needs a supernet", where="train", remedy="use 'whole' for a plain network"
        )
    return lambda: [()]


def _once(draw: Draw) -> Draw:
    drawn = draw()
    return lambda: drawn
