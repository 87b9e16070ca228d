"""What the Search Space View draws, as plain values: the dots of a session's map, scored, filtered and told apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.shapes import Inference, cost, infer
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.views.map.colours import COLOURS, OF_THE_POSTERIOR
from oneshot_lab.views.map.estimates import NOTHING, Estimate, Estimates

FENCE = 3.0
"""A value is an outlier if it lies more than this many interquartile ranges below the first quartile."""

Range = tuple[float, float]


class Dot(NamedTuple):
    """A candidate on the map.

    Attributes:
        mask: The candidate.
        x: Its place, from left to right.
        y: From bottom to top.
        accuracy: Of its evaluation on the validation split; None: it has none.
        loss: Likewise.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        generation: The one that it was evaluated for; None: for none.
        stale: Whether weights or network have changed since the evaluation, so that it no longer counts.
        estimate: Its posterior; None: that was not asked for.
        trainings: Its trainings by itself, oldest first, also those that diverged.
    """

    mask: Mask
    x: float
    y: float
    accuracy: float | None
    loss: float | None
    parameters: int
    macs: int
    generation: int | None
    stale: bool
    estimate: Estimate | None = None
    trainings: tuple[Landmark, ...] = ()

    @property
    def evaluated(self) -> bool:
        """Whether it has an evaluation that holds: all others are drawn hollow or small."""
        return self.loss is not None and not self.stale

    @property
    def is_landmark(self) -> bool:
        """Whether it was trained by itself, and did not diverge each time: then it is drawn as a diamond."""
        return any(not each.has_diverged for each in self.trainings)


class Filter(NamedTuple):
    """Selects dots by ranges; a range of None accepts all dots, and dots without the number are in no range."""

    accuracy: Range | None = None
    parameters: Range | None = None
    generation: Range | None = None

    def passes(self, dot: Dot) -> bool:
        """Returns whether a dot is shown."""
        numbers = (dot.accuracy if dot.evaluated else None, dot.parameters, dot.generation)
        return all(
            limits is None or (number is not None and limits[0] <= number <= limits[1])
            for limits, number in zip(self, numbers, strict=True)
        )


class MapInfo(NamedTuple):
    """The map as it is drawn.

    Attributes:
        dots: Those that are shown, in the order of the map.
        hidden: How many the filter hides.
        low: The value at the left end of the scale: the worst of the dots that are shown, or where outliers begin;
            None: there is none.
        high: The best one.
        outliers: How many values are worse than `low`.
        newest: Positions in `dots` of the newest generation.
        best: Position of the best candidate; None: there is none, or it is hidden.
        lit: Positions of the dots that have all the selected blocks; none while no block is selected, and none where
            every dot has them, which would set nobody apart.
        ties: Positions of the dots that cannot be told apart from the best, without it.
        tied: How many candidates cannot, on the map or not.
        is_calibrated: Whether landmarks give the posterior its scale.
    """

    dots: tuple[Dot, ...]
    hidden: int
    low: float | None
    high: float | None
    outliers: int
    newest: tuple[int, ...]
    best: int | None
    lit: tuple[int, ...]
    ties: tuple[int, ...] = ()
    tied: int = 0
    is_calibrated: bool = False


def find_dots(session: SearchSession, costs: CostCache, *, estimates: Estimates = NOTHING) -> tuple[Dot, ...]:
    """Returns the dots of a session's map; without a map, none."""
    if session.projection is None:
        return ()
    rows = _evaluations(session)
    trainings: dict[Mask, tuple[Landmark, ...]] = {}
    for landmark in session.trained_landmarks:
        trainings[landmark.mask] = (*trainings.get(landmark.mask, ()), landmark)
    cost_of = partial(costs.of, session.architecture)
    dots = tuple(_dot(mask, place, rows.get(mask), cost_of) for mask, place in session.projection.places.items())
    if not (estimates.of or trainings):
        return dots
    return tuple(
        dot._replace(estimate=estimates.of.get(dot.mask), trainings=trainings.get(dot.mask, ())) for dot in dots
    )


def map_info(
    dots: tuple[Dot, ...],
    *,
    shown: Filter = Filter(),  # noqa: B008, an immutable value
    by: str = "accuracy",
    population: Collection[Mask] = (),
    selected: Collection[str] = (),
    estimates: Estimates = NOTHING,
    best: Mask | None = None,
) -> MapInfo:
    """Returns the drawing of a map.

    Args:
        dots: All of its dots.
        shown: Which of them are shown.
        by: What they are coloured by, one of `COLOURS`.
        population: The newest generation.
        selected: Ids of the selected blocks.
        estimates: What the posterior tells of the map.
        best: The session's best candidate, which counts with landmarks; without any, the dot of the lowest loss does.
    """
    seen = tuple(filter(shown.passes, dots))
    values = [value for dot in seen if (value := value_by(dot, by)) is not None and math.isfinite(value)]
    better = 1 if COLOURS[by].rises else -1
    low, high, outliers = _ends([better * value for value in values])
    newest, wanted, tied = frozenset(population), frozenset(selected), frozenset(estimates.ties) - {best}
    lit = tuple(index for index, dot in enumerate(seen) if wanted and wanted <= dot.mask.blocks)
    return MapInfo(
        seen,
        len(dots) - len(seen),
        None if low is None else better * low,
        None if high is None else better * high,
        outliers,
        tuple(index for index, dot in enumerate(seen) if dot.mask in newest),
        _position(seen, best) if estimates.is_calibrated else _of_lowest_loss(seen),
        lit if len(lit) < len(seen) else (),
        tuple(index for index, dot in enumerate(seen) if dot.mask in tied),
        len(tied),
        estimates.is_calibrated,
    )


def _position(dots: Sequence[Dot], mask: Mask | None) -> int | None:
    return next((index for index, dot in enumerate(dots) if dot.mask == mask), None)


def _of_lowest_loss(dots: Sequence[Dot]) -> int | None:
    finite = [(dot.loss, index) for index, dot in enumerate(dots) if dot.evaluated and math.isfinite(dot.loss or 0)]
    return min(finite)[1] if finite else None


def _ends(scores: Sequence[float]) -> tuple[float | None, float | None, int]:
    """Returns the ends of a scale for values of which more is better, and how many lie below it.

    A network with untrained blocks is far off, and would leave one colour for all the others (Tukey's far fence).
    """
    if not scores:
        return None, None, 0
    first, third = np.percentile(scores, [25, 75]).tolist()
    within = [value for value in scores if value >= first - FENCE * (third - first)]
    return min(within), max(scores), len(scores) - len(within)


def value_by(dot: Dot, by: str) -> float | None:
    """Returns the number that colours a dot; None where no evaluation holds, or the posterior was not asked for."""
    if by in OF_THE_POSTERIOR:
        return None if dot.estimate is None else dot.estimate.mean if by == "posterior" else dot.estimate.half
    return (dot.accuracy if by == "accuracy" else dot.loss) if dot.evaluated else None


def share(dot: Dot, info: MapInfo, by: str) -> float:
    """Returns where a dot with such a number is on the colour scale, from the worst at 0 to the best at 1."""
    value = value_by(dot, by)
    if value is None or info.low is None or info.high is None or not math.isfinite(value):
        return 0.0
    return 1.0 if info.low == info.high else max(0.0, (value - info.low) / (info.high - info.low))


def _evaluations(session: SearchSession) -> Mapping[Mask, Any]:
    """Returns an evaluation of each mask: the last current one, otherwise the last one."""
    rows: dict[Mask, Any] = {}
    for mask, row in zip(session.candidate_masks, session.candidates.itertuples(index=False), strict=True):
        if not row.stale or mask not in rows or rows[mask].stale:
            rows[mask] = row
    return rows


class CostCache:
    """The sizes of sub-networks, cached until the architecture changes, since thousands of dots need them."""

    def __init__(self) -> None:
        self._architecture: Architecture | None = None
        self._inference: Inference | None = None
        self._known: dict[Mask, tuple[int, int]] = {}

    def of(self, architecture: Architecture, mask: Mask) -> tuple[int, int]:
        """Returns a sub-network's parameters and multiply-adds."""
        if architecture is not self._architecture or self._inference is None:
            self._architecture, self._inference, self._known = architecture, infer(architecture), {}
        if mask not in self._known:
            found = cost(architecture, mask, inference=self._inference)
            self._known[mask] = found.parameters, found.macs
        return self._known[mask]


def _dot(mask: Mask, place: tuple[float, float], row: Any, price: Callable[[Mask], tuple[int, int]]) -> Dot:
    if row is None:
        return Dot(mask, *place, None, None, *price(mask), None, False)
    # An edit may have changed the network behind the blocks, and with it the size that was noted.
    size = price(mask) if row.stale else (int(row.parameters), int(row.macs))
    generation = None if row.generation is pd.NA else int(row.generation)
    return Dot(mask, *place, float(row.accuracy), float(row.loss), *size, generation, bool(row.stale))
