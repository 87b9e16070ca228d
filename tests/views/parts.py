"""What a person and a browser have of a view: its parts by their CSS class, its messages, and the widgets there are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from ipywidgets import DOMWidget, Widget
from ipywidgets.widgets.widget import _instances


def living() -> set[str]:
    """Ids of the widgets that have not been closed. ipywidgets has no public list of them that is not deprecated."""
    return {*_instances}


def classes(widget: DOMWidget) -> tuple[str, ...]:
    """The CSS classes that the browser is told of."""
    return tuple(widget.get_state("_dom_classes")["_dom_classes"])


def parts(view: Widget) -> Iterator[Widget]:
    """A view and all that is on the page with it, from the top."""
    yield view
    for child in getattr(view, "children", ()):
        yield from parts(child)


def find(view: Widget, name: str) -> list[Any]:
    """What of a view has a CSS class now."""
    return [each for each in parts(view) if isinstance(each, DOMWidget) and name in classes(each)]


def part(view: Widget, name: str) -> Any:
    """The one part of a view that has a CSS class."""
    (found,) = find(view, name)
    return found


def deliver(widget: Widget, content: object) -> None:
    """Has a widget receive a message of its browser part, as the kernel hands it over: through its comm."""
    _receive(widget, {"method": "custom", "content": content})


def update(widget: Widget, **state: Any) -> None:
    """Has it receive new values of its traits."""
    _receive(widget, {"method": "update", "state": state, "buffer_paths": []})


def _receive(widget: Widget, data: dict[str, Any]) -> None:
    """Raises what its handlers raise, which ipywidgets only logs."""
    raised = _Raised()
    widget.log.addHandler(raised)
    try:
        widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
    finally:
        widget.log.removeHandler(raised)
    for error in raised.errors:
        raise error


class _Raised(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])
