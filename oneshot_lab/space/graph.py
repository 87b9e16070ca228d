"""Turns a mask into a graph: one node for each active component, one edge for each connection (§5.3).

The graph of a mask is the subgraph of the template's graph that its live blocks induce: it has an edge if it has both
ends. So the template's graph is built once, and a mask selects nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.mask import Mask, check_mask, live_by_id
from oneshot_lab.architecture.model import INPUT, Architecture, Component, Layer, Value

Label = tuple[str, tuple[tuple[str, Value], ...]]
"""The label of a node, equal for equal components: the kind and all its parameters, including defaults."""


def label_of(component: Component) -> Label:
    """Returns a component's label. Kinds alone would make a 3×3 and a 7×7 convolution the same (README)."""
    return component.kind, tuple(get_kind(component.kind).complete(component.values).items())


class Subgraph(NamedTuple):
    """A mask's graph as whole numbers, for the compiled code.

    Attributes:
        nodes: Positions among the template's components, ascending, (n,) int64. Equal positions in two
            subgraphs are the same component.
        labels: The number of each node's label; each distinct label of the template has one, (n,) int64.
        adjacency: 1 where an edge leads from the row's node to the column's, (n, n) uint8.
        chains: Where the components of each block, or of each link's projection, begin among the nodes, and at the end
            n, (blocks + 1,) int64.
        layers: Where the blocks of each layer begin among the chains, and at the end their number, (layers + 1,) int64.
            A projection is a layer of its own here.
    """

    nodes: NDArray[np.int64]
    labels: NDArray[np.int64]
    adjacency: NDArray[np.uint8]
    chains: NDArray[np.int64]
    layers: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TemplateGraph:
    """The graph of a whole architecture, from which masks select nodes.

    Attributes:
        architecture: The architecture.
        components: The nodes, in the architecture's order: the blocks' components, then the links' projections.
        owners: For each node the id of the block or of the link that it belongs to.
        layers: For each node the id of its layer; a projection is a layer of its own, under its link's id.
        labels: For each node the number of its label, (N,) int64.
        adjacency: The edges, (N, N) uint8.
    """

    architecture: Architecture
    components: tuple[Component, ...]
    owners: tuple[str, ...]
    layers: tuple[str, ...]
    labels: NDArray[np.int64]
    adjacency: NDArray[np.uint8]

    def select(self, mask: Mask) -> Subgraph:
        """Returns the subgraph of a mask; blocks that carry no signal have no nodes.

        Raises:
            MaskError: The mask is not valid for this architecture.
        """
        present = _live_owners(self.architecture, mask)
        nodes = np.array([node for node, owner in enumerate(self.owners) if owner in present], dtype=np.int64)
        chains = _starts([self.owners[node] for node in nodes])
        layers = _starts([self.layers[node] for node in nodes[chains[:-1]]])
        return Subgraph(nodes, self.labels[nodes], self.adjacency[np.ix_(nodes, nodes)], chains, layers)


def _starts(names: Sequence[str]) -> NDArray[np.int64]:
    """Returns the positions at which a new name begins, and at the end the length."""
    changes = [place for place in range(1, len(names)) if names[place] != names[place - 1]]
    return np.array([0, *changes, len(names)], dtype=np.int64)


def _live_owners(architecture: Architecture, mask: Mask) -> set[str]:
    """Returns the ids of the active blocks, and of the links, through which a signal reaches the output."""
    live = live_by_id(architecture, check_mask(architecture, mask))
    blocks = {block for block in mask.blocks if live[architecture.layer_of[block].id]}
    return blocks.union(link.id for link in architecture.links if live[link.source] and live[link.target])


@lru_cache(maxsize=4)
def template_graph(architecture: Architecture) -> TemplateGraph:
    """Returns the graph of the whole architecture."""
    parts = [(block.id, layer.id, block.components) for layer in architecture.layers for block in layer.blocks]
    parts += [(link.id, link.id, link.projection) for link in architecture.links]
    chains: dict[str, range] = {}  # the nodes of each block and of each projection
    components: list[Component] = []
    for owner, _, chain in parts:
        chains[owner] = range(len(components), len(components) + len(chain))
        components += chain
    numbers: dict[Label, int] = {}
    labels = [numbers.setdefault(label_of(component), len(numbers)) for component in components]
    return TemplateGraph(
        architecture,
        tuple(components),
        tuple(owner for owner, _, chain in parts for _ in chain),
        tuple(layer for _, layer, chain in parts for _ in chain),
        np.array(labels, dtype=np.int64),
        _adjacency(architecture, chains, len(components)),
    )


def _adjacency(architecture: Architecture, chains: Mapping[str, range], size: int) -> NDArray[np.uint8]:
    edges = np.zeros((size, size), dtype=np.uint8)
    for chain in chains.values():
        for node in chain[1:]:
            edges[node - 1, node] = 1
    firsts = {layer.id: [chains[block.id][0] for block in layer.blocks] for layer in architecture.layers}
    lasts = {layer.id: [chains[block.id][-1] for block in layer.blocks] for layer in architecture.layers}
    lasts[INPUT] = []
    before: Layer | None = None
    for layer in architecture.layers:
        if before is not None:
            edges[np.ix_(lasts[before.id], firsts[layer.id])] = 1
        before = layer
    for link in architecture.links:
        chain = chains[link.id]
        edges[np.ix_(lasts[link.source], chain[:1] or firsts[link.target])] = 1
        edges[np.ix_(chain[-1:], firsts[link.target])] = 1
    return edges


def subgraph(architecture: Architecture, mask: Mask) -> nx.DiGraph:
    """Returns the graph of a mask, as users see it and as distances are defined on it.

    Nodes are component ids. They have the attributes `label` (what `distances` compares), `kind`, `params` (as
    set), and `owner` (the id of a block, or of the link whose projection it is). Edges lead along a block's
    components, from the end of each active block to the start of each one in the next layer, and along links.
    An empty layer passes no signal on; only links bypass it.

    Args:
        architecture: The architecture of the mask.
        mask: A valid mask; blocks that carry no signal are left out.

    Raises:
        MaskError: The mask is not valid for this architecture.
    """
    template = template_graph(architecture)
    selected = template.select(mask)
    names = [template.components[node].id for node in selected.nodes]
    graph = nx.DiGraph(name=architecture.name)
    for node, name in zip(selected.nodes, names, strict=True):
        component = template.components[node]
        graph.add_node(
            name,
            label=label_of(component),
            kind=component.kind,
            params=dict(component.values),
            owner=template.owners[node],
        )
    graph.add_edges_from((names[tail], names[head]) for tail, head in np.argwhere(selected.adjacency))
    return graph
