"""Objects that actions change, and actions, as the runtime sees them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.runtime.job import Job

IDLE = "idle"
RUNNING, PAUSED = "running", "paused"

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Doable(Protocol[R_co]):
    """An action, as a worker sees it."""

    @property
    def verb(self) -> str:
        """The method's name."""

    @property
    def status(self) -> str | None:
        """The status while it runs; None for a short action."""

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""

    def run(self, context: Any) -> R_co:
        """Runs it in a context."""


class Doing(Protocol):
    """The context of an action.

    Attributes:
        action: The action, its arguments resolved as far as it has come.
    """

    action: Doable[Any]


class Live(Protocol):
    """An object that actions change, one at a time, in a worker thread: a session or a sketch.

    Attributes:
        log_file: Where every action is appended as a line of JSON; None: nowhere.
        bar: Whether waiting callers see a progress bar.
    """

    log_file: Path | None
    bar: bool

    def _context_of(self, action: Doable[Any]) -> Doing:
        """Returns the context for an action."""

    def _compute(self, run: Callable[[], R]) -> R:
        """Does what an action is there for, in the worker."""

    def _requested(self, job: Job[Any]) -> None:
        """Called before a job is queued."""


class Keeper(Protocol):
    """What keeps an object in a file, as the runtime sees it."""

    def noted(self, entry: LogEntry) -> None:
        """Called after an entry was appended to the log."""

    def between(self, *, at_once: bool) -> None:
        """Called in the worker before each batch, and with `at_once` when a pause begins."""

    def rest(self) -> float | None:
        """Called in the worker when there is nothing else to do, also at its end.

        Returns:
            The seconds after which it wants to be called again; None: when something has been done.
        """

    def closed(self) -> None:
        """Called when the object was closed."""
