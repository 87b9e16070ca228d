"""What a notebook keeps of a view: a still picture, for who reads it without a kernel or does not trust it."""

from __future__ import annotations

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
"""By this, ipywidgets and every program with widgets know a view."""

KEPT = "application/vnd.oneshot-lab.view+json"
"""By this, the browser part knows a view that has a still picture of itself; see js/src/pictures.ts."""

PICTURE = "image/svg+xml"


def keep(bundle: dict[str, Any] | None, svg: str) -> dict[str, Any] | None:
    """Returns what Jupyter keeps of a view in a notebook, with a still picture.

    Programs that make a page or a paper of a notebook take a widget before a picture where they have the widget's
    state, as after `nbconvert --execute`, and then show nothing without scripts and a network. So the view has a type
    of its own, from which the browser part draws it as ipywidgets does; all others take the picture.

    Args:
        bundle: What ipywidgets would keep; None: nothing, for a view that was closed.
        svg: The picture.
    """
    if bundle is None:
        return None
    rest = {kind: data for kind, data in bundle.items() if kind != WIDGET}
    return rest | {KEPT: bundle[WIDGET], PICTURE: svg}
