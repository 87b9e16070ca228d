"""Checkpoints: a session kept in a file while it goes on, so that a kernel that goes away takes little along."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from traitlets import Any as Anything
from traitlets import Instance, Unicode, observe, validate

from oneshot_lab.architecture.given import check_path
from oneshot_lab.errors import SessionError
from oneshot_lab.session import snapshot
from oneshot_lab.session.actions import now
from oneshot_lab.session.claim import ENDING, SUFFIX, free
from oneshot_lab.session.job import SHORT
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.place import Place, identity
from oneshot_lab.session.retraining import Retraining
from oneshot_lab.session.schedule import Schedule
from oneshot_lab.supernet.recipes import Recipe
from oneshot_lab.supernet.train import Progress

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

UNCHANGING = frozenset({"create", "load", "save"})
"""Actions after which there is nothing to keep."""


class Checkpoint(NamedTuple):
    """A checkpoint that was written.

    Attributes:
        path: Its file.
        time: When, local time with its offset (ISO 8601).
        aside: Where the file of another session has gone that was there; empty: there was none.
    """

    path: str
    time: str
    aside: str = ""


class Checkpointing(Retraining):
    """The part of a session that keeps itself in a file; see `SearchSession`.

    It is written when nothing has happened for a second, every few seconds while something runs, in the middle of it
    as if it had been stopped there, and at the end: of the session, or of the process, unless that is killed. What
    cannot be written is told, and tried again.
    """

    checkpoint = Anything(
        None,
        help="The file in which the session is kept as it goes on, its own from now on: given one that another live "
        "session has, it takes one with a number. None: it is not kept.",
    )
    last_checkpoint = Instance(Checkpoint, allow_none=True, read_only=True, help="What was written there last.")
    checkpoint_problem = Unicode(
        "", read_only=True, help="Why it could not be written; empty: it could, or was not due."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        self._origin: Path | None = None
        self._file: Path | None = None
        self._kept_at, self._schedule = Place(), Schedule()
        self._learning: Learning | None = None
        self._is_told_full = False
        super().__init__(*args, **options)
        # At the end of the process the file is still to be written.
        weakref.finalize(self, self._kept_at.give_back).atexit = False

    def close(self) -> None:
        """Stops all jobs, has the session kept a last time, and ends the thread that does them."""
        super().close()
        if not self._schedule.is_unsaved:
            self._kept_at.give_back()

    # ---- where -----------------------------------------------------------------------------------------------------

    def usual_checkpoint(self) -> str:
        """Returns the file for a session that has been given none: where it comes from, or one in this folder."""
        if self._origin is not None and self._origin.name.endswith(ENDING):
            return str(self._origin)
        return self._usual_name() + ENDING

    def usual_file(self) -> str:
        """Returns the file to save to where none is named: that of the last time, else a new one in this folder."""
        return str(self._file or free(Path(self._usual_name() + SUFFIX)))

    def _usual_name(self) -> str:
        name = f"{self.architecture.name}-{self.data.name}"
        return "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in name)

    def earlier_checkpoint(self) -> Checkpoint | None:
        """Returns the newest checkpoint that a session which has ended left where this one is kept, or was to be.

        It may have been put aside by now. None for a session that comes from a checkpoint itself.
        """
        if self.checkpoint is None or self._origin is not None:
            return None
        found = self._kept_at.ended(Path(self.checkpoint))
        known = None if found is None else identity(found)
        if known is None:
            return None
        time = datetime.fromtimestamp(known[1] / 1e9).astimezone()
        return Checkpoint(str(found), time.isoformat(timespec="seconds"))

    @validate("checkpoint")
    def _check_checkpoint(self, proposal: Mapping[str, Any]) -> str | None:
        path = proposal["value"]
        if path is None:
            return None
        given = check_path(path, where="checkpoint", expected="a path, or None", error=SessionError)
        # The folder that code runs in may change; the file stays where it is.
        wished = given.expanduser().absolute()
        taken = self._kept_at.take(wished)
        if taken != wished:
            self._set(message=f"{wished.name} is the file of another session; this one is kept in {taken.name}")
        return str(taken)

    @observe("checkpoint")
    def _take_checkpoint(self, change: Mapping[str, Any]) -> None:
        if change["new"] is None:
            self._worker.holds = None
            self._kept_at.give_back()
        elif self._schedule.is_unsaved:
            self._keep_soon()

    def _comes_from(self, path: Path) -> None:
        """Notes the file that holds this session as it is."""
        self._origin = path.absolute()
        self._kept_at.knows(path)
        self._schedule.forget()
        if not path.name.endswith(ENDING):
            self._kept_in(path)

    def _kept_in(self, path: Path) -> None:
        """Notes the file that somebody keeps this session in."""
        self._file = path.absolute()
        if self.checkpoint is not None and self._file == Path(self.checkpoint):
            self._kept_at.knows(path)

    # ---- when ------------------------------------------------------------------------------------------------------

    def _note(self, entry: LogEntry, **values: Any) -> None:
        super()._note(entry, **values)
        if entry.action in UNCHANGING or entry.outcome.startswith("refused"):
            return
        self._schedule.changed()
        self._keep_soon()
        job = self._worker.current
        if self._worker.is_here() and job is not None and job.rank > SHORT:
            # Between two generations, say, which may be known so that no batch is run.
            self._keep_if_due()

    def _keep_soon(self) -> None:
        """Has the worker keep the session when it is time, and hold on to it until then, also if nobody else does."""
        if self.checkpoint is not None and not self._worker.is_closed:
            self._worker.holds = self
            self._worker.wake()

    def _should_stop(self) -> bool:
        # Asked in the worker, before a batch: all is as it would be after a stop.
        job = self._worker.current
        if self._worker.is_here():
            self._keep_if_due(at_once=job is not None and job.is_paused)
        return super()._should_stop()

    def _lay_out(self, progress: Callable[[float], None] | None = None) -> None:
        # This takes long, and hardly ever asks whether to stop.
        if self._worker.is_here():
            self._keep_if_due(at_once=True)
        super()._lay_out(progress)

    def _keep_if_due(self, *, at_once: bool = False) -> None:
        if self.checkpoint is not None and (at_once or self._schedule.left(busy=True) <= 0):
            self._write_checkpoint()

    def _rest(self) -> float | None:
        if self.checkpoint is None:
            return None
        closed = self._worker.is_closed
        if closed or self._schedule.left(busy=False) <= 0:
            self._write_checkpoint()
        if closed:
            self._kept_at.give_back()
        left = self._schedule.left(busy=False)
        return None if math.isinf(left) else left

    # ---- what ------------------------------------------------------------------------------------------------------

    def _train(self, epochs: int, recipe: Recipe, arguments: dict[str, Any]) -> tuple[float, ...]:
        self._learning = Learning(now(), dict(arguments) | {"stop_after": 0}, {})
        try:
            return super()._train(epochs, recipe, arguments)
        finally:
            self._learning = None

    def _show_training(self, what: str, finished: int, runs: int, state: Progress) -> None:
        super()._show_training(what, finished, runs, state)
        if self._learning is not None:
            self._learning.losses[state.epoch] = state.loss
            self._learning.arguments["stop_after"] = state.epoch * state.batches + state.batch
            self._schedule.changed()

    def _write_checkpoint(self) -> None:
        """Runs in the worker. Whatever fails is told: what was asked for has been done."""
        began, worked = monotonic(), thread_time()
        if not self._schedule.take():
            return
        self._worker.holds = None
        try:
            path = Path(self.checkpoint)
            if self._kept_at.is_lost(path):
                self._set(checkpoint=str(self._kept_at.elsewhere(path)))
                path = Path(self.checkpoint)
            self._kept_at.make_room(path)
            full = snapshot.save(cast("SearchSession", self), path, instead=self._as_if_stopped())
            self._kept_at.knows(path)
        except Exception as error:
            self._schedule.failed(computed=thread_time() - worked)
            self._tell_problem(str(error))
            return
        self._set(last_checkpoint=Checkpoint(str(path), now(), str(self._kept_at.aside or "")))
        self._tell_problem("")
        if full and not self._is_told_full:
            self._is_told_full = True
            self._set(message=full)
        computed = thread_time() - worked
        self._schedule.wrote(computed=computed, waited=max(0.0, monotonic() - began - computed))

    def _tell_problem(self, problem: str) -> None:
        """Tells why there is no checkpoint, once, and takes that back when there is one."""
        before = self.checkpoint_problem
        if problem == before:
            return
        is_said = bool(before) and self.message == _said(before)
        said = {"message": _said(problem)} if problem else {"message": ""} if is_said else {}
        self._set(checkpoint_problem=problem, **said)

    def _as_if_stopped(self) -> dict[str, Any]:
        """Returns what a stop would change in the middle of an action, as `snapshot.save` writes it."""
        if self._before_trying is not None:
            return {"map": self._before_trying}
        learning = self._learning
        if learning is None:
            return {}
        entry = LogEntry(learning.began, "train", dict(learning.arguments), 0.0, "stopped")
        log = [each.to_json() for each in (*self.log, entry)]
        if not learning.losses:
            # Nothing has been learned, but its random numbers have been drawn.
            return {"log": log}
        evolution = self._evolution.copy()
        evolution.adapt(self.architecture)
        return {
            "evolution": evolution,
            "training_losses": [*self.training_losses, *learning.losses.values()],
            "version": self._weights.version + 1,
            "untrained": [],
            "log": log,
        }


class Learning(NamedTuple):
    """A training of the supernet that runs: since when, with which arguments, and the loss of each epoch so far."""

    began: str
    arguments: dict[str, Any]
    losses: dict[int, float]


def _said(problem: str) -> str:
    return f"no checkpoint: {problem}; it is tried again"
