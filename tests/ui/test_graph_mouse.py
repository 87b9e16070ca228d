"""Every gesture of the mouse in the Graph View, and what Python makes of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from oneshot_lab.architecture.edits import AddLink, RemoveBlock, RemoveLink
from tests.ui.graph import Graph
from tests.ui.notebook import eventually


def selected(graph: Graph) -> list[str]:
    return list(graph.notebook.value(f"list({graph.target}.selected_blocks)"))


def test_the_pointer_tells_about_a_block_and_python_which_it_is(graph: Graph) -> None:
    graph.hover("B5")
    expect(graph.card()).to_contain_text("Conv2d")
    for fact in ("Layer", "L3", "Output", "Parameters", "Multiply-adds"):
        expect(graph.card()).to_contain_text(fact)
    eventually(lambda: graph.notebook.value("session.hovered_block"), "B5")
    assert "pointer" in graph.marks("B5")
    graph.hover("B9")
    eventually(lambda: graph.notebook.value("session.hovered_block"), "B9")
    graph.mouse.move(5, 5)
    eventually(lambda: graph.notebook.value("session.hovered_block"), "")
    expect(graph.card()).to_be_hidden()


def test_clicks_select(graph: Graph) -> None:
    graph.click("B1")
    eventually(lambda: selected(graph), ["B1"])
    assert "selected" in graph.marks("B1")
    graph.click("B4", holding="Control")
    eventually(lambda: sorted(selected(graph)), ["B1", "B4"])
    graph.click("B1", holding="Control")
    eventually(lambda: selected(graph), ["B4"])
    x, y = graph.middle("input")
    graph.mouse.click(x, y + 120)
    eventually(lambda: selected(graph), [])
    assert "selected" not in graph.marks("B4")


def test_a_drag_from_a_blocks_edge_draws_a_link(graph: Graph) -> None:
    with graph.makes(AddLink("L1", "L3")):
        graph.drag_link("B1", "B6")
    assert graph.links() == {("L1", "L3")}
    expect(graph.news()).to_have_text("Linked L1 to L3")
    # L2 puts out another shape than L4 receives.
    with graph.makes(AddLink("L2", "L4")):
        graph.drag_link("B4", "B8")
    graph.click_link("L2", "L4")
    expect(graph.card()).to_contain_text("AdaptiveAvgPool2d 4, Conv2d 2, 4, 1")


def test_two_clicks_draw_a_link(graph: Graph) -> None:
    graph.button("link").click()
    with graph.makes(AddLink("L1", "L4")):
        graph.click("B2")
        expect(graph.news()).to_contain_text("Link from L1")
        graph.click("B8")


def test_a_drag_that_escape_ends_draws_nothing(graph: Graph) -> None:
    with graph.changes_nothing():
        graph.hover("B1")
        x, y = graph.edge_of("B1")
        graph.mouse.move(x, y, steps=3)
        graph.mouse.down()
        graph.mouse.move(*graph.middle("B8"), steps=4)
        graph.press("Escape")
        graph.mouse.up()
        expect(graph.news()).to_have_text("Link cancelled")


@pytest.mark.parametrize(("source", "target"), [("B5", "B1"), ("B1", "B4")])
def test_a_link_that_cannot_be_is_refused_with_the_reason(graph: Graph, source: str, target: str) -> None:
    with graph.changes_nothing():
        graph.drag_link(source, target)
        expect(graph.news()).to_contain_text("Not done: ")
    failed = graph.notebook.value("session.log[-1].outcome")
    assert failed.startswith("failed: ")
    assert graph.news().inner_text().removeprefix("Not done: ").split(";")[0] in failed


def test_a_link_to_the_input_is_refused_at_once(graph: Graph) -> None:
    with graph.changes_nothing():
        graph.drag_link("B1", "input")
        expect(graph.news()).to_have_text("A link ends at a layer")


def test_a_link_twice_is_refused(graph: Graph) -> None:
    with graph.makes(AddLink("L1", "L3")):
        graph.drag_link("B1", "B5")
    with graph.changes_nothing():
        graph.drag_link("B2", "B6")
        expect(graph.news()).to_contain_text("Not done")


def test_a_selected_link_is_removed_and_comes_back(graph: Graph) -> None:
    with graph.makes(AddLink("L1", "L3")):
        graph.drag_link("B1", "B5")
    with graph.makes(RemoveLink("L1", "L3")):
        graph.click_link("L1", "L3")
        expect(graph.news()).to_contain_text("Delete removes it")
        graph.press("Delete")
    assert graph.links() == set()
    graph.button("undo").click()
    eventually(graph.links, {("L1", "L3")})
    graph.button("redo").click()
    eventually(graph.links, set())


def test_selected_blocks_are_removed(graph: Graph) -> None:
    graph.click("B1")
    graph.click("B7", holding="Control")
    with graph.makes(RemoveBlock("B1"), RemoveBlock("B7")):
        graph.press("Delete")
    eventually(lambda: selected(graph), [])


def test_nothing_that_is_added_makes_the_view_jump(graph: Graph) -> None:
    graph.button("zoom-in").click()
    before, place = graph.viewport(), graph.nodes()["B1"]
    graph.notebook.execute("session.edit(osl.AddBlock('L3', 'Conv2d', '6, 16, 9'))")
    graph.agrees()
    assert graph.viewport() == before
    assert graph.nodes()["B1"] == place


def test_highlights_are_told_apart_and_can_be_all_at_once(graph: Graph) -> None:
    graph.notebook.execute(
        "view.highlight(['B1', 'B2'], 'region'); view.highlight(['B2'], 'selection')\n"
        "view.highlight(osl.Mask.of('B2', 'B4', 'B5', 'B8', 'B9', 'B11', 'B12'), title='candidate 7')"
    )
    eventually(lambda: {"hover", "region", "selected"} <= graph.marks("B2"), True)
    assert "region" in graph.marks("B1")
    assert "hover" not in graph.marks("B1")
    strip = graph.root.locator(".osl-strip")
    expect(strip).to_contain_text("candidate 7")
    texts = strip.locator("svg text").all_text_contents()
    assert [text.split()[0] for text in texts] == [
        "in",
        "Conv",
        "ReLU",
        "Conv",
        "ReLU",
        "Flat",
        "Lin",
        "ReLU",
        "Lin",
        "10",
    ]
    graph.notebook.execute("view.highlight(None)")
    expect(strip).not_to_contain_text("candidate 7")
    eventually(lambda: graph.marks("B5") & {"hover", "dim"}, set())


def test_runs_of_equal_layers_are_drawn_as_one(graph: Graph) -> None:
    graph.notebook.run_cell("view = osl.GraphView('vgg19')\nview")
    wide = Graph(graph.notebook, "view.target")
    assert len(wide.nodes()) == 25
    wide.button("collapse").click()
    eventually(lambda: len(wide.nodes()), 18)
    wide.agrees()
    assert wide.notebook.value("view.collapsed")
    wide.button("collapse").click()
    eventually(lambda: len(wide.nodes()), 25)
