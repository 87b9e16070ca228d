"""The README's table (`make study`): what the search finds on Fashion-MNIST, beside what is had without it.

Every network is retrained from scratch for as many epochs, on as many images, and measured on the test split.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.final import Final
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data


@dataclass(frozen=True)
class Result:
    """One row of one seed."""

    name: str
    final: Final
    evaluations: int
    minutes: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.study")
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=10)
    options = parser.parse_args()
    results: dict[str, list[Result]] = {}
    for seed in range(options.seeds):
        for result in study(options.data, seed=seed, epochs=options.epochs, iterations=options.iterations):
            results.setdefault(result.name, []).append(result)
            print(f"seed {seed}: {result.name}: {result.final.test_accuracy:.2%}, {result.minutes:.1f} min", flush=True)
    print(f"\n{options.data}, {options.seeds} seeds, {options.epochs} epochs; {machine()}\n")
    print(table(results))


def study(source: str, *, seed: int, epochs: int, iterations: int) -> Iterator[Result]:
    """Yields the four networks of one seed: template, lenet5, searched, and best of as many random candidates."""
    data = load_data(source, seed=seed)
    yield _timed("whole template", SearchSession("lenet", data, seed=seed, bar=False), epochs)
    yield _timed("lenet5", SearchSession("lenet5", data, seed=seed, bar=False), epochs)
    started = perf_counter()
    session = SearchSession("lenet", data, seed=seed, bar=False)
    session.train(epochs)
    trained = perf_counter() - started
    for _ in session.evolve(iterations):
        pass
    evaluations = len(session.candidates)
    best = session.finalize(epochs=epochs)
    yield Result("search, best candidate", best, evaluations, (perf_counter() - started) / 60)
    started = perf_counter() - trained  # random candidates are scored with the same supernet
    drawn = session.evaluate(*_random_masks(session, evaluations, seed=seed))
    lucky = min(drawn, key=lambda candidate: candidate.loss)
    final = session.finalize(lucky, epochs=epochs)
    yield Result("random, best of as many", final, evaluations, (perf_counter() - started) / 60)


def _timed(name: str, session: SearchSession, epochs: int) -> Result:
    started = perf_counter()
    final = session.finalize(Mask.full(session.architecture), epochs=epochs)
    return Result(name, final, 0, (perf_counter() - started) / 60)


def _random_masks(session: SearchSession, count: int, *, seed: int) -> list[Mask]:
    rng = np.random.default_rng(seed)
    masks: dict[Mask, None] = {}
    while len(masks) < count:
        masks[random_mask(session.architecture, rng=rng)] = None
    return list(masks)


def table(results: dict[str, list[Result]]) -> str:
    """Returns the results as a Markdown table, a row for each network: means, and the spread over the seeds."""
    lines = [
        "| network | test accuracy | parameters | evaluations | minutes |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, rows in results.items():
        accuracies = [100 * row.final.test_accuracy for row in rows]
        spread = f" ± {statistics.stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
        parameters = statistics.fmean(row.final.parameters for row in rows)
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
