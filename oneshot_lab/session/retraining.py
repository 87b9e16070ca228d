"""Retraining after an edit: the weights that are left go on, new ones learn (§5)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from traitlets import Bool, observe

from oneshot_lab.errors import StoppedError
from oneshot_lab.session.job import LONG, NEXT, Job, R, once
from oneshot_lab.session.searching import Searching

REST = 1.5
"""Seconds without an edit before the supernet is trained: edits come in bursts."""

EPOCHS = 1


class Retraining(Searching):
    """The part of a session that trains by itself what an edit has brought; see `SearchSession`."""

    auto_train = Bool(
        None,
        allow_none=True,
        help="Whether an edit that brings untrained weights is followed by an epoch of training. None, as False, until "
        "a Lab turns it on.",
    )

    _soon: Job[None] | None = None

    def stop(self) -> None:
        """Asks the running job to stop, and has no training follow an edit; see `Actions.stop`."""
        super().stop()
        soon = self._soon
        if soon is not None:
            soon.cancel()

    def _submit(self, job: Job[R], *, once: bool = True) -> Job[R]:
        soon = self._soon
        if soon is not None and job is not soon and job.rank == LONG:
            # Edits have ended for now: what has been asked for does not wait for more of them.
            if job.name == "train":
                soon.cancel()
            soon.due = 0.0
        return super()._submit(job, once=once)

    def _show(self, **values: Any) -> None:
        super()._show(**values)
        self._train_soon()

    @observe("auto_train")
    def _turned(self, change: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._train_soon()

    def _train_soon(self) -> None:
        """Puts the training off that waits, or begins to wait for one. A search that runs goes on after it."""
        if self._soon is not None:
            self._soon.cancel()
        self._soon = None
        if self._worker.is_closed:
            return
        # A supernet that has not been trained at all is left to the person, who may have more to draw.
        if self._weights.version and self._has_to_learn():
            job = Job("train", once(self._learn), worker=self._worker, rank=NEXT, due=monotonic() + REST)
            self._soon = self._submit(job, once=False)

    def _has_to_learn(self) -> bool:
        return bool(self.auto_train and self.untrained_blocks and self.problem is None)

    def _learn(self) -> None:
        # Another training may have come first.
        if self._has_to_learn():
            try:
                with suppress(StoppedError):
                    self.train(EPOCHS)
            except Exception:
                # Nobody waits for it, and what a search says next would hide why it failed.
                for job in self._worker.waiting():
                    if job.is_parted:
                        job.pause()
                raise
