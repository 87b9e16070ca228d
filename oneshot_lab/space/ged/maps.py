"""What a map between two graphs saves, and steps to better maps, in compiled code.

A map gives each node of the smaller graph a node of its own in the larger one. (Leaving one out never helps:
another label costs 1, removing and adding costs 2.) It saves, against removing one graph and building the other,
2 for each node that keeps its label, 1 for each that does not, and 2 for each edge that lands on an edge. The
distance is the size of both graphs, nodes and edges, less the most that a map can save.
"""

from __future__ import annotations

import numpy as np

from oneshot_lab.space.ged.compiled import Floats, Ints, compiled
from oneshot_lab.space.ged.matching import best_assignment
from oneshot_lab.space.ged.packing import ENTERING, HEAD, IN, LABEL, OUT, TAIL, Graph

_FOLLOWED = 4  # assignments tried, at most; later ones seldom help


@compiled
def saving(first: Graph, second: Graph, column_of: Ints) -> float:
    """Returns what a map of the first graph's nodes into the second's saves."""
    saved = 0.0
    for i in range(len(first.adjacency)):
        saved += 2.0 if first.nodes[LABEL, i] == second.nodes[LABEL, column_of[i]] else 1.0
    for e in range(first.edges.shape[1]):
        saved += 2.0 * second.adjacency[column_of[first.edges[TAIL, e]], column_of[first.edges[HEAD, e]]]
    return saved


@compiled
def improve(first: Graph, second: Graph, column_of: Ints) -> float:
    """Replaces a map by a better one where steps from it lead to one; returns what it saves."""
    m = len(second.adjacency)
    savings = np.zeros((m, m))  # rows past n stay 0, for nodes of the second graph that are left
    _follow(first, second, column_of, savings)
    _climb(first, second, column_of, savings)
    return saving(first, second, column_of)


@compiled
def _save_at(first: Graph, second: Graph, column_of: Ints, i: int, savings: Floats) -> None:
    """Fills in what node i and its edges save at each place, when the others go where the map says."""
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
    """Moves all nodes at once, to the assignment that is best when each takes the others' places as they are."""
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
    """Moves single nodes to free places, and swaps two, for as long as that saves more."""
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
                    continue  # its own place, or tried from the other's side
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
