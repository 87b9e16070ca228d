"""Trains every sub-network of the pooled LeNet by itself: what `rank_tau` measures rankings against.

`make bench-truth` computes it once and keeps it in `rank_truth.json`. It takes about half an hour on 2 cores; what is
done lies in `build/rank_truth.jsonl`, so that an interrupted run is taken up again.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.select import select
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.benchmarks.networks import pooled_lenet

FILE = Path(__file__).with_name("rank_truth.json")
PARTIAL = Path("build/rank_truth.jsonl")
IMAGES, EPOCHS, SEEDS, RECIPE = 12_800, 3, 3, "whole"

Task = tuple[tuple[str, ...], int]


def all_masks(architecture: Architecture) -> list[Mask]:
    """Returns every mask with at least one block in each layer."""
    choices = [
        [
            chosen
            for size in range(1, len(layer.blocks) + 1)
            for chosen in itertools.combinations([block.id for block in layer.blocks], size)
        ]
        for layer in architecture.layers
    ]
    return [Mask(frozenset(itertools.chain(*blocks))) for blocks in itertools.product(*choices)]


def row(architecture: Architecture, mask: Mask) -> tuple[str, ...]:
    """Returns the blocks of a mask in template order: how the file names it."""
    return tuple(block for block in architecture.block_ids if block in mask)


_data: Data


def _start() -> None:
    global _data  # noqa: PLW0603 (each process reads the data once)
    torch.set_num_threads(1)
    _data = load_data("fashion-mnist")


def _run(task: Task) -> tuple[Task, float, float]:
    blocks, seed = task
    network = Supernet(select(pooled_lenet(), Mask.of(*blocks)), seed=seed)
    train(network, _data.train.head(IMAGES), recipe=RECIPE, epochs=EPOCHS, seed=seed, device="cpu", bar=False)
    score = evaluate_module(network, _data.test, device="cpu", batch_size=100)
    return task, score.accuracy, score.loss


def _done() -> Iterator[tuple[Task, list[float]]]:
    if PARTIAL.exists():
        for line in PARTIAL.read_text().splitlines():
            entry = json.loads(line)
            yield (tuple(entry["blocks"]), entry["seed"]), [entry["accuracy"], entry["loss"]]


def load_truth() -> dict[str, Any]:
    """Returns what the file holds: for each sub-network, accuracy and loss on the test split for each seed."""
    truth: dict[str, Any] = json.loads(FILE.read_text())
    return truth


def main() -> None:
    architecture = pooled_lenet()
    rows = [row(architecture, mask) for mask in all_masks(architecture)]
    results = dict(_done())
    tasks = [(blocks, seed) for seed in range(SEEDS) for blocks in rows if (blocks, seed) not in results]
    PARTIAL.parent.mkdir(exist_ok=True)
    workers = len(os.sched_getaffinity(0))
    with multiprocessing.get_context("spawn").Pool(workers, _start) as pool, PARTIAL.open("a") as partial:
        for (blocks, seed), accuracy, loss in tqdm(pool.imap_unordered(_run, tasks), total=len(tasks), unit="network"):
            results[blocks, seed] = [accuracy, loss]
            print(
                json.dumps({"blocks": blocks, "seed": seed, "accuracy": accuracy, "loss": loss}),
                file=partial,
                flush=True,
            )
    truth = {
        "made by": "make bench-truth",
        "data": f"fashion-mnist, {IMAGES:,} training images, the whole test split",
        "training": f"each sub-network by itself, recipe {RECIPE}, {EPOCHS} epochs",
        "torch": torch.__version__,
        "networks": [
            {
                "blocks": list(blocks),
                "accuracy": [results[blocks, seed][0] for seed in range(SEEDS)],
                "loss": [results[blocks, seed][1] for seed in range(SEEDS)],
            }
            for blocks in rows
        ],
    }
    FILE.write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
