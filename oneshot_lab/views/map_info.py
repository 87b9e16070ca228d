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

SCORES = ("accuracy", "loss")
"""What dots can be coloured by."""

FENCE = 3.0
"""Interquartile ranges below the first quartile, from where on a score is an outlier."""

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

    @property
    def evaluated(self) -> bool:
        """Whether it has an evaluation that holds: all others are drawn hollow."""
        return self.loss is not None and not self.stale


class Filter(NamedTuple):
    """Which dots are shown; a range that is None lets all through, and dots without the number pass no range of it."""

    accuracy: Range | None = None
    parameters: Range | None = None
    generation: Range | None = None

    def passes(self, dot: Dot) -> bool:
        """Tells whether a dot is shown."""
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
        low: The score at the dark end of the scale: the worst of the dots that are shown, or where outliers begin;
            None: there is none.
        high: The best one.
        outliers: How many scores are worse than `low`.
        newest: Positions in `dots` of the newest generation.
        best: Position of the best candidate; None: there is none, or it is hidden.
        lit: Positions of the dots that have all the selected blocks; none while no block is selected, and none where
            every dot has them, which would set nobody apart.
    """

    dots: tuple[Dot, ...]
    hidden: int
    low: float | None
    high: float | None
    outliers: int
    newest: tuple[int, ...]
    best: int | None
    lit: tuple[int, ...]


def find_dots(session: SearchSession, prices: Prices) -> tuple[Dot, ...]:
    """Returns the dots of a session's map; without a map, none."""
    if session.projection is None:
        return ()
    rows = _evaluations(session)
    price = partial(prices.of, session.architecture)
    return tuple(_dot(mask, place, rows.get(mask), price) for mask, place in session.projection.places.items())


def map_info(
    dots: tuple[Dot, ...],
    *,
    shown: Filter = Filter(),  # noqa: B008, an immutable value
    by: str = "accuracy",
    population: Collection[Mask] = (),
    selected: Collection[str] = (),
) -> MapInfo:
    """Returns what is drawn of a map.

    Args:
        dots: All of its dots.
        shown: Which of them are shown.
        by: What they are coloured by, one of `SCORES`.
        population: The newest generation.
        selected: Ids of the selected blocks.
    """
    seen = tuple(filter(shown.passes, dots))
    scores = [value for dot in seen if (value := score(dot, by)) is not None and math.isfinite(value)]
    better = 1 if by == "accuracy" else -1
    low, high, outliers = _ends([better * value for value in scores])
    newest, wanted = frozenset(population), frozenset(selected)
    lit = tuple(index for index, dot in enumerate(seen) if wanted and wanted <= dot.mask.blocks)
    finite = [(dot.loss, index) for index, dot in enumerate(seen) if dot.evaluated and math.isfinite(dot.loss or 0)]
    return MapInfo(
        seen,
        len(dots) - len(seen),
        None if low is None else better * low,
        None if high is None else better * high,
        outliers,
        tuple(index for index, dot in enumerate(seen) if dot.mask in newest),
        min(finite)[1] if finite else None,
        lit if len(lit) < len(seen) else (),
    )


def _ends(scores: Sequence[float]) -> tuple[float | None, float | None, int]:
    """Returns the ends of a scale for scores of which more is better, and how many lie below it.

    A network with untrained blocks is far off, and would leave one colour for all the others (Tukey's far fence).
    """
    if not scores:
        return None, None, 0
    first, third = np.percentile(scores, [25, 75]).tolist()
    within = [value for value in scores if value >= first - FENCE * (third - first)]
    return min(within), max(scores), len(scores) - len(within)


def score(dot: Dot, by: str) -> float | None:
    """Returns a dot's accuracy or loss; None where no evaluation holds."""
    return (dot.accuracy if by == "accuracy" else dot.loss) if dot.evaluated else None


def share(dot: Dot, info: MapInfo, by: str) -> float:
    """Returns where an evaluated dot is on the colour scale, from the worst at 0 to the best at 1."""
    value = score(dot, by)
    if value is None or info.low is None or info.high is None or not math.isfinite(value):
        return 0.0
    return 1.0 if info.low == info.high else max(0.0, (value - info.low) / (info.high - info.low))


def _evaluations(session: SearchSession) -> Mapping[Mask, Any]:
    """Returns what is known of each mask: the last evaluation that holds, else the last one."""
    rows: dict[Mask, Any] = {}
    for mask, row in zip(session.candidate_masks, session.candidates.itertuples(index=False), strict=True):
        if not row.stale or mask not in rows or rows[mask].stale:
            rows[mask] = row
    return rows


class Prices:
    """What sub-networks cost, remembered until the architecture changes: thousands of dots are asked for again."""

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
