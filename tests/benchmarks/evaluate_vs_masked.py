"""Scoring candidates along their shared prefixes against one full forward pass with zeroed blocks for each."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from oneshot_lab.supernet.evaluate import evaluate
from oneshot_lab.supernet.supernet import Supernet
from tests.benchmarks.networks import MaskedSupernet, noise, pooled_lenet, random_masks
from tests.benchmarks.registry import Figure, benchmark, compare
from tests.supernet.networks import candidate_logits

IMAGES = 5000
MASKED_BATCH = 500


def _measure(count: int, *, goal: float | None, rounds: int) -> Iterator[Figure]:
    name = f"evaluate_vs_masked_{count}"
    split, supernet = noise(IMAGES), Supernet(pooled_lenet())
    masks = random_masks(supernet.architecture, count)
    masked = MaskedSupernet(supernet.architecture)

    def score_masked() -> None:
        with torch.inference_mode():
            for mask in masks:
                loss, hits = 0.0, 0
                for x, y in split.batches(MASKED_BATCH, device=torch.device("cpu")):
                    logits = masked(x, mask)
                    loss += torch.nn.functional.cross_entropy(logits, y, reduction="sum").item()
                    hits += int((logits.argmax(1) == y).sum().item())

    x, _ = next(split.batches(500))
    with torch.inference_mode():
        difference = max(
            (logits - masked(x, mask)).abs().max().item()
            for mask, logits in candidate_logits(supernet, masks, x).items()
        )
    ratio, ours, theirs = compare(lambda: evaluate(supernet, masks, split, device="cpu"), score_masked, rounds=rounds)
    yield Figure(name, ratio, "x", goal)
    yield Figure("  ours", ours, "s")
    yield Figure("  masked", theirs, "s")
    yield Figure("  largest difference of logits", difference, "", 1e-5, at_most=True)


@benchmark("evaluate_vs_masked_100")
def evaluate_vs_masked_100() -> Iterator[Figure]:
    yield from _measure(100, goal=10, rounds=3)


@benchmark("evaluate_vs_masked_12")
def evaluate_vs_masked_12() -> Iterator[Figure]:
    yield from _measure(12, goal=None, rounds=5)
