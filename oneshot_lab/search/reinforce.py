"""REINFORCE (Williams 1992): learns with which probability each block should be active."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.given import check_number
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError
from oneshot_lab.search.generation import Generation, Parents
from oneshot_lab.search.operators import draw_blocks
from oneshot_lab.search.scores import Scores
from oneshot_lab.search.strategy import Strategy

TRIES = 32
"""How often a candidate is drawn again because the population has it already."""

MARGIN = 0.02
"""The distance that a probability keeps from 0 and 1, so that no block is ever ruled out."""

LARGEST_RATE = 100.0
"""The largest learning rate: far above any that is of use, and small enough to compute with."""


class Reinforce(Strategy):
    """Draws each block with a probability of its own, and learns the probabilities from the losses.

    The paper names reinforcement learning for the search (§7). The policy has one Bernoulli unit for each block, and
    learns by REINFORCE with a reinforcement baseline (Williams 1992, Equation 4). For unit i with probability
    p_i = 1/(1 + exp(−w_i)) and bit y_i the characteristic eligibility is y_i − p_i (Section 4), so a generation adds
    the mean over its candidates of `learning_rate` · (b − loss) / s · (y_i − p_i) to w_i. Two choices are ours:

    - The baseline b is the mean loss of the generation, and s its standard deviation, so that the learning rate has the
      same meaning on every scale of losses, and before and after a training of the supernet.
    - All candidates count, those too that were repaired, or proposed from a region, with the bits that they have.

    A population has each candidate once where `TRIES` draws for each find enough different ones. A loss that is not
    finite counts as the largest finite one. The size of a candidate adds to its loss, see `Constraint`.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation.
        learning_rate: How far the probabilities move in a generation, above 0.

    Raises:
        SessionError: An argument is out of its range.
    """

    name: ClassVar[str] = "reinforce"

    def __init__(
        self, architecture: Architecture, *, seed: int, population_size: int | None = None, learning_rate: float = 2.0
    ) -> None:
        super().__init__(architecture, seed=seed, population_size=population_size)
        expected = f"above 0, and at most {LARGEST_RATE:g}"
        rate = check_number(learning_rate, where="learning_rate", expected=expected, error=SessionError)
        if not 0 < rate <= LARGEST_RATE:
            raise SessionError(f"got {learning_rate}", where="learning_rate", expected=expected)
        self._learning_rate = float(rate)
        self._learned = Scores()

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that it was made with; see `Strategy.settings`."""
        return {**super().settings, "learning_rate": self._learning_rate}

    @property
    def probabilities(self) -> dict[str, float]:
        """The probability of each block to be drawn, by its id: ½ for a block that nothing is known of."""
        return dict.fromkeys(self.architecture.block_ids, 0.5) | self._learned.of(self.architecture)

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with draws from the policy."""
        while len(population) < self.population_size:
            population.append(self._new(population))
        return {}

    def _new(self, taken: Collection[Mask]) -> Mask:
        for _ in range(TRIES):
            mask = self._drawn()
            if mask not in taken:
                return mask
        for _ in range(TRIES):
            mask = self.rounds.random()
            if mask not in taken:
                break
        return mask

    def _drawn(self) -> Mask:
        drawn = draw_blocks(self.architecture, rng=self.rounds.rng, probabilities=self.probabilities)
        return self.repaired(drawn)

    def repaired(self, mask: Mask) -> Mask:
        """Turns any set of blocks into a candidate; a block that is missing is drawn by its probability."""
        return self.rounds.repaired(mask, weights=self.probabilities)

    def offers(self, count: int) -> list[Mask]:
        """Returns this many draws from the policy to choose from; some may be equal."""
        return [self._drawn() for _ in range(count)]

    def learn(self, generation: Generation) -> None:
        """Moves the probabilities; see `Reinforce`."""
        advantages = _advantages(
            [
                loss + self.sizing.added(mask)
                for mask, loss in zip(generation.population, generation.losses, strict=True)
            ]
        )
        probabilities = self.probabilities
        before = np.array(list(probabilities.values()))
        bits = np.array([mask.bits(self.architecture) for mask in generation.population], dtype=np.float64)
        step = self._learning_rate * (advantages @ (bits - before)) / len(advantages)
        after = 1.0 / (1.0 + np.exp(-(np.log(before / (1.0 - before)) + step)))
        clipped = np.clip(after, MARGIN, 1.0 - MARGIN).tolist()
        self._learned.take(self.architecture, dict(zip(probabilities, clipped, strict=True)))

    def follow(self, previous: Architecture) -> None:
        """Keeps the probabilities of the blocks that remain; see `Scores`."""
        super().follow(previous)
        self._learned.follow(previous, self.architecture)

    def saved(self) -> dict[str, Any]:
        """Returns the probabilities."""
        return {"probabilities": self._learned.state()}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Restores what `saved` returned."""
        self._learned.restore(state["probabilities"])
        if not all(MARGIN <= each <= 1.0 - MARGIN for each in self._learned.of(self.architecture).values()):
            raise ValueError(f"a probability that is not between {MARGIN} and {1.0 - MARGIN}")


def _advantages(losses: list[float]) -> NDArray[np.float64]:
    """Returns by how many standard deviations each loss lies below the mean; 0 for all where all are equal."""
    values = np.array(losses)
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(len(values))
    values[~finite] = values[finite].max()
    deviation = float(values.std())
    if not math.isfinite(deviation) or deviation <= 1e-12 * float(np.abs(values).max()):
        return np.zeros(len(values))
    advantages: NDArray[np.float64] = (values.mean() - values) / deviation
    return advantages
