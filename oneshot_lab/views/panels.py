"""Panels of which one is seen at a time; each is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ipywidgets import Box, DOMWidget, Stack, ToggleButtons

from oneshot_lab.views.closing import close_all


class Panels(Box):
    """A row of names, and the panel of the one that is chosen.

    Args:
        makers: What makes each panel, by its name.

    Attributes:
        made: The panels so far, by name.
    """

    _stack: Stack | None = None

    def __init__(self, makers: Mapping[str, Callable[[], DOMWidget]]) -> None:
        self._makers = dict(makers)
        self.made: dict[str, DOMWidget] = {}
        self.names = ToggleButtons(options=list(makers))
        self._stack = Stack([Box() for _ in makers], selected_index=0)
        super().__init__((self.names, self._stack))
        self.add_class("osl-panels")
        self._stack.add_class("osl-panels-stack")
        self.names.observe(self._turn, "value")
        self.show(next(iter(makers)))

    @property
    def chosen(self) -> str:
        """The name of the panel that is seen."""
        return str(self.names.value)

    def show(self, name: str) -> DOMWidget:
        """Shows a panel, and returns it."""
        self.names.value = name
        self._turn(None)
        return self.made[name]

    def close(self) -> None:
        """Takes all panels away."""
        stack, self._stack = self._stack, None
        if stack is not None:
            for panel in self.made.values():
                panel.close()
            close_all(*(child for child in stack.children if isinstance(child, Box)), stack, self.names)
            self.layout.close()
        super().close()

    def _turn(self, change: Any) -> None:  # noqa: ARG002
        stack, name = self._stack, self.chosen
        if stack is None:
            return
        if name not in self.made:
            self.made[name] = self._makers[name]()
            stack.children[list(self._makers).index(name)].children = (self.made[name],)
        stack.selected_index = list(self._makers).index(name)
