"""Many graphs in a few flat arrays, which compiled code takes without a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from oneshot_lab.space.graph import Subgraph


class Graph(NamedTuple):
    """One graph: n nodes in a topological order, E edges sorted by tail.

    Attributes:
        labels: (n,) int64.
        tails: Where each edge begins, (E,) int64.
        heads: Where each edge ends, (E,) int64.
        outs: The edges out of node i are `outs[i]` to `outs[i + 1]`, (n + 1,) int64.
        ins: The edges into node i are `entering[ins[i]]` to `entering[ins[i + 1]]`, (n + 1,) int64.
        entering: Edges sorted by head, (E,) int64.
        adjacency: (n, n) uint8.
    """

    labels: NDArray[np.int64]
    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    outs: NDArray[np.int64]
    ins: NDArray[np.int64]
    entering: NDArray[np.int64]
    adjacency: NDArray[np.uint8]


class Packed(NamedTuple):
    """Graphs one behind the other. Fields are as in `Graph`; the first three tell where each graph begins."""

    nodes: NDArray[np.int64]
    edges: NDArray[np.int64]
    cells: NDArray[np.int64]
    labels: NDArray[np.int64]
    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    outs: NDArray[np.int64]
    ins: NDArray[np.int64]
    entering: NDArray[np.int64]
    adjacency: NDArray[np.uint8]


def pack(graphs: Sequence[Subgraph]) -> Packed:
    """Packs graphs for `take`."""
    singles = [_graph(graph) for graph in graphs]

    def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
        return np.cumsum([0, *sizes], dtype=np.int64)

    def joined(field: str) -> NDArray[np.int64]:
        return np.concatenate([getattr(graph, field) for graph in singles], dtype=np.int64)

    return Packed(
        starts([len(graph.labels) for graph in singles]),
        starts([len(graph.tails) for graph in singles]),
        starts([graph.adjacency.size for graph in singles]),
        *(joined(field) for field in ("labels", "tails", "heads", "outs", "ins", "entering")),
        np.concatenate([graph.adjacency.ravel() for graph in singles]),
    )


def _graph(graph: Subgraph) -> Graph:
    tails, heads = np.nonzero(graph.adjacency)
    nodes = np.arange(len(graph.labels) + 1)
    entering = np.argsort(heads, kind="stable")
    outs = np.searchsorted(tails, nodes)
    ins = np.searchsorted(heads[entering], nodes)
    return Graph(graph.labels, tails, heads, outs, ins, entering, graph.adjacency)


@njit(nogil=True)
def take(packed, index):
    """Returns one of the packed graphs, as views."""
    node, nodes = packed.nodes[index], packed.nodes[index + 1] - packed.nodes[index]
    first, last = packed.edges[index], packed.edges[index + 1]
    start = node + index  # `outs` and `ins` have one number more than there are nodes
    return Graph(
        packed.labels[node : node + nodes],
        packed.tails[first:last],
        packed.heads[first:last],
        packed.outs[start : start + nodes + 1],
        packed.ins[start : start + nodes + 1],
        packed.entering[first:last],
        packed.adjacency[packed.cells[index] : packed.cells[index + 1]].reshape(nodes, nodes),
    )
