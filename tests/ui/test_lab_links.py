"""What is linked in a real browser: within one Lab, and between single views in different cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.ui.blocks import Blocks
from tests.ui.graph import Graph
from tests.ui.lego import Lego
from tests.ui.notebook import Notebook, eventually, open_notebook
from tests.ui.search_space import Map

SEARCHED = """
import oneshot_lab as osl
session = osl.SearchSession("lenet", data=osl.load_data("digits"), seed=0, width=0.25, bar=False)
session.project()
session.train(1)
list(session.evolve(2))
"""

SHOWN = {
    "a Lab": ["lab = osl.Lab(session)\nview = lab.space\nlab"],
    "cells": [
        "view = osl.SearchSpaceView(session)\nview",
        "osl.GraphView(session)",
        "osl.BlockInfoView(session)",
        "osl.LegoView(session, layout={'height': '400px'})",
    ],
}

_ADD_CELL = "() => window.jupyterapp.commands.execute('notebook:insert-cell-below')"

_IN_SIGHT = """block => {
    const box = block.closest('.osl-scroll').getBoundingClientRect();
    const { top, bottom } = block.getBoundingClientRect();
    return top >= box.top - 1 && bottom <= box.bottom + 1;
}"""


class Views:
    """The four views of one session."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.map, self.graph = Map(notebook), Graph(notebook)
        self.blocks, self.lego = Blocks(notebook).in_place(), Lego(notebook)

    def rings(self) -> Locator:
        """Squares on the map around the dots that have a block."""
        return self.map.root.locator(".osl-map-figure .osl-map-dot")


@pytest.fixture(scope="module", params=SHOWN)
def views(request: pytest.FixtureRequest, browser: Browser, lab: str) -> Iterator[Views]:
    # High enough for all cells: nothing has to be scrolled to, but in the Lego View.
    with open_notebook(browser, lab, width=1440, height=2600) as notebook:
        notebook.execute(SEARCHED)
        first, *others = SHOWN[request.param]
        notebook.run_cell(first)
        for code in others:
            notebook.page.evaluate(_ADD_CELL)
            notebook.run_cell(code)
        yield Views(notebook)


@pytest.fixture(autouse=True)
def at_rest(views: Views) -> None:
    views.page.mouse.move(2, 2)
    views.notebook.execute("session.selected_blocks, session.selected_region, session.hovered_block = (), '', ''")
    eventually(lambda: views.notebook.value("session.hovered_candidate is None"), True)
    eventually(views.graph.greens, 0)


def test_a_dot_shows_its_blocks_and_its_network_in_the_graph(views: Views) -> None:
    views.map.hover(views.map.alone())
    eventually(lambda: views.notebook.value("session.hovered_candidate is None"), False)
    mask = set(views.notebook.value("sorted(session.hovered_candidate.blocks)"))
    shown = views.notebook.value("list(session.architecture.block_ids)")
    eventually(lambda: {block for block in shown if "hover" in views.graph.marks(block)}, mask)
    eventually(lambda: views.graph.greens() > 0, True)
    expect(views.graph.root).to_contain_text(re.compile("accuracy|not evaluated"))


def test_a_dot_shows_its_blocks_while_a_cell_runs(views: Views) -> None:
    dot = views.map.alone()
    mask = set(views.notebook.value(f"sorted(view.info.dots[{dot}].mask.blocks)"))
    shown = views.notebook.value("list(session.architecture.block_ids)")
    place = views.map.pixels([views.map.places()[dot]])[0]
    with views.notebook.busy():
        views.page.mouse.move(*place, steps=2)
        eventually(lambda: {block for block in shown if "hover" in views.graph.marks(block)}, mask)
        views.page.mouse.move(2, 2)
        eventually(lambda: any("hover" in views.graph.marks(block) for block in shown), False)


def test_the_label_of_a_block_shows_its_node_and_its_dots(views: Views) -> None:
    before = views.rings().count()
    views.blocks.move_to(views.blocks.label("B2"))
    eventually(lambda: views.notebook.value("session.hovered_block"), "B2")
    eventually(lambda: "pointer" in views.graph.marks("B2"), True)
    having = views.notebook.value("sum('B2' in dot.mask for dot in view.info.dots)")
    eventually(views.rings().count, before + having)
    views.page.mouse.move(2, 2)
    eventually(views.rings().count, before)


def test_a_node_that_is_selected_is_scrolled_to_in_the_lego_view(views: Views) -> None:
    block = views.lego.item("B12")
    assert not block.evaluate(_IN_SIGHT)
    views.graph.click("B12")
    eventually(lambda: block.evaluate(_IN_SIGHT), True)
    assert views.notebook.value("session.selected_blocks") == ["B12"]


def test_a_region_shows_the_frequency_and_fitness_of_its_blocks(views: Views) -> None:
    views.map.draw(*views.map.around(views.map.alone()))
    head = views.blocks.root.locator(".osl-blocks-head")
    eventually(lambda: views.notebook.value("session.selected_region"), "region 1")
    inside = views.notebook.value("len(session.regions['region 1'])")
    expect(head).to_contain_text("region 1")
    expect(head).to_contain_text(f"{inside} candidate")
    views.notebook.execute("session.forget('region 1')")
