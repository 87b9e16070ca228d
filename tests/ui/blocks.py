"""Drives a Block Information View: columns are found by their labels, everything else is the mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.ui.notebook import Notebook

SEARCHED = """
session = osl.SearchSession("lenet", data=data, seed=0, width=0.25, bar=False)
session.train(epochs=1)
session.step(); session.step()
view = osl.BlockInfoView(session)
view
"""

# bqplot takes some time to follow the width that it is given.
_IN_PLACE = """root => {
    const figures = [...root.querySelectorAll('.bqplot')];
    return figures.length === 3 && figures.every(figure => {
        const plot = figure.querySelector('.plotarea_events');
        return plot && Math.abs(figure.clientWidth - 50 - plot.getAttribute('width')) < 1;
    });
}"""
_LABELS = """chart => {
    const [plain, strong] = [0, 1].map(half => {
        const all = [...chart.querySelectorAll('text.label')].map(label => label.textContent);
        return all.slice(half * all.length / 2, (half + 1) * all.length / 2);
    });
    return plain.map((text, index) => text || strong[index]);
}"""
_STRONG = """chart => [...chart.querySelectorAll('text.label')]
    .filter(label => getComputedStyle(label).fontWeight === '700').map(label => label.textContent).filter(Boolean)"""
_TINTED = """chart => [...chart.querySelectorAll('.object_grp .dot')]
    .flatMap((column, index) => +getComputedStyle(column).opacity > 0 ? [index] : [])"""
_DOTS = "chart => chart.querySelectorAll('.curve .dot').length"


class Blocks:
    """One Block Information View on the page."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook, self.page, self.mouse = notebook, notebook.page, notebook.page.mouse
        self.root = self.page.locator(".jupyter-widgets.osl-blocks").first
        expect(self.root.locator(".osl-blocks-head")).to_be_visible()

    def in_place(self) -> Blocks:
        """Waits until the charts have the place that they are given."""
        self.page.wait_for_function(_IN_PLACE, arg=self.root.element_handle())
        return self

    def chart(self, index: int) -> Locator:
        """Frequency, fitness or effect."""
        return self.root.locator(".bqplot").nth(index)

    def labels(self, index: int = 0) -> list[str]:
        """The labels below a chart, from left to right."""
        found: list[str] = self.chart(index).evaluate(_LABELS)
        return found

    def strong(self, index: int = 0) -> list[str]:
        """Those that are bold."""
        found: list[str] = self.chart(index).evaluate(_STRONG)
        return found

    def tinted(self, index: int = 0) -> list[str]:
        """The blocks whose columns are tinted."""
        columns, labels = self.chart(index).evaluate(_TINTED), self.labels(index)
        return [labels[column] for column in columns]

    def dots(self, index: int) -> int:
        """How many blocks have a value."""
        found: int = self.chart(index).evaluate(_DOTS)
        return found

    def column(self, block: str, index: int = 0) -> Locator:
        return self.chart(index).locator(".object_grp .dot").nth(self.labels(index).index(block))

    def label(self, block: str, index: int = 0) -> Locator:
        return self.chart(index).locator("text.label").filter(has_text=block).first

    def mark(self, block: str, index: int = 0) -> Locator:
        """The dot of a block's value, in a chart where all blocks have one."""
        return self.chart(index).locator(".curve .dot").nth(self.labels(index).index(block))

    def move_to(self, place: Locator) -> None:
        """Moves the mouse there, whatever lies above it."""
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box
        self.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)

    def leave(self) -> None:
        self.mouse.move(2, 2)

    def foot(self) -> Locator:
        """What is told of the block under the pointer."""
        return self.root.locator(".osl-blocks-foot")
