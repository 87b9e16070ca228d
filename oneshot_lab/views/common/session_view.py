"""The base of a session's views: they watch it while they are open, and request actions without waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

from ipywidgets import Widget

from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.attention import Attention
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.views.common.asking import Startable, start
from oneshot_lab.views.common.closing import OwningWidget

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class SessionView(OwningWidget):
    """A view that is redrawn when its session changes, until it is closed.

    A subclass lists the traits to watch in `WATCHED`, and shows them in `_draw`. It calls `_watch` last, once it is
    complete.

    Attributes:
        session: The session, which stays when the view is closed.
    """

    WATCHED: ClassVar[tuple[str, ...]]
    """The session's traits that change the drawing."""

    session: SearchSession

    @property
    def _is_open(self) -> bool:
        """Whether the view is complete and has not been closed."""
        return bool(self._watched)

    def _changed(self, change: Any) -> None:  # noqa: ARG002
        self._draw()

    def _draw(self) -> None:
        """Shows the session as it is now."""
        raise NotImplementedError

    def _defer_drawing(self) -> None:
        """Schedules one drawing for any number of requests."""
        self.session.defer(self._draw_if_open)

    def _redraw_after(self, control: Widget, draw: Callable[[], None]) -> None:
        """Has a control's value shown after each change, on the main thread as all drawing.

        A message may come on another thread (a kernel's subshell) while a cell runs that draws as well.
        """
        control.observe(lambda _: self.session.defer(draw), "value")

    def _draw_if_open(self) -> None:
        if self._is_open:
            self._draw()

    def _ask(self, what: str, action: Startable, *args: Any, **kwargs: Any) -> Job[Any] | None:
        """Requests an action of the session without waiting; the session reports a refusal like all other messages.

        Args:
            what: Its name in the log if it is refused.
            action: The action, such as `session.train`.
            args: Its arguments.
            kwargs: Likewise.

        Returns:
            Its job; None if it was refused.
        """
        try:
            return start(action, *args, **kwargs)
        except OneShotError as error:
            self.session.refuse(what, error)
            return None


def is_session(target: object) -> TypeGuard[SearchSession]:
    """Returns whether a value is a session rather than a sketch."""
    return isinstance(target, Attention)


def check_session(session: object, *, view: str) -> SearchSession:
    """Returns a session.

    Raises:
        SessionError: It is something else.
    """
    if not is_session(session):
        raise SessionError(f"a {type(session).__name__}", where=view, expected="a search session")
    return session
