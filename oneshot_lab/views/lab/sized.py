"""Candidates with their size and accuracy: by the posterior as soon as landmarks count, until then by score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oneshot_lab.architecture.mask import Mask

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Sized(NamedTuple):
    """A candidate with its size and how good it is.

    Attributes:
        mask: The candidate.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        accuracy: The posterior mean of its accuracy; without landmarks its score, measured with the supernet's weights.
        interval: The ends of its 95 % interval; None without landmarks.
    """

    mask: Mask
    parameters: int
    macs: int
    accuracy: float
    interval: tuple[float, float] | None = None

    @property
    def told(self) -> str:
        """Its accuracy in words, with half of the interval."""
        shown = f"{100 * self.accuracy:.1f} %"
        if self.interval is None:
            return f"accuracy {shown}"
        low, high = self.interval
        return f"posterior {shown} ± {50 * (high - low):.1f}"


def sized(session: SearchSession) -> list[Sized]:
    """Returns the candidates whose evaluation holds, and, as soon as they count, the landmarks."""
    evaluated = session.current_candidates()
    if not session.is_calibrated:
        return [Sized(each.mask, each.parameters, each.macs, each.accuracy) for each in evaluated]
    sizes = {each.mask: (each.parameters, each.macs) for each in (*session.trained_landmarks, *evaluated)}
    known = session.posterior()
    intervals = zip(known.low.tolist(), known.high.tolist(), strict=True)
    numbers = zip(known.masks, known.mean.tolist(), intervals, strict=True)
    # The worker may know more by now than the traits tell.
    return [Sized(mask, *sizes[mask], mean, interval) for mask, mean, interval in numbers if mask in sizes]
