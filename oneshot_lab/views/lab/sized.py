"""Candidates with their size and accuracy: by the posterior as soon as landmarks count, until then by score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.surrogate.process import NORMAL

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Sized(NamedTuple):
    """A candidate with its size and how good it is.

    Attributes:
        mask: The candidate.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        accuracy: The posterior mean of its accuracy; without landmarks its score, measured with the supernet's weights.
        margin: Half of the width of its 95 % interval; None without landmarks.
    """

    mask: Mask
    parameters: int
    macs: int
    accuracy: float
    margin: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends of the interval, which are accuracies."""
        if self.margin is None:
            return None
        return max(self.accuracy - self.margin, 0.0), min(self.accuracy + self.margin, 1.0)

    @property
    def told(self) -> str:
        """Its accuracy in words, with half of the interval."""
        shown = f"{100 * self.accuracy:.1f} %"
        return f"accuracy {shown}" if self.margin is None else f"posterior {shown} ± {100 * self.margin:.1f}"


def sized(session: SearchSession) -> list[Sized]:
    """Returns the candidates whose evaluation holds, and, as soon as they count, the landmarks."""
    evaluated = session.current_candidates()
    if not session.is_calibrated:
        return [Sized(each.mask, each.parameters, each.macs, each.accuracy) for each in evaluated]
    sizes = {each.mask: (each.parameters, each.macs) for each in (*session.trained_landmarks, *evaluated)}
    known = session.posterior()
    numbers = zip(known.masks, known.mean.tolist(), known.deviation.tolist(), strict=True)
    # The worker may know more by now than the traits tell.
    return [Sized(mask, *sizes[mask], mean, NORMAL * deviation) for mask, mean, deviation in numbers if mask in sizes]
