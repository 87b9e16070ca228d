"""The Block Information View in a real browser: pointing, clicking, sorting, and how it stands on the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.ui.blocks import SEARCHED, Blocks
from tests.ui.graph import Graph
from tests.ui.notebook import Notebook, eventually

BLOCKS = [f"B{number}" for number in range(1, 13)]


@pytest.fixture
def blocks(notebook: Notebook) -> Blocks:
    """A session that has searched, and its view in the notebook."""
    notebook.page.mouse.move(2, 2)
    notebook.run_cell(SEARCHED)
    return Blocks(notebook).in_place()


def hovered(blocks: Blocks) -> str:
    return str(blocks.notebook.value("session.hovered_block"))


def selected(blocks: Blocks) -> list[str]:
    found: list[str] = blocks.notebook.value("list(session.selected_blocks)")
    return found


def test_marks_and_labels_light_their_block_up_everywhere(blocks: Blocks) -> None:
    notebook = blocks.notebook
    notebook.run_cell(
        "from ipywidgets import VBox\nview = osl.BlockInfoView(session)\nVBox([view, osl.GraphView(session)])"
    )
    graph = Graph(notebook)
    blocks.in_place()
    blocks.move_to(blocks.mark("B5", 0))
    eventually(lambda: hovered(blocks), "B5")
    eventually(lambda: "pointer" in graph.marks("B5"), True)
    expect(blocks.foot()).to_contain_text("B5 Conv2d")
    for index in range(3):
        eventually(lambda index=index: (blocks.tinted(index), blocks.strong(index)), (["B5"], ["B5"]))
    blocks.move_to(blocks.label("B10", 2))
    eventually(lambda: hovered(blocks), "B10")
    eventually(lambda: [blocks.tinted(index) for index in range(3)], [["B10"]] * 3)
    blocks.leave()
    eventually(lambda: hovered(blocks), "")
    eventually(lambda: [blocks.tinted(index) for index in range(3)], [[]] * 3)
    # And the other way round.
    graph.hover("B3")
    eventually(lambda: blocks.strong(1), ["B3"])


def test_between_two_charts_the_block_stays(blocks: Blocks) -> None:
    blocks.notebook.execute("seen = []\nsession.observe(lambda change: seen.append(change.new), 'hovered_block')")
    blocks.move_to(blocks.mark("B7", 0))
    eventually(lambda: hovered(blocks), "B7")
    blocks.move_to(blocks.mark("B7", 1))
    blocks.move_to(blocks.mark("B8", 1))
    eventually(lambda: hovered(blocks), "B8")
    blocks.leave()
    eventually(lambda: blocks.notebook.value("seen")[-1], "")
    assert blocks.notebook.value("seen[0]") == "B7"


def test_a_click_selects_and_unselects(blocks: Blocks) -> None:
    blocks.column("B6", 1).click()
    eventually(lambda: selected(blocks), ["B6"])
    blocks.column("B2", 2).click()
    eventually(lambda: selected(blocks), ["B2", "B6"])
    blocks.leave()
    eventually(lambda: blocks.tinted(0), ["B2", "B6"])
    blocks.column("B6", 0).click()
    eventually(lambda: selected(blocks), ["B2"])


def test_sorted_columns_are_the_blocks_of_their_labels(blocks: Blocks) -> None:
    assert blocks.labels() == BLOCKS
    blocks.root.locator("select").select_option("by fitness")
    fitness: dict[str, float] = blocks.notebook.value("dict(session.block_fitness)")
    wanted = sorted(BLOCKS, key=lambda block: -fitness[block])
    for index in range(3):
        eventually(lambda index=index: blocks.labels(index), wanted)
    blocks.move_to(blocks.column(wanted[-1], 1))
    eventually(lambda: hovered(blocks), wanted[-1])
    blocks.column(wanted[0], 2).click()
    eventually(lambda: selected(blocks), [wanted[0]])


def test_it_follows_the_search_and_the_region(blocks: Blocks) -> None:
    expect(blocks.root).to_contain_text("share of generation 1, 12 candidates")
    line = blocks.chart(1).locator("path.line")
    before = line.last.get_attribute("d")
    blocks.notebook.execute("session.step()")
    expect(blocks.root).to_contain_text("share of generation 2, 12 candidates")
    eventually(lambda: line.last.get_attribute("d") != before, True)
    # Behind it are two generations; what was the newest is one of them.
    assert [each.get_attribute("d") for each in line.all()][1] == before

    name = "<img src=x onerror='window.hacked = true'>"
    blocks.notebook.execute(
        f"session.region(masks=[session.best.mask], name={name!r}); session.selected_region = {name!r}"
    )
    expect(blocks.root.locator(".osl-blocks-head")).to_contain_text(f"Blocks in {name}")
    expect(blocks.root.locator(".osl-blocks-lack")).to_contain_text("blocks cannot be compared")
    eventually(lambda: blocks.dots(2), 0)
    assert blocks.page.evaluate("() => window.hacked") is None


def test_before_the_search_it_says_what_to_do_and_then_draws(blocks: Blocks) -> None:
    errors: list[str] = []
    blocks.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    blocks.notebook.run_cell(
        SEARCHED.replace("session.step(); session.step()", "").replace("session.train(epochs=1)", "")
    )
    expect(blocks.root.locator(".osl-blocks-lack")).to_have_text(re.compile("Train the supernet, then step the search"))
    expect(blocks.root.locator(".bqplot")).to_have_count(0)
    blocks.notebook.execute("session.train(epochs=1); session.step()")
    blocks.in_place()
    expect(blocks.root.locator(".osl-blocks-lack")).to_be_hidden()
    eventually(lambda: blocks.dots(0), 12)
    assert not [error for error in errors if "attribute" in error or "osl" in error]


def test_where_there_is_little_room_only_the_charts_scroll(blocks: Blocks) -> None:
    blocks.notebook.run_cell("from ipywidgets import Box, Layout\nBox([view], layout=Layout(width='320px'))")
    blocks.in_place()
    assert blocks.root.evaluate("root => root.scrollWidth <= root.clientWidth && root.clientWidth <= 320")
    plots = blocks.root.locator(".osl-blocks-plots")
    assert plots.evaluate("plots => plots.scrollWidth > plots.clientWidth")
    blocks.move_to(blocks.column("B12", 1))
    eventually(lambda: hovered(blocks), "B12")
    labels = (
        blocks.chart(0)
        .locator("text.label")
        .evaluate_all(
            "all => all.map(at => at.getBoundingClientRect()).filter(at => at.width).map(at => [at.left, at.right])"
        )
    )
    assert all(right < left for (_, right), (left, _) in zip(sorted(labels), sorted(labels)[1:], strict=False))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_texts_are_readable_in_both_themes(blocks: Blocks, theme: str) -> None:
    page = blocks.page
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    read = """root => {
        const quiet = document.createElement('i');
        quiet.style.color = 'var(--jp-ui-font-color2)';
        root.append(quiet);
        const wanted = getComputedStyle(quiet).color;
        quiet.remove();
        const texts = [...root.querySelectorAll('.tick text, text.label')].filter(text => text.textContent);
        const others = texts.filter(text => getComputedStyle(text).fill !== wanted);
        return [texts.length, others.map(text => text.textContent)];
    }"""
    count, others = blocks.root.evaluate(read)
    assert count > 36
    assert others == []


def test_views_that_are_closed_leave_the_browser_nothing(blocks: Blocks) -> None:
    models = """async () => {
        const kernel = window.notebook.sessionContext.session.kernel;
        const { content } = await kernel.requestCommInfo({ target_name: 'jupyter.widget' });
        return Object.keys(content.comms).length;
    }"""
    before = blocks.page.evaluate(models)
    blocks.notebook.run_cell(
        "from IPython.display import display\n"
        "views = [osl.BlockInfoView(session) for _ in range(10)]\n"
        "for view in views: display(view)"
    )
    expect(blocks.page.locator(".osl-blocks .bqplot")).to_have_count(30)
    assert blocks.page.evaluate(models) > before
    blocks.notebook.execute("for view in views: view.close()")
    expect(blocks.page.locator(".osl-blocks")).to_have_count(0)
    assert blocks.page.evaluate(models) == before
