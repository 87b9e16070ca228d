"""The list of templates in the bar: which one the network is from, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ipywidgets import Dropdown

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import list_templates, load_template
from oneshot_lab.errors import OneShotError
from oneshot_lab.views.common.following import Following

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

EDITED = "{} · edited"
"""What a network is called that is not its template any more: the template's own name leads back to it."""


class TemplateList(Dropdown):
    """The templates by name, preceded by the drawn network if it is not one of them.

    Args:
        session: The session.
        take: Called with the name of the template that the user chose.
    """

    options: tuple[str, ...]

    def __init__(self, session: SearchSession, take: Callable[[str], None]) -> None:
        super().__init__(tooltip="Start from a template; undo restores this network")
        self._session, self._take = session, take
        self._following = Following()
        self._known = list_templates()
        self._loaded: dict[tuple[Any, ...], Architecture] = {}
        self._drawn: Architecture | None = None
        self._entry = ""
        self.observe(self._choose, "value")

    def show(self) -> None:
        """Shows the drawn network."""
        drawn = self._session.drawn
        if drawn is not self._drawn:
            self._drawn, self._entry = drawn, self._named(drawn)
        options = self._known if self._entry in self._known else (self._entry, *self._known)
        # Setting new options would select the first of them.
        with self._following:
            if tuple(self.options) != options:
                self.options = options
            self.value = self._entry

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
        if not self._following and change.new != self._entry:
            self._take(change.new)
            # Until the template is taken, and if it is refused, show the name of the current network.
            self.show()
