"""The posterior: mean, deviation and joint distribution of the accuracy of candidates, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.surrogate.features import Inputs
from oneshot_lab.search.surrogate.held_out import HeldOut, HeldOutRow
from oneshot_lab.search.surrogate.model import Model
from oneshot_lab.search.surrogate.places import Places
from oneshot_lab.search.surrogate.process import NORMAL
from oneshot_lab.search.surrogate.scale import Scale
from oneshot_lab.search.surrogate.sorting import Coder, Landmarks

Floats = NDArray[np.float64]

TIED = 0.025
"""A candidate that is better than the best with this probability cannot be told apart from it."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """What scores and landmarks tell of the accuracy of every candidate of an architecture.

    Accuracies, deviations and intervals are shares, as everywhere in the package: 0.004 is 0.4 points. They are those
    of a candidate's accuracy on the validation split, averaged over trainings of it by itself: the `noise` of one more
    training comes on top. A candidate is any valid mask, evaluated or not. Equal networks have equal values.

    A candidate that is worse than half of the landmarks may be much worse: its interval reaches further down than up,
    see `Scale`. Its mean is then the value that it exceeds with even odds, and 1.96 deviations are half of its
    interval; for better ones both are what they are called.

    Attributes:
        architecture: Whose candidates.
        notes: Sentences about what was left out, and why.
    """

    architecture: Architecture
    notes: tuple[str, ...]
    _landmarks: Landmarks
    _coder: Coder
    _places: Places
    _scale: Scale
    _model: Model

    @property
    def landmarks(self) -> tuple[Mask, ...]:
        """The landmarks that count, in the order of their first training."""
        return self._landmarks.masks

    @property
    def calibrated(self) -> bool:
        """Whether there are landmarks.

        If not, the posterior smooths the one-shot accuracies, and its scale is theirs: it says nothing of the accuracy
        that a candidate has when it is trained by itself.
        """
        return bool(self.landmarks)

    def of(self, masks: Sequence[Mask]) -> tuple[Floats, Floats]:
        """Returns the posterior means and standard deviations of candidates, in the order of the masks.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        return self._told(*self._model.predict(self._inputs(masks)))

    def intervals(self, masks: Sequence[Mask]) -> tuple[Floats, Floats]:
        """Returns the lower and upper ends of the 95 % intervals, cut to what an accuracy may be: 0 to 1.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        return self._ends(*self._model.predict(self._inputs(masks)))

    def joint(self, masks: Sequence[Mask]) -> tuple[Floats, Floats]:
        """Returns the means, (n,), and the covariance, (n, n), of candidates.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        values, spreads, covariance = self._modelled(masks)
        means, deviations = self._told(values, spreads)
        wider = deviations / np.maximum(spreads, 1e-300)
        return means, covariance * np.outer(wider, wider)

    def samples(self, masks: Sequence[Mask], *, count: int = 1, rng: np.random.Generator) -> Floats:
        """Draws accuracies of all masks together, as Thompson sampling takes them.

        Args:
            masks: The candidates.
            count: How many draws.
            rng: Source of chance.

        Returns:
            One row for each draw, (count, n).

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        means, _, covariance = self._modelled(masks)
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return self._scale.draw_out(means + rng.standard_normal((count, len(masks))) @ root.T)

    def expected_improvement(self, masks: Sequence[Mask], *, over: float) -> Floats:
        """Returns by how much each candidate is expected to exceed an accuracy, counting 0 where it does not.

        Jones, Schonlau & Welch 1998, Equation 15, for a normal posterior.

        Args:
            masks: The candidates.
            over: The accuracy to exceed, such as the largest posterior mean of a landmark; below the middle of the
                landmarks the result is on the scale of the model.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        from scipy.special import ndtr  # slow to load, so only when it is needed

        # On the scale of the model, where all are normal; above the middle of the landmarks it is that of accuracies.
        means, deviations = self._model.predict(self._inputs(masks))
        gains = means - float(self._scale.draw_in(np.float64(over)))
        units = gains / np.maximum(deviations, 1e-12)
        density = np.exp(-(units**2) / 2) / np.sqrt(2 * np.pi)
        improvement: Floats = np.maximum(gains * ndtr(units) + deviations * density, 0.0)
        return improvement

    def chance_to_beat(self, masks: Sequence[Mask], other: Mask) -> Floats:
        """Returns the probability that each candidate is better than another one; ½ for that one itself.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        from scipy.special import ndtr  # slow to load, so only when it is needed

        inputs, rival = self._inputs(masks), self._inputs([other])
        (means, deviations), (mean, deviation) = self._model.predict(inputs), self._model.predict(rival)
        variances = deviations**2 + deviation**2 - 2.0 * self._model.covariance(inputs, rival)[:, 0]
        equal = (inputs.signs == rival.signs).all(axis=1)
        chances: Floats = ndtr((means - mean) / np.sqrt(np.where(equal, 1.0, np.maximum(variances, 1e-300))))
        return np.where(equal, 0.5, chances)

    def ties(self, masks: Sequence[Mask]) -> tuple[Mask, ...]:
        """Returns the candidates that cannot be told apart from the best, the best first, in the order of their means.

        The best has the largest posterior mean. Another one is tied with it if it is better with a probability of at
        least 2.5 % by their joint distribution: then the 95 % interval of their difference holds 0. Unlike the
        probability of being the best of all, this does not shrink where many similar candidates are asked about.

        Args:
            masks: The candidates.

        Raises:
            MaskError: A mask is not valid for the architecture.
        """
        masks = list(dict.fromkeys(masks))
        if not masks:
            return ()
        means = self.of(masks)[0]
        order = np.argsort(-means, kind="stable")
        chances = self.chance_to_beat(masks, masks[order[0]])
        return tuple(masks[index] for index in order if chances[index] >= TIED)

    @property
    def noise(self) -> float:
        """Standard deviation of the accuracy of one training around the mean over trainings of the same candidate.

        Landmarks that were trained with several seeds determine it. Without any, what is a candidate's own counts as
        noise in part, so that it is more likely too large than too small.
        """
        return self._model.process.noise

    @cached_property
    def held_out(self) -> HeldOut:
        """Each landmark as predicted without its own trainings; no rows with fewer than two landmarks."""
        if not self.calibrated or len(self.landmarks) < 2:
            return HeldOut(())
        values, spreads = self._model.leave_one_out()
        (means, deviations), (lows, highs) = self._told(values, spreads), self._ends(values, spreads)
        columns = (self._landmarks.accuracies, means, deviations, lows, highs)
        return HeldOut(
            tuple(
                HeldOutRow(mask, *map(float, row))
                for mask, row in zip(self.landmarks, zip(*columns, strict=True), strict=True)
            )
        )

    def _inputs(self, masks: Sequence[Mask]) -> Inputs:
        signs, valid = self._coder.signs(masks)
        if not valid.all():
            check_mask(self.architecture, masks[int(np.argmin(valid))])
        return self._model.features.inputs(signs, self._places.of(masks))

    def _modelled(self, masks: Sequence[Mask]) -> tuple[Floats, Floats, Floats]:
        """Returns means, deviations and covariance on the scale of the model."""
        inputs = self._inputs(masks)
        covariance = self._model.covariance(inputs, inputs)
        return *self._model.predict(inputs), (covariance + covariance.T) / 2.0

    def _told(self, means: Floats, deviations: Floats) -> tuple[Floats, Floats]:
        """Returns the accuracies of means on the scale of the model, and deviations as wide as the intervals."""
        lows, highs = self._ends(means, deviations)
        return self._scale.draw_out(means), np.maximum(deviations, (highs - lows) / (2 * NORMAL))

    def _ends(self, means: Floats, deviations: Floats) -> tuple[Floats, Floats]:
        """Returns the ends of the 95 % intervals, within what an accuracy may be."""
        ends = (self._scale.draw_out(means + sign * NORMAL * deviations) for sign in (-1, 1))
        low, high = (np.clip(end, 0.0, 1.0) for end in ends)
        return low, high
