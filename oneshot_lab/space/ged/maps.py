"""What a map between two graphs saves, and steps to better maps, in compiled code.

A map gives each node of the smaller graph a node of its own in the larger one. (Leaving one out never helps:
another label costs 1, removing and adding costs 2.) It saves, against removing one graph and building the other,
2 for each node that keeps its label, 1 for each that does not, and 2 for each edge that lands on an edge. The
distance is the size of both graphs, nodes and edges, less the most that a map can save.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from oneshot_lab.space.ged.arrays import Ints
from oneshot_lab.space.ged.matching import best_assignment
from oneshot_lab.space.ged.packing import ENTERING, HEAD, IN, LABEL, OUT, TAIL, Graph

_FOLLOWED = 6  # assignments tried, at most; later ones seldom help


@njit(nogil=True)
def saving(first: Graph, second: Graph, column_of: Ints) -> float:
    """Returns what a map of the first graph's nodes into the second's saves."""
    saved = 0.0
    for i in range(len(first.adjacency)):
        saved += 2.0 if first.nodes[LABEL, i] == second.nodes[LABEL, column_of[i]] else 1.0
    for e in range(first.edges.shape[1]):
        saved += 2.0 * second.adjacency[column_of[first.edges[TAIL, e]], column_of[first.edges[HEAD, e]]]
    return saved


@njit(nogil=True)
def improve(first: Graph, second: Graph, column_of: Ints) -> float:
    """Replaces a map by a better one where steps from it lead to one; returns what it saves."""
    _follow(first, second, column_of)
    _climb(first, second, column_of)
    return saving(first, second, column_of)


@njit(nogil=True)
def _saved_at(first: Graph, second: Graph, column_of: Ints, i: int, j: int) -> float:
    """Returns what node i and its edges save when it goes to j and the others go where the map says."""
    saved = 2.0 if first.nodes[LABEL, i] == second.nodes[LABEL, j] else 1.0
    for e in range(first.starts[OUT, i], first.starts[OUT, i + 1]):
        saved += 2.0 * second.adjacency[j, column_of[first.edges[HEAD, e]]]
    for x in range(first.starts[IN, i], first.starts[IN, i + 1]):
        saved += 2.0 * second.adjacency[column_of[first.edges[TAIL, first.edges[ENTERING, x]]], j]
    return saved


@njit(nogil=True)
def _follow(first: Graph, second: Graph, column_of: Ints) -> None:
    """Moves all nodes at once, to the assignment that is best when each takes the others' places as they are."""
    n, m = len(first.adjacency), len(second.adjacency)
    weights, found = np.zeros((m, m)), np.empty(m, np.int64)
    current = column_of.copy()
    best = saving(first, second, column_of)
    for _ in range(_FOLLOWED):
        for i in range(n):
            for j in range(m):
                weights[i, j] = _saved_at(first, second, current, i, j)
        best_assignment(weights, found)
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


@njit(nogil=True)
def _climb(first: Graph, second: Graph, column_of: Ints) -> None:
    """Moves single nodes to free places, and swaps two, for as long as that saves more."""
    n, m = len(first.adjacency), len(second.adjacency)
    row_at = np.full(m, -1, np.int64)
    for i in range(n):
        row_at[column_of[i]] = i
    moved = True
    while moved:
        moved = False
        for i in range(n):
            for j in range(m):
                old, other = column_of[i], row_at[j]
                if 0 <= other <= i:
                    continue  # its own place, or tried from the other's side
                before = _saved_by(first, second, column_of, i, other)
                _swap(column_of, i, j, other, old)
                if _saved_by(first, second, column_of, i, other) > before:
                    row_at[old], row_at[j] = other, i
                    moved = True
                else:
                    _swap(column_of, i, old, other, j)


@njit(nogil=True)
def _swap(column_of: Ints, i: int, j: int, other: int, old: int) -> None:
    column_of[i] = j
    if other >= 0:
        column_of[other] = old


@njit(nogil=True)
def _saved_by(first: Graph, second: Graph, column_of: Ints, i: int, other: int) -> float:
    """Returns what one or two nodes and their edges save; an edge between the two counts once."""
    saved = _saved_at(first, second, column_of, i, column_of[i])
    if other >= 0:
        saved += _saved_at(first, second, column_of, other, column_of[other])
        if first.adjacency[i, other]:
            saved -= 2.0 * second.adjacency[column_of[i], column_of[other]]
        if first.adjacency[other, i]:
            saved -= 2.0 * second.adjacency[column_of[other], column_of[i]]
    return saved
