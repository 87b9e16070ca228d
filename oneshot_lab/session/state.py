"""The state of a session: the supernet, the search and the candidates behind an architecture, and their traits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from traitlets import Dict, Instance, Tuple

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.session.candidates import Ledger
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.weights import Weights
from oneshot_lab.supernet.train import Progress

MOST_POINTS = 400
"""Of a curve: more than a chart is wide enough to show."""


class SessionState(Editing):
    """The traits of a session beside its architecture.

    Args:
        weights: The supernet of the first architecture.
        evolution: Its search.
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    training_losses = Tuple(read_only=True, help="Mean training loss of each epoch of the supernet, all trainings.")
    generations = Tuple(read_only=True, help="All finished generations, oldest first.")
    block_fitness = Dict(read_only=True, help="Block fitness of the newest generation by id, of its blocks (§3.1.6).")
    candidates = Instance(pd.DataFrame, read_only=True, help="One row for each evaluation; see `Ledger.table`.")
    untrained_blocks = Tuple(read_only=True, help="Blocks with weights that no training has seen.")
    curve = Tuple(read_only=True, help="(epoch, mean loss so far in it) of the running or last training, as it goes.")
    finals = Tuple(read_only=True, help="All final models, oldest first.")

    def __init__(self, weights: Weights, evolution: Evolution, *, log_file: Path | None) -> None:
        super().__init__(weights.supernet.architecture, log_file=log_file)
        self._weights = weights
        self._evolution = evolution
        self._ledger = Ledger()
        self._points: list[tuple[float, float]] = []
        self._publish()

    @property
    def candidate_masks(self) -> list[Mask]:
        """The candidates' masks, one for each row of `candidates`."""
        # The worker may have evaluated more by now.
        return [candidate.mask for candidate in self._ledger.candidates[: len(self.candidates)]]

    def _become(self, architecture: Architecture) -> None:
        # What can fail comes before what changes the session.
        supernet, untrained = self._weights.fitted(architecture)
        self._evolution.adapt(architecture)
        self._weights.become(supernet, untrained)

    def _show(self, **values: Any) -> None:
        self._publish(**values)

    def _check_fits(self, where: str) -> None:
        """Refuses to train or search while there is a draft: it would work on another network than is shown.

        Raises:
            SessionError: There is a draft; says what does not fit.
        """
        if self.problem is not None:
            raise SessionError(
                f"the network does not fit ({self.problem})", where=where, remedy="mend it, or call undo()"
            )

    def _publish(self, **values: Any) -> None:
        """Sets traits, and brings all that mirror the search up to date with them."""
        architecture = self._weights.supernet.architecture
        mirrors = {
            "architecture": architecture,
            "generations": tuple(self._evolution.generations),
            "block_fitness": dict(self._evolution.scores),
            "candidates": self._ledger.table(architecture, self._weights.version),
            "untrained_blocks": self._weights.untrained_blocks(),
            "can_undo": bool(self._past),
            "can_redo": bool(self._future),
        }
        self._set(**(mirrors | values))

    def _show_training(self, what: str, finished: int, runs: int, state: Progress) -> None:
        epoch = state.epoch + state.batch / state.batches
        run = f", run {finished + 1} of {runs}" if runs > 1 else ""
        self._add_point(finished * state.epochs + epoch, state.loss)
        self._set(
            curve=tuple(self._points),
            progress=(finished + epoch / state.epochs) / runs,
            message=f"{what}{run}: epoch {state.epoch + 1} of {state.epochs}, loss {state.loss:.3f}",
        )

    def _add_point(self, epoch: float, loss: float) -> None:
        """Adds a point to the curve; of a long training every second point is dropped, and again."""
        if self._points and epoch <= self._points[-1][0]:
            self._points = []
        self._points.append((epoch, loss))
        if len(self._points) > MOST_POINTS:
            del self._points[::2]
