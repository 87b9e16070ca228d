"""The saving of a map between two graphs, and steps to better maps, in compiled code.

A map gives each node of the smaller graph a node of its own in the larger one. (Leaving one out never helps: another
label costs 1, removing and adding costs 2.) Compared with removing one graph and building the other, it saves 2 for
each node that keeps its label, 1 for each node that does not, and 2 for each edge that is mapped to an edge. The
distance is the size of both graphs, nodes and edges, minus the largest saving of a map.
"""

from __future__ import annotations

import numpy as np

from oneshot_lab.space.ged.compiled import Floats, Ints, compiled
from oneshot_lab.space.ged.matching import best_assignment
from oneshot_lab.space.ged.packing import ENTERING, HEAD, IN, LABEL, OUT, TAIL, Graph

_FOLLOWED = 4  # assignments tried, at most; later ones seldom help


@compiled
def saving(first: Graph, second: Graph, column_of: Ints) -> float:
    """Returns the saving of a map of the first graph's nodes into the second's."""
    saved = 0.0
    for i in range(len(first.adjacency)):
        saved += 2.0 if first.nodes[LABEL, i] == second.nodes[LABEL, column_of[i]] else 1.0
    for e in range(first.edges.shape[1]):
        saved += 2.0 * second.adjacency[column_of[first.edges[TAIL, e]], column_of[first.edges[HEAD, e]]]
    return saved


@compiled
def improve(first: Graph, second: Graph, column_of: Ints) -> float:
    """Improves a map by local steps; returns its saving."""
    m = len(second.adjacency)
    savings = np.zeros((m, m))  # rows past n stay 0, for the remaining nodes of the second graph
    _follow(first, second, column_of, savings)
    _climb(first, second, column_of, savings)
    return saving(first, second, column_of)


@compiled
def _save_at(first: Graph, second: Graph, column_of: Ints, i: int, savings: Floats) -> None:
    """Computes what node i and its edges save at each place, with all other nodes where the map puts them."""
    adjacency, label, labels = second.adjacency, first.nodes[LABEL, i], second.nodes[LABEL]
    m = len(adjacency)
    for j in range(m):
        savings[i, j] = 2.0 if labels[j] == label else 1.0
    for e in range(first.starts[OUT, i], first.starts[OUT, i + 1]):
        head = column_of[first.edges[HEAD, e]]
        for j in range(m):
            savings[i, j] += 2.0 * adjacency[j, head]
    for x in range(first.starts[IN, i], first.starts[IN, i + 1]):
        tail = column_of[first.edges[TAIL, first.edges[ENTERING, x]]]
        for j in range(m):
            savings[i, j] += 2.0 * adjacency[tail, j]


@compiled
def _follow(first: Graph, second: Graph, column_of: Ints, savings: Floats) -> None:
    """Moves all nodes at once, to the best assignment if each node regards the places of the others as fixed."""
    n, m = len(first.adjacency), len(second.adjacency)
    found = np.empty(m, np.int64)
    current = column_of.copy()
    best = saving(first, second, column_of)
    for _ in range(_FOLLOWED):
        for i in range(n):
            _save_at(first, second, current, i, savings)
        best_assignment(savings, found)
        moved = False
        for i in range(n):
            moved = moved or found[i] != current[i]
            current[i] = found[i]
        if not moved:
            break
        saved = saving(first, second, current)
        if saved > best:
            best = saved
            column_of[:] = current


@compiled
def _climb(first: Graph, second: Graph, column_of: Ints, savings: Floats) -> None:
    """Moves single nodes to free places, and swaps pairs of nodes, as long as that saves more."""
    n, m = len(first.adjacency), len(second.adjacency)
    edges, edges_of = first.adjacency, second.adjacency
    row_at = np.full(m, -1, np.int64)
    for i in range(n):
        row_at[column_of[i]] = i
        _save_at(first, second, column_of, i, savings)
    moved = True
    while moved:
        moved = False
        for i in range(n):
            for j in range(m):
                old, other = column_of[i], row_at[j]
                if 0 <= other <= i:
                    continue  # its own place, or a swap already tried for the other node
                gain = savings[i, j] - savings[i, old]
                if other >= 0:
                    # No edge leads from a node to itself: an edge between the two is not counted where one of
                    # them takes the other's place, and counted twice where they are now.
                    gain += savings[other, old] - savings[other, j]
                    if edges[i, other]:
                        gain += 2.0 * edges_of[j, old] + 2.0 * edges_of[old, j]
                    if edges[other, i]:
                        gain += 2.0 * edges_of[old, j] + 2.0 * edges_of[j, old]
                if gain > 0.0:
                    column_of[i], row_at[j], row_at[old] = j, i, other
                    if other >= 0:
                        column_of[other] = old
                    for k in range(n):
                        _save_at(first, second, column_of, k, savings)
                    moved = True
