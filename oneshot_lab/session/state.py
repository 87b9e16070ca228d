"""The state of a session: what can be watched, and the one way in which actions change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Lock
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
        architecture: The first architecture, repaired.
        weights: Its supernet.
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

    def __init__(
        self, architecture: Architecture, weights: Weights, evolution: Evolution, *, log_file: Path | None
    ) -> None:
        super().__init__()
        self.log_file = log_file
        self._weights = weights
        self._evolution = evolution
        self._ledger = Ledger()
        self._past: list[Architecture] = []
        self._future: list[Architecture] = []
        self._stopping = Event()
        self._busy = Lock()
        self.set_trait("architecture", architecture)
        self._publish()

    @contextmanager
    def _action(self, name: str, status: str | None, arguments: dict[str, Any]) -> Iterator[None]:
        """Runs one action at a time, and logs it with its duration and how it ended."""
        if not self._busy.acquire(blocking=False):
            raise SessionError(f"it is {self.status}", where=name, remedy="wait until that has ended, or call stop()")
        began, started, outcome = datetime.now().astimezone().isoformat(timespec="seconds"), perf_counter(), "done"
        self._stopping.clear()
        try:
            if status:
                self.set_trait("progress", 0.0)
                self.set_trait("status", status)
            yield
            outcome = "stopped" if self._stopping.is_set() else "done"
        except StoppedError:
            outcome = "stopped"
            raise
        except BaseException as error:
            outcome = f"failed: {error}" if isinstance(error, Exception) else "interrupted"
            raise
        finally:
            if outcome != "done":
                self.set_trait("message", f"{name}: {outcome}")
            self.set_trait("status", IDLE)
            self._busy.release()
            self._note(LogEntry(began, name, arguments, round(perf_counter() - started, 3), outcome))

    def _note(self, entry: LogEntry) -> None:
        self.set_trait("log", (*self.log, entry))
        if self.log_file is not None:
            append_line(self.log_file, entry)

    def _show_training(self, what: str, finished: int, runs: int, state: Progress) -> None:
        epoch = state.epoch + state.batch / state.batches
        self.set_trait("progress", (finished + epoch / state.epochs) / runs)
        run = f", run {finished + 1} of {runs}" if runs > 1 else ""
        self.set_trait("message", f"{what}{run}: epoch {state.epoch + 1} of {state.epochs}, loss {state.loss:.3f}")

    def _publish(self) -> None:
        """Brings all traits that mirror the search up to date."""
        generations = tuple(self._evolution.generations)
        self.set_trait("generations", generations)
        fitness = {block: self._evolution.block_fitness[block] for block in self.architecture.block_ids}
        self.set_trait("block_fitness", fitness if generations else {})
        self.set_trait("candidates", self._ledger.table(self.architecture, self._weights.version))
        self.set_trait("untrained_blocks", self._weights.untrained_blocks())
        self.set_trait("can_undo", bool(self._past))
        self.set_trait("can_redo", bool(self._future))
