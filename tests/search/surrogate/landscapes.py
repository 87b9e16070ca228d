"""Invented truths to fit the surrogate to: how good each network is, and what scores and trainings tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.operators import random_mask
from oneshot_lab.search.surrogate import Observations, Score, Training
from tests.strategies import chain

SPACE = chain(3, 3, 3, 3, 1)


@dataclass(frozen=True)
class Landscape:
    """Candidates with their true accuracies, and noisy views of them.

    Attributes:
        masks: The candidates, in random order.
        truth: The accuracy of each, averaged over all trainings.
        scores: The one-shot score of each.
        noise: Deviation of one training.
    """

    masks: tuple[Mask, ...]
    truth: np.ndarray
    scores: tuple[Score, ...]
    noise: float

    def trainings(self, count: int, *, seeds: int = 1, first: int = 0) -> list[Training]:
        """Trains candidates, each with so many seeds."""
        rng = np.random.default_rng(len(self.masks) + first)
        return [
            Training(self.masks[at], float(self.truth[at] + self.noise * rng.standard_normal()), seed)
            for at in range(first, first + count)
            for seed in range(seeds)
        ]

    def observe(self, count: int, *, scored: int | None = None, seeds: int = 1) -> Observations:
        """Observes so many landmarks, and the scores of the first so many candidates."""
        return Observations(self.scores[:scored], self.trainings(count, seeds=seeds))


def landscape(
    seed: int,
    *,
    architecture: Architecture = SPACE,
    count: int = 200,
    spread: float = 0.016,
    noise: float = 0.3,
    pairs: float = 0.3,
    own: float = 0.1,
    score_noise: float = 0.7,
    score_bias: float = 0.3,
) -> Landscape:
    """Draws a truth: effects of blocks, of pairs of blocks, and of each network by itself; and biased scores of it.

    Args:
        seed: Of everything.
        architecture: Whose candidates.
        count: How many candidates.
        spread: Deviation of the truth over the candidates.
        noise: Of one training, in units of the spread.
        pairs: Share of the variance that comes from pairs of blocks.
        own: Share that no other candidate tells of.
        score_noise: Of the scores, in units of the spread.
        score_bias: Error of the scores that is additive in the blocks, in units of the spread.
    """
    rng = np.random.default_rng(seed)
    masks = tuple(dict.fromkeys(random_mask(architecture, rng=rng) for _ in range(2 * count)))[:count]
    signs = 2.0 * np.array([mask.bits(architecture) for mask in masks]) - 1.0

    def unit(values: np.ndarray) -> np.ndarray:
        return (values - values.mean()) / (values.std() or 1.0)

    blocks = signs.shape[1]
    additive = unit(signs @ rng.standard_normal(blocks))
    joint = unit(np.einsum("ni,ij,nj->n", signs, rng.standard_normal((blocks, blocks)), signs))
    single = unit(rng.standard_normal(len(masks)))
    quality = np.sqrt(1 - pairs - own) * additive + np.sqrt(pairs) * joint + np.sqrt(own) * single
    bias = unit(signs @ rng.standard_normal(blocks))
    seen = [quality + score_bias * bias + score_noise * rng.standard_normal(len(masks)) for _ in range(2)]
    scores = tuple(
        Score(mask, float(np.exp(0.9 - 0.3 * low)), float(np.clip(0.55 + 0.08 * high, 0, 1)))
        for mask, high, low in zip(masks, *seen, strict=True)
    )
    return Landscape(masks, 0.86 + spread * quality, scores, noise * spread)


def worlds(count: int) -> Iterator[tuple[Architecture, Landscape, int]]:
    """Draws truths of many kinds: with and without scores, noise, interaction, and parts of a candidate's own.

    Returns:
        For each the architecture, the landscape, and how many of its candidates have a score: none, some or all.
    """
    links = chain(3, 3, 2, 3, 3, 2, 1, links=((0, 2), (3, 5)))
    for seed in range(count):
        rng = np.random.default_rng(seed)
        quality = {"score_noise": rng.choice([0.5, 1.0, 2.0]), "score_bias": rng.choice([0.3, 1.0])}
        shares = {"pairs": rng.choice([0.0, 0.3, 0.6]), "own": rng.choice([0.0, 0.1, 0.3])}
        space = (SPACE, links)[seed % 2]
        spread, noise = rng.choice([0.005, 0.015, 0.025]), rng.choice([0.15, 0.3, 1.0])
        land = landscape(seed, architecture=space, count=150, spread=spread, noise=noise, **quality, **shares)
        yield space, land, (0, 60, 150)[seed % 3]
