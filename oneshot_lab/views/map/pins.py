"""Beside the map: the pinned candidate, or two of them compared block by block."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ipywidgets import HTML, Button, VBox

from oneshot_lab.session.attention import MOST_PINNED
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.map.compare import compare, to_html
from oneshot_lab.views.map.info import Dot
from oneshot_lab.views.map.words import quality


class Pins(VBox):
    """The comparison of what is pinned, and a button that ends it; hidden as long as nothing is."""

    def __init__(self, session: SearchSession) -> None:
        self._session = session
        self.table = HTML()
        self.unpin = Button(description="Unpin", tooltip="Stop comparing")
        self.unpin.on_click(lambda _: session.set_trait("pinned_candidates", ()))
        super().__init__((self.table, self.unpin))
        self.add_class("osl-map-pins")

    def show(self, dots: Sequence[Dot]) -> None:
        """Shows pinned candidates, in the order in which they were pinned."""
        self.layout.display = None if dots else "none"
        if len(dots) == MOST_PINNED:
            self.table.value = to_html(compare(self._session.architecture, *dots))
        elif dots:
            facts = escape(" · ".join(quality(dots[0])))
            self.table.value = f"<p><b>A</b> {facts} · click another dot to compare them</p>"
