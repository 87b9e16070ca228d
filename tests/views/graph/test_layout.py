"""Where the Graph View puts things: in order, apart, and where they were before."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddBlock, AddLayer, AddLink, SetMerge, SetParams, apply, revise
from oneshot_lab.architecture.mask import Mask, live_by_id, prune
from oneshot_lab.architecture.templates import list_templates, load_template, widen_choices
from oneshot_lab.errors import ShapeError
from oneshot_lab.search.operators import random_mask
from oneshot_lab.views.common.info import network_info
from oneshot_lab.views.graph.layout import lay_out
from tests.architecture.networks import network
from tests.strategies import architectures

LENET = load_template("lenet")
NETWORKS = {name: load_template(name) for name in list_templates()} | {
    "wide": widen_choices(load_template("vgg16"), kernels=(3, 5, 7))
}


def draw(architecture, **options):
    return lay_out(network_info(architecture), **options)


def box(node):
    return (
        node.x - node.width / 2,
        node.y - node.height / 2,
        node.x + node.width / 2,
        node.y + node.height / 2,
    )


def overlap(one, other):
    left, top, right, bottom = box(one)
    other_left, other_top, other_right, other_bottom = box(other)
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def blocks(drawing):
    return [node for node in drawing.nodes if node.role == "block"]


def check_is_clean(drawing):
    """Every edge leads from left to right between nodes that are there, and no two nodes overlap."""
    at = {node.id: node for node in drawing.nodes}
    assert len(at) == len(drawing.nodes)
    assert len({edge.id for edge in drawing.edges}) == len(drawing.edges)
    for edge in drawing.edges:
        assert box(at[edge.source])[2] < box(at[edge.target])[0]
    assert not any(overlap(*pair) for pair in itertools.combinations(drawing.nodes, 2))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("collapsed", [False, True])
def test_every_template_is_drawn_in_order_and_apart(name, collapsed):
    architecture = NETWORKS[name]
    drawing = draw(architecture, collapsed=collapsed)
    check_is_clean(drawing)
    columns = {layer: node.x for node in blocks(drawing) for layer in node.layers}
    assert list(columns) == [layer.id for layer in architecture.layers]
    assert sorted(columns.values()) == list(columns.values())
    assert [node.role for node in drawing.nodes if node.layer is None] == ["input", "output"]
    assert sorted(block for node in drawing.nodes for block in node.blocks) == sorted(architecture.block_ids)


@settings(max_examples=60)
@given(architectures(), st.booleans())
def test_whatever_architecture_is_drawn_in_order_and_apart(architecture, collapsed):
    drawing = draw(architecture, collapsed=collapsed)
    check_is_clean(drawing)
    assert sorted(block for node in drawing.nodes for block in node.blocks) == sorted(architecture.block_ids)
    links = {edge.link for edge in drawing.edges if edge.kind == "link"}
    assert links == {(link.source, link.target) for link in architecture.links}


def test_the_edges_are_the_networks():
    drawing = draw(network("Conv2d(1, 4, 3) | Conv2d(1, 4, 3)", "ReLU", "Linear(, 10)"))
    assert {(edge.source, edge.target) for edge in drawing.edges} == {
        ("input", "B1"),
        ("input", "B2"),
        ("B1", "L1.merge"),
        ("B2", "L1.merge"),
        ("L1.merge", "B3"),
        ("B3", "B4"),
        ("B4", "output"),
    }


@pytest.mark.parametrize(("merge", "sign"), [("sum", "+"), ("mean", "x̄"), ("concat", "‖")])
def test_a_merge_says_which_it_is(merge, sign):
    architecture, _ = revise(LENET, SetMerge("L1", merge))
    (knot,) = [node for node in draw(architecture).nodes if node.id == "L1.merge"]
    assert knot.label == sign
    assert ("Merge", f"{merge} of 3 blocks") in knot.facts


def test_a_link_joins_what_its_target_receives():
    architecture, _ = revise(LENET, AddLink("L1", "L3"))
    drawing = draw(architecture)
    (link,) = [edge for edge in drawing.edges if edge.kind == "link"]
    assert (link.source, link.target, link.link) == ("L1.merge", "L3.join", ("L1", "L3"))
    arriving = [edge.source for edge in drawing.edges if edge.target == "L3.join"]
    assert sorted(arriving) == ["B4", "L1.merge"]


def test_a_link_between_unlike_shapes_shows_its_projection():
    links = [edge for edge in draw(NETWORKS["resnet18"]).edges if edge.kind == "link"]
    assert [edge.projection is not None for edge in links].count(True) == 3
    assert "Conv2d 64, 128, 1, 2, bias=False" in {edge.projection for edge in links}


def test_adding_a_block_moves_no_other_layers_blocks_up_or_down():
    before = {node.id: node for node in draw(LENET).nodes}
    architecture, _ = revise(LENET, AddBlock("L3", "Conv2d", "6, 16, 9"))
    after = {node.id: node for node in draw(architecture).nodes}
    for name, node in before.items():
        if node.layer != "L3":
            assert after[name].y == node.y
    assert [after[name].x for name in ("B1", "B4")] == [before[name].x for name in ("B1", "B4")]


# Collapsed -----------------------------------------------------------------------------------------------------------


def test_a_run_of_equal_layers_is_one_column():
    drawing = draw(NETWORKS["vgg19"], collapsed=True)
    runs = [node for node in blocks(drawing) if node.times > 1]
    assert [node.times for node in runs] == [3, 3, 4]
    assert all(len(node.layers) == len(node.blocks) == node.times for node in runs)
    assert ("Stands for", ", ".join(runs[0].blocks)) in runs[0].facts


def test_layers_where_a_link_begins_or_ends_are_seen_by_themselves():
    plain = network("Conv2d(1, 4, 3, padding=1)", *["Conv2d(4, 4, 3, padding=1)"] * 5, "Linear(, 10)")
    assert [node.times for node in blocks(draw(plain, collapsed=True))] == [1, 5, 1]
    linked, _ = revise(plain, AddLink("L2", "L5"))
    drawing = draw(linked, collapsed=True)
    check_is_clean(drawing)
    assert [node.layers for node in blocks(drawing)] == [("L1",), ("L2",), ("L3", "L4"), ("L5", "L6"), ("L7",)]


def test_layers_that_differ_stay_apart():
    architecture = network("Conv2d(1, 4, 3, padding=1)", "Conv2d(4, 4, 3, padding=1)", "Conv2d(4, 4, 5, padding=2)")
    assert [node.times for node in blocks(draw(architecture, collapsed=True))] == [1, 1, 1]


# A sub-network -------------------------------------------------------------------------------------------------------


def test_a_sub_network_is_drawn_without_the_rest():
    active = {"B1", "B4", "B5", "B8", "B10", "B11", "B12"}
    drawing = draw(LENET, active=active)
    check_is_clean(drawing)
    assert {node.id for node in blocks(drawing)} == active
    assert [node.role for node in drawing.nodes if node.role != "block"] == ["input", "output"]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(NETWORKS)))
def test_every_sub_network_is_connected(seed, name):
    architecture = NETWORKS[name]
    mask = prune(architecture, random_mask(architecture, rng=np.random.default_rng(seed)))
    drawing = draw(architecture, active=mask.blocks)
    check_is_clean(drawing)
    arrived = {edge.target for edge in drawing.edges}
    left = {edge.source for edge in drawing.edges}
    assert {node.id for node in drawing.nodes} - arrived == {"input"}
    assert {node.id for node in drawing.nodes} - left == {"output"}


def test_nothing_flows_past_an_empty_layer_but_through_its_link():
    architecture, _ = revise(network(*["Conv2d(1, 1, 3, padding=1)"] * 4, "Linear(, 10)"), AddLink("L1", "L4"))
    mask = Mask.of("B1", "B4", "B5")
    assert live_by_id(architecture, mask)["L4"]
    edges = {(edge.source, edge.target): edge.kind for edge in draw(architecture, active=mask.blocks).edges}
    assert edges[("B1", "B4")] == "link"
    assert len(edges) == 4


# What is told --------------------------------------------------------------------------------------------------------


def test_a_block_tells_its_sizes_and_scores():
    info = network_info(LENET, fitness={"B5": 0.25}, untrained=["B5"])
    node = next(node for node in lay_out(info, seen={"B5": "2 of 8 candidates"}).nodes if node.id == "B5")
    assert dict(node.facts) == {
        "Layer": "L3",
        "Conv2d": "6, 16, 3",
        "Input": "6×26×26",
        "Output": "16×24×24",
        "Parameters": "880",
        "Multiply-adds": "497,664",
        "Fitness": "0.25",
        "Frequency": "2 of 8 candidates",
    }
    assert (node.fitness, node.untrained, node.colour) == (0.25, True, "#3b528a")


@pytest.mark.parametrize(
    ("params", "short"),
    [
        ("1, 6, 3", "6 3×3"),
        ("1, 6, (3, 5)", "6 3×5"),
        ("1, 6, 3, padding=1", "6 3×3 p1"),
        ("1, 6, 3, 2", "6 3×3 s2"),
        ("1, 6, 3, (1, 2), (0, 1)", "6 3×3 s1×2 p0×1"),
    ],
)
def test_parameters_are_shown_in_short(params, short):
    architecture = apply(LENET, SetParams("C1", params))
    (row,) = next(node for node in draw(architecture).nodes if node.id == "B1").rows
    assert (row.kind, row.params, row.family, row.colour) == ("Conv", short, "convolution", "#0072B2")


def test_a_draft_is_drawn_with_its_problem():
    # A convolution behind features fits in no way.
    misfit = AddLayer("Conv2d")
    with pytest.raises(ShapeError) as raised:
        revise(LENET, misfit)
    drawing = lay_out(network_info(apply(LENET, misfit), problem=raised.value))
    check_is_clean(drawing)
    (wrong,) = [node for node in drawing.nodes if node.problem]
    assert (wrong.id, wrong.problem) == ("B13", raised.value.message)
