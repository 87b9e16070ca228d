"""The Graph View beside everything else: all templates, other views, tabs, kernels that go away, notebooks reopened."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from oneshot_lab.architecture.edits import AddLink
from oneshot_lab.architecture.templates import list_templates, load_template
from tests.ui.graph import Graph
from tests.ui.lego import Lego
from tests.ui.notebook import Notebook, eventually, open_notebook

IN_SIGHT = """node => {
    const { top, bottom } = node.querySelector('.osl-head').getBoundingClientRect();
    const frame = node.closest('.osl-scroll').getBoundingClientRect();
    return frame.top <= top && bottom <= frame.bottom;
}"""
PLAIN = """
from dataclasses import replace
template = osl.load_template("resnet18", width=0.125)
plain = replace(template, links=(), next_numbers=(*template.next_numbers[:3], 1))
session = osl.SearchSession(plain, data=data, seed=0, bar=False)
view = osl.GraphView(session)
view
"""
# A projection that is drawn by hand gets the next free ids.
SAME = """
def shape(network):
    return [(link.id, link.source, link.target, [(part.kind, part.params) for part in link.projection])
            for link in network.links]
fitted = osl.SearchSession(template, data=data, seed=0, bar=False).architecture
"""
RUN = "command => window.jupyterapp.commands.execute(command)"
BLOCKS = {f"B{number}" for number in range(1, 13)}
MASK = {"B1", "B4", "B5", "B8", "B9", "B11", "B12"}


def test_every_template_is_in_order_and_apart(notebook: Notebook) -> None:
    for name in [*list_templates(), "wide"]:
        network = f"osl.load_template({name!r})"
        if name == "wide":
            network = "osl.widen_choices(osl.load_template('vgg16'), kernels=(3, 5, 7))"
        notebook.run_cell(f"view = osl.GraphView({network})\nview")
        graph = Graph(notebook, "view.target")
        graph.agrees()
        nodes, layers = graph.nodes(), graph.architecture().layers
        columns = [[nodes[block.id]["x"] for block in layer.blocks] for layer in layers]
        assert all(len(set(column)) == 1 for column in columns)
        places = [nodes["input"]["x"], *(column[0] for column in columns), nodes["output"]["x"]]
        assert places == sorted(set(places))
        for one, other in itertools.combinations(nodes.values(), 2):
            apart_x = abs(one["x"] - other["x"]) >= (one["width"] + other["width"]) / 2
            apart_y = abs(one["y"] - other["y"]) >= (one["height"] + other["height"]) / 2
            assert apart_x or apart_y


def test_the_page_rests_while_nothing_changes_and_draws_what_does(notebook: Notebook) -> None:
    notebook.run_cell("view = osl.GraphView('lenet')\nview")
    graph = Graph(notebook, "view.target")
    runs = "host => host.oslGraph.renderer().renderLoopStarted"
    eventually(lambda: graph.root.evaluate(runs), False)
    frames, zoom = graph.root.evaluate("host => host.oslFrames"), graph.viewport()[0]
    graph.button("zoom-in").click()
    eventually(lambda: graph.viewport()[0] > zoom, True)
    eventually(lambda: graph.root.evaluate("host => host.oslFrames") > frames, True)
    eventually(lambda: graph.root.evaluate(runs), False)
    notebook.execute("view.highlight(['B1'])")
    eventually(lambda: graph.greens() > 0, True)


def test_resnets_links_drawn_by_hand_make_the_template_and_it_trains(notebook: Notebook) -> None:
    notebook.run_cell(PLAIN)
    graph = Graph(notebook)
    blocks = {layer.id: layer.blocks[0].id for layer in graph.architecture().layers}
    for link in load_template("resnet18").links:
        with graph.makes(AddLink(link.source, link.target)):
            graph.press("Escape")
            graph.drag_link(blocks[link.source], blocks[link.target])
    notebook.execute(SAME)
    assert notebook.value("shape(session.architecture) == shape(fitted)")
    assert notebook.value("session.architecture.layers == fitted.layers")
    notebook.execute("session.train(epochs=1)")
    assert notebook.value("len(session.training_losses)") == 1


def test_scores_come_with_the_search(graph: Graph) -> None:
    expect(graph.root).to_contain_text("Train the supernet to see scores")
    graph.notebook.execute("session.train(epochs=1); session.step()")
    expect(graph.root).not_to_contain_text("Train the supernet to see scores")
    fitness = graph.notebook.value("dict(session.block_fitness)")
    for block in ("B1", "B2", "B3"):
        graph.hover(block)
        expect(graph.card()).to_contain_text("Fitness")
        expect(graph.card()).to_contain_text(f"{fitness[block]:.2f}")
        expect(graph.card()).to_contain_text("of 12 candidates")


def test_two_graph_views_and_a_lego_view_of_one_session_agree(graph: Graph) -> None:
    notebook = graph.notebook
    notebook.run_cell(
        "from ipywidgets import VBox\n"
        "view, other, lego = osl.GraphView(session), osl.GraphView(session), osl.LegoView(session)\n"
        "VBox([view, other, lego])"
    )
    one, other, lego = Graph(notebook), Graph(notebook, index=1), Lego(notebook)
    with one.makes(AddLink("L1", "L3")):
        one.drag_link("B1", "B5")
    other.agrees()
    assert other.links() == {("L1", "L3")}
    expect(lego.part("L3").locator(".osl-tag", has_text="from L1")).to_be_visible()

    # What is clicked in one is found in the others.
    one.click("B9")
    eventually(lambda: "selected" in other.marks("B9"), True)
    found = lego.root.locator(".osl-item[data-id='B9']")
    expect(found).to_have_attribute("aria-selected", "true")
    eventually(lambda: found.evaluate(IN_SIGHT), True)
    lego.stand_on("B2")
    eventually(lambda: "selected" in one.marks("B2") and "selected" not in one.marks("B9"), True)
    one.hover("B4")
    eventually(lambda: "pointer" in other.marks("B4"), True)


@pytest.fixture
def views(graph: Graph) -> Iterator[list[Graph]]:
    """Two views of one session, in a cell each."""
    graph.page.evaluate(RUN, "notebook:insert-cell-below")
    graph.notebook.run_cell("other = osl.GraphView(session)\nother")
    yield [graph, Graph(graph.notebook, index=1)]
    graph.page.evaluate(RUN, "notebook:delete-cell")


def test_views_in_different_cells_follow_the_candidate_under_the_pointer(views: list[Graph]) -> None:
    notebook, before = views[0].notebook, [view.greens() for view in views]
    notebook.execute(f"session.hovered_candidate = osl.Mask.of(*{MASK})")
    for view, few in zip(views, before, strict=True):
        expect(view.root.locator(".osl-strip-title")).to_have_text("candidate under the pointer · not evaluated")
        expect(view.root.locator(".osl-strip svg text").nth(1)).to_contain_text("Conv")
        assert {block for block in BLOCKS if "hover" in view.marks(block)} == MASK
        assert view.greens() > few
    notebook.execute("session.hovered_candidate = None")
    for view, few in zip(views, before, strict=True):
        expect(view.root.locator(".osl-strip")).to_contain_text("Point at a candidate")
        assert view.greens() == few


def test_views_in_different_cells_follow_the_region(views: list[Graph]) -> None:
    notebook = views[0].notebook
    notebook.execute(f"session.region(masks=[osl.Mask.of(*{MASK})], name='mine')")
    notebook.execute("session.selected_region, session.set_operation = 'mine', 'complement'")
    for view in views:
        expect(view.root.locator(".osl-legend-region")).to_have_text("complement of mine: 5 blocks")
        assert {block for block in BLOCKS if "region" in view.marks(block)} == BLOCKS - MASK
    notebook.execute("session.set_operation = ''")
    for view in views:
        expect(view.root.locator(".osl-legend-region")).to_be_hidden()
        assert not any("region" in view.marks(block) for block in BLOCKS)


def test_a_view_in_a_tab_that_was_hidden_is_there_when_it_is_shown(graph: Graph) -> None:
    notebook = graph.notebook
    notebook.run_cell(
        "from ipywidgets import HTML, Tab\n"
        "view = osl.GraphView(session)\n"
        "tabs = Tab([HTML('first'), view], titles=['first', 'graph'])\n"
        "tabs"
    )
    expect(notebook.page.locator(".osl-graph")).to_be_hidden()
    notebook.page.get_by_role("tab", name="graph").click()
    shown = Graph(notebook)
    shown.agrees()
    stage = shown.root.locator(".osl-stage").bounding_box()
    assert stage is not None
    for block in ("B1", "B12"):
        x, y = shown.middle(block)
        assert stage["x"] < x < stage["x"] + stage["width"]
        assert stage["y"] < y < stage["y"] + stage["height"]


def test_while_the_supernet_trains_links_wait(graph: Graph) -> None:
    with graph.changes_nothing():
        graph.page.evaluate(
            "() => { const { kernel } = window.notebook.sessionContext.session;"
            " window.training = kernel.requestExecute({ code: 'session.train(epochs=1000)' }).done; }"
        )
        expect(graph.root).to_contain_text("Training: edits wait until it is done")
        graph.focus()
        graph.press("Home", "ArrowRight", "l")
        expect(graph.news()).to_have_text("Training: edits wait until it is done")
        graph.page.evaluate("async () => { await notebook.sessionContext.session.kernel.interrupt(); await training; }")
        expect(graph.root.locator(".osl-about")).not_to_contain_text("edits wait")


def test_displayed_ten_times_and_closed_nothing_stays(notebook: Notebook) -> None:
    session = notebook.page.context.new_cdp_session(notebook.page)
    session.send("Performance.enable")

    def counted() -> dict[str, int]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {m["name"]: m["value"] for m in metrics if m["name"] in ("Nodes", "JSEventListeners")}

    def show_and_close(times: int) -> None:
        for _ in range(times):
            notebook.run_cell("view = osl.GraphView('vgg16')\nview")
            Graph(notebook, "view.target")
            notebook.execute("view.close()")
            expect(notebook.page.locator(".osl-graph")).to_have_count(0)
        notebook.run_cell("None")

    comms = "len(__import__('comm').get_comm_manager().comms)"
    # The first time, code is fetched and caches are filled.
    show_and_close(3)
    open_before, before = notebook.value(comms), counted()
    show_and_close(10)
    assert notebook.value(comms) == open_before

    # A view has some hundred elements and twenty listeners; a cell that is run again costs JupyterLab a few elements.
    def has_grown() -> bool:
        after = counted()
        return after["Nodes"] - before["Nodes"] > 100 or after["JSEventListeners"] - before["JSEventListeners"] > 20

    eventually(has_grown, False)


@pytest.mark.parametrize("kernel", [None, "python3"], ids=["without a kernel", "with a new kernel"])
def test_a_notebook_reopened_without_its_kernel_shows_the_picture(
    browser: Browser, lab: str, kernel: str | None
) -> None:
    with open_notebook(browser, lab, width=1280, height=900) as notebook:
        notebook.execute("import oneshot_lab as osl")
        notebook.run_cell("view = osl.GraphView('lenet')\nview")
        Graph(notebook, "view.target")
        picture = notebook.page.locator(".osl-kept-picture")
        expect(picture).to_be_hidden()
        path = notebook.save()
        notebook.shut_down()
        notebook.page.evaluate(
            """async ([path, name]) => {
                window.notebook.dispose();
                window.notebook = await window.jupyterapp.commands.execute('docmanager:open', {
                    path, factory: 'Notebook', options: { activate: true },
                    ...(name ? { kernel: { name } } : { kernelPreference: { shouldStart: false } })
                });
                await window.notebook.context.ready;
                // ipywidgets has looked for its widgets.
                if (name) {
                    await window.notebook.sessionContext.ready;
                    await window.notebook.sessionContext.session.kernel.requestExecute({ code: '' }).done;
                }
            }""",
            [path, kernel],
        )
        expect(picture).to_be_visible()
        expect(picture).to_have_attribute("alt", re.compile("^The network lenet: 7 layers, 12 blocks, 0 links, "))
        expect(notebook.page.get_by_text("Error displaying widget")).to_be_hidden()
