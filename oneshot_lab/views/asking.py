"""How a view asks its session for an action without waiting for it: what cannot be done, or has to wait, is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from oneshot_lab.errors import OneShotError
from oneshot_lab.session.actions import IDLE, Actions
from oneshot_lab.session.job import Job


class Requests:
    """The one way from a view's controls to a session's actions.

    Nothing that follows a request may count on its having been done: what has changed is seen at the session's traits.

    Args:
        session: The session.
        say: Shows one line; an empty one takes the last away.
    """

    def __init__(self, session: Actions, say: Callable[[str], None]) -> None:
        self._session, self._say = session, say
        self._is_closed = False

    def ask(self, what: str, action: Callable[[], object], *, done: Callable[[], None] = lambda: None) -> None:
        """Asks for something short; it goes before long actions that wait, and waits for the one that runs.

        Args:
            what: What is asked for, in words.
            action: Calls actions of the session, all of them in one turn.
            done: Called when it was done, or refused.
        """
        self.follow(what, lambda: self._session.submit(what, action), done=done)

    def follow(self, what: str, begin: Callable[[], Job[object]], *, done: Callable[[], None] = lambda: None) -> None:
        """Asks for an action that takes long, by what begins it with `wait=False`."""
        try:
            job = begin()
        except OneShotError as error:
            self._end(str(error), done)
            return
        if not job.done and self._session.status != IDLE:
            self._say(f"{self._session.status}: {what} waits for its turn, and is not lost")
        job.on_done(partial(self._ended, done))

    def close(self) -> None:
        """Tells nothing any more; what was asked for is done all the same."""
        self._is_closed = True

    def _ended(self, done: Callable[[], None], job: Job[object]) -> None:
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
