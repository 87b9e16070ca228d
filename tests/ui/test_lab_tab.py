"""The Lab and what is around it in a real browser: the notebook's keys, and a tab of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, open_notebook

BEGIN = "import oneshot_lab as osl\nlab = osl.Lab(template='lenet', width=0.25, seed=0)"

ACTIVE = "() => window.notebook.content.activeCellIndex"


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: str) -> Iterator[Notebook]:
    with open_notebook(browser, lab, width=1440, height=1000) as notebook:
        notebook.run_cell("'a cell before it'")
        notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
        yield notebook


@pytest.fixture(scope="module")
def bench(notebook: Notebook) -> Lab:
    bench = Lab(notebook, BEGIN)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
    # The cell with the Lab is the one that is chosen, between two others.
    notebook.page.evaluate("() => { window.notebook.content.activeCellIndex -= 1 }")
    return bench


@pytest.mark.parametrize("where", ["button.osl-lab-button:has-text('Save')", ".osl-lab-bar select >> nth=1"])
def test_keys_on_a_control_do_nothing_to_the_notebook(bench: Lab, where: str) -> None:
    cells, active = bench.notebook.cells(), bench.page.evaluate(ACTIVE)
    control = bench.root.locator(where)
    control.focus()
    for key in ("d", "d", "x", "ArrowDown", "ArrowUp", "a", "m"):
        control.press(key)
    assert bench.notebook.cells() == cells
    assert bench.page.evaluate(ACTIVE) == active


def test_shortcuts_with_ctrl_are_jupyterlabs_also_from_a_control(bench: Lab) -> None:
    is_collapsed = "() => window.jupyterapp.shell.leftCollapsed"
    before = bench.page.evaluate(is_collapsed)
    bench.button("Save").press("Control+b")
    assert bench.page.evaluate(is_collapsed) is not before
    bench.button("Save").press("Control+b")
    assert bench.page.evaluate(is_collapsed) is before


def test_where_the_system_chooses_all_colours_what_is_on_has_a_line(bench: Lab) -> None:
    bench.page.emulate_media(forced_colors="active")
    try:
        panels = bench.root.locator(".osl-panels .widget-toggle-button")
        styles = panels.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).outlineStyle)")
        assert styles == ["solid", *["none"] * (len(styles) - 1)]
    finally:
        bench.page.emulate_media(forced_colors="none")
