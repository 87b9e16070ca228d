"""The README's table (`make study`): what the search finds on Fashion-MNIST, beside what is had without it.

Every network is retrained from scratch for as many epochs, on as many images, and measured on the test split.
Seeds run side by side, one thread each, so time is told as the CPU's.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from time import process_time

import numpy as np
import torch

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.final import Final
from oneshot_lab.supernet.data import load_data


@dataclass(frozen=True)
class Result:
    """One row of one seed."""

    name: str
    accuracy: float
    parameters: int
    evaluations: int
    minutes: float

    @classmethod
    def of(cls, name: str, final: Final, evaluations: int, minutes: float) -> Result:
        """Returns what the table needs of a final model; the model itself stays in its process."""
        return cls(name, final.test_accuracy, final.parameters, evaluations, minutes)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.study")
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=10)
    options = parser.parse_args()
    results: dict[str, list[Result]] = {}
    tasks = [(options.data, seed, options.epochs, options.iterations) for seed in range(options.seeds)]
    with get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        for rows in pool.starmap(study, tasks, chunksize=1):
            for row in rows:
                results.setdefault(row.name, []).append(row)
    print(f"\n{options.data}, {options.seeds} seeds, {options.epochs} epochs; {machine()}\n")
    print(table(results))


def study(source: str, seed: int, epochs: int, iterations: int) -> list[Result]:
    """Returns the four networks of one seed, and tells each on the way."""
    torch.set_num_threads(1)
    rows = []
    for row in _networks(source, seed=seed, epochs=epochs, iterations=iterations):
        print(f"seed {seed}: {row.name}: {row.accuracy:.2%}, {row.minutes:.1f} CPU minutes", flush=True)
        rows.append(row)
    return rows


def _networks(source: str, *, seed: int, epochs: int, iterations: int) -> Iterator[Result]:
    """Yields template, lenet5, the searched network, and the best of as many random candidates."""
    data = load_data(source, seed=seed)
    yield _timed("whole template", SearchSession("lenet", data, seed=seed, bar=False), epochs)
    yield _timed("lenet5", SearchSession("lenet5", data, seed=seed, bar=False), epochs)
    started = process_time()
    session = SearchSession("lenet", data, seed=seed, bar=False)
    session.train(epochs)
    trained = process_time() - started
    for _ in session.evolve(iterations):
        pass
    evaluations = len(session.candidates)
    best = session.finalize(epochs=epochs)
    yield Result.of("search, best candidate", best, evaluations, (process_time() - started) / 60)
    started = process_time() - trained  # random candidates are scored with the same supernet
    drawn = session.evaluate(*_random_masks(session, evaluations, seed=seed))
    lucky = min(drawn, key=lambda candidate: candidate.loss)
    final = session.finalize(lucky, epochs=epochs)
    yield Result.of("random, best of as many", final, evaluations, (process_time() - started) / 60)


def _timed(name: str, session: SearchSession, epochs: int) -> Result:
    started = process_time()
    final = session.finalize(Mask.full(session.architecture), epochs=epochs)
    return Result.of(name, final, 0, (process_time() - started) / 60)


def _random_masks(session: SearchSession, count: int, *, seed: int) -> list[Mask]:
    rng = np.random.default_rng(seed)
    masks: dict[Mask, None] = {}
    while len(masks) < count:
        masks[random_mask(session.architecture, rng=rng)] = None
    return list(masks)


def table(results: dict[str, list[Result]]) -> str:
    """Returns the results as a Markdown table, a row for each network: means, and the spread over the seeds."""
    lines = [
        "| network | test accuracy | parameters | evaluations | CPU minutes |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, rows in results.items():
        accuracies = [100 * row.accuracy for row in rows]
        spread = f" ± {statistics.stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
        parameters = statistics.fmean(row.parameters for row in rows)
        evaluations = statistics.fmean(row.evaluations for row in rows)
        minutes = statistics.fmean(row.minutes for row in rows)
        accuracy = f"{statistics.fmean(accuracies):.2f}{spread} %"
        lines.append(f"| {name} | {accuracy} | {parameters / 1000:,.0f} k | {evaluations:.0f} | {minutes:.1f} |")
    return "\n".join(lines)


def machine() -> str:
    """Returns what the table was computed on."""
    cores = len(os.sched_getaffinity(0))
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else f"{cores} CPU cores ({platform.machine()})"
    return f"{device}, torch {torch.__version__.split('+')[0]}"


if __name__ == "__main__":
    main()
