"""The list of templates in the bar: which one the network is from, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ipywidgets import Dropdown

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import list_templates, load_template
from oneshot_lab.errors import OneShotError

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

EDITED = "{} · edited"
"""What a network is called that is not its template any more: the template's own name leads back to it."""


class TemplateList(Dropdown):
    """The templates by name, with the network that is drawn as the first entry where it is none of them.

    Args:
        session: The session.
        take: Called with the name of the template that a person has chosen.
    """

    _showing = False

    def __init__(self, session: SearchSession, take: Callable[[str], None]) -> None:
        super().__init__(tooltip="Start from a template; undo brings this network back")
        self._session, self._take = session, take
        self._known = list_templates()
        self._loaded: dict[tuple[Any, ...], Architecture] = {}
        self._drawn: Architecture | None = None
        self._entry = ""
        self.observe(self._choose, "value")

    def show(self) -> None:
        """Shows what is drawn now."""
        drawn = self._session.drawn
        if drawn is not self._drawn:
            self._drawn, self._entry = drawn, self._named(drawn)
        options = self._known if self._entry in self._known else (self._entry, *self._known)
        # New options choose the first of them, which nobody has asked for.
        self._showing = True
        try:
            if tuple(self.options) != options:
                self.options = options
            self.value = self._entry
        finally:
            self._showing = False

    def load(self, name: str) -> Architecture:
        """Returns a template, fitted to the session's data and as wide as its templates are.

        Raises:
            ArchitectureError: It does not fit.
        """
        now = self._session.architecture
        key = name, now.input_shape, now.classes, self._session.width
        if key not in self._loaded:
            self._loaded[key] = load_template(name, input_shape=now.input_shape, classes=now.classes, width=key[-1])
        return self._loaded[key]

    def _named(self, network: Architecture) -> str:
        if network.name in self._known:
            with suppress(OneShotError):
                return network.name if network == self.load(network.name) else EDITED.format(network.name)
            return EDITED.format(network.name)
        return network.name

    def _choose(self, change: Any) -> None:
        if not self._showing and change.new != self._entry:
            self._take(change.new)
            # Until it has been taken, and if it cannot be, the name is that of the network which is there.
            self.show()
