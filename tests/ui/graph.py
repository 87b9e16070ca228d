"""Drives a Graph View as a person does: places are read from the view, everything else is mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, expect

from oneshot_lab.architecture.edits import Edit, revise
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import loads
from tests.ui.notebook import Notebook, eventually

SESSION = """
session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
view = osl.GraphView(session)
view
"""

# Where a node stands on the page, and how large it is there.
_BOX = """(host, id) => {
    const element = host.oslGraph.getElementById(id);
    const { left, top } = host.oslGraph.container().getBoundingClientRect();
    const { x1, y1, w, h } = element.renderedBoundingBox({ includeLabels: false, includeOverlays: false });
    return [left + x1, top + y1, w, h];
}"""
# A place on a link that lies on nothing else: its middle.
_MIDDLE = """(host, id) => {
    const { left, top } = host.oslGraph.container().getBoundingClientRect();
    const { x, y } = host.oslGraph.getElementById(id).renderedMidpoint();
    return [left + x, top + y];
}"""
# How much of the canvas is as green as what is highlighted.
_GREENS = """host => {
    const canvas = host.querySelector('.osl-layer-canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(host).getPropertyValue('--osl-green');
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
        count += data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255;
    }
    return count;
}"""


class Graph:
    """One Graph View on the page.

    Args:
        notebook: Where it is shown.
        target: The session or sketch in Python that it shows.
        index: Which of the page's views it is.
    """

    def __init__(self, notebook: Notebook, target: str = "session", *, index: int = 0) -> None:
        self.notebook, self.target = notebook, target
        self.page = notebook.page
        self.mouse, self.keyboard = self.page.mouse, self.page.keyboard
        self.root = self.page.locator(".osl-graph").nth(index)
        expect(self.root).to_have_attribute("data-revision", re.compile("."))

    # ---- what there is ---------------------------------------------------------------------------------------------

    def architecture(self) -> Architecture:
        """Python's architecture."""
        return loads(self.notebook.value(f"dumps({self.target}.architecture)"))

    def nodes(self) -> dict[str, dict[str, float]]:
        """Where every node stands in the drawing, by its id."""
        read = """host => Object.fromEntries(host.oslGraph.nodes().map(node =>
            [node.id(), { ...node.position(), width: node.width(), height: node.height() }]))"""
        found: dict[str, dict[str, float]] = self.root.evaluate(read)
        return found

    def marks(self, node: str) -> set[str]:
        """What a node is shown as."""
        return set(self.root.evaluate("(host, id) => host.oslMarks(id)", node))

    def greens(self) -> int:
        """How many pixels are painted as green as what is highlighted."""
        return int(self.root.evaluate(_GREENS))

    def viewport(self) -> tuple[float, float, float]:
        """The zoom, and how far the drawing is moved to the right and down."""
        zoom, x, y = self.root.evaluate("({ oslGraph: { _private: p } }) => [p.zoom, p.pan.x, p.pan.y]")
        return zoom, x, y

    def _links(self) -> dict[tuple[str, str], str]:
        """The edges that are links, by their layers: read at once, so that they are of one drawing."""
        read = """host => host.oslGraph.edges('.link').map(edge => [
            edge.source().data('layer') ?? edge.source().id(), edge.target().data('layer'), edge.id()
        ])"""
        return {(source, target): edge for source, target, edge in self.root.evaluate(read)}

    def links(self) -> set[tuple[str, str]]:
        """The links that are drawn, by their layers."""
        return set(self._links())

    def link(self, source: str, target: str) -> str:
        """The id of the edge that a link is drawn as."""
        return self._links()[source, target]

    def news(self) -> Locator:
        """What was said last."""
        return self.root.locator(".osl-news")

    def here(self) -> Locator:
        """What a screen reader is told of the place where the keyboard is."""
        return self.root.locator(".osl-current")

    def card(self) -> Locator:
        """What is told about the node under the pointer."""
        return self.root.locator(".osl-card")

    def button(self, act: str) -> Locator:
        return self.root.locator(f".osl-toolbar [data-act='{act}']")

    # ---- what is done ----------------------------------------------------------------------------------------------

    def middle(self, node: str) -> tuple[float, float]:
        """The middle of a node, on the page."""
        left, top, width, height = self.root.evaluate(_BOX, node)
        return left + width / 2, top + height / 2

    def edge_of(self, node: str) -> tuple[float, float]:
        """The middle of a node's right edge, on the page, where the handle for links is."""
        left, top, width, height = self.root.evaluate(_BOX, node)
        return left + width, top + height / 2

    def hover(self, node: str) -> None:
        self.mouse.move(*self.middle(node), steps=3)

    def click(self, node: str, *, holding: str | None = None) -> None:
        if holding:
            self.keyboard.down(holding)
        self.mouse.click(*self.middle(node))
        if holding:
            self.keyboard.up(holding)

    def click_link(self, source: str, target: str) -> None:
        self.mouse.click(*self.root.evaluate(_MIDDLE, self.link(source, target)))

    def drag_link(self, source: str, target: str) -> None:
        """Draws a link with the mouse, from the handle at a block's right edge to another block."""
        self.hover(source)
        self.mouse.move(*self.edge_of(source), steps=3)
        self.mouse.down()
        self.mouse.move(*self.middle(target), steps=6)
        self.mouse.up()

    def focus(self) -> None:
        """Brings the keyboard here, as Tab does."""
        self.root.locator(".osl-stage").focus()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def fit(self) -> None:
        self.button("fit").click()

    @contextmanager
    def makes(self, *edits: Edit) -> Iterator[None]:
        """Checks that what is done inside makes of Python's architecture what these edits would."""
        wanted = revise(self.architecture(), *edits)[0]
        yield
        eventually(self.architecture, wanted)
        self.agrees()

    @contextmanager
    def changes_nothing(self) -> Iterator[None]:
        before = self.architecture()
        yield
        assert self.architecture() == before

    def agrees(self) -> None:
        """Checks that the browser draws what Python holds."""
        revision = self.notebook.value("view.state['revision']")
        eventually(lambda: self.root.evaluate("host => +host.dataset.revision") >= revision, True)
        wanted: list[Any] = self.notebook.value(
            "[[n['id'], n['x'], n['y'], n['width'], n['height']] for n in view.state['nodes']]"
        )
        assert {name: (at["x"], at["y"], at["width"], at["height"]) for name, at in self.nodes().items()} == {
            name: (x, y, width, height) for name, x, y, width, height in wanted
        }
