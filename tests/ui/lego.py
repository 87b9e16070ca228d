"""Drives a Lego View as a person does, and compares what Python holds with what was meant."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, expect

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import Edit, apply, revise
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.params import format_params
from oneshot_lab.architecture.serial import loads
from oneshot_lab.errors import ShapeError
from tests.ui.notebook import PATIENCE, Notebook, eventually

IMPORTS = """
import oneshot_lab as osl
from oneshot_lab.architecture.serial import dumps, loads
data = osl.load_data("digits")
"""

SESSION = """
session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
view = osl.LegoView(session)
view
"""

# The kinds, parameters and ids on the screen: what `outline` gives of an architecture.
_OUTLINE = """root => [...root.querySelectorAll('.osl-layer')].map(layer => [
    layer.dataset.id,
    layer.querySelector('.osl-merge').value,
    [...layer.querySelectorAll('.osl-block')].map(block => [
        block.dataset.id,
        [...block.querySelectorAll('.osl-component')].map(component => [
            component.dataset.id,
            component.querySelector('.osl-kind').textContent,
            component.querySelector('.osl-params').value
        ])
    ])
])"""

# Where a dragged item would be dropped now: the list's owner, and the position in it.
_LANDING = """root => {
    const shadow = root.querySelector('.osl-ghost');
    const list = shadow?.parentElement;
    return shadow && [list.dataset.list, [...list.querySelectorAll(':scope > .osl-item')].indexOf(shadow)];
}"""
# Whether it comes to a place and stays there: what is dragged makes room for itself, and things move under the mouse.
# SortableJS looks every 50 ms where the mouse is.
_LANDS = f"""async ([root, list, index]) => {{
    const landing = {_LANDING};
    const isThere = () => {{ const at = landing(root); return at?.[0] === list && at[1] === index; }};
    const until = async (met, ms) => {{
        for (const start = performance.now(); !met() && performance.now() - start < ms;) {{
            await new Promise(requestAnimationFrame);
        }}
        return met();
    }};
    return await until(isThere, 110) && !await until(() => !isThere(), 250);
}}"""

_PAINTED = "() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


class Lego:
    """One Lego View on the page.

    Args:
        notebook: Where it is shown.
        target: The session or sketch in Python that it edits.
        index: Which of the page's views it is.
    """

    def __init__(self, notebook: Notebook, target: str = "session", *, index: int = 0) -> None:
        self.notebook, self.target = notebook, target
        self.page = notebook.page
        self.mouse, self.keyboard = self.page.mouse, self.page.keyboard
        self.root = self.page.locator(".osl-lego").nth(index)
        expect(self.root.locator(".osl-item").first).to_be_visible()

    # ---- what there is --------------------------------------------------------------------------------------------

    def item(self, item: str) -> Locator:
        return self.root.locator(f".osl-item[data-id='{item}']")

    def part(self, item: str, part: str = "head") -> Locator:
        """A part of an item itself, rather than of one inside: its head (or row), grip, box, list, gap or a button."""
        own = f".osl-item[data-id='{item}']"
        head = f"{own} > .osl-box > .osl-head, {own} > .osl-row"
        parts = {
            "head": head,
            "grip": ", ".join(f"{place} > .osl-icon-grip" for place in head.split(", ")),
            "box": f"{own} > .osl-box, {own} > .osl-row",
            "list": f"{own} > .osl-box > .osl-list",
            "gap": f"{own} > .osl-gap",
            "notes": f"{own} > .osl-notes, {own} > .osl-box > .osl-notes",
        }
        return self.root.locator(parts[part])

    def button(self, item: str, act: str) -> Locator:
        """A button of an item; its head shows it under the mouse."""
        own = f".osl-item[data-id='{item}']"
        places = (
            f"{own} > .osl-row",
            f"{own} > .osl-box > .osl-head",
            f"{own} > .osl-box > .osl-list",
            f"{own} > .osl-gap",
        )
        return self.root.locator(", ".join(f"{place} > [data-act='{act}']" for place in places))

    def use(self, item: str, act: str) -> None:
        """Presses a button of an item, which may show only while the mouse is there."""
        self.part(item).hover()
        self.button(item, act).click()

    def tool(self, act: str) -> Locator:
        return self.root.locator(f".osl-toolbar [data-act='{act}']")

    def field(self, component: str) -> Locator:
        return self.part(component).locator(".osl-params")

    def news(self) -> Locator:
        return self.root.locator(".osl-news")

    def architecture(self) -> Architecture:
        """What Python holds now, draft or not, behind all that the page has sent."""
        return loads(self.notebook.value(f"dumps({self.target}.drawn)"))

    # ---- what should come of it -----------------------------------------------------------------------------------

    @contextmanager
    def makes(self, *edits: Edit) -> Iterator[None]:
        """What is done inside comes to these edits, in one step of undo; the page shows it."""
        with self.leads_to(result(self.architecture(), *edits)):
            yield

    @contextmanager
    def changes_nothing(self) -> Iterator[None]:
        """What is done inside leaves the network as it is, and the editor shows it so."""
        with self.leads_to(self.architecture()):
            yield

    @contextmanager
    def leads_to(self, architecture: Architecture) -> Iterator[None]:
        yield
        eventually(self.architecture, architecture)
        self.shows(architecture)

    def shows(self, architecture: Architecture) -> None:
        eventually(lambda: self.root.evaluate(_OUTLINE), outline(architecture))

    def selects(self, *items: str) -> None:
        """Python hears what is selected (of several quick changes the last a moment later), and the page shows it."""
        eventually(lambda: sorted(self.notebook.value("view.selected")), sorted(items))
        shown = "root => [...root.querySelectorAll('[aria-selected=true]')].map(node => node.dataset.id)"
        assert sorted(self.root.evaluate(shown)) == sorted(items)

    # ---- what a person does ---------------------------------------------------------------------------------------

    def drag(self, item: str, onto: str, part: str = "head", *, lands: tuple[str, int], at: Any = (0.5, 0.5)) -> None:
        """Drags an item over a part of another one, and lets go where it lands.

        Args:
            item: What to drag, by its grip.
            onto: Where to, an item.
            part: The part of that item.
            lands: Id of the owner of the list ("": the network), and position, before the mouse lets go.
            at: Where in that part, as shares of its width and height.
        """
        self.grab(item)
        self.carry(onto, part, lands=lands, at=at)
        self.mouse.up()

    def grab(self, item: str) -> None:
        grip = self.part(item, "grip")
        grip.scroll_into_view_if_needed()
        # A hand grabs what is painted. Pressed sooner, what has just been scrolled into sight is not there to be hit.
        self.page.evaluate(_PAINTED)
        x, y = point(grip)
        self.mouse.move(x, y)
        self.mouse.down()
        self.mouse.move(x + 4, y + 4)
        self.mouse.move(x + 6, y + 6)
        expect(self.page.locator("body > .osl-dragged")).to_be_visible()

    def carry(self, onto: str, part: str = "head", *, lands: tuple[str, int], at: Any = (0.5, 0.5)) -> None:
        """Moves what was grabbed until it stays where it should land, aiming again at every look."""
        # With the wheel, where it is below the fold.
        self.part(onto, part).evaluate("node => node.scrollIntoViewIfNeeded()")
        limit, nudge, lies = time.monotonic() + PATIENCE, 0, False
        while not lies:
            x, y = point(self.part(onto, part), at)
            self.mouse.move(x + nudge, y)
            nudge = 1 - nudge
            lies = self.page.evaluate(_LANDS, [self.root.element_handle(), *lands])
            if not lies and time.monotonic() > limit:
                landing = self.root.evaluate(_LANDING)
                raise AssertionError(f"over the {part} of {onto} it lands at {landing}, not at {lands}")

    def pick(self, text: str, *, kind: str | None = None) -> None:
        """Types into the palette that has opened; Enter takes the first match, or the mouse the kind."""
        palette = self.root.locator(".osl-palette")
        expect(palette.locator(".osl-filter")).to_be_focused()
        self.keyboard.type(text)
        if kind:
            palette.locator(f".osl-option[data-kind='{kind}']").click()
        else:
            self.keyboard.press("Enter")
        expect(palette).to_be_hidden()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def stand_on(self, item: str) -> None:
        """Puts the keyboard on an item and selects it, as a click beside its controls does."""
        self.part(item, "grip").click()
        expect(self.item(item)).to_be_focused()


def point(locator: Locator, at: Any = (0.5, 0.5)) -> tuple[float, float]:
    """A place in an element, as shares of its width and height."""
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] * at[0], box["y"] + box["height"] * at[1]


def result(before: Architecture, *edits: Edit) -> Architecture:
    """What Python makes of edits: repaired, or a draft where that cannot be."""
    try:
        return revise(before, *edits)[0]
    except ShapeError:
        for edit in edits:
            before = apply(before, edit)
        return before


def outline(architecture: Architecture) -> list[Any]:
    """The ids, kinds and parameters of an architecture, as lists in lists."""
    return [
        [
            layer.id,
            layer.merge,
            [
                [block.id, [[c.id, c.kind, format_params(get_kind(c.kind), c.values)] for c in block.components]]
                for block in layer.blocks
            ],
        ]
        for layer in architecture.layers
    ]
