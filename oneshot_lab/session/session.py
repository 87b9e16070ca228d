"""The search session: its traits and its actions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pandas as pd
import torch
from traitlets import Any as Anything
from traitlets import Bool, Dict, Instance, Tuple, Unicode, observe, validate

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.evolution import Crossover
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.session import making, queries, ranking
from oneshot_lab.session.actions import regions as on_the_map
from oneshot_lab.session.actions.action import asked
from oneshot_lab.session.actions.constrain import constrain
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.evaluate import evaluate
from oneshot_lab.session.actions.evolve import Evolve
from oneshot_lab.session.actions.finalize import finalize
from oneshot_lab.session.actions.landmarks import landmarks
from oneshot_lab.session.actions.measure import measure
from oneshot_lab.session.actions.project import project
from oneshot_lab.session.actions.recipe import use_recipe
from oneshot_lab.session.actions.save import save
from oneshot_lab.session.actions.step import step
from oneshot_lab.session.actions.threads import use_threads
from oneshot_lab.session.actions.train import train
from oneshot_lab.session.attention import Pinned, RegionName, SetOperation
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.retraining import Retraining
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.live import Doable, Doing, R
from oneshot_lab.session.saving.checkpoint import Checkpoint, Checkpoints
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.strategies import DEFAULT
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, Recipe


class SearchSession(Editing):
    """One search for an architecture, from template to final network.

    All of its observable values are read-only traits, which the methods change. Each action is logged with its
    duration, and leaves the session unchanged if it fails. `session.train(3)` waits for the result,
    `session.train.start(3)` returns a `Job` at once; all actions work like this.

    Args:
        template: A template's name (`list_templates`) or an architecture; it is fitted to the data.
        data: Whatever `load_data` takes, or what it gave.
        data_options: How to load them: keywords of `load_data`, such as `{"size": 32}`. They are saved in the session's
            file, except `download`, which each user has to allow.
        seed: Seed for weights, order of images, sub-networks and search. On a CPU the same seed and the same number of
            `threads` give the same session, bit for bit, on processors of one kind.
        recipe: How the supernet is trained, a `Recipe` or its name.
        width: Factor on a named template's channel counts. An architecture stays as it is; templates that replace it
            later get the width.
        device: `cuda`, `mps` or `cpu`; by default the best one available.
        threads: The number of CPU threads that torch uses for this session alone; by default torch's number here.
            Results, and with them the search, depend on it in their last digits, so the session's file holds it.
        deterministic: Whether the same seed gives the same session on any number of cores, by always using one
            thread. On a GPU, torch also uses only deterministic algorithms; this applies to the whole process
            while an action runs, and torch warns about operations without such an algorithm.
        strategy: The strategy that proposes candidates: "evolution" (Algorithm 1), "posterior" (evolution by what
            scores and landmarks together tell), "random", "bayes", "reinforce" or "optuna"; a name with settings, such
            as `{"name": "evolution", "elite": 2}`; or a new strategy, whose settings are used.
        population_size: Candidates in a generation; by default the number of blocks (§3.1.1).
        mutation_rate: Of Algorithm 3; a setting of both kinds of evolution, as is `crossover`.
        crossover: "fitness" (§3.1.4) or "uniform".
        log_file: A JSON-lines file to which every action is appended (§6.1.2).
        bar: Whether long actions show a progress bar.

    Attributes:
        settings: The settings that it was made with.
        state: Its state, which only actions change.

    Raises:
        ArchitectureError: The template is unknown or does not fit the data.
        DataError: The data cannot be found or learned from.
        SessionError: Another argument is illegal.
    """

    identity = Unicode(read_only=True, help="The session's id, shared by all of its views on a page.")

    # ---- results --------------------------------------------------------------------------------

    training_losses = Tuple(read_only=True, help="Mean training loss of each epoch of the supernet, all trainings.")
    untrained_blocks = Tuple(read_only=True, help="Blocks with untrained weights.")
    curve = Tuple(read_only=True, help="(epoch, mean loss so far in it) of the running or last training, as it goes.")
    generations = Tuple(read_only=True, help="All finished generations, oldest first.")
    block_fitness = Dict(read_only=True, help="Block fitness of the newest generation by id, of its blocks (§3.1.6).")
    candidates = Instance(pd.DataFrame, read_only=True, help="One row for each evaluation; see `Evaluations.table`.")
    constraint = Instance(Constraint, (), read_only=True, help="What size means to the search.")
    finals = Tuple(read_only=True, help="All final models, oldest first.")
    trained_landmarks = Tuple(read_only=True, help="The landmarks of the current network, oldest first.")

    # ---- the map ---------------------------------------------------------------------------------------------------

    projection = Instance(
        Projection, allow_none=True, read_only=True, help="Places of candidates on the map; None until it is made."
    )
    regions = Dict(read_only=True, help="All regions by name, oldest first, with the candidates inside them now.")
    focused = Instance(Region, allow_none=True, read_only=True, help="Where the next candidates come from.")

    # ---- selection and preferences ------------------------------------------------------------------------------

    hovered_candidate = Instance(Mask, allow_none=True, help="The candidate under the pointer, in any view.")
    pinned_candidates = Pinned(help="The candidates that are compared, two at most; the older one first.")
    selected_region = RegionName(help="Name of the selected region; empty means all candidates.")
    set_operation = SetOperation(help="The set operation on the region's blocks (Figure 9).")
    auto_train = Bool(
        None,
        allow_none=True,
        help="Whether an edit that brings untrained weights is followed by an epoch of training. None, as False, until "
        "a Lab turns it on.",
    )

    # ---- the file --------------------------------------------------------------------------------------------------

    checkpoint = Anything(
        None,
        help="The file in which the session is kept as it goes on, its own from now on: given one that another live "
        "session has, it takes one with a number. None: it is not kept.",
    )
    last_checkpoint = Instance(Checkpoint, allow_none=True, read_only=True, help="What was written there last.")
    checkpoint_problem = Unicode("", read_only=True, help="Why it was not written; empty: it was, or was not due.")

    # ---- actions -----------------------------------------------------------------------------------------

    use_threads = asked(use_threads)
    use_recipe = asked(use_recipe)
    train = asked(train)
    step = asked(step)
    evaluate = asked(evaluate)
    constrain = asked(constrain)
    project = asked(project)
    region = asked(on_the_map.region)
    where_common = asked(on_the_map.where_common)
    focus = asked(on_the_map.focus)
    forget = asked(on_the_map.forget)
    landmarks = asked(landmarks)
    finalize = asked(finalize)
    measure = asked(measure)
    save = asked(save)

    def __init__(
        self,
        template: str | Architecture = "lenet",
        data: Any = "digits",
        *,
        data_options: Mapping[str, Any] | None = None,
        seed: int = 0,
        recipe: str | Recipe = DEFAULT_RECIPE,
        width: float = 1.0,
        device: str | torch.device | None = None,
        threads: int | None = None,
        deterministic: bool = False,
        strategy: str | Mapping[str, Any] | Strategy = DEFAULT,
        population_size: int | None = None,
        mutation_rate: float = 0.1,
        crossover: Crossover = "fitness",
        log_file: str | os.PathLike[str] | None = None,
        bar: bool = True,
    ) -> None:
        log_path = making.checked_log(log_file)
        given = making.Arguments(
            template=template,
            data=data,
            data_options=data_options,
            seed=seed,
            recipe=recipe,
            width=width,
            device=device,
            threads=threads,
            deterministic=deterministic,
            strategy=strategy,
            population_size=population_size,
            mutation_rate=mutation_rate,
            crossover=crossover,
        )
        made = making.make(given)
        self.settings, self.state, self.bar = made.settings, made.state, bar
        super().__init__(log_file=log_path)
        self._checkpoints = Checkpoints(self, made.state, made.settings, running=self._running, worker=self._worker)
        self._running.keeper = self._checkpoints
        self._retraining = Retraining(self, state=self.state, jobs=self._jobs, worker=self._worker)
        self._unfit: Job[Any] | None = None
        self.set_trait("identity", uuid4().hex)
        self._publish()
        self._running.note(made.entry)

    __repr__ = queries.summary

    # ---- settings -------------------------------------------------------------------------------------

    data = property(lambda self: self.settings.data, doc="The images, in their splits.")
    seed = property(lambda self: self.settings.seed, doc="Of weights, order of images, sub-networks and search.")
    recipe = property(lambda self: self.settings.recipe, doc="How the supernet is trained.")
    device = property(lambda self: self.settings.device, doc="Where torch computes.")
    deterministic = property(lambda self: self.settings.deterministic, doc="Whether it always computes in one thread.")
    threads = property(lambda self: self.settings.threads, doc="Of the CPU; results depend on it in their last digits.")

    width = property(lambda self: self.settings.width, doc="Factor on a named template's channel counts.")
    data_source = property(
        lambda self: self.settings.origin.source,
        doc="The name or folder that the data are found again by; None: they have to be given again.",
    )
    data_options = property(
        lambda self: dict(self.settings.origin.options), doc="How the data are loaded: keywords of `load_data`."
    )

    # ---- queries --------------------------------------------------------------------------------------

    @property
    def evolve(self) -> Evolve:
        """Runs several iterations of the search: `for generation in session.evolve(10)`; see `Evolve`."""
        return Evolve(self)

    @property
    def best(self) -> Candidate:
        """The best candidate within the size limit.

        With landmarks that count, it has the highest posterior mean of them and of all whose evaluation still holds;
        without any, the lowest loss. A landmark without such an evaluation has NaN as loss and accuracy.

        Raises:
            SessionError: There is none yet.
        """
        return ranking.best(self.state)

    @property
    def candidate_masks(self) -> list[Mask]:
        """The candidates' masks, one for each row of `candidates`."""
        # The worker may have evaluated more candidates by now.
        return [candidate.mask for candidate in self.state.evaluations.candidates[: len(self.candidates)]]

    is_calibrated = property(queries.is_calibrated)
    current_candidates = queries.current_candidates
    pareto = queries.pareto
    marginal_effects = queries.marginal_effects
    posterior = queries.posterior
    trust = queries.trust
    landmark_seconds = queries.landmark_seconds
    finalists = queries.finalists
    region_blocks = queries.region_blocks
    to_python = queries.to_python

    with_data = making.with_data
    load = making.class_method(making.load)

    usual_checkpoint = queries.usual_checkpoint
    usual_file = queries.usual_file
    earlier_checkpoint = queries.earlier_checkpoint

    # ---- for traits, the runtime and actions -----------------------------------------------------------------------

    @validate("checkpoint")
    def _claim_checkpoint(self, proposal: Mapping[str, Any]) -> str | None:
        return self._checkpoints.claim(proposal["value"])

    @observe("checkpoint")
    def _move_checkpoint(self, change: Mapping[str, Any]) -> None:
        self._checkpoints.moved(change["new"])

    def stop(self) -> None:
        """Asks the running job to stop at its next batch, and cancels the training after an edit."""
        super().stop()
        self._retraining.cancel()

    def _context_of(self, action: Doable[Any]) -> Doing:
        return Context(self, action, state=self.state, settings=self.settings, saving=self._checkpoints)

    def _compute(self, run: Callable[[], R]) -> R:
        return self.settings.compute(run)

    def _requested(self, job: Job[Any]) -> None:
        self._retraining.submitting(job)

    def _publish(self, **values: Any) -> None:
        shown = self.state.published()
        looked_at = self.selected_region if self.selected_region in shown["regions"] else ""
        self._set(**{**shown, "selected_region": looked_at, **values})

    def _edited(self) -> None:
        before = self.regions
        self._publish()
        emptied = [name for name, region in self.regions.items() if before[name].masks and not region.masks]
        if emptied:
            self._set(message=f"the edit took all candidates of {', '.join(emptied)}; undo brings them back")
        self.evolve.edited()
        self._retraining.plan()

    @observe("auto_train")
    def _turned(self, change: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._retraining.plan()
