"""What steering does (`make bench-steering`): the search with a region to draw from, beside the search without.

For each seed a supernet is trained on digits and three generations are run. Then the search goes on twice from
there: by itself, and *steered*, which is `focus` on the square of the map around the best candidate so far that
holds a quarter of all dots. Nothing else differs, nobody looks at the scores again. Told are

- the share of the candidates drawn after focusing, elites apart, that lie inside the region;
- the evaluations, from the start, until one candidate has a target accuracy on the validation split: that of the
  10th best, and of the 2nd best, of 1,000 random candidates that are scored by the same supernet.

So much of digits is held out for validation, and the supernet trained so briefly, that candidates differ by more than
an image or two.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template, widen_choices
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.region import Region
from oneshot_lab.supernet.data import load_data
from tests.benchmarks.networks import random_masks
from tests.benchmarks.study import machine

KERNELS = (3, 5, 7, 1, 9)
VALIDATION = 0.4
EPOCHS = 4
BEFORE = 3
AFTER = 9
RANDOM = 1000
TARGETS = {"10th": 10, "2nd": 2}
"""By name, the place among the random candidates."""


@dataclass(frozen=True)
class Result:
    """What one search of one seed gave.

    Attributes:
        best: The highest validation accuracy.
        evaluations: By target, how many there were until it was reached; infinite where it was not.
        inside: Of a steered search, the share of the candidates drawn that lie in the region.
    """

    best: float
    evaluations: dict[str, float]
    inside: float | None = None


def template() -> Architecture:
    """Returns LeNet with five kernel sizes in both convolution layers: 2,883 networks, many times what is evaluated."""
    return widen_choices(load_template("lenet", input_shape=(1, 8, 8), width=0.5), kernels=KERNELS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.steering")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    results: dict[str, list[Result]] = {"by itself": [], "steered": []}
    with get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        seeds = range(options.first, options.first + options.seeds)
        for seed, pair in zip(seeds, pool.imap(study, seeds), strict=True):
            for (name, found), result in zip(results.items(), pair, strict=True):
                found.append(result)
                print(f"seed {seed}, {name}: {result}", flush=True)
        # Left to themselves the processes put away what they share; terminated they would not.
        pool.close()
        pool.join()
    print(f"\ndigits, seeds {seeds[0]} to {seeds[-1]}; {machine()}\n")
    print(table(results))


def study(seed: int) -> tuple[Result, Result]:
    """Runs one seed: the search by itself, and steered."""
    torch.set_num_threads(1)
    data = load_data("digits", seed=seed, validation=VALIDATION)
    with TemporaryDirectory() as folder:
        trained, path = Path(folder, "trained.oneshot"), Path(folder, "search.oneshot")
        session = SearchSession(template(), data, seed=seed, bar=False)
        session.train(EPOCHS)
        session.save(trained)
        session.project()
        _run(session, BEFORE)
        session.save(path)
        # Without a map, on which a thousand would have to be placed.
        yardstick, plain, steered = (SearchSession.load(p, data=data, bar=False) for p in (trained, path, path))
    scored = yardstick.evaluate(*random_masks(yardstick.architecture, RANDOM, seed=seed))
    ranked = sorted((candidate.accuracy for candidate in scored), reverse=True)
    targets = {name: ranked[place - 1] for name, place in TARGETS.items()}
    _run(plain, AFTER)
    steered.focus(around_best(steered))
    inside = statistics.fmean(_inside(steered, AFTER))
    return _result(plain, targets), _result(steered, targets, inside)


def around_best(session: SearchSession) -> Region:
    """Returns the square around the best candidate that holds a quarter of the dots."""
    dots = session.projection
    x, y = dots[session.best.mask]
    reach = float(np.quantile(np.abs(dots.coordinates() - (x, y)).max(axis=1), 0.25))
    return session.region(x=(x - reach, x + reach), y=(y - reach, y + reach), name="around the best")


def _run(session: SearchSession, iterations: int) -> None:
    for _ in session.evolve(iterations):
        pass


def _inside(session: SearchSession, iterations: int) -> Iterator[bool]:
    """Yields for each candidate that was drawn whether it lies in the focused region."""
    for generation in session.evolve(iterations):
        for mask in islice(generation.population, session.state.strategy.elite, None):
            yield mask in session.focused


def _result(session: SearchSession, targets: dict[str, float], inside: float | None = None) -> Result:
    accuracies = session.candidates["accuracy"].to_numpy()
    reached = {name: np.flatnonzero(accuracies >= target) for name, target in targets.items()}
    evaluations = {name: float(first[0] + 1) if first.size else math.inf for name, first in reached.items()}
    return Result(float(accuracies.max()), evaluations, inside)


def table(results: dict[str, list[Result]]) -> str:
    """Returns medians over the seeds, and in how many of them a target was reached, as a Markdown table."""
    heads = ["search", *(f"evaluations to the {name} of {RANDOM:,}" for name in TARGETS), "best accuracy", "inside"]
    rows = [heads, ["---"] * len(heads)]
    for name, found in results.items():
        row = [name]
        for target in TARGETS:
            evaluations = [result.evaluations[target] for result in found]
            reached = sum(map(math.isfinite, evaluations))
            middle = statistics.median(evaluations)
            told = f"{middle:.0f}" if math.isfinite(middle) else "not reached"
            row.append(f"{told} ({reached} of {len(found)} seeds)")
        row.append(f"{statistics.median(result.best for result in found):.2%}")
        shares = [result.inside for result in found if result.inside is not None]
        row.append(f"{statistics.fmean(shares):.1%}" if shares else "")
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
