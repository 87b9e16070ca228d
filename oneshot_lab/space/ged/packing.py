"""Packs many graphs into a few flat arrays, which compiled code reads without copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from oneshot_lab.space.ged.compiled import Bytes, Ints, compiled
from oneshot_lab.space.graph import Subgraph

LABEL, ORDER = 0, 1
TAIL, HEAD, PLACE, ENTERING = 0, 1, 2, 3
OUT, IN = 0, 1


class Graph(NamedTuple):
    """One graph of n nodes, in the template's order, and E edges, sorted by tail.

    It has few arrays, since each one costs time whenever a graph is passed to a function.

    Attributes:
        nodes: (2, n). Row `LABEL`: each node's label. Row `ORDER`: the nodes, each after those that lead to it.
        edges: (4, E). Rows `TAIL` and `HEAD`: where each edge begins and ends. Row `PLACE`: where it stands when
            edges are sorted by head; row `ENTERING`: the edges so sorted.
        starts: (2, n + 1). The edges out of node i are `starts[OUT, i]` to `starts[OUT, i + 1]`; those into it
            stand at the places `starts[IN, i]` to `starts[IN, i + 1]`.
        adjacency: (n, n).
        chains: (blocks + 1,) where each block begins among the nodes, and n.
        layers: (layers + 1,) where each layer begins among the blocks, and their number.
    """

    nodes: Ints
    edges: Ints
    starts: Ints
    adjacency: Bytes
    chains: Ints
    layers: Ints


class Packed(NamedTuple):
    """Concatenated graphs. Fields are as in `Graph`, flat; `begins`, (6, graphs + 1), holds where each graph begins."""

    begins: Ints
    nodes: Ints
    edges: Ints
    starts: Ints
    adjacency: Bytes
    chains: Ints
    layers: Ints


def pack(graphs: Sequence[Subgraph]) -> Packed:
    """Packs graphs for `take`."""
    fields = list(zip(*map(_graph, graphs), strict=True))
    sizes = np.array([[0, *(part.size for part in field)] for field in fields])
    return Packed(sizes.cumsum(axis=1), *(np.concatenate([part.ravel() for part in field]) for field in fields))


def _graph(graph: Subgraph) -> Graph:
    tails, heads = np.nonzero(graph.adjacency)
    entering = np.argsort(heads, kind="stable")
    bounds = np.arange(len(graph.labels) + 1)
    return Graph(
        np.stack([graph.labels, np.argsort(_depths(graph.adjacency), kind="stable")]),
        np.stack([tails, heads, np.argsort(entering), entering]),
        np.stack([np.searchsorted(tails, bounds), np.searchsorted(heads[entering], bounds)]),
        graph.adjacency,
        graph.chains,
        graph.layers,
    )


def _depths(adjacency: Bytes) -> Ints:
    """Returns the length of the longest path to each node, (n,)."""
    depths = np.zeros(len(adjacency), dtype=np.int64)
    while True:
        deeper = np.where(adjacency, depths[:, None] + 1, 0).max(axis=0)
        if np.array_equal(deeper, depths):
            return depths
        depths = deeper


@compiled
def take(packed: Packed, index: int) -> Graph:
    """Returns one of the packed graphs, as views."""
    begins = packed.begins
    nodes = (begins[0, index + 1] - begins[0, index]) // 2
    edges = (begins[1, index + 1] - begins[1, index]) // 4
    return Graph(
        packed.nodes[begins[0, index] : begins[0, index + 1]].reshape(2, nodes),
        packed.edges[begins[1, index] : begins[1, index + 1]].reshape(4, edges),
        packed.starts[begins[2, index] : begins[2, index + 1]].reshape(2, nodes + 1),
        packed.adjacency[begins[3, index] : begins[3, index + 1]].reshape(nodes, nodes),
        packed.chains[begins[4, index] : begins[4, index + 1]],
        packed.layers[begins[5, index] : begins[5, index + 1]],
    )
