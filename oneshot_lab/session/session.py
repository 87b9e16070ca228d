"""The search session: template, supernet, population and history, and every action on them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from oneshot_lab.architecture.edits import Edit, revise
from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair, repair
from oneshot_lab.architecture.serial import edit_to_json
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Crossover, Evolution
from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.search.generation import Generation
from oneshot_lab.session import storage
from oneshot_lab.session.candidates import Candidate, digest
from oneshot_lab.session.final import Final, fit_blocks, retrain
from oneshot_lab.session.state import SessionState
from oneshot_lab.session.weights import Weights
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.device import choose_device
from oneshot_lab.supernet.evaluate import StoppedError, evaluate
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, Recipe, get_recipe
from oneshot_lab.supernet.train import train

IDLE = "idle"


class SearchSession(SessionState):
    """One search for an architecture, from template to final model.

    Everything that can be watched is a trait; all of them are read-only, and change through the methods. Each
    action is logged with its duration, refuses to start while another runs, and leaves the session as it was
    if it fails.

    Args:
        template: A template's name (`list_templates`) or an architecture; it is fitted to the data.
        data: Whatever `load_data` takes, or what it gave.
        seed: Of weights, order of images, sub-networks and search; on CPU the same seed gives the same session.
        recipe: How the supernet is trained, a `Recipe` or its name.
        width: Factor on a named template's channel counts.
        device: `cuda`, `mps`, `cpu`; left out: the best there is.
        population_size: Candidates in a generation; left out: the number of blocks (§3.1.1).
        mutation_rate: Of Algorithm 3.
        crossover: "fitness" (§3.1.4) or "uniform".
        log_file: A JSON-lines file to which every action is appended (§6.1.2).
        bar: Whether long actions show a progress bar.

    Raises:
        ArchitectureError: The template is unknown or does not fit the data.
        DataError: The data cannot be found or learned from.
        SessionError: Another argument is not usable.
    """

    def __init__(
        self,
        template: str | Architecture = "lenet",
        data: Any = "digits",
        *,
        seed: int = 0,
        recipe: str | Recipe = DEFAULT_RECIPE,
        width: float = 1.0,
        device: str | torch.device | None = None,
        population_size: int | None = None,
        mutation_rate: float = 0.1,
        crossover: Crossover = "fitness",
        log_file: str | os.PathLike[str] | None = None,
        bar: bool = True,
    ) -> None:
        # A name or path can be looked up again when a saved session is loaded; other data must be given again.
        self.data_source = str(data) if isinstance(data, (str, os.PathLike)) else None
        self.data: Data = data if isinstance(data, Data) else load_data(data, seed=seed)
        self.recipe = get_recipe(recipe)
        self.device = choose_device(device)
        self.seed = seed
        self.bar = bar
        self._rng = np.random.default_rng(seed)
        architecture, repairs = _fitted(template, self.data, width)
        evolution = Evolution(
            architecture,
            seed=seed,
            population_size=population_size,
            mutation_rate=mutation_rate,
            crossover=crossover,
        )
        super().__init__(
            architecture,
            Weights(architecture, seed=seed),
            evolution,
            log_file=None if log_file is None else Path(log_file),
        )
        self.set_trait("repairs", repairs)

    def __repr__(self) -> str:
        parts = [
            f"{self.architecture.name}, {len(self.architecture.blocks)} blocks",
            f"data {self.data.name}",
            f"{len(self.training_losses)} epochs",
            f"{len(self.generations)} generations",
            f"{len(self._ledger.candidates)} evaluations",
        ]
        return f"SearchSession({'; '.join(parts)})"

    # Actions -----------------------------------------------------------------------------------------------------

    def train(self, epochs: int = 3, *, recipe: str | Recipe | None = None) -> tuple[float, ...]:
        """Trains the supernet, from the weights that it has (§3).

        It can be stopped (`stop`, or interrupting the cell) at any batch; what was learned until then stays.
        Afterwards the population waits to be evaluated again, with the new weights.

        Args:
            epochs: Passes over the training images.
            recipe: Another recipe than the session's, for this time.

        Returns:
            The mean training loss of each epoch.

        Raises:
            SessionError: The loss became infinite or not a number; the last good weights are back. Or another
                action is running.
        """
        chosen = self.recipe if recipe is None else get_recipe(recipe)
        _check_count("epochs", epochs)
        arguments = {"epochs": epochs} | ({} if recipe is None else {"recipe": chosen.name})
        with self._action("train", "training", arguments):
            try:
                losses = train(
                    self._weights.supernet,
                    self.data.train,
                    recipe=chosen,
                    epochs=epochs,
                    seed=int(self._rng.integers(2**31)),
                    device=self.device,
                    progress=lambda state: self._show_training("supernet", 0, 1, state),
                    should_stop=self._stopping.is_set,
                    bar=self.bar,
                )
                self.set_trait("training_losses", (*self.training_losses, *losses))
            finally:
                # Even where it was interrupted or failed in a later epoch, the weights are not what they were.
                self._weights.trained()
                self._evolution.adapt(self.architecture)
                self._publish()
            return tuple(losses)

    def step(self) -> Generation:
        """Runs one iteration of the evolutionary search (Algorithm 1) and returns its generation.

        Candidates that are known with the present weights are not evaluated again.

        Raises:
            SessionError: The supernet was never trained, another action is running, or `stop` was called; the
                population then waits, and the next step goes on with it.
        """
        if not self._weights.version:
            raise SessionError("the supernet is not trained", where="step", remedy="call train() first")
        with self._action("step", "searching", {}):
            index = len(self._evolution.generations)
            population = self._evolution.ask()
            found = self._evaluated(population, generation=index)
            generation = self._evolution.tell([candidate.loss for candidate in found])
            self._publish()
            self.set_trait("message", f"generation {index}: best loss {generation.loss_min:.4f}")
            return generation

    def evolve(self, iterations: int = 10) -> Iterator[Generation]:
        """Yields the generations of so many iterations, each when it is finished; loop over it.

        Args:
            iterations: At most so many; `stop` ends it earlier.

        Raises:
            SessionError: As `step`.
        """
        _check_count("iterations", iterations)
        for _ in range(iterations):
            try:
                generation = self.step()
            except StoppedError:
                return
            yield generation

    def evaluate(self, *masks: Mask) -> tuple[Candidate, ...]:
        """Evaluates sub-networks of your own choice with the present weights; they join the candidates.

        Raises:
            MaskError: A mask names no network of this architecture.
            SessionError: As `step`.
        """
        for mask in masks:
            check_mask(self.architecture, mask)
        if not self._weights.version:
            raise SessionError("the supernet is not trained", where="evaluate", remedy="call train() first")
        arguments = {"masks": [sorted(mask.blocks) for mask in masks]}
        with self._action("evaluate", "evaluating", arguments):
            found = self._evaluated(masks, generation=None)
            self._publish()
            return found

    def edit(self, *edits: Edit) -> tuple[Repair, ...]:
        """Changes the architecture; what does not fit afterwards is repaired (§5.1).

        Several edits are one step of undo. Weights of components that did not change are kept, the history too;
        the population is carried over. Blocks with new weights are in `untrained_blocks` until the next training.

        Returns:
            What was repaired.

        Raises:
            ArchitectureError: An edit cannot be done or the result not be made to fit; nothing has changed.
        """
        arguments = {"edits": [edit_to_json(edit) for edit in edits]}
        with self._action("edit", None, arguments):
            architecture, repairs = revise(self.architecture, *edits)
            before = self.architecture
            self._become(architecture, repairs)
            self._past.append(before)
            self._future.clear()
            self._publish()
            return repairs

    def undo(self) -> None:
        """Takes the last edit back, and with it the weights that it had cost.

        Raises:
            SessionError: There is nothing to undo.
        """
        self._travel("undo", self._past, self._future)

    def redo(self) -> None:
        """Does again what was undone.

        Raises:
            SessionError: There is nothing to redo.
        """
        self._travel("redo", self._future, self._past)

    def finalize(
        self,
        mask: Mask | Candidate | Sequence[object] | None = None,
        *,
        threshold: float | None = None,
        epochs: int = 3,
        seeds: int = 1,
        recipe: str | Recipe = "whole",
    ) -> Final:
        """Retrains a sub-network from scratch and measures it on the test split, once for each seed (§3).

        Args:
            mask: The sub-network, also as a candidate or a row of bits; left out: the best candidate.
            threshold: Instead of a mask: every block whose fitness is at least this.
            epochs: Passes over the training images.
            seeds: Trainings from different starts; the result gives mean and spread.
            recipe: How to train.

        Returns:
            The final model; also appended to `finals`.

        Raises:
            MaskError: The mask names no network of this architecture.
            SessionError: There is no candidate yet, no network reaches the threshold, or it was stopped.
        """
        _check_count("epochs", epochs)
        _check_count("seeds", seeds)
        chosen = self._choose(mask, threshold)
        arguments = {"mask": sorted(chosen.blocks), "epochs": epochs, "seeds": seeds, "recipe": get_recipe(recipe).name}
        with self._action("finalize", "finalizing", arguments):
            final = retrain(
                self.architecture,
                chosen,
                self.data,
                recipe=get_recipe(recipe),
                epochs=epochs,
                seeds=range(self.seed, self.seed + seeds),
                device=self.device,
                progress=lambda finished, state: self._show_training("final model", finished, seeds, state),
                should_stop=self._stopping.is_set,
                bar=self.bar,
            )
            if final is None:
                raise StoppedError("stopped before the end", where="finalize", remedy="call it again")
            self.set_trait("finals", (*self.finals, final))
            self.set_trait("message", f"test accuracy {final.test_accuracy:.2%}")
            return final

    def stop(self) -> None:
        """Asks the running action to stop; it does at its next batch. May be called from any thread."""
        self._stopping.set()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the whole session to one file (JSON and safetensors in a zip), all of it or nothing.

        Raises:
            SessionError: The file cannot be written.
        """
        with self._action("save", None, {"path": str(path)}):
            storage.write(self, Path(path))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        data: Any = None,
        device: str | torch.device | None = None,
        bar: bool = True,
    ) -> SearchSession:
        """Reads a session that `save` wrote; it goes on exactly as the saved one would.

        Args:
            path: The file.
            data: What the session was made with; may be left out where that was a name or a folder.
            device: As for a new session.
            bar: As for a new session.

        Raises:
            SessionError: The file is damaged, of a later version, or belongs to other data.
            DataError: The data cannot be found.
        """
        saved = storage.read(Path(path))
        source = saved.data_source if data is None else data
        if source is None:
            raise SessionError("the data had no name", where=str(path), remedy="give it again: load(path, data=…)")
        session = cls(
            saved.architecture,
            source,
            seed=saved.seed,
            recipe=saved.recipe,
            device=device,
            bar=bar,
        )
        storage.restore(session, saved)
        return session

    # Questions -----------------------------------------------------------------------------------------------------

    @property
    def best(self) -> Candidate:
        """The candidate of the lowest loss among those whose evaluation still holds.

        Raises:
            SessionError: There is none yet.
        """
        current = self._ledger.current(self.architecture, self._weights.version)
        finite = [candidate for candidate in current if np.isfinite(candidate.loss)]
        if not finite:
            raise SessionError("there is no evaluated candidate", where="best", remedy="step the search first")
        return min(finite, key=lambda candidate: candidate.loss)

    def marginal_effects(self) -> dict[str, Marginal]:
        """Returns what each block does to the loss, over all candidates whose evaluation still holds.

        Beside the paper's block fitness, which moves in steps of 1/n: the mean loss without the block minus the
        mean loss with it, and its 95 % interval.
        """
        current = self._ledger.current(self.architecture, self._weights.version)
        masks, losses = [candidate.mask for candidate in current], [candidate.loss for candidate in current]
        return marginal_effect(self.architecture, masks, losses)

    # How it is done ------------------------------------------------------------------------------------------------

    def _evaluated(self, masks: Sequence[Mask], *, generation: int | None) -> tuple[Candidate, ...]:
        """Returns the candidates of masks, evaluating those that are not known with the present weights."""
        version = self._weights.version
        networks = {mask: digest(self.architecture, mask) for mask in masks}
        unknown = [mask for mask, network in networks.items() if self._ledger.find(version, network) is None]
        with tqdm(total=len(self.data.validation), unit="image", leave=False, delay=1, disable=not self.bar) as shown:

            def progress(done: int, total: int) -> None:
                shown.update(done - shown.n)
                self.set_trait("progress", done / total)

            scores = evaluate(
                self._weights.supernet,
                unknown,
                self.data.validation,
                device=self.device,
                calibration=self.data.train,
                progress=progress,
                should_stop=self._stopping.is_set,
            )
        inference, parents = infer(self.architecture), self._evolution.parents
        for mask, score in scores.items():
            price = cost(self.architecture, mask, inference=inference)
            bred = parents.get(mask) if generation is not None else None
            self._ledger.add(
                Candidate(
                    mask,
                    score.loss,
                    score.accuracy,
                    price.parameters,
                    price.macs,
                    generation,
                    bred,
                    version,
                    networks[mask],
                )
            )
        known = (self._ledger.find(version, networks[mask]) for mask in masks)
        return tuple(candidate for candidate in known if candidate is not None)

    def _travel(self, name: str, source: list[Architecture], target: list[Architecture]) -> None:
        with self._action(name, None, {}):
            if not source:
                raise SessionError(f"there is nothing to {name}", where=name)
            before = self.architecture
            self._become(source[-1], ())
            source.pop()
            target.append(before)
            self._publish()

    def _become(self, architecture: Architecture, repairs: tuple[Repair, ...]) -> None:
        """Takes another architecture, all or nothing: what can fail comes before what changes the session."""
        supernet, untrained = self._weights.fitted(architecture)
        self._evolution.adapt(architecture)
        self._weights.become(supernet, untrained)
        self.set_trait("architecture", architecture)
        self.set_trait("repairs", repairs)

    def _choose(self, mask: Mask | Candidate | Sequence[object] | None, threshold: float | None) -> Mask:
        if threshold is not None:
            if mask is not None:
                raise SessionError("both a mask and a threshold", where="finalize", remedy="give one of them")
            return fit_blocks(self.architecture, self.block_fitness, threshold)
        if mask is None:
            return self.best.mask
        if isinstance(mask, Candidate):
            mask = mask.mask
        if not isinstance(mask, Mask):
            mask = Mask.from_bits(self.architecture, mask)
        return check_mask(self.architecture, mask)


def _fitted(template: str | Architecture, data: Data, width: float) -> tuple[Architecture, tuple[Repair, ...]]:
    if not isinstance(template, Architecture):
        return load_template(template, input_shape=data.input_shape, classes=data.classes, width=width), ()
    if width != 1.0:
        raise SessionError("a width for an architecture", where="width", remedy="give it to load_template")
    return repair(replace(template, input_shape=data.input_shape, classes=data.classes))


def _check_count(name: str, value: int) -> None:
    if not value >= 1 or value != int(value):
        raise SessionError(f"{name} = {value!r}", where=name, expected="a whole number from 1 up")
