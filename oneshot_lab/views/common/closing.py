"""Widgets that leave nothing behind when they are closed: ipywidgets closes a widget's own comm only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from ipywidgets import DOMWidget, Layout, Widget
from traitlets import HasTraits

from oneshot_lab.views.common.delivery import keep_messages


class Closable(Protocol):
    """A widget, or an object drawn with widgets."""

    def close(self) -> None:
        """Closes it; a second time has no effect."""


class OwningWidget(DOMWidget):
    """A widget that, when closed, also closes its children, its layout and its helper objects, and stops watching.

    List it before the ipywidgets class among the bases of a view.
    """

    # Nothing until it is complete: `close` is also called on a widget that could not be made.
    _owned: tuple[Closable, ...] = ()
    _watched: tuple[tuple[HasTraits, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        keep_messages()
        super().__init__(*args, **kwargs)
        # A layout that was given may be another widget's as well.
        if not isinstance(kwargs.get("layout"), Layout):
            self._adopt(self.layout)

    def close(self) -> None:
        """Closes the widget and all that belongs to it; what it has watched stays."""
        self._unwatch()
        owned, self._owned = self._owned, ()
        close_all(*owned, *getattr(self, "children", ()))
        super().close()

    def _adopt(self, *parts: Closable) -> None:
        """Has these closed with the widget. Its children, and what they hold, need not be named."""
        self._owned = (*self._owned, *parts)

    def _watch(self, source: HasTraits, names: Iterable[str]) -> None:
        """Has `_changed` called when one of these traits changes, until the widget is closed."""
        watched = tuple(dict.fromkeys(names))
        self._watched = (*self._watched, (source, watched))
        source.observe(self._changed, list(watched))

    def _unwatch(self) -> None:
        watched, self._watched = self._watched, ()
        for source, names in watched:
            source.unobserve(self._changed, list(names))

    def _changed(self, change: Any) -> None:
        """Updates the view after a change of the watched traits."""
        raise NotImplementedError


def close_all(*widgets: Closable) -> None:
    """Closes widgets with every widget that they hold, such as children, layouts, styles, marks and scales."""
    waiting, seen = [*widgets], set[Closable]()
    while waiting:
        widget = waiting.pop()
        if widget in seen:
            continue
        seen.add(widget)
        # One that owns its parts knows best which of them are its own.
        if isinstance(widget, Widget) and not isinstance(widget, OwningWidget):
            waiting += _held(widget)
        widget.close()


def _held(widget: Widget) -> Iterator[Widget]:
    """Yields the widgets that a widget's browser part knows."""
    for name in widget.keys:
        value = getattr(widget, name)
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
        yield from (each for each in values if isinstance(each, Widget))
