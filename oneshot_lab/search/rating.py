"""What the surrogate expects of candidates: by the landmarks, and until there are any by losses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.constraint import Sizing
from oneshot_lab.search.generation import Generation
from oneshot_lab.search.surrogate import Observations, Posterior, Score, fit

Floats = NDArray[np.float64]

LEAST = 1e-3
"""The accuracy that counts in place of a lower one, whose logarithm might not be finite."""


@dataclass(frozen=True, eq=False)
class Rating:
    """Ratings of candidates by a posterior; higher is better, and size counts, see `Constraint`.

    With landmarks the posterior is that of accuracies, and a rating is the logarithm of an accuracy minus what size
    adds to a loss: both are in nats. Without any, the surrogate is fitted to the losses to which size has been added.
    It is told their logarithms, on which a diverged loss is no outlier, on a scale from 0 for the largest loss to 1 for
    the smallest; a loss that is not finite counts as the largest finite one.

    Attributes:
        known: Landmarks, and candidates of finite loss, within the limit of size: those of the highest mean first.
    """

    known: tuple[Mask, ...]
    _posterior: Posterior
    _sizing: Sizing

    @classmethod
    def of(
        cls,
        generations: Iterable[Generation],
        architecture: Architecture,
        *,
        sizing: Sizing,
        calibrated: Posterior | None = None,
    ) -> Rating | None:
        """Returns the ratings by what is known; None if there is neither a finite loss nor a landmark.

        Args:
            generations: Those whose losses hold.
            architecture: The architecture of the search.
            sizing: Its constraint.
            calibrated: The posterior of accuracies; None: there are no landmarks.
        """
        losses = {
            mask: loss + sizing.added(mask)
            for generation in generations
            for mask, loss in zip(generation.population, generation.losses, strict=True)
        }
        known = [mask for mask, loss in losses.items() if np.isfinite(loss)]
        if calibrated is not None:
            known = list(dict.fromkeys([*known, *calibrated.landmarks]))
        elif not known:
            return None
        posterior = _fitted(losses, architecture) if calibrated is None else calibrated
        ordered = cls((), posterior, sizing).best_first([mask for mask in known if sizing.fits(mask)])
        return cls(tuple(ordered), posterior, sizing)

    def best_first(self, masks: Sequence[Mask]) -> list[Mask]:
        """Returns candidates in the order of their ratings by the posterior mean."""
        if not masks:
            return []
        means = self._in_nats(self._posterior.of(masks)[0], masks)
        return [masks[row] for row in np.argsort(-means, kind="stable")]

    def favourites(self, masks: Sequence[Mask], count: int, *, rng: np.random.Generator) -> list[Mask]:
        """Returns at most this many of some candidates, each the best one that is left by a draw from the posterior.

        Thompson 1933; a joint draw for each candidate of a population, as in Hernández-Lobato et al. 2017.
        """
        count = min(count, len(masks))
        if not count:
            return []
        chosen: list[int] = []
        for draw in self._in_nats(self._posterior.samples(masks, count=count, rng=rng), masks):
            draw[chosen] = -np.inf
            chosen.append(int(draw.argmax()))
        return [masks[row] for row in chosen]

    def _in_nats(self, values: Floats, masks: Sequence[Mask]) -> Floats:
        """Returns the ratings by values of the posterior, (…, n)."""
        if not self._posterior.calibrated:
            return values
        rated: Floats = np.log(np.maximum(values, LEAST)) - [self._sizing.added(mask) for mask in masks]
        return rated


def _fitted(losses: Mapping[Mask, float], architecture: Architecture) -> Posterior:
    """Fits the surrogate to losses, on a scale that it takes for one-shot accuracies; see `Rating`."""
    worst = max(loss for loss in losses.values() if np.isfinite(loss))
    logarithms = {mask: float(np.log((loss if np.isfinite(loss) else worst) + 1e-8)) for mask, loss in losses.items()}
    least, largest = min(logarithms.values()), max(logarithms.values())
    width = largest - least or 1.0
    scores = [Score(mask, loss=1.0, accuracy=(largest - value) / width) for mask, value in logarithms.items()]
    return fit(Observations(scores=scores), architecture)
