"""Which recipe ranks candidates best (`make bench-recipes`): all of them on all yardsticks, at equal compute.

Each supernet gets as many multiply-adds as the default recipe in three epochs, to the nearest whole epoch, so a cheap
recipe trains longer. Its scores, with batch norm recalibrated for each candidate, are held against single trainings.
Scores are written down when they are computed: an interrupted run is taken up again, and the table is printed from
all of them. `--table` only prints it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, RECIPES, Recipe
from tests.benchmarks.one_shot import OneShot, compute_share, one_shot
from tests.benchmarks.ranking import against_each, against_others, regret, tau
from tests.benchmarks.spaces.space import Space
from tests.benchmarks.spaces.truth import Truth, find_space, find_spaces, has_truth, load_truth
from tests.benchmarks.written import entries, open_for_more, write

FILE = Path("build/recipes.jsonl")
EPOCHS = 3
"""Of the default recipe."""

SCORES = ("accuracy", "loss", "both")


@dataclass(frozen=True)
class Variant:
    """A way to get scores.

    Attributes:
        name: As the table tells it.
        recipe: How the supernet is trained.
        calibrated: Whether batch norm is recalibrated for each candidate.
        averaged: Whether the scores are those of the mean of the weights over the last epoch.
    """

    name: str
    recipe: Recipe
    calibrated: bool = True
    averaged: bool = False


def variants() -> tuple[Variant, ...]:
    """Returns all that are compared."""
    named = [Variant(name, recipe) for name, recipe in RECIPES.items() if name != "whole"]
    usual = RECIPES[DEFAULT_RECIPE]
    return (
        *named,
        Variant(f"{usual.name}, supernet's own batch norm", usual, calibrated=False),
        Variant(f"{usual.name}, mean weights of the last epoch", usual, averaged=True),
        Variant(f"{usual.name}, twice the learning rate", replace(usual, learning_rate=2 * usual.learning_rate)),
        Variant(f"{usual.name}, half the learning rate", replace(usual, learning_rate=usual.learning_rate / 2)),
    )


@dataclass(frozen=True)
class Row:
    """What one recipe reaches on one space: the mean over its supernets and the trainings that it is held against.

    Attributes:
        tau: Kendall's τ by accuracy, by loss and by both; with trainings by accuracy, by loss and by accuracy.
        lost: The accuracy that is lost by taking the best of the first five by both.
    """

    tau: tuple[float, ...]
    lost: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recipes", description=__doc__)
    parser.add_argument("spaces", nargs="*", help="their names; all that have results if left out")
    parser.add_argument("--seeds", type=int, default=2, help="supernets of each recipe")
    parser.add_argument("--file", type=Path, default=FILE, help="where the scores lie")
    parser.add_argument("--table", action="store_true", help="only print the table of what is there")
    options = parser.parse_args()
    try:
        named = [find_space(name) for name in options.spaces]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    spaces = named or [space for space in find_spaces().values() if has_truth(space)]
    options.file.parent.mkdir(parents=True, exist_ok=True)
    if not options.table:
        compute(spaces, variants(), options.file, seeds=options.seeds)
    print(table({space.name: rows(space, scored(space, options.file)) for space in spaces if has_truth(space)}))
    return 0


def compute(spaces: Sequence[Space], compared: Sequence[Variant], path: Path, *, seeds: int) -> None:
    """Computes the scores that are not there yet, those of one seed for all variants before the next seed."""
    tasks = [(space, variant, seed) for seed in range(seeds) for space in spaces for variant in compared]
    there = {(space.name, *key) for space in spaces for key in scored(space, path)}
    waiting = [task for task in tasks if (task[0].name, task[1].name, task[2]) not in there]
    already = len(tasks) - len(waiting)
    with open_for_more(path) as file, tqdm(waiting, unit="supernet", initial=already, total=len(tasks)) as bar:
        for space, variant, seed in bar:
            bar.set_postfix_str(f"{space.name}: {variant.name}")
            found = score(space, variant, space.masks, seed=seed)
            entry = {
                "space": space.fingerprint,
                "variant": variant.name,
                "seed": seed,
                "accuracy": dict(zip(map(str, space.masks), found.accuracy.tolist(), strict=True)),
                "loss": dict(zip(map(str, space.masks), found.loss.tolist(), strict=True)),
            }
            write(entry, file)


def score(space: Space, variant: Variant, masks: Sequence[Mask], *, seed: int) -> OneShot:
    """Returns the scores of networks by one supernet."""
    return one_shot(
        space,
        masks,
        variant.recipe,
        epochs=equal_epochs(space, variant.recipe),
        seed=seed,
        calibrated=variant.calibrated,
        averaged=variant.averaged,
    )


def equal_epochs(space: Space, recipe: Recipe) -> int:
    """Returns the epochs in which a recipe computes as much as the default one in three, at least one."""
    one = space.masks[:1]
    usual, own = (compute_share(space, one, each, epochs=1) for each in (DEFAULT_RECIPE, recipe))
    return max(1, round(EPOCHS * usual / own))


def scored(space: Space, path: Path) -> dict[tuple[str, int], dict[str, dict[str, float]]]:
    """Returns the scores of a space that were written down, by variant and seed."""
    return dict(_read(space, path))


def _read(space: Space, path: Path) -> Iterator[tuple[tuple[str, int], dict[str, dict[str, float]]]]:
    for entry in entries(path):
        if entry["space"] == space.fingerprint:
            yield (entry["variant"], entry["seed"]), entry


def rows(space: Space, found: Mapping[tuple[str, int], dict[str, dict[str, float]]]) -> dict[str, Row]:
    """Returns what each variant reaches, and one more training beside them."""
    truth = load_truth(space)
    reached = {variant: _row(truth, each) for variant, each in by_variant(found, truth.masks).items()}
    others = [against_others(alone) for alone in (truth.accuracy, -truth.loss)]
    taus = tuple(statistics.fmean(tau(*pair) for pair in pairs) for pairs in others)
    return {**reached, "one more training": Row((*taus, taus[0]), regret(others[0], others[0]))}


def by_variant(
    found: Mapping[tuple[str, int], dict[str, dict[str, float]]], masks: Sequence[Mask]
) -> dict[str, list[OneShot]]:
    """Returns the scores of networks that were written down, by variant: one for each of its supernets."""
    scores: dict[str, list[OneShot]] = {}
    for (variant, _), entry in found.items():
        accuracy, loss = (np.array([entry[by][str(mask)] for mask in masks]) for by in ("accuracy", "loss"))
        scores.setdefault(variant, []).append(OneShot(accuracy, loss))
    return scores


def _row(truth: Truth, scores: Sequence[OneShot]) -> Row:
    alone = {"accuracy": truth.accuracy, "loss": -truth.loss, "both": truth.accuracy}
    pairs = {by: against_each([each.by(by) for each in scores], alone[by]) for by in SCORES}
    taus = tuple(statistics.fmean(tau(*pair) for pair in pairs[by]) for by in SCORES)
    return Row(taus, regret(pairs["both"], pairs["both"]))


def table(reached: Mapping[str, Mapping[str, Row]]) -> str:
    """Returns the results as Markdown: a table for each space, and the mean of all of them."""
    parts = [_table(name, found) for name, found in reached.items()]
    shared = [variant for variant in _names(reached.values()) if all(variant in found for found in reached.values())]
    if len(reached) > 1 and shared:
        parts.append(
            _table(
                "mean of all", {variant: _mean([found[variant] for found in reached.values()]) for variant in shared}
            )
        )
    return "\n\n".join(parts)


def _names(reached: Iterable[Mapping[str, Row]]) -> list[str]:
    return [*dict.fromkeys(variant for found in reached for variant in found)]


def _mean(found: Sequence[Row]) -> Row:
    columns = zip(*(each.tau for each in found), strict=True)
    return Row(tuple(map(statistics.fmean, columns)), statistics.fmean(each.lost for each in found))


def _table(name: str, found: Mapping[str, Row]) -> str:
    lines = [
        f"| {name} | τ by accuracy | τ by loss | τ by both | top-5 regret, points |",
        "| --- | --- | --- | --- | --- |",
    ]
    for variant, row in sorted(found.items(), key=lambda each: -each[1].tau[2]):
        lines.append(f"| {variant} | {' | '.join(f'{each:.2f}' for each in row.tau)} | {100 * row.lost:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
