"""The Lab and what is around it in a real browser: the notebook's keys, and a tab of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.lab import RESTS, Lab
from tests.ui.notebook import Notebook, eventually, open_notebook

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


# ---- a tab of its own ----------------------------------------------------------------------------------------------

OPEN = "Open in a separate tab"

VIEWS = """async () => {
    const type = 'application/vnd.jupyter.widget-view+json';
    const manager = await window.notebook.content.rendermime.createRenderer(type)._manager.promise;
    const models = await Promise.all(Object.values(manager._models));
    return models.reduce((sum, { views }) => sum + Object.keys(views ?? {}).length, 0);
}"""
"""How many views of all widgets there are."""

SHOW_NOTEBOOK = "() => window.jupyterapp.shell.activateById(window.notebook.id)"

REOPEN = """async () => {
    const { commands } = window.jupyterapp;
    const { path } = window.notebook.context;
    window.notebook = await commands.execute('docmanager:open', { path, factory: 'Notebook' });
    await window.notebook.sessionContext.ready;
}"""


class Tabs:
    """A Lab in its cell and in a tab."""

    def __init__(self, bench: Lab) -> None:
        self.page = bench.page
        self.cell = self.page.locator(".jp-Notebook .osl-lab")
        self.own = self.page.locator(".osl-lab-tab .osl-lab")
        self.line = self.cell.get_by_text("The Lab is open in a separate tab.")

    def open(self) -> None:
        self.cell.get_by_role("button", name=OPEN).click()
        expect(self.own.locator(".osl-graph canvas").first).to_be_visible()
        expect(self.own.locator(".osl-panels")).to_be_visible()

    def count_views(self) -> int:
        """How many there are of all widgets, when that does not change any more."""
        seen = [-1]

        def is_settled() -> bool:
            seen.append(self.page.evaluate(VIEWS))
            return seen[-1] == seen[-2]

        eventually(is_settled, True)
        return seen[-1]

    def close(self) -> None:
        self.page.locator(".lm-TabBar-tab:has-text('One-Shot Lab') .lm-TabBar-tabCloseIcon").click()
        expect(self.own).to_have_count(0)
        expect(self.cell.locator(".osl-lab-grid")).to_be_visible()


@pytest.fixture
def tabs(bench: Lab) -> Tabs:
    return Tabs(bench)


def test_the_lab_works_in_a_tab_of_its_own_and_comes_back(bench: Lab, tabs: Tabs) -> None:
    tabs.open()
    assert tabs.page.evaluate("() => window.jupyterapp.shell.currentWidget.title.label") == "One-Shot Lab"
    tabs.own.locator(".osl-lab-number input").first.fill("2")
    tabs.own.get_by_role("button", name="Train").click()
    bench.reaches("len(session.training_losses)", 2)
    # The first training brings a map.
    bench.reaches(f"{RESTS} and session.status", "idle")
    expect(tabs.own.get_by_role("button", name="Step")).to_be_enabled()
    expect(tabs.own.get_by_role("button", name=OPEN)).to_have_count(0)

    tabs.page.evaluate(SHOW_NOTEBOOK)
    expect(tabs.line).to_be_visible()
    expect(tabs.cell.locator(".osl-lab-grid")).to_be_hidden()
    tabs.cell.get_by_role("button", name="Go to the tab").click()
    expect(tabs.own).to_be_visible()
    expect(tabs.own).to_have_count(1)

    tabs.close()
    expect(tabs.line).to_be_hidden()
    bench.press("Step")
    bench.reaches("len(session.generations)", 1)
    bench.rests()
    bench.point_at_block(0)
    eventually(lambda: bench.value("session.hovered_block"), "B1")


def test_it_fills_its_tab(tabs: Tabs) -> None:
    tabs.open()
    frame, lab = tabs.page.locator(".osl-lab-tab").bounding_box(), tabs.own.bounding_box()
    assert frame is not None
    assert lab is not None
    # A tab has borders.
    assert all(abs(frame[side] - lab[side]) <= 2 for side in ("x", "y", "width", "height"))
    tabs.close()


@pytest.mark.parametrize("width", [1280, 1000, 820])
def test_in_its_cell_the_button_lies_on_none_of_the_bars(tabs: Tabs, width: int) -> None:
    tabs.page.set_viewport_size({"width": width, "height": 1000})
    button = tabs.cell.get_by_role("button", name=OPEN).bounding_box()
    bar = tabs.cell.locator(".osl-lab-bar").bounding_box()
    assert button is not None
    assert bar is not None
    assert bar["y"] < button["y"]
    assert button["y"] + button["height"] < bar["y"] + bar["height"]
    for part in tabs.cell.locator(".osl-lab-bar > *:visible").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= button["x"]
    tabs.page.set_viewport_size({"width": 1440, "height": 1000})


def test_five_tabs_one_after_another_leave_no_views(tabs: Tabs) -> None:
    tabs.open()
    tabs.close()
    before = tabs.page.evaluate(VIEWS)
    for _ in range(5):
        tabs.open()
        assert tabs.page.evaluate(VIEWS) > before
        tabs.page.evaluate(SHOW_NOTEBOOK)
        tabs.cell.get_by_role("button", name="Show it here again").click()
        expect(tabs.cell.get_by_role("button", name=OPEN)).to_be_focused()
    assert tabs.page.evaluate(VIEWS) == before


def test_jupyterlabs_own_view_of_the_cell_leaves_no_views_either(tabs: Tabs) -> None:
    before = tabs.count_views()
    tabs.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    expect(tabs.page.locator(".jp-LinkedOutputView .osl-lab-grid")).to_be_visible()
    assert tabs.count_views() > before
    tabs.page.locator(".lm-TabBar-tab:has-text('Output View') .lm-TabBar-tabCloseIcon").click()
    eventually(lambda: tabs.page.evaluate(VIEWS), before)


def test_a_cell_that_is_run_again_has_its_new_lab_in_the_tab(bench: Lab, tabs: Tabs) -> None:
    tabs.open()
    tabs.page.evaluate(SHOW_NOTEBOOK)
    views = []
    for _ in range(2):
        shown = bench.value("lab.session.identity")
        bench.notebook.run_again(BEGIN)
        assert bench.value("lab.session.identity") != shown
        expect(tabs.line).to_be_visible()
        expect(tabs.own).to_have_count(1)
        views.append(tabs.count_views())
    assert views[0] == views[1]
    expect(tabs.line).to_be_visible()
    tabs.cell.get_by_role("button", name="Go to the tab").click()
    expect(tabs.own.get_by_role("button", name="Step")).to_be_disabled()
    tabs.own.get_by_role("button", name="Train").click()
    bench.reaches("len(session.training_losses) > 0", True)
    bench.rests()
    tabs.close()


def test_a_notebook_that_is_closed_takes_the_tab_with_it(tabs: Tabs) -> None:
    problems: list[str] = []
    tabs.page.on("pageerror", lambda error: problems.append(str(error)))
    tabs.open()
    tabs.page.evaluate("async () => { await window.notebook.context.save(); window.notebook.close(); }")
    expect(tabs.own).to_have_count(0)
    tabs.page.evaluate(REOPEN)
    expect(tabs.cell.get_by_role("button", name=OPEN)).to_be_visible()
    assert not problems


def test_a_kernel_that_restarts_is_told_in_the_tab_as_well(tabs: Tabs) -> None:
    tabs.open()
    tabs.page.evaluate("() => window.notebook.sessionContext.session.kernel.restart()")
    expect(tabs.own.locator(".osl-lab-banner")).to_contain_text("The kernel was restarted")
    expect(tabs.own.get_by_role("button", name="Train")).to_have_attribute("inert", "")
    tabs.close()
    expect(tabs.cell.locator(".osl-lab-banner")).to_contain_text("The kernel was restarted")
