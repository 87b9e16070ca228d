"""The still picture of a view in a notebook, for readers without a kernel or without trust."""

from __future__ import annotations

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
"""The mime type by which ipywidgets and other programs with widgets recognise a view."""

KEPT = "application/vnd.oneshot-lab.view+json"
"""The mime type by which the browser part recognises a view with a still picture; see js/src/pictures.ts."""

PICTURE = "image/svg+xml"


def keep(bundle: dict[str, Any] | None, svg: str) -> dict[str, Any] | None:
    """Returns the output that Jupyter saves for a view in a notebook, with a still picture.

    Programs that convert a notebook to a page or paper prefer a widget to a picture if they have the widget's state, as
    after `nbconvert --execute`, and then show nothing without scripts and a network. So the view has a type of its own,
    from which the browser part draws it as ipywidgets does; all others take the picture.

    Args:
        bundle: What ipywidgets would keep; None: nothing, for a view that was closed.
        svg: The picture.
    """
    if bundle is None:
        return None
    rest = {kind: data for kind, data in bundle.items() if kind != WIDGET}
    return rest | {KEPT: bundle[WIDGET], PICTURE: svg}
