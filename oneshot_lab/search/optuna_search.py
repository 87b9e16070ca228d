"""Optuna's samplers as a strategy, through its ask-and-tell interface. Optuna is an optional dependency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.search.generation import Parents
from oneshot_lab.search.once import Once

if TYPE_CHECKING:
    import optuna

    Space = dict[str, optuna.distributions.BaseDistribution]

Sampler = Literal["tpe", "gp", "nsga2"]

REPEATS = 8
"""How many candidates in a row a sampler may repeat before the next one is drawn at random."""

_GENERATION = "NSGAIISampler:generation"
"""The attribute in which NSGA-II looks for the population that a trial belongs to."""


class OptunaSearch(Once):
    """Lets a sampler of Optuna propose candidates: `pip install "oneshot-lab[optuna]"`.

    Each block that may be absent is a categorical parameter. For each population a new sampler, seeded by the search's
    generator, is told all candidates whose losses hold, and asked for the population. So a search needs no state of
    Optuna's: one that is restored proposes the same candidates, with the same release of Optuna. What a sampler repeats
    is not evaluated again. It is told the loss at once, and asked for another candidate; after `REPEATS` repeats in a
    row an untried one is drawn at random. When all have been evaluated `ask` gives none, and `remark` says so.

    A loss that is not finite is a failed trial. The size of a candidate adds to its loss, see `Constraint`.

    Optuna's other samplers are left out: CMA-ES is for continuous parameters, and Optuna keeps its state as a pickle;
    trying out all candidates, or random ones, is what `RandomSearch` does.

    Args:
        architecture: See `Strategy`, as for `seed` and `population_size`.
        seed: Seed of the search's generator.
        population_size: Candidates in a generation; the last one of a space has fewer.
        sampler: "tpe" (tree-structured Parzen estimator), "gp" (Gaussian process; some seconds for each population) or
            "nsga2" (a genetic algorithm).

    Raises:
        SessionError: An argument is out of its range.
    """

    name: ClassVar[str] = "optuna"

    def __init__(
        self, architecture: Architecture, *, seed: int, population_size: int | None = None, sampler: Sampler = "tpe"
    ) -> None:
        super().__init__(architecture, seed=seed, label=f"Optuna's {sampler}", population_size=population_size)
        if not is_among(sampler, get_args(Sampler)):
            raise SessionError(f"got {shown(sampler)}", where="sampler", remedy=closest(sampler, get_args(Sampler)))
        self._sampler = sampler

    @classmethod
    def check_installed(cls) -> None:
        """Checks that Optuna is installed."""
        if find_spec("optuna") is None:
            raise SessionError(
                "Optuna is not installed", where="strategy", remedy='install it with pip install "oneshot-lab[optuna]"'
            )

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that it was made with; see `Strategy.settings`."""
        return {**super().settings, "sampler": self._sampler}

    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population with candidates of the sampler that are new, as many as are left."""
        size = self.population_size
        if len(population) < size:
            self._draw(population, size=size)
        self.complete(population)
        return {}

    def offers(self, count: int) -> list[Mask]:
        """Returns at most one population of the sampler's candidates; none before it has been told losses."""
        found: list[Mask] = []
        if self.untried.generations:
            self._draw(found, size=min(count, self.population_size))
        return found

    def _draw(self, population: list[Mask], *, size: int) -> None:
        """Adds the sampler's candidates to a population, until it has this size or `REPEATS` in a row are not new."""
        losses = self._losses()
        with self._study(losses) as (study, space):
            while len(population) < size:
                for _ in range(REPEATS):
                    trial = study.ask(space)
                    mask = self._candidate(trial.params)
                    if self.untried.has(mask, population):
                        population.append(mask)
                        break
                    _tell(study, trial, losses.get(mask, math.nan))
                else:
                    return

    def _candidate(self, parameters: Mapping[str, bool]) -> Mask:
        active = {block for block, is_active in parameters.items() if is_active}
        return self.repaired(Mask(locked_blocks(self.architecture) | active))

    @contextmanager
    def _study(self, losses: Mapping[Mask, float]) -> Iterator[tuple[optuna.Study, Space]]:
        """A study with a new sampler that has been told these losses, and its parameters; it writes no messages."""
        self.check_installed()
        import optuna

        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            seed = int(self.rounds.rng.integers(2**32))
            study = optuna.create_study(sampler=_SAMPLERS[self._sampler](seed, self.population_size))
            always = locked_blocks(self.architecture)
            blocks = [block for block in self.architecture.block_ids if block not in always]
            space: Space = dict.fromkeys(blocks, optuna.distributions.CategoricalDistribution([False, True]))
            # All that was told is one population to NSGA-II: of one objective its parents are the best of all anyway.
            study.add_trials(
                optuna.trial.create_trial(
                    params={block: block in mask for block in space},
                    distributions=space,
                    state=optuna.trial.TrialState.COMPLETE if math.isfinite(loss) else optuna.trial.TrialState.FAIL,
                    value=loss if math.isfinite(loss) else None,
                    system_attrs={_GENERATION: 0},
                )
                for mask, loss in losses.items()
            )
            yield study, space
        finally:
            optuna.logging.set_verbosity(verbosity)

    def _losses(self) -> dict[Mask, float]:
        return {
            mask: loss + self.sizing.added(mask)
            for generation in self.untried.generations
            for mask, loss in zip(generation.population, generation.losses, strict=True)
        }


def _tell(study: optuna.Study, trial: optuna.Trial, loss: float) -> None:
    """Tells a study the loss of a trial, if it is known and finite."""
    from optuna.trial import TrialState

    if math.isfinite(loss):
        study.tell(trial, loss)
    else:
        study.tell(trial, state=TrialState.FAIL)


def _tpe(seed: int, _population: int) -> optuna.samplers.BaseSampler:
    from optuna.samplers import TPESampler

    return TPESampler(seed=seed)


def _gp(seed: int, _population: int) -> optuna.samplers.BaseSampler:
    from optuna.samplers import GPSampler

    return GPSampler(seed=seed)


def _nsga2(seed: int, population: int) -> optuna.samplers.BaseSampler:
    from optuna.samplers import NSGAIISampler

    return NSGAIISampler(seed=seed, population_size=population)


_SAMPLERS: Mapping[str, Callable[[int, int], optuna.samplers.BaseSampler]] = {"tpe": _tpe, "gp": _gp, "nsga2": _nsga2}
