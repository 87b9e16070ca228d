import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import MaskError
from oneshot_lab.space.graph import label_of, subgraph, template_graph
from tests.architecture.networks import component, network
from tests.space.graphs import SMALL, masks
from tests.strategies import architectures, block_sets, chain

LENET = load_template("lenet")


def kinds(graph: nx.DiGraph) -> list[str]:
    return [kind for _, kind in graph.nodes(data="kind")]


def test_a_node_for_each_component_and_edges_along_the_blocks():
    graph = subgraph(LENET, Mask.of("B1", "B4", "B5", "B8", "B10", "B11", "B12"))
    assert kinds(graph) == ["Conv2d", "ReLU", "Conv2d", "ReLU", "Flatten", "Linear", "Linear", "ReLU", "Linear"]
    assert list(graph.edges) == list(nx.utils.pairwise(graph.nodes))
    assert {owner for _, owner in graph.nodes(data="owner")} == {"B1", "B4", "B5", "B8", "B10", "B11", "B12"}


def test_neighbouring_layers_are_joined_completely():
    graph = subgraph(chain(2, 3, 1), Mask.of("B1", "B2", "B3", "B5", "B6"))
    assert set(graph.edges) == {("C1", "C3"), ("C1", "C5"), ("C2", "C3"), ("C2", "C5"), ("C3", "C6"), ("C5", "C6")}


def test_links_are_edges_and_an_empty_layer_passes_nothing_on():
    architecture = chain(1, 1, 1, links=((0, 2),))
    assert set(subgraph(architecture, Mask.full(architecture)).edges) == {("C1", "C2"), ("C2", "C3"), ("C1", "C3")}
    assert set(subgraph(architecture, Mask.of("B1", "B3")).edges) == {("C1", "C3")}


def test_a_link_from_the_input_brings_no_edge_unless_it_is_projected():
    plain = chain(1, 1, links=((-1, 1),))
    assert set(subgraph(plain, Mask.full(plain)).edges) == {("C1", "C2")}
    projected = repair(network("Conv2d(,4,3,padding=1)", "ReLU", "Flatten; Linear", links="input-L2", shape=(1, 8, 8)))[
        0
    ]
    graph = subgraph(projected, Mask.full(projected))
    (projection,) = projected.links[0].projection
    assert list(graph.predecessors(projection.id)) == []
    assert list(graph.successors(projection.id)) == ["C2"]
    assert graph.nodes[projection.id]["owner"] == "K1"


def test_a_projection_goes_with_its_link():
    architecture = SMALL["projection"]
    (projection,) = architecture.links[0].projection
    graph = subgraph(architecture, Mask.of("B1", "B2", "B4", "B5"))
    assert set(graph.pred[projection.id]) == {"C1"}
    assert set(graph.succ[projection.id]) == {"C5"}
    unfed = chain(1, 1, 1, 1, links=((-1, 1), (0, 2), (1, 3)))
    assert "C1" not in subgraph(unfed, Mask.of("B2", "B4"))


def test_labels_are_kinds_and_parameters():
    a, b, c = (component(LENET, name) for name in ("C1", "C2", "C5"))
    assert label_of(a) != label_of(b)
    assert label_of(a) != label_of(c)
    relus = [node for node in LENET.components() if node.kind == "ReLU"]
    assert len({label_of(node) for node in relus}) == 1


def test_a_parameter_that_is_left_out_is_its_default():
    net = network(
        "Conv2d(,4,3) | Conv2d(,4,3,padding=0,stride=1) | Conv2d(,4,3,bias=False)", "MaxPool2d(2) | MaxPool2d(2, 2)"
    )
    labels = [label_of(node) for node in net.components()]
    assert labels[0] == labels[1] != labels[2]
    assert labels[3] == labels[4]


@given(architectures(), st.data())
def test_the_graph_is_what_the_live_blocks_induce(architecture, data):
    mask = data.draw(block_sets(architecture).filter(lambda mask: is_valid(architecture, mask)))
    graph = subgraph(architecture, mask)
    live = prune(architecture, mask)
    assert {owner for _, owner in graph.nodes(data="owner")} == live.blocks
    assert nx.utils.graphs_equal(graph, subgraph(architecture, live))
    full = template_graph(architecture)
    everything = nx.from_numpy_array(full.adjacency, create_using=nx.DiGraph)
    named = nx.relabel_nodes(everything, dict(enumerate(node.id for node in full.components)))
    assert set(graph.edges) == set(named.subgraph(graph).edges)
    assert nx.is_directed_acyclic_graph(graph)
    # Whatever is in it lies on a way from a first to a last layer's block.
    ends = {
        node for node, owner in graph.nodes(data="owner") if architecture.layer_of[owner] == architecture.layers[-1]
    }
    assert all(ends & ({node} | nx.descendants(graph, node)) for node in graph)


@pytest.mark.parametrize("name", SMALL)
def test_the_compact_form_says_the_same(name):
    architecture = SMALL[name]
    template = template_graph(architecture)
    for mask in masks(architecture, 10):
        graph, compact = subgraph(architecture, mask), template.select(mask)
        assert [template.components[node].id for node in compact.nodes] == list(graph)
        assert np.array_equal(compact.adjacency, nx.to_numpy_array(graph, dtype=np.uint8))
        by_number = dict(zip(compact.labels.tolist(), (label for _, label in graph.nodes(data="label")), strict=True))
        assert len(by_number) == len({label for _, label in graph.nodes(data="label")})
        owners = [owner for _, owner in graph.nodes(data="owner")]
        starts = compact.chains.tolist()
        for start, end in nx.utils.pairwise(starts):
            assert len(set(owners[start:end])) == 1
        assert len(starts) - 1 == len(set(owners)) == compact.layers[-1]


@pytest.mark.parametrize("mask", [Mask.of("B1"), Mask.of("B99"), Mask.of()])
def test_a_mask_of_another_architecture_is_refused(mask):
    with pytest.raises(MaskError, match="mask"):
        subgraph(LENET, mask)
