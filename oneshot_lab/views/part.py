"""What the parts of the Lab share: each watches a session, and asks it for actions without waiting for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ipywidgets import HTML, Box, Button, Widget

from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.attention import Attention
from oneshot_lab.views.closing import close_all

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Part(Box):
    """A row or panel of controls for a session.

    A part says what it watches in `WATCHED`, and what it shows of it in `_draw`.

    Args:
        session: The session.
        children: What it consists of.
        name: Of its CSS class, `osl-` and this.
        inner: Widgets within the children, which are closed with them.

    Raises:
        SessionError: It is no session.
    """

    WATCHED: ClassVar[tuple[str, ...]]

    # Nothing until it is complete: `close` is also called on a part that could not be made.
    _watched: tuple[str, ...] = ()
    _parts: tuple[Widget, ...] = ()

    def __init__(
        self, session: SearchSession, children: tuple[Widget, ...], *, name: str, inner: tuple[Widget, ...] = ()
    ) -> None:
        if not isinstance(session, Attention):
            raise SessionError(f"a {type(session).__name__}", where=type(self).__name__, expected="a search session")
        self.session = session
        super().__init__(children)
        self.add_class(f"osl-{name}")
        self._parts = (*children, *inner)
        self._draw()
        self._watched = self.WATCHED
        session.observe(self._changed, list(self._watched))

    def close(self) -> None:
        """Takes the part away; the session stays."""
        watched, self._watched = self._watched, ()
        if watched:
            self.session.unobserve(self._changed, list(watched))
        parts, self._parts = self._parts, ()
        close_all(*parts)
        if parts:
            self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.session.architecture.name!r})"

    def _changed(self, change: Any) -> None:  # noqa: ARG002
        self._draw()

    def _draw(self) -> None:
        """Shows the session as it is now."""
        raise NotImplementedError

    def _ask(self, what: str, action: Callable[[], object]) -> None:
        """Asks the session for an action, by its name; a refusal is said where the session says everything else."""
        try:
            action()
        except OneShotError as error:
            self.session.refuse(what, error)


def misfit(session: SearchSession) -> str:
    """Returns why the network that is drawn can be neither trained nor searched; an empty text: it can."""
    return "" if session.problem is None else f"The network does not fit: {session.problem}"


def enable(made: Button, reason: str, title: str) -> None:
    """Lets a button be pressed, with what it does as its tooltip; where there is a reason not to, that is told."""
    made.disabled, made.tooltip = bool(reason), reason or title


def button(text: str, title: str, action: Callable[[], object], *, name: str = "") -> Button:
    """Makes a button, with what it does as its tooltip."""
    made = Button(description=text, tooltip=title)
    made.add_class("osl-lab-button")
    if name:
        made.add_class(f"osl-lab-{name}")
    made.on_click(lambda _: action())
    return made


def text(name: str, value: str = "") -> HTML:
    """Makes a piece of text. What goes in has to be escaped."""
    made = HTML(value)
    made.add_class(f"osl-{name}")
    return made
