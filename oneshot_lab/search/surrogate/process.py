"""Gaussian processes whose hyperparameters are averaged over a grid, and whose scale has a prior."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.search.surrogate.kernel import Setting, Terms

Floats = NDArray[np.float64]

FREEDOM = 1.0
"""Degrees of freedom of the prior of the scale: it tells as much as this many observations."""

NEGLIGIBLE = 1e-3
"""Settings less probable than this, relative to the most probable one, are dropped."""

NORMAL = 1.959963984540054
"""A normal variable is within so many deviations of its mean with 95 % probability."""


@dataclass(frozen=True)
class Targets:
    """What a process is fitted to; the values have a prior mean of 0.

    Attributes:
        values: Means of the observations of each candidate, (n,).
        counts: How many observations each is the mean of.
        scatter: Sum of squared deviations of the observations of each from that mean.
        scale: Typical deviation between candidates, before any observation.
    """

    values: Floats
    counts: Floats
    scatter: Floats
    scale: float

    @classmethod
    def single(cls, values: Floats, *, scale: float) -> Targets:
        """Returns targets of one observation each."""
        return cls(values, np.ones(len(values)), np.zeros(len(values)), scale)


@dataclass(frozen=True, eq=False)
class Process:
    """A mixture of Gaussian processes, one for each setting of the grid.

    For given hyperparameters and scale s² the values are normal with covariance s² (K + r/m), where r is the noise and
    m the number of observations of a candidate (Rasmussen & Williams 2006, Section 2.2). Repeated observations enter by
    their mean and scatter, which are sufficient: so repeats determine the noise where there are any, and elsewhere the
    marginal likelihood. s² has an inverse gamma prior and is integrated out, which gives Student's t (O'Hagan & Forster
    2004, Chapter 11). All settings are equally likely before, and the grid is summed over by posterior weight: with few
    observations the best setting alone is too sure of itself (Rasmussen & Williams, Section 5.2).

    Attributes:
        settings: The settings that matter.
        weights: Their posterior probabilities, (t,).
        inverse: (K + r/m)⁻¹ for each setting, (t, n, n).
        alpha: That times the values, (t, n).
        shape: Half the degrees of freedom.
        rates: Of the posterior of s², (t,).
        targets: What it was fitted to.
    """

    settings: tuple[Setting, ...]
    weights: Floats
    inverse: Floats
    alpha: Floats
    shape: float
    rates: Floats
    targets: Targets

    @classmethod
    def fit(cls, terms: Terms, targets: Targets, *, grid: Sequence[Setting], most: int | None = None) -> Process:
        """Fits the process.

        Args:
            terms: Of the observed candidates with each other.
            targets: The observations.
            grid: The settings.
            most: How many of the most probable settings to keep; None: all that matter.
        """
        noise = np.array([setting.noise for setting in grid])
        kernels = {kernel: terms.weigh(*kernel) for kernel in dict.fromkeys(setting.kernel for setting in grid)}
        factors = [_factor(kernels[setting.kernel], setting.noise / targets.counts) for setting in grid]
        logdets = np.array([2.0 * np.log(np.diag(factor)).sum() for factor in factors])
        alpha: Floats = np.array([_solve(factor, targets.values) for factor in factors])
        repeats = float((targets.counts - 1).sum())
        shape = (FREEDOM + float(targets.counts.sum())) / 2
        rates = _prior_rate(targets) + 0.5 * (alpha @ targets.values + targets.scatter.sum() / noise)
        logs = -0.5 * (logdets + repeats * np.log(noise)) - shape * np.log(rates)
        shares: Floats = np.exp(logs - logs.max())
        order = np.argsort(-shares, kind="stable")
        kept = order[shares[order] > NEGLIGIBLE][:most]
        weights: Floats = shares[kept] / shares[kept].sum()
        inverse: Floats = np.array([_invert(factors[index]) for index in kept])
        return cls(tuple(grid[index] for index in kept), weights, inverse, alpha[kept], shape, rates[kept], targets)

    @property
    def variances(self) -> Floats:
        """The variance s² for each setting, (t,), with allowance for not knowing it."""
        return _spread(self.rates, np.float64(self.shape))

    @property
    def noise(self) -> float:
        """Posterior deviation of one observation of a candidate around the candidate's value."""
        noises = np.array([setting.noise for setting in self.settings])
        return math.sqrt(float(self.weights @ (noises * self.rates)) / self.shape)

    def predict(self, cross: Terms, own: Terms) -> tuple[Floats, Floats]:
        """Returns means and deviations of candidates, (n,), without the noise of an observation.

        Args:
            cross: Terms between the observed candidates (rows) and these (columns).
            own: The terms of each with itself, (n,).
        """
        means, seconds = np.zeros(own.gap.shape), np.zeros(own.gap.shape)
        for part in self._parts:
            known = cross.weigh(part.share, part.length)
            seconds += part.variance * own.weigh(part.share, part.length)
            seconds -= np.einsum("ij,ij->j", known, part.matrix @ known)
            means += part.alpha @ known
        return means, np.sqrt(np.maximum(seconds - means**2, 0.0))

    def covariance(self, rows: Terms, columns: Terms, between: Terms) -> Floats:
        """Returns the covariance of candidates with others, (rows, columns), without the noise of an observation.

        Args:
            rows: Terms between the observed candidates (rows) and these (columns).
            columns: Terms between the observed candidates (rows) and the others (columns).
            between: Terms between these and the others.
        """
        lefts, rights = np.zeros(between.gap.shape[0]), np.zeros(between.gap.shape[1])
        total = np.zeros(between.gap.shape)
        for part in self._parts:
            left, right = rows.weigh(part.share, part.length), columns.weigh(part.share, part.length)
            total += part.variance * between.weigh(part.share, part.length) - left.T @ part.matrix @ right
            lefts += part.alpha @ left
            rights += part.alpha @ right
        covariance: Floats = total - np.outer(lefts, rights)
        return covariance

    def leave_one_out(self) -> tuple[Floats, Floats]:
        """Returns mean and deviation for each observed candidate as predicted without its observations.

        In closed form (Rasmussen & Williams 2006, Equations 5.10 to 5.12); the weights of the settings are those
        without the candidate, too. The deviation is that of the mean of as many observations as the candidate has.
        """
        diagonal: Floats = np.einsum("tii->ti", self.inverse)
        gaps = self.alpha / diagonal  # value minus prediction, (t, n)
        noise = np.array([setting.noise for setting in self.settings])[:, None]
        counts, scatter = self.targets.counts, self.targets.scatter
        shape = self.shape - counts / 2
        rates = self.rates[:, None] - 0.5 * (gaps**2 * diagonal + scatter / noise)
        # Rounding errors alone can bring it below that of the prior.
        rates = np.maximum(rates, _prior_rate(self.targets))
        logs = self.shape * np.log(self.rates)[:, None] - shape * np.log(rates)
        # The evidence without the candidate over that with it: the determinants differ by this diagonal.
        logs += np.log(self.weights)[:, None] + 0.5 * ((counts - 1) * np.log(noise) - np.log(diagonal))
        weights = np.exp(logs - logs.max(axis=0))
        weights /= weights.sum(axis=0)
        means = self.targets.values - gaps
        mean: Floats = (weights * means).sum(axis=0)
        spread = _spread(rates, shape) / diagonal
        return mean, np.sqrt((weights * (spread + (means - mean) ** 2)).sum(axis=0))

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        """The settings summed over the noise, on which the kernel does not depend."""
        groups: dict[tuple[float, float], list[int]] = {}
        for index, setting in enumerate(self.settings):
            groups.setdefault(setting.kernel, []).append(index)
        scaled = self.weights * self.variances
        return tuple(
            _Part(
                *kernel,
                float(scaled[rows].sum()),
                self.weights[rows] @ self.alpha[rows],
                # Mean squares of the means are subtracted here, so that one quadratic form gives second moments.
                np.einsum("t,tij->ij", scaled[rows], self.inverse[rows])
                - np.einsum("t,ti,tj->ij", self.weights[rows], self.alpha[rows], self.alpha[rows]),
            )
            for kernel, rows in groups.items()
        )


@dataclass(frozen=True, eq=False)
class _Part:
    """The settings with one kernel: weighted sums over them.

    Attributes:
        share: As in `Setting`.
        length: As in `Setting`.
        variance: Of s².
        alpha: Of α, (n,).
        matrix: Of s² (K + r/m)⁻¹ − α αᵀ, (n, n).
    """

    share: float
    length: float
    variance: float
    alpha: Floats
    matrix: Floats


def _prior_rate(targets: Targets) -> float:
    return FREEDOM / 2 * targets.scale**2


def _spread(rates: Floats, shape: Floats | np.float64) -> Floats:
    """Returns the variances for which mean ± 1.96 deviations is the 95 % interval of Student's t.

    The variance of Student's t itself says the same from four degrees of freedom on, and is infinite up to two.
    """
    from scipy.special import stdtrit  # slow to load, so only when it is needed

    wider: Floats = stdtrit(2 * shape, 0.975) / NORMAL
    return rates / shape * wider**2


def _factor(kernel: Floats, noise: Floats) -> Floats:
    """Returns the lower Cholesky factor of the kernel with noise on its diagonal, (n, n)."""
    from scipy.linalg.lapack import dpotrf  # slow to load, so only when it is needed

    factor: Floats = dpotrf(kernel + np.diag(noise), lower=True)[0]
    return factor


def _solve(factor: Floats, values: Floats) -> Floats:
    """Returns the inverse, given by its Cholesky factor, times these values, (n,)."""
    from scipy.linalg.lapack import dpotrs  # as above

    solution: Floats = dpotrs(factor, values, lower=True)[0].ravel()
    return solution


def _invert(factor: Floats) -> Floats:
    """Returns the inverse, given by its Cholesky factor, (n, n)."""
    from scipy.linalg.lapack import dpotri  # as above

    half: Floats = dpotri(factor, lower=True)[0]
    inverse: Floats = half + half.T - np.diag(np.diag(half))
    return inverse
