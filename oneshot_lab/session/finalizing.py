"""Makes a final network: trains it from scratch, once for each seed, and measures it on the test split once (§3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter

import torch
from torch import nn

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import OneShotError
from oneshot_lab.session.state.final import Final, Run, best_of
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.data.preprocessing import Preprocessing
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import Recipe
from oneshot_lab.supernet.train import Progress, train


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

    Validation and test images that are read from files are checked first, so that a broken one shows before the
    training. If one breaks during the training, the network is kept without its measures.

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
        The final network; None if it was stopped, since a half-trained one is of no use.

    Raises:
        DataError: A validation or test image cannot be read. Nothing has been trained.
    """
    network = select(architecture, mask)
    inference = infer(network)
    for split in (data.validation, data.test):
        split.verify(should_stop=should_stop)
    modules: list[nn.Module] = []
    runs: list[Run] = []
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
        modules.append(module.cpu().eval())
        runs.append(Run(seed, math.nan, math.nan, math.nan, tuple(losses)))
    trained = Final(
        mask,
        network,
        modules[0],
        tuple(runs),
        *(inference.parameters, inference.macs, epochs),
        perf_counter() - started,
        recipe.name,
        data.class_names,
        preprocessing=Preprocessing.of(data),
        unmeasured=tuple(modules),
    )
    # Only now: the test split must not be used for a result that is discarded.
    final = measure(trained, data, device=device)
    return replace(final, seconds=perf_counter() - started)


def measure(final: Final, data: Data, *, device: torch.device) -> Final:
    """Measures each run on the splits that it lacks, and keeps the run with the best validation accuracy.

    Args:
        final: A final network that may lack some or all of its measures.
        data: What it has been trained on.
        device: Where to compute.

    Returns:
        The final network with its measures. If measuring fails, it has the measures that exist, and `problem` says why:
        a trained network is never discarded.
    """
    runs, problem = list(final.runs), ""
    try:
        for place, module in enumerate(final.unmeasured):
            if math.isnan(runs[place].validation_accuracy):
                accuracy = evaluate_module(module, data.validation, device=device).accuracy
                runs[place] = replace(runs[place], validation_accuracy=accuracy)
        for place, module in enumerate(final.unmeasured):
            if math.isnan(runs[place].test_accuracy):
                test = evaluate_module(module, data.test, device=device)
                runs[place] = replace(
                    runs[place], test_accuracy=test.accuracy, test_loss=test.loss, confusion=test.confusion
                )
    except Exception as error:  # a user's own Dataset may raise any error
        problem = str(error) if isinstance(error, OneShotError) else f"{type(error).__name__}: {error}"
    finally:
        modules = tuple(module.cpu().eval() for module in final.unmeasured)
    module = modules[best_of(runs)] if modules else final.module
    return replace(final, module=module, runs=tuple(runs), problem=problem, unmeasured=modules if problem else ())
