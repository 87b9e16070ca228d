"""Rows and panels of controls for a session, and their elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, Button, Widget

from oneshot_lab.views.common.session_view import SessionView, check_session

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Part(SessionView, Box):
    """A row or panel of controls for a session.

    Args:
        session: The session.
        children: Its widgets.
        name: Its CSS class without the prefix `osl-`.

    Raises:
        SessionError: The argument is not a session.
    """

    def __init__(self, session: SearchSession, children: tuple[Widget, ...], *, name: str) -> None:
        self.session = check_session(session, view=type(self).__name__)
        super().__init__(children)
        self.add_class(f"osl-{name}")
        self._draw()
        self._watch(session, self.WATCHED)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.session.architecture.name!r})"


def misfit(session: SearchSession) -> str:
    """Returns why the drawn network can be neither trained nor searched; empty if it can."""
    return "" if session.problem is None else f"The network does not fit: {session.problem}"


def enable(made: Button, reason: str, title: str) -> None:
    """Enables a button and sets its tooltip, or disables it and shows the reason."""
    made.disabled, made.tooltip = bool(reason), reason or title


def button(text: str, title: str, action: Callable[[], object], *, name: str = "") -> Button:
    """Makes a button with a tooltip that says what it does."""
    made = Button(description=text, tooltip=title)
    made.add_class("osl-lab-button")
    if name:
        made.add_class(f"osl-lab-{name}")
    made.on_click(lambda _: action())
    return made


def text(name: str, value: str = "") -> HTML:
    """Makes a text widget. Its value has to be escaped."""
    made = HTML(value)
    made.add_class(f"osl-{name}")
    return made
