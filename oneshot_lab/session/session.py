"""The search session: template, supernet, population and history, and every action on them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
import torch

from oneshot_lab.architecture.given import check_number, check_path
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair, repair
from oneshot_lab.architecture.serial import to_json
from oneshot_lab.architecture.templates import fit_template
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.evolution import Crossover, Evolution
from oneshot_lab.session import snapshot
from oneshot_lab.session.actions import now
from oneshot_lab.session.candidates import Candidate
from oneshot_lab.session.checks import check_count, check_flag, check_population, check_seed
from oneshot_lab.session.choosing import choose, fit_blocks
from oneshot_lab.session.final import Final
from oneshot_lab.session.finalizing import retrain
from oneshot_lab.session.fingerprint import find_data
from oneshot_lab.session.job import Job
from oneshot_lab.session.log import LogEntry, open_log
from oneshot_lab.session.measuring import Measuring
from oneshot_lab.session.origin import Origin, check_options, options_argument, take
from oneshot_lab.session.replay import to_python
from oneshot_lab.session.training import check_threads, recipe_argument, threads_to_go_on
from oneshot_lab.session.weights import Weights
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.device import choose_device
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, Recipe, get_recipe


class SearchSession(Measuring):
    """One search for an architecture, from template to final model.

    Everything that can be watched is a trait; all of them are read-only, and change through the methods. Each
    action is logged with its duration, refuses to start while another runs, and leaves the session as it was
    if it fails.

    Args:
        template: A template's name (`list_templates`) or an architecture; it is fitted to the data.
        data: Whatever `load_data` takes, or what it gave.
        data_options: How to load them: keywords of `load_data`, such as `{"size": 32}`. They are kept in the
            session's file, but for `download`, which is a permission that each person gives.
        seed: Of weights, order of images, sub-networks and search. On a CPU the same seed and the same number of
            `threads` give the same session, bit for bit, on processors of one kind.
        recipe: How the supernet is trained, a `Recipe` or its name.
        width: Factor on a named template's channel counts.
        device: `cuda`, `mps`, `cpu`; left out: the best there is.
        threads: Of the CPU, in which torch computes for this session alone; left out: as many as torch has here.
            Results depend on it in their last digits, and what a search finds on those; the session's file keeps it.
        deterministic: Whether the same seed is to give the same session whatever number of threads the machine has or
            the environment asks for: always in one thread. On a GPU, also only by algorithms of torch that repeat; that
            holds for the whole process while an action runs, and torch warns of what it has none for.
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
        data_options: Mapping[str, Any] | None = None,
        seed: int = 0,
        recipe: str | Recipe = DEFAULT_RECIPE,
        width: float = 1.0,
        device: str | torch.device | None = None,
        threads: int | None = None,
        deterministic: bool = False,
        population_size: int | None = None,
        mutation_rate: float = 0.1,
        crossover: Crossover = "fitness",
        log_file: str | os.PathLike[str] | None = None,
        bar: bool = True,
    ) -> None:
        log_path = None if log_file is None else _path("log_file", log_file)
        if log_path:
            open_log(log_path)
        self.seed = check_seed(seed)
        self.width = check_number(width, where="width", expected="a number above 0, at most 64", error=SessionError)
        self.recipe = get_recipe(recipe)
        self.device = _fixed(choose_device(device))
        self.deterministic = check_flag("deterministic", deterministic)
        self._threads = check_threads(threads, deterministic=self.deterministic)
        self.bar = bar
        options = check_options(data_options)
        self._data_origin = Origin.of(data, options)
        self.data = take(data, options, seed=self.seed)
        self._rng = np.random.default_rng(self.seed)
        architecture, repairs = _fitted(template, self.data, width)
        evolution = Evolution(
            architecture,
            seed=self.seed,
            population_size=check_population(population_size),
            mutation_rate=mutation_rate,
            crossover=crossover,
        )
        super().__init__(within_memory(Weights)(architecture, seed=self.seed), evolution, log_file=log_path)
        self._set(repairs=repairs)
        arguments = {
            "template": to_json(template) if isinstance(template, Architecture) else template,
            "data": self.data_source,
            **options_argument(self._data_origin.options),
            "seed": self.seed,
            "recipe": recipe_argument(self.recipe),
            "width": self.width,
            "population_size": check_population(population_size),
            "mutation_rate": float(mutation_rate),
            "crossover": crossover,
            **({"deterministic": True} if self.deterministic else {"threads": self._threads}),
        }
        self._note(LogEntry(now(), "create", arguments, 0.0, "done"))

    @property
    def data_source(self) -> str | None:
        """The name or folder that the data are found again by; None: they have to be given again."""
        return self._data_origin.source

    @property
    def data_options(self) -> dict[str, Any]:
        """How the data are loaded: keywords of `load_data`."""
        return dict(self._data_origin.options)

    def __repr__(self) -> str:
        parts = [
            f"{self.architecture.name}, {len(self.architecture.blocks)} blocks",
            f"data {self.data.name}",
            f"{len(self.training_losses)} epochs",
            f"{len(self.generations)} generations",
            f"{len(self._ledger.candidates)} evaluations",
        ]
        return f"SearchSession({'; '.join(parts)})"

    @overload
    def finalize(
        self,
        mask: Mask | Candidate | str | Sequence[object] | None = None,
        *,
        threshold: float | None = None,
        epochs: int = 3,
        seeds: int = 1,
        recipe: str | Recipe = "whole",
        wait: Literal[True] = True,
    ) -> Final: ...

    @overload
    def finalize(
        self,
        mask: Mask | Candidate | str | Sequence[object] | None = None,
        *,
        threshold: float | None = None,
        epochs: int = 3,
        seeds: int = 1,
        recipe: str | Recipe = "whole",
        wait: Literal[False],
    ) -> Job[Final]: ...

    def finalize(
        self,
        mask: Mask | Candidate | str | Sequence[object] | None = None,
        *,
        threshold: float | None = None,
        epochs: int = 3,
        seeds: int = 1,
        recipe: str | Recipe = "whole",
        wait: bool = True,
    ) -> Final | Job[Final]:
        """Retrains a sub-network from scratch and measures it on the test split, once for each seed (§3).

        Where an image turns out to be broken after the training, the network is kept without its measures, and
        `measure` tries again.

        Args:
            mask: The sub-network, also as a candidate, a row of bits, or text, as in `candidates`; left out: the best
                candidate.
            threshold: Instead of a mask: every block whose fitness is at least this.
            epochs: Passes over the training images.
            seeds: Trainings from different starts; the result gives mean and spread.
            recipe: How to train.
            wait: As for `train`.

        Returns:
            The final model; also appended to `finals`.

        Raises:
            MaskError: The mask names no network of this architecture.
            DataError: A validation or test image cannot be read; that is found before the training.
            SessionError: There is no candidate yet, no network reaches the threshold, or it was stopped.
        """
        epochs, seeds = check_count("epochs", epochs), check_count("seeds", seeds)
        training, given = get_recipe(recipe), None if mask is None else choose(self.architecture, mask)
        if given is not None and threshold is not None:
            raise SessionError("both a mask and a threshold", where="finalize", remedy="give one of them")
        arguments = {
            "mask": None if given is None else sorted(given.blocks),
            **({} if threshold is None else {"threshold": threshold}),
            "epochs": epochs,
            "seeds": seeds,
            "recipe": recipe_argument(training),
        }

        def run() -> Final:
            self._check_fits("finalize")
            chosen = self._choose(given, threshold)
            arguments["mask"] = sorted(chosen.blocks)
            # The mask says it all; by then, other blocks may reach it.
            arguments.pop("threshold", None)
            final = retrain(
                self.architecture,
                chosen,
                self.data,
                recipe=training,
                epochs=epochs,
                seeds=range(self.seed, self.seed + seeds),
                device=self.device,
                progress=lambda finished, state: self._show_training("final model", finished, seeds, state),
                should_stop=self._should_stop,
                bar=False,
            )
            if final is None:
                raise StoppedError("stopped before the end", where="finalize", remedy="call it again")
            self._set(finals=(*self.finals, final), message=final.summary)
            return final

        return self._act("finalize", run, arguments, wait=wait, status="finalizing")

    @overload
    def save(self, path: str | os.PathLike[str], *, wait: Literal[True] = True) -> None: ...

    @overload
    def save(self, path: str | os.PathLike[str], *, wait: Literal[False]) -> Job[None]: ...

    def save(self, path: str | os.PathLike[str], *, wait: bool = True) -> Job[None] | None:
        """Writes the whole session to one file (JSON and safetensors in a zip), all of it or nothing.

        Args:
            path: The file.
            wait: As for `train`.

        Raises:
            SessionError: The file cannot be written, or would be too large to be read; `message` says so long before.
        """
        target = _path("save", path)

        def run() -> None:
            full = snapshot.save(self, target)
            self._kept_in(target)
            self._set(message=f"saved as {target.name}" + (f"; {full}" if full else ""))

        return self._act("save", run, {"path": str(target)}, wait=wait)

    def with_data(self, data: Any, *, data_options: Mapping[str, Any] | None = None) -> SearchSession:
        """Returns a new session for the same network on other data, with the settings of this one.

        What this one has learned stays here. A limit of size that no network has on the other data is left out.

        Args:
            data: Whatever `load_data` takes, or what it gave.
            data_options: As for a new session; those that are not named here stay as they are, and None takes
                one back.

        Raises:
            ArchitectureError, DataError, SessionError: As for a new session.
        """
        settings = self._evolution.state()
        options = data_options if isinstance(data, Data) else self._data_origin.changed(data_options)
        other = SearchSession(
            self.architecture,
            data,
            data_options=options,
            seed=self.seed,
            recipe=self.recipe,
            device=self.device,
            threads=self.threads,
            deterministic=self.deterministic,
            log_file=self.log_file,
            bar=self.bar,
            **{name: settings[name] for name in ("population_size", "mutation_rate", "crossover")},
        )
        other.width = self.width
        other.auto_train = self.auto_train
        if self.constraint != Constraint():
            with suppress(SessionError):
                other.constrain(**self.constraint.to_json())
        return other

    def to_python(self) -> list[str]:
        """Returns the code of cells that bring a new session to the same state, from the log (§6.1.2)."""
        return to_python(self.log)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        data: Any = None,
        data_options: Mapping[str, Any] | None = None,
        device: str | torch.device | None = None,
        threads: int | None = None,
        log_file: str | os.PathLike[str] | None = None,
        bar: bool = True,
    ) -> SearchSession:
        """Reads a session that `save` wrote; it goes on exactly as the saved one would.

        Args:
            path: The file.
            data: What the session was made with; may be left out where that was a name or a folder. A folder is
                looked for where it was, seen from the file, and where it was on the machine.
            data_options: As for `with_data`.
            device: As for a new session.
            threads: As for a new session; left out: as many as it was computed in, so that it goes on in the same
                bits. Where this machine has fewer cores, `message` tells so.
            log_file: As for a new session.
            bar: As for a new session.

        Raises:
            SessionError: The file is damaged, of a later version, or belongs to other data.
            DataError: The data cannot be found.
        """
        file = _path("load", path)
        saved = snapshot.load(file)
        found, origin = find_data(
            data, data_options, origins=saved.origins, known=saved.fingerprint, seed=saved.seed, path=file
        )
        log_path = None if log_file is None else _path("log_file", log_file)
        if log_path:
            open_log(log_path)
        session = cls(
            saved.architecture,
            found,
            seed=saved.seed,
            recipe=saved.recipe,
            device=device,
            threads=threads_to_go_on(saved.threads) if threads is None else threads,
            deterministic=saved.deterministic,
            bar=bar,
        )
        session.log_file = log_path
        session._data_origin = origin
        arguments = {"path": str(file), "data": origin.source, **options_argument(origin.options)}
        session._note(LogEntry(now(), "load", arguments, 0.0, "done"))
        snapshot.restore(session, saved)
        session.width = _width(saved.log)
        session._comes_from(file)
        if saved.threads not in (None, session.threads):
            session._tell_threads(saved.threads)
        return session

    def _choose(self, mask: Mask | None, threshold: float | None) -> Mask:
        if threshold is None:
            return choose(self.architecture, self.best if mask is None else mask)
        return fit_blocks(self.architecture, self.block_fitness, threshold)


def _path(where: str, value: object) -> Path:
    return check_path(value, where=where, expected="the path of a file, such as 'run.oneshot'", error=SessionError)


def _width(log: Sequence[LogEntry]) -> float:
    """Returns the width that a session's templates have had."""
    given = log[0].arguments.get("width") if log else None
    return float(given) if isinstance(given, float | int) and given > 0 else 1.0


def _fixed(device: torch.device) -> torch.device:
    """Returns a device by its number: each thread has a CUDA device of its own, and the worker is another thread."""
    return torch.device("cuda", torch.cuda.current_device()) if device == torch.device("cuda") else device


def _fitted(template: str | Architecture, data: Data, width: float) -> tuple[Architecture, tuple[Repair, ...]]:
    if not isinstance(template, Architecture):
        return fit_template(template, input_shape=data.input_shape, classes=data.classes, width=width)
    if width != 1.0:
        raise SessionError("a width for an architecture", where="width", remedy="give it to load_template")
    return repair(replace(template, input_shape=data.input_shape, classes=data.classes))
