"""Widgets that are closed for good: ipywidgets leaves their layouts and styles, and the comms of these, behind."""

from __future__ import annotations

from ipywidgets import Widget


def close_all(*widgets: Widget) -> None:
    """Closes widgets with their layouts and styles."""
    for widget in widgets:
        for name in ("layout", "style"):
            part = getattr(widget, name, None)
            if isinstance(part, Widget):
                part.close()
        widget.close()
