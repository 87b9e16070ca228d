"""The base of all strategies, which propose candidates: everything but the idea of how to choose them."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar

from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.search.constraint import Constraint, Sizing
from oneshot_lab.search.fitness import Losses
from oneshot_lab.search.generation import Generation, Parents
from oneshot_lab.search.rounds import Propose, Rounds, check_size, choose_size
from oneshot_lab.search.surrogate import Posterior

if TYPE_CHECKING:
    from typing_extensions import Self

Calibrated = Callable[[], Posterior | None]
"""Returns the posterior by scores and landmarks; None if there are no landmarks."""


class Strategy(ABC):
    """Proposes candidates: `ask` returns a population, `tell` takes its losses.

    Losses come from the caller, who may pass estimates, so a strategy depends neither on data nor on torch. The same
    seed and losses give the same candidates. A strategy has to write `fill`. With it come `settings`, if it has more
    of them; `learn` and `follow`, if it learns; `saved` and `resume`, if it remembers; and `offers`, for regions.

    Args:
        architecture: The template whose sub-networks are searched.
        seed: Seed of the strategy's generator.
        population_size: Candidates in a generation, at least 2. By default the number of blocks (§3.1.1), at least
            `MINIMUM_POPULATION`; it then changes with the architecture.

    Attributes:
        name: Its name in `STRATEGIES` and in files.
        rounds: The state that all strategies share, with the generator for all random numbers.
        remark: A message for the user about the last population; empty if there is none.

    Raises:
        SessionError: An argument is out of its range.
    """

    name: ClassVar[str]

    def __init__(self, architecture: Architecture, *, seed: int, population_size: int | None = None) -> None:
        # A file cannot hold numbers of other libraries' types.
        self._population_size = check_size(population_size)
        self.rounds = Rounds(architecture, seed=seed)
        self.remark = ""
        self._calibrated: Calibrated | None = None

    # ---- what is a strategy's own ----------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments after `seed` that it was made with, by name, as values that JSON can hold."""
        return {"population_size": self._population_size}

    @abstractmethod
    def fill(self, population: list[Mask]) -> Parents:
        """Completes a population: appends candidates until there are `population_size`, or none is left.

        Every candidate is a valid mask without dead blocks, within the limit of size: `rounds.random` and
        `rounds.repaired` return such masks. If none is left, `remark` says why.

        Args:
            population: The candidates that are in it already, from `keep` and from a region.

        Returns:
            Father and mother of each candidate that was bred.
        """

    def keep(self) -> list[Mask]:
        """Returns the candidates of the last generation that stay in the next population, none by default."""
        return []

    def accepts(self, mask: Mask, population: Collection[Mask]) -> bool:
        """Returns whether a candidate that was proposed joins a population; by default if it is not in it."""
        return mask not in population

    def learn(self, generation: Generation) -> None:  # noqa: B027
        """Learns from a generation that was just closed."""

    def offers(self, count: int) -> list[Mask]:  # noqa: ARG002
        """Returns up to this many candidates that the strategy favours, to choose from; some may be equal.

        They are drawn with its own generator, and become candidates if they are proposed to `ask`.
        """
        return []

    def ranked(self, masks: list[Mask]) -> list[Mask]:
        """Returns candidates, such as a region's, those that the strategy favours first; by default as given."""
        return masks

    def follow(self, previous: Architecture) -> None:  # noqa: ARG002
        """Follows an edit, or a training, after which knowledge from earlier losses is out of date.

        Args:
            previous: The architecture before the edit; the current one if only its weights changed.
        """
        self.rounds.wait_for(None)

    def shrink(self) -> None:
        """Changes the waiting population, some of which exceeds a new limit; by default it is drawn again."""
        self.rounds.wait_for(None)

    def saved(self) -> dict[str, Any]:
        """Returns all other state that the next `ask` depends on, as values that JSON can hold."""
        return {}

    def resume(self, state: Mapping[str, Any]) -> None:  # noqa: B027
        """Restores what `saved` returned, after settings and `rounds`.

        Raises:
            KeyError, TypeError, ValueError, AttributeError, OneShotError: The data does not have that form.
        """

    @classmethod  # noqa: B027
    def check_installed(cls) -> None:
        """Checks that the packages that it needs are installed.

        Raises:
            SessionError: One is missing; the message says how to install it.
        """

    # ---- what all strategies have in common ------------------------------------------------------------------------

    @property
    def architecture(self) -> Architecture:
        """The current template."""
        return self.rounds.architecture

    @property
    def population_size(self) -> int:
        """Candidates in a generation, n (§3.1.1)."""
        return self.size_for(self.architecture)

    def size_for(self, architecture: Architecture) -> int:
        """Returns how many candidates a generation has for an architecture."""
        return choose_size(architecture, self._population_size)

    @property
    def generations(self) -> list[Generation]:
        """All finished generations, oldest first.

        Algorithm 1 overwrites the loss history that it appends to; here the history is separate from the population.
        """
        return self.rounds.generations

    @property
    def scores(self) -> Mapping[str, float]:
        """The block fitness of the last generation (§3.1.6), for the blocks that it had; empty before the first."""
        return self.rounds.scores.of(self.architecture)

    @property
    def sizing(self) -> Sizing:
        """The size constraint of the search, and the sizes of its candidates (§7)."""
        return self.rounds.sizing

    @property
    def calibrated(self) -> Posterior | None:
        """The posterior of accuracies by scores and landmarks, while `ask` draws; None otherwise, or without landmarks.

        It is no state: a search that is restored is given it again.
        """
        return None if self._calibrated is None else self._calibrated()

    @property
    def parents(self) -> Parents:
        """Father and mother of each bred candidate of the waiting population."""
        return dict(self.rounds.parents)

    @property
    def waits(self) -> bool:
        """Whether a population waits for its losses, so that `ask` draws none."""
        return self.rounds.waiting is not None

    def repaired(self, mask: Mask) -> Mask:
        """Turns any set of blocks into a candidate within the limit of size."""
        return self.rounds.repaired(mask)

    def ask(self, propose: Propose | None = None, *, calibrated: Calibrated | None = None) -> list[Mask]:
        """Returns the population to evaluate: valid masks without dead blocks, each within the limit of size.

        An empty population means that nothing is left to evaluate; this is not an error, and `remark` says why. Until
        `tell`, every call returns the same population, so that an interrupted evaluation can continue.

        Args:
            propose: Called with the number of candidates wanted and the strategy's generator. Its candidates are
                repaired and take precedence. It is not called while a population is waiting.
            calibrated: Returns the posterior of accuracies, or None without landmarks. It is called by strategies that
                go by the posterior, and not while a population is waiting.
        """
        if self.rounds.waiting is None:
            before, self.remark = self.rounds.rng.bit_generator.state, ""
            self._calibrated = calibrated
            try:
                population = self.keep()
                if propose is not None:
                    self._add_proposed(population, propose)
                parents = self.fill(population)
            finally:
                self._calibrated = None
            if not population:
                # Nothing has changed: the next call has the same result, and a later edit draws the same numbers.
                self.rounds.rng.bit_generator.state = before
                return []
            self.rounds.wait_for(population, parents)
        return list(self.rounds.waiting or ())

    def _add_proposed(self, population: list[Mask], propose: Propose) -> None:
        for mask in propose(self.population_size - len(population), self.rounds.rng):
            candidate = self.repaired(mask)
            if len(population) < self.population_size and self.accepts(candidate, population):
                population.append(candidate)

    def tell(self, losses: Mapping[Mask, float] | Losses) -> Generation:
        """Takes the losses of the population that `ask` gave, and closes the generation.

        Args:
            losses: By mask (of other masks too), or in the order of the population. NaN or infinite if an evaluation
                failed.

        Returns:
            The generation, also appended to `generations`.

        Raises:
            SessionError: No population is waiting, losses are missing or too many, or one is below 0. The population
                still waits.
        """
        generation = self.rounds.close(losses)
        self.learn(generation)
        return generation

    def trying(self) -> AbstractContextManager[None]:
        """A context that undoes a draw that is not completed: the population, and the random numbers used for it.

        Until `tell`, `state` leaves it out.
        """
        return self.rounds.trying()

    def adapt(self, architecture: Architecture) -> None:
        """Continues with an edited architecture, or with the same one after its weights changed.

        The generator and the history continue; knowledge from earlier losses is out of date.

        Raises:
            SessionError: The settings do not fit it, or no network of it is within the limit. Nothing has changed then.
        """
        self.check_settings(architecture)
        previous = self.architecture
        self.rounds.follow(architecture)
        self.follow(previous)
        if self.waits:
            # It was carried over, and `ask` says nothing of it.
            self.remark = ""

    def check_settings(self, architecture: Architecture) -> None:  # noqa: B027
        """Checks that the settings fit an architecture.

        Raises:
            SessionError: One does not.
        """

    def constrain(self, constraint: Constraint) -> None:
        """Applies a size constraint from the next generation on. A waiting population is changed if necessary.

        Raises:
            SessionError: No network of the architecture is within the limit. Nothing has changed then.
        """
        self.rounds.sizing = Sizing(self.architecture, constraint)
        if not all(map(self.sizing.fits, self.rounds.waiting or ())):
            self.shrink()

    def copy(self) -> Self:
        """Returns an independent copy that continues exactly like this search."""
        return self.restore(self.architecture, self.state(generations=False), generations=self.generations)

    def state(self, *, generations: bool = True) -> dict[str, Any]:
        """Returns the whole search, without the architecture, as values that JSON can hold.

        Args:
            generations: Whether to include the generations: there may be thousands, which take long to write.
        """
        return {**self.settings, **self.saved(), **self.rounds.state(generations=generations)}

    @classmethod
    def restore(
        cls, architecture: Architecture, state: Mapping[str, Any], *, generations: Iterable[Generation] | None = None
    ) -> Self:
        """Restores a search from `state`; it continues exactly like the saved one.

        Args:
            architecture: The architecture of the search when it was saved.
            state: From `state`, possibly by way of JSON.
            generations: The generations, if the state does not include them; None if it does.

        Raises:
            SessionError: The state does not have this form.
            MaskError: It belongs to another architecture.
        """
        try:
            strategy = cls(architecture, seed=0, **{name: state[name] for name in default_settings(cls)})
            strategy.rounds.restore(state, generations=generations)
            strategy.resume(state)
        except (KeyError, TypeError, ValueError, AttributeError, OneShotError) as error:
            raise SessionError(
                f"{type(error).__name__}: {error}", where="the saved search", expected="what state() gives"
            ) from error
        for mask in strategy.current():
            check_mask(architecture, mask)
        return strategy

    def current(self) -> Iterable[Mask]:
        """Returns the masks that have to be of the current architecture: those that the next `ask` depends on."""
        return self.rounds.waiting or ()


def default_settings(kind: type[Strategy]) -> dict[str, Any]:
    """Returns the settings of a kind of strategy, by name, with their defaults."""
    parameters = dict(inspect.signature(kind).parameters)
    return {name: each.default for name, each in parameters.items() if name not in ("architecture", "seed")}


def changed_settings(strategy: Strategy) -> dict[str, Any]:
    """Returns the settings of a strategy that differ from its defaults."""
    defaults = default_settings(type(strategy))
    return {name: value for name, value in strategy.settings.items() if value != defaults[name]}
