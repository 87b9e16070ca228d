"""Checkpoints: a session kept in a file while it goes on, so that a kernel that goes away takes little along."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from traitlets import Any as Anything
from traitlets import Instance, observe, validate

from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.session import snapshot
from oneshot_lab.session.actions import now
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.retraining import Retraining
from oneshot_lab.supernet.recipes import Recipe
from oneshot_lab.supernet.train import Progress

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

SUFFIX = ".oneshot"
ENDING = f".checkpoint{SUFFIX}"

SETTLE = 1.0
"""Seconds without another change before a session is kept that has nothing to do: what people do comes in bursts."""

APART = 30.0
"""Seconds between two checkpoints of a session that is busy."""

SHARE = 20.0
"""Of a large session: so many times as long as its writing takes passes between two."""

MOST_FILES = 1000
"""Of one name in a folder; more are not told apart."""

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

    It is written when nothing has happened for a second, and every 30 seconds while something runs, in the middle
    of a training as well: as if it had been stopped there. What cannot be written is told in `message`.
    """

    checkpoint = Anything(None, help="The file in which the session is kept as it goes on; None: it is not.")
    last_checkpoint = Instance(Checkpoint, allow_none=True, read_only=True, help="What was written there last.")

    def __init__(self, *args: Any, **options: Any) -> None:
        self._origin: Path | None = None
        self._file: Path | None = None
        self._own: tuple[int, int] | None = None
        self._unsaved = False
        self._changed_at, self._written_at, self._apart = 0.0, monotonic(), APART
        self._learning: Learning | None = None
        self._timer: Timer | None = None
        self._timing = Lock()
        super().__init__(*args, **options)

    def usual_checkpoint(self) -> str:
        """Returns the file for a session that has been given none: where it comes from, or one in this folder."""
        if self._origin is not None and self._origin.name.endswith(ENDING):
            return str(self._origin)
        return self._usual_name() + ENDING

    def usual_file(self) -> str:
        """Returns the file to save to where none is named: that of the last time, else a new one in this folder."""
        return str(self._file or _free(Path(self._usual_name() + SUFFIX)))

    def _usual_name(self) -> str:
        name = f"{self.architecture.name}-{self.data.name}"
        return "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in name)

    def earlier_checkpoint(self) -> Checkpoint | None:
        """Returns the checkpoint of another session that is there where this one will be kept."""
        if self.last_checkpoint is not None:
            aside = self.last_checkpoint.aside
            return _found(Path(aside)) if aside else None
        path = None if self.checkpoint is None else Path(self.checkpoint)
        return None if path is None or _identity(path) == self._own else _found(path)

    @validate("checkpoint")
    def _check_checkpoint(self, proposal: Mapping[str, Any]) -> str | None:
        path = proposal["value"]
        if path is None:
            return None
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
            raise SessionError(f"{path!r:.80}", where="checkpoint", expected="a path, or None")
        # The folder that code runs in may change; the file stays where it is.
        return str(Path(os.fsdecode(path)).expanduser().absolute())

    @observe("checkpoint")
    def _take_checkpoint(self, change: Mapping[str, Any]) -> None:  # noqa: ARG002
        if self._unsaved:
            self._checkpoint_soon()

    def _comes_from(self, path: Path) -> None:
        """Notes the file that holds this session as it is."""
        self._origin, self._own, self._unsaved = path.absolute(), _identity(path), False
        if not path.name.endswith(ENDING):
            self._kept_in(path)

    def _kept_in(self, path: Path) -> None:
        """Notes the file that somebody keeps this session in."""
        self._file = path.absolute()
        if self.checkpoint is not None and self._file == Path(self.checkpoint):
            self._own = _identity(path)

    # ---- when ------------------------------------------------------------------------------------------------------

    def _note(self, entry: LogEntry, **values: Any) -> None:
        super()._note(entry, **values)
        if entry.action not in UNCHANGING and not entry.outcome.startswith("refused"):
            self._unsaved, self._changed_at = True, monotonic()
            self._checkpoint_soon()

    def _should_stop(self) -> bool:
        # Asked in the worker, before a batch: all is as it would be after a stop.
        job = self._worker.current
        if self._unsaved and self.checkpoint is not None and self._worker.is_here():
            rests = job is not None and job.is_paused
            if rests or monotonic() - self._written_at >= self._apart:
                self._write_checkpoint()
        return super()._should_stop()

    def _checkpoint_soon(self, seconds: float = SETTLE) -> None:
        with self._timing:
            if self.checkpoint is not None and self._timer is None:
                self._timer = Timer(seconds, _look, (weakref.ref(self),))
                self._timer.daemon = True
                self._timer.start()

    def _look(self) -> None:
        """Has a checkpoint written if nothing has happened for a while, else looks again."""
        with self._timing:
            self._timer = None
        if not self._unsaved or self._worker.is_closed:
            return
        early = self._changed_at + SETTLE - monotonic()
        if early > 0 or self._worker.current is not None or not self._worker.is_idle():
            self._checkpoint_soon(max(early, SETTLE))
            return
        with suppress(SessionError):
            self.submit("checkpoint", self._write_checkpoint)

    # ---- what ------------------------------------------------------------------------------------------------------

    def _train(self, epochs: int, recipe: Recipe, arguments: dict[str, Any]) -> tuple[float, ...]:
        self._learning = Learning(now(), dict(arguments), {})
        try:
            return super()._train(epochs, recipe, arguments)
        finally:
            self._learning = None

    def _show_training(self, what: str, finished: int, runs: int, state: Progress) -> None:
        super()._show_training(what, finished, runs, state)
        if self._learning is not None:
            self._learning.losses[state.epoch] = state.loss
            self._learning.arguments["stop_after"] = state.epoch * state.batches + state.batch
            self._unsaved = True

    def _write_checkpoint(self) -> None:
        """Runs in the worker. Whatever fails is told: what was asked for has been done."""
        if not self._unsaved or self.checkpoint is None:
            return
        began, path = monotonic(), Path(self.checkpoint)
        self._unsaved = False
        try:
            if self._own is not None and _identity(path) not in (None, self._own):
                # Another session that lives has come into its place: each goes on with a file of its own.
                path, self._own = _free(path), None
                self._set(checkpoint=str(path))
            aside = _set_aside(path) if _identity(path) not in (None, self._own) else ""
            snapshot.save(cast("SearchSession", self), path, instead=self._as_if_stopped())
            self._own = _identity(path)
            before = self.last_checkpoint.aside if self.last_checkpoint else ""
            self._set(last_checkpoint=Checkpoint(str(path), now(), aside or before))
        except Exception as error:
            self._set(message=f"no checkpoint: {error}")
        self._written_at = monotonic()
        self._apart = max(APART, SHARE * (self._written_at - began))

    def _as_if_stopped(self) -> dict[str, Any]:
        """Returns what a stop would change in the middle of a training, as `snapshot.save` writes it."""
        learning = self._learning
        if learning is None or not learning.losses:
            return {}
        evolution = Evolution.restore(self.architecture, self._evolution.state())
        evolution.adapt(self.architecture)
        entry = LogEntry(learning.began, "train", learning.arguments, 0.0, "stopped")
        return {
            "evolution": evolution.state(),
            "training_losses": [*self.training_losses, *learning.losses.values()],
            "version": self._weights.version + 1,
            "untrained": [],
            "log": [entry.to_json() for entry in (*self.log, entry)],
        }


class Learning(NamedTuple):
    """A training of the supernet that runs: since when, with which arguments, and the loss of each epoch so far."""

    began: str
    arguments: dict[str, Any]
    losses: dict[int, float]


def _look(session: weakref.ref[Checkpointing]) -> None:
    found = session()
    if found is not None:
        found._look()


def _identity(path: Path) -> tuple[int, int] | None:
    """Returns what tells a file from another one that has come into its place; None: there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _set_aside(path: Path) -> str:
    """Keeps the file of another session, which is going to be overwritten, one of it at most. Returns where."""
    aside = path.with_name(f"{path.stem}.previous{path.suffix}")
    shutil.copy2(path, aside)
    return str(aside)


def _free(path: Path) -> Path:
    """Returns a path like this one where nothing is, itself if it can be."""
    ending = ENDING if path.name.endswith(ENDING) else path.suffix
    stem = path.name.removesuffix(ending)
    names = (path.name, *(f"{stem}-{number}{ending}" for number in range(2, MOST_FILES)))
    return next((found for found in map(path.with_name, names) if not found.exists()), path)


def _found(path: Path) -> Checkpoint | None:
    found = _identity(path)
    if found is None:
        return None
    return Checkpoint(str(path), datetime.fromtimestamp(found[1] / 1e9).astimezone().isoformat(timespec="seconds"))
