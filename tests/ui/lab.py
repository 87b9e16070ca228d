"""Drives a Lab as a person does: places are read from Python, everything else is mouse and keyboard."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from oneshot_lab.views.lab.bar import DOUBLE_CLICK_SECONDS
from tests.ui.lego import Lego, point
from tests.ui.notebook import Notebook, eventually

ROOM = 0.22
"""Of the map's width and height, on each side of what is brushed around."""

RESTS = "session._worker.is_idle()"
"""Whether nothing runs in the kernel or is going to."""


class Lab:
    """A new Lab in the last cell of a notebook, as `lab` in Python, and its session as `session`.

    Args:
        notebook: Where it is shown.
        code: What makes it; None: it is there already.
    """

    def __init__(self, notebook: Notebook, code: str | None) -> None:
        self.notebook, self.page = notebook, notebook.page
        if code is not None:
            notebook.run_cell(f"{code}\nsession = lab.session\nlab")
        self.root = self.page.locator(".osl-lab").last
        self.lego = Lego(notebook, "session")
        self.root.scroll_into_view_if_needed()

    # ---- what there is ---------------------------------------------------------------------------------------------

    def value(self, expression: str) -> Any:
        """The value of an expression of Python that JSON can hold; a bare name is the session's."""
        return self.notebook.value(expression if "session" in expression else f"session.{expression}")

    def reaches(self, expression: str, wanted: Any) -> None:
        """Waits until an expression, as `value` takes it, has a value."""
        eventually(lambda: self.value(expression), wanted)

    def rests(self) -> None:
        """Waits until nothing runs or waits, in Python, and the page shows it."""
        self.reaches(f"{RESTS} and session.status", "idle")
        eventually(lambda: self.said().partition(" · ")[0], "Idle")

    def said(self) -> str:
        return self.root.locator(".osl-lab-said").inner_text()

    def button(self, text: str) -> Locator:
        """One that is seen: of those that take turns, such as Run and Pause, the others are there as well."""
        return self.root.locator(f"button.osl-lab-button:has-text('{text}'):visible").first

    def in_map(self, text: str) -> Locator:
        return self.root.locator(".osl-map").get_by_role("button", name=text, exact=True)

    # ---- what is done ----------------------------------------------------------------------------------------------

    def press(self, text: str) -> None:
        """Presses one of the Lab's own buttons, as soon as that can be done."""
        self.button(text).wait_for()
        if text == "Pause":
            self.take_time()
        self.button(text).click()

    def take_time(self) -> None:
        """Waits as long as a press of Pause would count as a second one of Run, whose place it has taken."""
        self.page.wait_for_timeout(1000 * DOUBLE_CLICK_SECONDS)

    def choose(self, name: str, *, where: int) -> None:
        """Chooses in one of the bar's two lists: templates, data."""
        self.root.locator(".osl-lab-bar select").nth(where).select_option(name)

    def type_number(self, which: int, value: int) -> None:
        """Types into one of the bar's two numbers: epochs, generations."""
        field = self.root.locator(".osl-lab-number input").nth(which)
        field.fill(str(value))
        field.press("Enter")

    def turn_to(self, panel: str) -> None:
        self.root.locator(f".osl-panels .widget-toggle-button:text-is('{panel}')").click()

    def point_at_block(self, index: int) -> None:
        """Moves the mouse over the column of a block in the first chart."""
        self.page.mouse.move(*point(self.root.locator(".osl-blocks .object_grp").nth(index)), steps=2)

    def place_of(self, mask: str) -> tuple[float, float]:
        """Where a candidate, an expression of Python, is drawn on the page."""
        x, y = self.value(f"[*session.projection[{mask}]]")
        left, right, bottom, top = self.value(
            "(lambda marks: (marks.x.min, marks.x.max, marks.y.min, marks.y.max))(lab.space.marks) if session else 0"
        )
        box = self.root.locator(".osl-map-ground").bounding_box()
        assert box is not None
        across, down = (x - left) / (right - left), (top - y) / (top - bottom)
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def brush_around_best(self) -> None:
        """Drags a rectangle around the best candidate, as far as the map reaches."""
        x, y = self.place_of("session.best.mask")
        box = self.root.locator(".osl-map-ground").bounding_box()
        assert box is not None
        left, right = (
            max(x - ROOM * box["width"], box["x"] + 2),
            min(x + ROOM * box["width"], box["x"] + box["width"] - 2),
        )
        top, bottom = (
            max(y - ROOM * box["height"], box["y"] + 2),
            min(y + ROOM * box["height"], box["y"] + box["height"] - 2),
        )
        mouse = self.page.mouse
        mouse.move(left, top)
        mouse.down()
        mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
        mouse.move(right, bottom, steps=4)
        mouse.up()
