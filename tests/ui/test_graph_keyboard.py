"""All that the mouse does in the Graph View, by keys alone."""

from __future__ import annotations

from playwright.sync_api import expect

from oneshot_lab.architecture.edits import AddLink, RemoveBlock, RemoveLink
from tests.ui.graph import Graph
from tests.ui.notebook import eventually


def selected(graph: Graph) -> list[str]:
    return list(graph.notebook.value(f"list({graph.target}.selected_blocks)"))


def test_arrows_walk_between_layers_and_within_them(graph: Graph) -> None:
    graph.focus()
    graph.press("Home", "ArrowRight")
    # To the block beside the input, which stands in the middle.
    expect(graph.here()).to_contain_text("Block B2, layer L1: Conv 2 5×5 p1")
    graph.press("ArrowUp")
    expect(graph.here()).to_contain_text("Block B1, layer L1: Conv 2 3×3")
    graph.press("End")
    expect(graph.here()).to_contain_text("Output: 10 classes")


def walk_to(graph: Graph, block: str) -> None:
    """Walks from the input to a block, looking where it is after each step."""
    graph.focus()
    graph.press("Home")
    layer = next(layer for layer in graph.architecture().layers if block in [each.id for each in layer.blocks])
    for _ in range(60):
        if f"layer {layer.id}:" in graph.here().inner_text():
            break
        graph.press("ArrowRight")
    for _ in range(len(layer.blocks)):
        graph.press("ArrowUp")
    for _ in range(len(layer.blocks)):
        if graph.here().inner_text().startswith(f"Block {block},"):
            return
        graph.press("ArrowDown")
    expect(graph.here()).to_contain_text(f"Block {block},")


def test_keys_select_and_remove(graph: Graph) -> None:
    walk_to(graph, "B2")
    graph.press("Enter")
    eventually(lambda: selected(graph), ["B2"])
    graph.press("ArrowDown", "Control+Enter")
    eventually(lambda: sorted(selected(graph)), ["B2", "B3"])
    with graph.makes(RemoveBlock("B2"), RemoveBlock("B3")):
        graph.press("Delete")
    architecture = graph.architecture()
    graph.press("Control+z")
    eventually(lambda: "B3" in graph.architecture().block_ids, True)
    graph.press("Control+Shift+z")
    eventually(graph.architecture, architecture)


def test_keys_draw_a_link_and_remove_it(graph: Graph) -> None:
    walk_to(graph, "B1")
    graph.press("l")
    expect(graph.news()).to_contain_text("Link from L1")
    with graph.makes(AddLink("L1", "L3")):
        for _ in range(4):
            graph.press("ArrowRight")
            if "layer L3" in graph.here().inner_text() and graph.here().inner_text().startswith("Block"):
                break
        graph.press("Enter")
    graph.press("Home", "ArrowRight")
    for _ in range(6):
        if graph.here().inner_text().startswith("Link"):
            break
        graph.press("ArrowDown")
    expect(graph.here()).to_contain_text("L1")
    with graph.makes(RemoveLink("L1", "L3")):
        graph.press("Enter", "Delete")


def test_escape_leaves_a_link_undrawn_and_selects_nothing(graph: Graph) -> None:
    walk_to(graph, "B1")
    with graph.changes_nothing():
        graph.press("l", "ArrowRight", "Escape")
        expect(graph.news()).to_have_text("Link cancelled")
        graph.press("Enter")
        eventually(lambda: len(selected(graph)), 1)
        graph.press("Escape")
        eventually(lambda: selected(graph), [])


def test_keys_are_the_views_own(graph: Graph) -> None:
    """JupyterLab cuts and deletes cells by keys as well."""
    cells = len(graph.notebook.cells())
    walk_to(graph, "B1")
    with graph.changes_nothing():
        graph.press("c", "x", "d", "d", "f", "+", "-")
    assert len(graph.notebook.cells()) == cells
    assert graph.notebook.value("view.collapsed")
