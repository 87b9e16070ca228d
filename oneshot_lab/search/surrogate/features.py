"""The one-shot scores as features of every candidate: as measured, or estimated where a candidate has none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.search.surrogate.kernel import Setting, Terms
from oneshot_lab.search.surrogate.process import Process, Targets

Floats = NDArray[np.float64]

GRID = tuple(Setting(0.0, length, noise) for length in (0.05, 0.2) for noise in (0.05, 0.3, 1.0))

MOST = 200
"""The process of the scores is fitted to so many candidates at most, so that it stays fast."""

EXTREME = 4.0
"""Standardised scores beyond this count as this: a candidate that failed does not push all others together."""


@dataclass(frozen=True, eq=False)
class Feature:
    """One kind of score, standardised so that more is better.

    A score of its own is the part of it that no other candidate's score tells: the noise of the process.

    Attributes:
        signs: The scored candidates, (n, d), each once.
        values: Their standardised scores, (n,).
    """

    signs: Floats
    values: Floats

    @classmethod
    def of(cls, signs: Floats, scores: Floats) -> Feature | None:
        """Makes a feature of finite scores, of which more is better; None if they do not differ.

        Median and median deviation standardise them, which a few failed candidates do not change.
        """
        centre = float(np.median(scores))
        scale = 1.4826 * float(np.median(np.abs(scores - centre))) or float(scores.std())
        if not scale > 1e-9 * max(abs(centre), 1e-3):
            return None
        return cls(signs, np.clip((scores - centre) / scale, -EXTREME, EXTREME))

    @cached_property
    def known(self) -> dict[bytes, float]:
        """The measured scores by the signs of their candidates."""
        return {row.tobytes(): float(value) for row, value in zip(self.signs, self.values, strict=True)}

    @cached_property
    def fitted(self) -> tuple[Floats, Process]:
        """The process that estimates missing scores, and the candidates that it was fitted to; only when needed."""
        rows = chosen_rows(len(self.values))
        signs = self.signs[rows]
        targets = Targets.single(self.values[rows], scale=1.0)
        return signs, Process.fit(Terms.between(signs, signs), targets, grid=GRID, most=1)

    def of_candidates(self, signs: Floats) -> tuple[Floats, Floats]:
        """Returns the expected score of candidates, and its variance: 0 where it was measured; (n,) each."""
        values = np.array([self.known.get(row.tobytes(), np.nan) for row in signs])
        variances = np.zeros(len(signs))
        missing = np.isnan(values)
        if missing.any():
            inputs, process = self.fitted
            rows = signs[missing]
            values[missing], deviations = process.predict(Terms.between(inputs, rows), Terms.alone(len(rows)))
            variances[missing] = deviations**2 + process.noise**2
        return values, variances

    def covariance(self, rows: Floats, columns: Floats) -> Floats:
        """Returns the covariance of the scores of candidates that have none, (rows, columns)."""
        inputs, process = self.fitted
        between = Terms.between(rows, columns)
        covariance = process.covariance(Terms.between(inputs, rows), Terms.between(inputs, columns), between)
        total: Floats = covariance + process.noise**2 * (between.gap == 0)
        return total


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the kernel knows of candidates.

    Attributes:
        signs: +1 for each active block and −1 for the others, (n, d); blocks that every network has are left out.
        scores: Expected standardised scores, (n, k); k is 0 without scores.
        variances: Their variances, (n, k); 0 where they were measured.
        places: Distances to the landmarks, (n, m), NaN where unknown; None without distances.
    """

    signs: Floats
    scores: Floats
    variances: Floats
    places: Floats | None

    def __len__(self) -> int:
        return len(self.signs)

    @property
    def quality(self) -> Floats:
        """The mean of the expected scores of each, (n,); 0 without scores."""
        mean: Floats = self.scores.mean(axis=1) if self.scores.shape[1] else np.zeros(len(self))
        return mean


@dataclass(frozen=True, eq=False)
class Features:
    """All kinds of scores together; a candidate without a score is known by expectation and covariance.

    A candidate's quality is linear in its scores plus a Gaussian process of the rest, and so is each score: this is
    co-kriging of a cheap and an expensive measurement (Kennedy & O'Hagan 2000, Equation 1) in the recursive form of
    Le Gratiet & Garnier (2014), where scores that were measured are taken as they are. An unknown score s enters the
    linear part of the kernel by E[s s'], which is the product of the expectations plus the covariance.

    If scores are smooth plus noise, of which the smooth part alone counts, as where Kennedy & O'Hagan's cheap
    measurement is noisy, rankings and coverage of invented truths are the same; so the simpler form stands.

    More features tell hardly more. On the yardstick rich_lenet, at a tenth of the compute of training every network
    once (one such training: τ 0.87), none of these is better than τ 0.69 by more than 0.01: checkpoints after
    epochs 1 and 2, the loss at the best temperature, ranks instead of clipped scores, another prior of the slope,
    and the logarithms of parameters and multiply-adds in the kernel. (Without scores the latter help, from 0.48 to
    0.57 with 9 landmarks; kernels additive over layers do not.) A second supernet, by two paths, costs more
    landmarks than it is worth. What does tell more is to train each candidate for 40 steps from the supernet's
    weights before it is scored: τ 0.74 for the same compute (one supernet).
    """

    each: tuple[Feature, ...]

    def inputs(self, signs: Floats, places: Floats | None = None) -> Inputs:
        """Returns what the kernel knows of candidates, given by their signs, (n, d)."""
        found = [feature.of_candidates(signs) for feature in self.each]
        if not found:
            return Inputs(signs, np.zeros((len(signs), 0)), np.zeros((len(signs), 0)), places)
        scores, variances = (np.column_stack(columns) for columns in zip(*found, strict=True))
        return Inputs(signs, scores, variances, places)

    def terms(self, rows: Inputs, columns: Inputs) -> Terms:
        """Returns the terms of the kernel between two lists of candidates, (rows, columns)."""
        far = None
        if rows.places is not None and columns.places is not None:
            far = sum((left[:, None] - right) ** 2 for left, right in zip(rows.places.T, columns.places.T, strict=True))
            far = far / rows.places.shape[1]
        return Terms.between(rows.signs, columns.signs).mixed(self._products(rows, columns), far)

    def alone(self, inputs: Inputs) -> Terms:
        """Returns the terms of candidates with themselves, (n,)."""
        far = None if inputs.places is None else np.zeros(len(inputs))
        return Terms.alone(len(inputs)).mixed(self._squares(inputs), far)

    def _products(self, rows: Inputs, columns: Inputs) -> Floats | None:
        if not self.each:
            return None
        products: Floats = rows.scores @ columns.scores.T
        for column, feature in enumerate(self.each):
            left, right = rows.variances[:, column] > 0, columns.variances[:, column] > 0
            if left.any() and right.any():
                products[np.ix_(left, right)] += feature.covariance(rows.signs[left], columns.signs[right])
        return products / len(self.each)

    def _squares(self, inputs: Inputs) -> Floats | None:
        if not self.each:
            return None
        squares: Floats = (inputs.scores**2 + inputs.variances).mean(axis=1)
        return squares


def chosen_rows(count: int) -> NDArray[np.intp]:
    """Returns up to `MOST` of so many rows, evenly at random, and the same in each call."""
    if count <= MOST:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:MOST])
