"""Drives a Search Space View as a person does: places are read from Python, everything else is mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Locator, expect

from tests.ui.notebook import Notebook, eventually

Place = tuple[float, float]

# A map of a searched template, once for all tests of a module.
SEARCHED = """
session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
session.project()
session.train(1)
list(session.evolve(2))
"""
SHAPES = "len(view.info.dots) + len(view.info.newest) + len(view.info.ties) + len(view.info.lit) + 1"
"""How many dots, diamonds, rings and squares there are: one ring is the best candidate's."""

# A copy of that session with landmarks, so that the others stay without.
LANDED = """
before = session
session.save("before.oneshot")
session = osl.SearchSession.load("before.oneshot", data=data, bar=False)
session.landmarks(2, epochs=1)
"""

SHOW = """
for name in list(session.regions):
    session.forget(name)
session.focus(None)
session.pinned_candidates, session.selected_blocks, session.set_operation = (), (), ""
view = osl.SearchSpaceView(session)
view
"""


class Map:
    """One Search Space View on the page.

    Args:
        notebook: Where it is shown.
        index: Which of the page's views it is.
    """

    def __init__(self, notebook: Notebook, *, index: int = 0) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.mouse, self.keyboard = self.page.mouse, self.page.keyboard
        self.root = self.page.locator(".osl-map").nth(index)
        self.ground = self.root.locator(".osl-map-ground")
        expect(self.ground).to_be_visible()
        # Texts come one by one, and the map has the room that they leave.
        expect(self.status()).not_to_be_empty()
        expect(self.root.locator(".osl-map-scale")).to_be_visible()
        eventually(lambda: self.dots().count(), self.value(SHAPES))
        eventually(lambda: self.drawn() == self.drawn(), True)

    # ---- what there is ---------------------------------------------------------------------------------------------

    def value(self, expression: str) -> Any:
        """The value of a Python expression that JSON can hold."""
        return self.notebook.value(expression)

    def dots(self) -> Locator:
        """All dots and rings."""
        return self.root.locator(".osl-map-dot")

    def places(self) -> list[Place]:
        """Where the dots that are shown lie on the map."""
        return [(x, y) for x, y in self.value("[(dot.x, dot.y) for dot in view.info.dots]")]

    def pixels(self, places: Iterable[Place]) -> list[Place]:
        """Where places of the map are drawn on the page."""
        left, right, bottom, top = self.value(
            "(view.marks.x.min, view.marks.x.max, view.marks.y.min, view.marks.y.max)"
        )
        box = self.ground.bounding_box()
        assert box is not None
        return [
            (
                box["x"] + (x - left) / (right - left) * box["width"],
                box["y"] + (top - y) / (top - bottom) * box["height"],
            )
            for x, y in places
        ]

    def drawn(self) -> set[Place]:
        """Where everything that is a dot or a ring is drawn, within the figure."""
        read = "dots => dots.map(dot => dot.getAttribute('transform').match(/-?[\\d.]+/g).map(Number))"
        return {(x, y) for x, y in self.dots().evaluate_all(read)}

    def card(self) -> Locator:
        """The numbers beside the dot under the pointer."""
        return self.root.locator(".osl-map-card")

    def status(self) -> Locator:
        """What is said below the map."""
        return self.root.locator(".osl-map-status")

    def button(self, text: str) -> Locator:
        return self.root.get_by_role("button", name=text, exact=True)

    def regions(self) -> dict[str, int]:
        """Python's regions, with how many candidates are inside."""
        found: dict[str, int] = self.value("{name: len(region) for name, region in session.regions.items()}")
        return found

    # ---- what is done ----------------------------------------------------------------------------------------------

    def alone(self) -> int:
        """The dot that is farthest from all others, and so cannot be mistaken for one of them."""
        places = self.pixels(self.places())

        def room(dot: int) -> float:
            x, y = places[dot]
            return min((x - a) ** 2 + (y - b) ** 2 for other, (a, b) in enumerate(places) if other != dot)

        return max(range(len(places)), key=room)

    def hover(self, dot: int) -> None:
        self.mouse.move(*self.pixels([self.places()[dot]])[0], steps=2)

    def click(self, dot: int) -> None:
        self.mouse.click(*self.pixels([self.places()[dot]])[0])

    def draw(self, *places: Place) -> None:
        """Drags the mouse over places of the map."""
        first, *others = self.pixels(places)
        self.mouse.move(*first)
        self.mouse.down()
        for place in others:
            self.mouse.move(*place, steps=4)
        self.mouse.up()

    def around(self, dot: int, *, room: float = 0.04) -> tuple[Place, Place]:
        """Opposite corners of a small rectangle around a dot."""
        x, y = self.places()[dot]
        left, right, bottom, top = self.value(
            "(view.marks.x.min, view.marks.x.max, view.marks.y.min, view.marks.y.max)"
        )
        dx, dy = room * (right - left), room * (top - bottom)
        return (x - dx, y + dy), (x + dx, y - dy)
