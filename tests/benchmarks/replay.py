"""Searches among networks whose trainings are known: a landmark or a trial is looked up instead of trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.surrogate import Observations, Posterior, Score, Training, fit
from oneshot_lab.session.landmarking import FIRST, by_distance, by_promise
from tests.benchmarks.one_shot import OneShot
from tests.benchmarks.ranking import Row


@dataclass(frozen=True, eq=False)
class Table:
    """Some networks of a space.

    Attributes:
        architecture: The space.
        masks: The n networks.
        scores: Their one-shot scores.
        seen: What a training of each gives to whoever searches, (n,).
        true: What other trainings of each gave, which nobody sees, (n,).
    """

    architecture: Architecture
    masks: tuple[Mask, ...]
    scores: OneShot
    seen: Row
    true: Row

    def only(self, rows: NDArray[np.intp]) -> Table:
        """Returns the table of some of the networks."""
        return Table(
            self.architecture,
            tuple(self.masks[row] for row in rows),
            OneShot(self.scores.accuracy[rows], self.scores.loss[rows]),
            self.seen[rows],
            self.true[rows],
        )

    @property
    def bits(self) -> NDArray[np.float64]:
        """A row for each network, a column for each block: (n, blocks)."""
        return np.array([mask.bits(self.architecture) for mask in self.masks], dtype=np.float64)


def with_landmarks(table: Table, count: int) -> Iterator[Posterior]:
    """Yields the posterior by scores alone, then after each landmark; they are chosen as a session chooses them."""
    places = dict(zip(table.masks, table.bits, strict=True))
    seen = dict(zip(table.masks, map(float, table.seen), strict=True))
    numbers = zip(table.masks, -table.scores.loss, table.scores.accuracy, strict=True)
    scores = [Score(mask, float(loss), float(accuracy)) for mask, loss, accuracy in numbers]

    def place(masks: Sequence[Mask]) -> NDArray[np.float64]:
        return np.array([places[mask] for mask in masks]).reshape(len(masks), len(table.architecture.block_ids))

    taken: list[Mask] = []
    while True:
        trainings = [Training(mask, seen[mask]) for mask in taken]
        posterior = fit(Observations(scores, trainings), table.architecture)
        yield posterior
        free = [mask for mask in table.masks if mask not in taken]
        if len(taken) == count or not free:
            return
        order = by_distance(free, place, known=place(taken)) if len(taken) < FIRST else by_promise(free, posterior)
        taken.append(next(order))


def picks_with_landmarks(table: Table, count: int) -> Row:
    """Returns the true value of the network of the highest posterior mean with 0 to `count` landmarks."""
    posteriors = with_landmarks(table, count)
    return np.array([table.true[int(np.argmax(each.of(table.masks)[0]))] for each in posteriors])


def picks_at_random(table: Table, count: int, *, rng: np.random.Generator, orders: int = 50) -> Row:
    """Returns the true value of the best of 1 to `count` networks that are trained in random order: the mean."""
    drawn = [rng.permutation(len(table.masks))[:count] for _ in range(orders)]
    return np.mean([_best_so_far(table, rows) for rows in drawn], axis=0)


def picks_of_tpe(table: Table, count: int, *, seed: int) -> Row:
    """Returns the true value of the best of 1 to `count` networks that Optuna's TPE proposes.

    Only the table's networks have been trained, so each proposal stands for the nearest of them that it has not had.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    bits = table.bits
    names = [block for column, block in enumerate(table.architecture.block_ids) if 0 < bits[:, column].mean() < 1]
    columns = [table.architecture.block_ids.index(name) for name in names]
    space: dict[str, optuna.distributions.BaseDistribution] = dict.fromkeys(
        names, optuna.distributions.CategoricalDistribution([0.0, 1.0])
    )
    rows: list[int] = []
    while len(rows) < count:
        asked = np.array([study.ask(space).params[name] for name in names])
        far = np.abs(bits[:, columns] - asked).sum(axis=1)
        far[rows] = np.inf
        rows.append(int(np.argmin(far)))
        values = dict(zip(names, bits[rows[-1], columns].tolist(), strict=True))
        trial = optuna.trial.create_trial(params=values, distributions=space, value=float(table.seen[rows[-1]]))
        study.add_trial(trial)
    return _best_so_far(table, np.array(rows))


def _best_so_far(table: Table, rows: NDArray[np.intp]) -> Row:
    """Returns the true value of the network that a training says is the best of the first ones, for each number."""
    seen = table.seen[rows]
    best = [int(np.argmax(seen[: number + 1])) for number in range(len(rows))]
    return table.true[rows[best]]


def needed(picks: Row, target: float) -> int | None:
    """Returns the first place of a curve from which the target is reached; None if it never is."""
    reached = np.flatnonzero(picks >= target)
    return int(reached[0]) if len(reached) else None
