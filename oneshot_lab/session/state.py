"""The state of a session: what can be watched, and the one way in which actions change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

import pandas as pd
from traitlets import Bool, Enum, Float, HasTraits, Instance, Tuple, Unicode
from traitlets import Dict as DictTrait

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.session.candidates import Ledger
from oneshot_lab.session.log import LogEntry, append_line
from oneshot_lab.session.weights import Weights
from oneshot_lab.supernet.evaluate import StoppedError
from oneshot_lab.supernet.train import Progress

IDLE = "idle"


class SessionState(HasTraits):
    """The traits of a session, and the frame of an action: one at a time, logged, published at its end.

    Args:
        weights: The supernet of the first architecture.
        evolution: Its search.
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    architecture = Instance(Architecture, read_only=True, help="The template as it is now, repaired.")
    status = Enum((IDLE, "training", "searching", "evaluating", "finalizing"), IDLE, read_only=True)
    progress = Float(0.0, read_only=True, help="Share of the running action that is done, 0 to 1.")
    message = Unicode("", read_only=True, help="What the running action is at, or how the last one ended.")
    training_losses = Tuple(read_only=True, help="Mean training loss of each epoch of the supernet, all trainings.")
    generations = Tuple(read_only=True, help="All finished generations, oldest first.")
    block_fitness = DictTrait(read_only=True, help="Block fitness of the newest generation by block id (§3.1.6).")
    candidates = Instance(pd.DataFrame, read_only=True, help="One row for each evaluation; see `Ledger.table`.")
    untrained_blocks = Tuple(read_only=True, help="Blocks with weights that no training has seen.")
    repairs = Tuple(read_only=True, help="What the last edit, or fitting the template, had to repair.")
    finals = Tuple(read_only=True, help="All final models, oldest first.")
    log = Tuple(read_only=True, help="All actions, oldest first.")
    can_undo = Bool(False, read_only=True)
    can_redo = Bool(False, read_only=True)

    def __init__(self, weights: Weights, evolution: Evolution, *, log_file: Path | None) -> None:
        super().__init__()
        self.log_file = log_file
        self._weights = weights
        self._evolution = evolution
        self._ledger = Ledger()
        self._past: list[Architecture] = []
        self._future: list[Architecture] = []
        self._busy = Lock()
        self._running = ""
        # Requests to stop are counted rather than flagged: one that comes between two steps is not lost.
        self._stops = 0
        self._stops_before = 0
        self._publish()

    def stop(self) -> None:
        """Asks the running action to stop; it does at its next batch. May be called from any thread."""
        self._stops += 1

    def _should_stop(self) -> bool:
        return self._stops != self._stops_before

    @contextmanager
    def _action(self, name: str, status: str | None, arguments: dict[str, Any]) -> Iterator[None]:
        """Runs one action at a time, and logs it with its duration and how it ended."""
        if not self._busy.acquire(blocking=False):
            raise SessionError(
                f"{self._running} has not ended yet (status: {self.status})",
                where=name,
                remedy="wait until it has, or call stop()",
            )
        try:
            self._running, self._stops_before = name, self._stops
            began, started, outcome = datetime.now().astimezone().isoformat(timespec="seconds"), perf_counter(), "done"
            try:
                if status:
                    self._set(status=status, progress=0.0, message="")
                yield
                outcome = "stopped" if self._should_stop() else "done"
            except StoppedError:
                outcome = "stopped"
                raise
            except BaseException as error:
                outcome = f"failed: {error}" if isinstance(error, Exception) else "interrupted"
                raise
            finally:
                self._end(LogEntry(began, name, arguments, round(perf_counter() - started, 3), outcome))
        finally:
            self._busy.release()

    def _end(self, entry: LogEntry) -> None:
        problem = append_line(self.log_file, entry) if self.log_file else None
        ended = {} if entry.outcome == "done" else {"message": f"{entry.action}: {entry.outcome}"}
        # What an action has achieved is not thrown away because a disk is full.
        said = {"message": problem} if problem else ended
        self._set(status=IDLE, log=(*self.log, entry), **said)

    def _set(self, **values: Any) -> None:
        """Sets traits together: whoever watches one of them finds the others set as well."""
        with self.hold_trait_notifications():
            for name, value in values.items():
                self.set_trait(name, value)

    def _publish(self, **values: Any) -> None:
        """Sets traits, and brings all that mirror the search up to date with them."""
        architecture = self._weights.supernet.architecture
        generations = tuple(self._evolution.generations)
        self._set(
            **values,
            architecture=architecture,
            generations=generations,
            block_fitness=dict(self._evolution.block_fitness) if generations else {},
            candidates=self._ledger.table(architecture, self._weights.version),
            untrained_blocks=self._weights.untrained_blocks(),
            can_undo=bool(self._past),
            can_redo=bool(self._future),
        )

    def _show_training(self, what: str, finished: int, runs: int, state: Progress) -> None:
        epoch = state.epoch + state.batch / state.batches
        run = f", run {finished + 1} of {runs}" if runs > 1 else ""
        self._set(
            progress=(finished + epoch / state.epochs) / runs,
            message=f"{what}{run}: epoch {state.epoch + 1} of {state.epochs}, loss {state.loss:.3f}",
        )
