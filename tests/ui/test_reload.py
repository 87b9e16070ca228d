"""A page that is loaded again while the kernel lives on: every view is there again, and does what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.blocks import Blocks
from tests.ui.graph import Graph
from tests.ui.lab import Lab
from tests.ui.lego import IMPORTS, Lego
from tests.ui.notebook import Notebook, eventually, open_notebook
from tests.ui.search_space import SEARCHED, Map

VIEWS = ("osl.LegoView(session)", "osl.GraphView(session)", "view = osl.SearchSpaceView(session)\nview",
         "osl.BlockInfoView(session)", "lab = osl.Lab(session)\nlab")  # fmt: skip
SELECTED = "list(session.selected_blocks)"


@pytest.fixture(scope="module")
def reloaded(browser: Browser, lab: str) -> Iterator[Notebook]:
    """All views of one session in a cell each, in a page that was loaded again."""
    with open_notebook(browser, lab, width=1280, height=1500) as notebook:
        notebook.execute(IMPORTS + SEARCHED)
        for code in VIEWS:
            notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
            notebook.run_cell(code)
        Graph(notebook)
        notebook.reload()
        yield notebook


def test_every_view_is_alive_again(reloaded: Notebook) -> None:
    selected = lambda: reloaded.value(SELECTED)  # noqa: E731

    lego = Lego(reloaded)
    lego.part("B2").click()
    eventually(selected, ["B2"])

    graph = Graph(reloaded)
    expect(reloaded.page.locator(".osl-kept-picture").first).to_be_hidden()
    graph.root.scroll_into_view_if_needed()
    eventually(lambda: "selected" in graph.marks("B2"), True)
    graph.click("B9")
    eventually(selected, ["B9"])

    space = Map(reloaded)
    space.root.scroll_into_view_if_needed()
    space.click(space.alone())
    eventually(lambda: reloaded.value("len(session.pinned_candidates)"), 1)

    blocks = Blocks(reloaded).in_place()
    # There, a click adds to what is selected.
    blocks.column("B1").click()
    eventually(selected, ["B1", "B9"])


def test_the_lab_is_alive_again(reloaded: Notebook) -> None:
    lab = Lab(reloaded, None)
    expect(lab.root.locator(".osl-lab-line[data-loss]")).to_have_count(0)
    lab.press("Step")
    lab.reaches("len(session.generations)", 3)
    lab.turn_to("top")
    row = lab.root.locator(".osl-table tr[data-place]:visible").first
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    eventually(lambda: str(reloaded.value("len(session.pinned_candidates)")) in "12", True)
