"""Training after an edit: remaining weights continue, new ones are learned (§5)."""

from __future__ import annotations

import weakref
from contextlib import suppress
from time import monotonic
from typing import Any

from traitlets import HasTraits

from oneshot_lab.errors import StoppedError
from oneshot_lab.session.actions.train import Train
from oneshot_lab.session.runtime.job import LONG, NEXT, Job, once
from oneshot_lab.session.runtime.jobs import Jobs
from oneshot_lab.session.runtime.worker import Worker
from oneshot_lab.session.state.state import State

SETTLE_SECONDS = 1.5
"""How long training waits after the last edit, since edits come in bursts."""

EPOCHS = 1


class Retraining:
    """Trains new weights automatically after an edit, if `auto_train` is on.

    Args:
        session: The `SearchSession` to train; not kept alive.
        state: What it holds.
        jobs: Its jobs.
        worker: Its worker.
    """

    def __init__(self, session: HasTraits, *, state: State, jobs: Jobs, worker: Worker) -> None:
        self._of = weakref.ref(session)
        self._state, self._jobs, self._worker = state, jobs, worker
        self.job: Job[None] | None = None
        """The training that waits for the end of the edits."""

    def cancel(self) -> None:
        """Cancels the training after the last edit."""
        job = self.job
        if job is not None:
            job.cancel()

    def submitting(self, other: Job[Any]) -> None:
        """Records a request: the edits have ended for now, and the training no longer waits."""
        job = self.job
        if job is not None and other is not job and other.rank == LONG:
            if other.name == "train":
                job.cancel()
            job.due = 0.0

    def plan(self) -> None:
        """Postpones the waiting training, or schedules one. A running search continues after it."""
        self.cancel()
        self.job = None
        session = self._of()
        if session is None or self._worker.is_closed:
            return
        # A supernet without any training is not trained automatically: the user may still be editing.
        if self._state.weights.version and self._has_to_learn(session):
            # The job keeps the session alive until it has ended.
            body = once(lambda: self._learn(session))
            job = Job("train", body, worker=self._worker, rank=NEXT, due=monotonic() + SETTLE_SECONDS)
            self.job = self._jobs.submit(job, once=False)

    def _has_to_learn(self, session: Any) -> bool:
        state = self._state
        return bool(session.auto_train and state.weights.untrained_blocks() and state.drawing.problem is None)

    def _learn(self, session: Any) -> None:
        # Another training may have run first.
        if self._has_to_learn(session):
            try:
                with suppress(StoppedError):
                    self._jobs.ask(Train(EPOCHS))
            except Exception:
                # No caller waits for it, and the next message of a search would hide why it failed.
                for job in self._worker.waiting():
                    if job.is_parted:
                        job.pause()
                raise
