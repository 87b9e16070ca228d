"""A strategy's search among networks whose scores and trainings are known, with landmarks in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.search.surrogate import Observations, Posterior, Score, Training, fit
from oneshot_lab.session.landmarking import FIRST, by_distance, by_promise
from tests.benchmarks.replay import Table

Stages = Sequence[tuple[int, int]]
"""How many networks have been evaluated when so many more landmarks are trained, stage by stage."""


class ReplayedSearch:
    """A search that looks scores and trainings up.

    Args:
        table: The networks; more than are evaluated, by a population at least. One that a strategy asks for and that is
            not among them stands for the nearest one that has not been evaluated: this one is proposed to the strategy,
            as a region's are, so nothing that is told is wrong.
        strategy: A new strategy of the table's architecture.

    Attributes:
        evaluated: The rows of the networks that have been evaluated, in this order.
        landmarks: The rows of the landmarks, in this order; all of them have been evaluated.
    """

    def __init__(self, table: Table, strategy: Strategy) -> None:
        self._table, self._strategy, self._bits = table, strategy, table.bits
        self._rows = {mask: row for row, mask in enumerate(table.masks)}
        self._told: list[int] = []
        self.evaluated: list[int] = []
        self.landmarks: list[int] = []

    def run(self, stages: Stages) -> float:
        """Returns the true value of the network that a session takes for the best after these stages.

        Without landmarks it is that of the lowest loss, with them that of the highest posterior mean.
        """
        for evaluations, landmarks in stages:
            while len(self._told) < evaluations:
                self._step()
            # Not all populations have as many new candidates: those beyond the number do not count yet.
            self.evaluated = self._told[:evaluations]
            for _ in range(landmarks):
                self.landmarks.append(self._rows[next(self._next_landmark())])
        values = self._posterior().of(self._masks(self.evaluated))[0] if self.landmarks else self._table.scores.loss
        best = int(np.argmax(values if self.landmarks else values[self.evaluated]))
        return float(self._table.true[self.evaluated[best]])

    def _step(self) -> None:
        wanted = self._strategy.copy().ask(calibrated=self._calibrated)
        proposed = self._masks(self._known(wanted))
        population = self._strategy.ask(lambda _count, _rng: proposed, calibrated=self._calibrated)
        rows = [self._rows[mask] for mask in population]
        self._strategy.tell([-float(self._table.scores.loss[row]) for row in rows])
        self._told += [row for row in dict.fromkeys(rows) if row not in self._told]

    def _known(self, wanted: Iterable[Mask]) -> list[int]:
        """Returns for each network its row, or the nearest one that is neither evaluated nor returned yet."""
        rows: list[int] = []
        for mask in wanted:
            row = self._rows.get(mask)
            if row is not None and row not in rows:
                rows.append(row)
                continue
            far = np.abs(self._bits - np.array(mask.bits(self._table.architecture))).sum(axis=1)
            far[[*self._told, *rows]] = np.inf
            rows.append(int(np.argmin(far)))
        return rows

    def _calibrated(self) -> Posterior | None:
        return self._posterior() if self.landmarks else None

    def _posterior(self) -> Posterior:
        accuracy, loss = self._table.scores.accuracy, self._table.scores.loss
        scores = [Score(self._table.masks[row], -float(loss[row]), float(accuracy[row])) for row in self.evaluated]
        trainings = [Training(self._table.masks[row], float(self._table.seen[row])) for row in self.landmarks]
        return fit(Observations(scores, trainings), self._table.architecture)

    def _next_landmark(self) -> Iterator[Mask]:
        free = self._masks(row for row in self.evaluated if row not in self.landmarks)
        if len(self.landmarks) >= FIRST:
            return by_promise(free, self._posterior())
        return by_distance(free, self._place, known=self._place(self._masks(self.landmarks)))

    def _place(self, masks: Sequence[Mask]) -> NDArray[np.float64]:
        return self._bits[[self._rows[mask] for mask in masks]]

    def _masks(self, rows: Iterable[int]) -> list[Mask]:
        return [self._table.masks[row] for row in rows]
