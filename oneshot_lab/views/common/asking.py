"""How views request actions of a session: without waiting, and with a message if one is refused or has to wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from oneshot_lab.errors import OneShotError
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.live import IDLE


class Startable(Protocol):
    """An action of a session, as a method that can be started."""

    def start(self, *args: Any, **kwargs: Any) -> Job[Any]:
        """Has it done in the background."""


def start(action: Startable, *args: Any, **kwargs: Any) -> Job[Any]:
    """Starts an action of a session, such as `session.train`, without waiting for it.

    Raises:
        OneShotError: The action was refused at once.
    """
    return action.start(*args, **kwargs)


class Requests:
    """Requests actions for a view that reports their outcome in a line of its own.

    Other views call `SessionView._ask`, and the session reports. In both cases code after a request must not rely on
    its result: the session's traits show what has changed.

    Args:
        session: The session.
        say: Shows one line; an empty one removes the last.
    """

    def __init__(self, session: Editing, say: Callable[[str], None]) -> None:
        self._session, self._say = session, say
        self._is_closed = False

    def ask(self, what: str, action: Callable[[], object], *, done: Callable[[], None] = lambda: None) -> None:
        """Requests a short action; it runs before long actions that wait, and after the running one.

        Args:
            what: The request in words.
            action: Calls actions of the session, all of them in one turn.
            done: Called when it is done or refused.
        """
        self.follow(what, lambda: self._session.submit(what, action), done=done)

    def follow(self, what: str, begin: Callable[[], Job[Any]], *, done: Callable[[], None] = lambda: None) -> None:
        """Requests a long action by the function that starts it; see `start`."""
        try:
            job = begin()
        except OneShotError as error:
            self._end(str(error), done)
            return
        if not job.done and self._session.status != IDLE:
            self._say(f"{self._session.status}: {what} waits until this has ended")
        job.on_done(partial(self._ended, done))

    def close(self) -> None:
        """Stops reporting; running jobs continue."""
        self._is_closed = True

    def _ended(self, done: Callable[[], None], job: Job[Any]) -> None:
        problem = ""
        try:
            job.result  # noqa: B018
        except OneShotError as error:
            problem = str(error)
        finally:
            self._end(problem, done)

    def _end(self, problem: str, done: Callable[[], None]) -> None:
        if not self._is_closed:
            self._say(problem)
            done()
