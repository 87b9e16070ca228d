"""What the rate of block dropout does to scores and to their ranking (`make bench-dropout`), as the paper asks in §7.

Supernets are trained by block dropout alone, the recipe `paper`, at five rates: the share of blocks that a step leaves
out. Each gets as many multiply-adds as the default recipe in three epochs, to the nearest whole epoch. Scores are
written down when they are computed, so that an interrupted run is taken up again; `--table` only prints the table.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.supernet.recipes import RECIPES, Recipe
from tests.benchmarks.one_shot import STEPS, OneShot
from tests.benchmarks.rank import RANKED_BY, results
from tests.benchmarks.ranking import Pairs, Row, against_each, against_others, tau
from tests.benchmarks.recipes import Variant, by_variant, compute, equal_epochs, scored
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import Truth, find_space, load_truth

FILE = Path("build/dropout.jsonl")

RATES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Probabilities that a step leaves a block out; the paper has 0.5."""

BEST = 10
"""Of how many of the best networks the blocks are counted."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.dropout", description=__doc__)
    parser.add_argument("space", nargs="?", default="rich_lenet", help="its name; rich_lenet if left out")
    parser.add_argument("--seeds", type=int, default=3, help="supernets of each rate")
    parser.add_argument("--file", type=Path, default=FILE, help="where the scores lie")
    parser.add_argument("--table", action="store_true", help="only print the table of what is there")
    options = parser.parse_args()
    try:
        space = find_space(options.space)
        truth = load_truth(space)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    options.file.parent.mkdir(parents=True, exist_ok=True)
    if not options.table:
        compute([space], [*variants().values()], options.file, seeds=options.seeds)
    print(table(space, truth, by_variant(scored(space, options.file), truth.masks)))
    return 0


def variants() -> dict[float, Variant]:
    """Returns what is compared, by rate."""
    names = {rate: f"block dropout {rate:g}" for rate in RATES}
    usual = RECIPES["paper"]
    return {rate: Variant(name, replace(usual, name=name, keep=1 - rate)) for rate, name in names.items()}


def table(space: Space, truth: Truth, found: Mapping[str, Sequence[OneShot]]) -> str:
    """Returns the results as Markdown: a row for each rate that has scores, and one more training of each network.

    Args:
        space: The yardstick.
        truth: Its results.
        found: The scores of the same networks by each supernet, by the variant's name.
    """
    lines = [
        f"| blocks left out | trained at once | epochs | τ by accuracy | τ by loss | half of the scores "
        f"| blocks of the {BEST} best |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rate, variant in variants().items():
        if scores := found.get(variant.name):
            start = f"{rate:.0%} | {trained_at_once(space, variant.recipe):.1f} | {equal_epochs(space, variant.recipe)}"
            pairs = (against_each([each.by(by) for each in scores], results(truth, by)) for by in RANKED_BY)
            lines.append(_line(start, pairs, [each.accuracy for each in scores], truth.masks))
    others = (against_others(results(truth, by)) for by in RANKED_BY)
    lines.append(_line("one more training | |", others, [*truth.accuracy.T], truth.masks))
    return "\n".join(lines)


def trained_at_once(space: Space, recipe: Recipe) -> float:
    """Returns how many blocks a step trains on average."""
    rng = np.random.default_rng(0)
    steps = [recipe.masks(space.architecture, rng=rng) for _ in range(STEPS)]
    return statistics.fmean(len(mask) for step in steps for mask in step)


def blocks_of_best(accuracy: Row, masks: Sequence[Mask]) -> float:
    """Returns how many blocks the networks of the highest accuracy have on average."""
    return statistics.fmean(len(masks[row]) for row in np.argsort(-accuracy, kind="stable")[:BEST])


def _line(start: str, pairs: Iterable[Pairs], accuracies: Sequence[Row], masks: Sequence[Mask]) -> str:
    taus = " | ".join(f"{statistics.fmean(tau(*pair) for pair in each):.2f}" for each in pairs)
    low, high = np.quantile(accuracies, (0.25, 0.75), axis=1).mean(axis=1)
    blocks = statistics.fmean(blocks_of_best(accuracy, masks) for accuracy in accuracies)
    return f"| {start} | {taus} | {100 * low:.1f} to {100 * high:.1f} % | {blocks:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
