"""Trains the networks of the yardsticks by themselves (`make bench-truth`): what rankings are held against.

`ONLY=name` computes one space. Each training is written down when it ends, so that an interrupted run is taken up
again, and what is kept already is not computed again; a bar tells how long the rest takes. On one core `rich_lenet` and
`linked_resnet` take about half an hour, `quarter_alexnet` and `pooled_lenet` about an hour.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import torch
from tqdm import tqdm

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.select import select
from oneshot_lab.errors import SessionError
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import Score, find_space, find_spaces, keep_truth, kept_results
from tests.benchmarks.written import entries, open_for_more, write

FOLDER = Path("build/truth")
"""Where the trainings of a run that is not complete lie."""

Task = tuple[Mask, int]
"""A network and a seed."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.truth", description=__doc__)
    parser.add_argument("spaces", nargs="*", help="their names; all if left out")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where trainings are written down one by one")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="how many train side by side")
    parser.add_argument("--keep", action="store_true", help="only keep the networks that are complete so far as data")
    options = parser.parse_args()
    try:
        spaces = [find_space(name) for name in options.spaces or find_spaces()]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    options.folder.mkdir(parents=True, exist_ok=True)
    for space in spaces:
        path = options.folder / f"{space.name}.jsonl"
        if not options.keep:
            compute(space, path, workers=options.workers)
        kept = keep_truth(space, done(space, path))
        print(f"{space.name}: {kept} of {len(space.masks)} networks kept")
    return 0


def compute(space: Space, path: Path, *, workers: int) -> None:
    """Trains all that is not done yet, and writes each result down at once."""
    already = done(space, path)
    tasks = [(mask, seed) for mask in space.masks for seed in range(space.seeds)]
    waiting = [task for task in tasks if task not in already]
    with (
        get_context("spawn").Pool(workers, _start, (space.name,)) as pool,
        open_for_more(path) as file,
        tqdm(total=len(tasks), initial=len(already), desc=space.name, unit="training") as bar,
    ):
        for (mask, seed), score in pool.imap_unordered(_run, waiting):
            entry = {"space": space.fingerprint, "mask": str(mask), "seed": seed, **asdict(score)}
            write(entry, file)
            bar.update()


def done(space: Space, path: Path) -> dict[Task, Score]:
    """Returns the trainings of this definition of a space that are kept or were written down."""
    return {**kept_results(space), **dict(_read(space, path))}


def _read(space: Space, path: Path) -> Iterator[tuple[Task, Score]]:
    for entry in entries(path):
        if entry["space"] == space.fingerprint:
            yield (Mask.parse(entry["mask"]), entry["seed"]), Score(entry["accuracy"], entry["loss"])


_space: Space
_data: Data


def _start(name: str) -> None:
    global _space, _data  # noqa: PLW0603 (each process reads the data once)
    torch.set_num_threads(1)
    _space = find_space(name)
    _data = _space.load_data()


def _run(task: Task) -> tuple[Task, Score]:
    mask, seed = task
    return task, train_alone(_space, _data, mask, seed=seed)


def train_alone(space: Space, data: Data, mask: Mask, *, seed: int) -> Score:
    """Trains one network of a space by itself; one that diverges has the score of its last good weights."""
    network = Supernet(select(space.architecture, mask), seed=seed)
    images = data.train.head(space.images)
    try:
        train(network, images, recipe=space.recipe, epochs=space.epochs, seed=seed, device="cpu", bar=False)
    except SessionError as error:
        print(f"{space.name}, {mask}, seed {seed}: {error}", file=sys.stderr)
    score = evaluate_module(network, data.test, device="cpu", batch_size=100)
    return Score(score.accuracy, score.loss)


if __name__ == "__main__":
    sys.exit(main())
