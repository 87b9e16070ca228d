"""Checkpoints: a session saves itself in a file while it runs, so that little is lost when the kernel ends."""

from __future__ import annotations

import math
import weakref
from datetime import datetime
from pathlib import Path
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from traitlets import HasTraits

from oneshot_lab.architecture.given import check_path
from oneshot_lab.errors import SessionError
from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.session.runtime.job import SHORT
from oneshot_lab.session.runtime.running import Running
from oneshot_lab.session.runtime.worker import Worker
from oneshot_lab.session.saving import snapshot
from oneshot_lab.session.saving.claim import ENDING, SUFFIX, free
from oneshot_lab.session.saving.place import Place, identity
from oneshot_lab.session.saving.schedule import Schedule
from oneshot_lab.session.state.settings import Settings
from oneshot_lab.session.state.state import State

if TYPE_CHECKING:
    from oneshot_lab.session.actions.context import Context

UNCHANGING = frozenset({"create", "load", "save"})
"""Actions that change nothing to save."""


class Checkpoint(NamedTuple):
    """A checkpoint that was written.

    Attributes:
        path: Its file.
        time: Local time with its offset (ISO 8601).
        aside: Where the file of another session was moved; empty if there was none.
    """

    path: str
    time: str
    aside: str = ""


class Checkpoints:
    """Keeps a session in a file, and knows its files.

    It is written when nothing has happened for a second, every few seconds while something runs, in the middle of it
    as if it had been stopped there, and at the end: of the session, or of the process, unless that is killed. What
    cannot be written is told, and tried again.

    Args:
        session: The `SearchSession`, not kept alive. Its trait `checkpoint` says where, `last_checkpoint` and
            `checkpoint_problem` tell the outcome.
        state: What it holds.
        settings: What it was made with.
        running: The action that runs, in the middle of which it may be saved.
        worker: The only thread that writes.

    Attributes:
        schedule: What is unsaved, and when it has to be saved.
    """

    def __init__(
        self, session: HasTraits, state: State, settings: Settings, *, running: Running, worker: Worker
    ) -> None:
        self._of = weakref.ref(session)
        self._state, self._settings, self._running, self._worker = state, settings, running, worker
        self._origin: Path | None = None
        self._file: Path | None = None
        self._place, self.schedule = Place(), Schedule()
        self._is_told_full = False
        # The file still has to be written at the end of the process.
        weakref.finalize(session, self._place.give_back).atexit = False

    @property
    def _session(self) -> Any:
        """The session. Only its own methods, which keep it alive, lead here."""
        session = self._of()
        assert session is not None
        return session

    # ---- where -----------------------------------------------------------------------------------------------------

    def usual(self) -> str:
        """Returns the file for a session without a given one: the one it was loaded from, or one in this folder."""
        if self._origin is not None and self._origin.name.endswith(ENDING):
            return str(self._origin)
        return self._usual_name() + ENDING

    def usual_file(self) -> str:
        """Returns the default file to save to: the last one, or a new one in this folder."""
        return str(self._file or free(Path(self._usual_name() + SUFFIX)))

    def _usual_name(self) -> str:
        name = f"{self._state.architecture.name}-{self._settings.data.name}"
        return "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in name)

    def earlier(self) -> Checkpoint | None:
        """Returns the newest checkpoint that a session which has ended left where this one is kept, or was to be.

        It may have been put aside by now. None for a session that comes from a checkpoint itself.
        """
        path = self._session.checkpoint
        if path is None or self._origin is not None:
            return None
        found = self._place.ended(Path(path))
        known = None if found is None else identity(found)
        if known is None:
            return None
        time = datetime.fromtimestamp(known[1] / 1e9).astimezone()
        return Checkpoint(str(found), time.isoformat(timespec="seconds"))

    def claim(self, path: object) -> str | None:
        """Claims the file for `checkpoint`, or a numbered one if another live session has it. Returns its path.

        Raises:
            SessionError: The value is not a path.
        """
        if path is None:
            return None
        given = check_path(path, where="checkpoint", expected="a path, or None", error=SessionError)
        # The working directory may change; the file does not move.
        wished = given.expanduser().absolute()
        taken = self._place.take(wished)
        if taken != wished:
            self._session._set(
                message=f"{wished.name} is the file of another session; this one is saved in {taken.name}"
            )
        return str(taken)

    def moved(self, path: str | None) -> None:
        """Records that `checkpoint` has changed, so that unsaved changes are saved there."""
        if path is None:
            self._worker.holds = None
            self._place.give_back()
        elif self.schedule.is_unsaved:
            self._keep_soon()

    def comes_from(self, path: Path) -> None:
        """Records the file that holds this session in its current state."""
        self._origin = path.absolute()
        self._place.knows(path)
        self.schedule.forget()
        if not path.name.endswith(ENDING):
            self._kept_in(path)

    def _kept_in(self, path: Path) -> None:
        """Records the file that the user saves this session to."""
        self._file = path.absolute()
        checkpoint = self._session.checkpoint
        if checkpoint is not None and self._file == Path(checkpoint):
            self._place.knows(path)

    # ---- when ------------------------------------------------------------------------------------------------------

    def noted(self, entry: LogEntry) -> None:
        """Records an action, whose changes have to be saved."""
        if entry.action in UNCHANGING or entry.outcome.startswith("refused"):
            return
        self.schedule.changed()
        self._keep_soon()
        job = self._worker.current
        if self._worker.is_here() and job is not None and job.rank > SHORT:
            # Between two generations, say, which may be known so that no batch is run.
            self.between()

    def changed(self) -> None:
        """Records that there is something new to save in the middle of an action."""
        self.schedule.changed()

    def between(self, *, at_once: bool = False) -> None:
        """Saves the session between two batches, if it is time or `at_once`. Called in the worker."""
        if self._session.checkpoint is not None and (at_once or self.schedule.left(busy=True) <= 0):
            self.write()

    def keep(self) -> None:
        """Saves the session before a long part that rarely checks for a stop."""
        if self._worker.is_here():
            self.between(at_once=True)

    def rest(self) -> float | None:
        """Saves the session when nothing else is to be done, if it is time. Called in the worker, also at its end.

        Returns:
            The seconds until the next time; None: there is nothing to save.
        """
        if self._session.checkpoint is None:
            return None
        closed = self._worker.is_closed
        if closed or self.schedule.left(busy=False) <= 0:
            self.write()
        if closed:
            self._place.give_back()
        left = self.schedule.left(busy=False)
        return None if math.isinf(left) else left

    def closed(self) -> None:
        """Records that the session is closed. Its file stays claimed until the last changes are saved."""
        if not self.schedule.is_unsaved:
            self._place.give_back()

    def _keep_soon(self) -> None:
        """Has the worker keep the session when it is time, and hold on to it until then, also if nobody else does."""
        if self._session.checkpoint is not None and not self._worker.is_closed:
            self._worker.holds = self._session
            self._worker.wake()

    # ---- what ------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> str:
        """Writes the session to a file of the user's. Returns a message about its size, or an empty text.

        Raises:
            SessionError: As `snapshot.save`.
        """
        said = snapshot.save(self._state, self._settings, self._session.log, path)
        self._kept_in(path)
        return said

    def write(self) -> None:
        """Writes the checkpoint, in the worker. A failure is only reported, since the action itself has succeeded."""
        session, began, worked = self._session, monotonic(), thread_time()
        if not self.schedule.take():
            return
        self._worker.holds = None
        try:
            path = Path(session.checkpoint)
            if self._place.is_lost(path):
                session._set(checkpoint=str(self._place.elsewhere(path)))
                path = Path(session.checkpoint)
            self._place.make_room(path)
            full = snapshot.save(*self._as_if_stopped(), path)
            self._place.knows(path)
        except Exception as error:
            self.schedule.failed(computed=thread_time() - worked)
            self._tell_problem(str(error))
            return
        session._set(last_checkpoint=Checkpoint(str(path), now(), str(self._place.aside or "")))
        self._tell_problem("")
        if full and not self._is_told_full:
            self._is_told_full = True
            session._set(message=full)
        computed = thread_time() - worked
        self.schedule.wrote(computed=computed, waited=max(0.0, monotonic() - began - computed))

    def _tell_problem(self, problem: str) -> None:
        """Reports once why there is no checkpoint, and clears the report when there is one."""
        session = self._session
        before = session.checkpoint_problem
        if problem == before:
            return
        is_said = bool(before) and session.message == _said(before)
        said = {"message": _said(problem)} if problem else {"message": ""} if is_said else {}
        session._set(checkpoint_problem=problem, **said)

    def _as_if_stopped(self) -> tuple[State, Settings, tuple[LogEntry, ...]]:
        """Returns what to save: in the middle of an action, the state that a stop would leave."""
        log, doing = self._session.log, cast("Context | None", self._running.doing)
        if doing is None or doing.interim is None:
            return self._state, self._settings, log
        state, action = doing.interim()
        if action is not None:
            log = (*log, LogEntry(doing.began, action.verb, action.arguments(), 0.0, "stopped"))
        return state, self._settings, log


def _said(problem: str) -> str:
    return f"no checkpoint: {problem}; saving is retried"
