"""A bound on what two graphs can share, and its improvement: a Lagrangian dual, in compiled code.

A map gives each node of the smaller graph a node of its own in the larger one. (Leaving one out never helps:
another label costs 1, removing and adding costs 2.) It saves, against removing one graph and building the other,
2 for each node that keeps its label, 1 for each that does not, and 2 for each edge that lands on an edge. The
distance is the size of both graphs minus the most that a map can save.

Let an edge pair (e, f) share its 2 between the pair of its tails and the pair of its heads. For any sharing, let
each node pair (i, j) claim its own saving and the best that its edges out, and its edges in, could be matched
for by themselves. The best assignment of nodes with these claims saves at least as much as any map: it is a
proven bound. Half to each end gives the known assignment bound; the best sharing gives the linear relaxation of
the problem, which on layered networks mostly is the distance itself. Subgradient steps lead there: where tail
and head disagree about an edge pair in the best assignment, the side that counted it gives some of its share.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from oneshot_lab.space.ged.matching import augment, pair_up
from oneshot_lab.space.ged.packing import Graph

FORBIDDEN = -1e6
"""The weight of a node pair that may not be chosen; far below what any choice could make up for."""


class Dual(NamedTuple):
    """A sharing, and the bound that it gives. The first graph has n nodes, the second m ≥ n; E and F edges.

    Attributes:
        first: The smaller graph.
        second: The larger graph.
        allowed: Node pairs that maps may still use, (n, m).
        share: What the tails' pair has of the 2 of an edge pair, (E, F).
        leaving: What each node pair claims for its edges out, (n, m).
        entering: What it claims for its edges in, (n, m).
        weights: All that it claims; rows past n are 0, for nodes of the second graph that are left, (m, m).
        changed: Rows of `weights` that changed since the last assignment, (m,).
        row_price: Prices of the assignment, (m,); see `matching.augment`.
        column_price: The same, (m,).
        column_of: The best assignment, (m,).
        row_at: Its inverse, (m,).
        balance: Edge pairs counted by the tails' side less those counted by the heads', (E, F).
        counted: The edge pairs to look at in `balance`, (some, 2).
        scratch: Weights of a node's few edges.
        chosen: Their matching.
    """

    first: Graph
    second: Graph
    allowed: NDArray[np.bool_]
    share: NDArray[np.float64]
    leaving: NDArray[np.float64]
    entering: NDArray[np.float64]
    weights: NDArray[np.float64]
    changed: NDArray[np.bool_]
    row_price: NDArray[np.float64]
    column_price: NDArray[np.float64]
    column_of: NDArray[np.int64]
    row_at: NDArray[np.int64]
    balance: NDArray[np.float64]
    counted: NDArray[np.int64]
    scratch: NDArray[np.float64]
    chosen: NDArray[np.int64]


@njit(nogil=True)
def begin(first, second):
    """Returns the dual of two graphs, each edge pair shared half and half; `assign` gives its bound."""
    n, m = len(first.labels), len(second.labels)
    edges, others = len(first.tails), len(second.tails)
    widest = max(_widest(first), _widest(second))
    dual = Dual(
        first,
        second,
        np.ones((n, m), np.bool_),
        np.ones((edges, others)),
        np.zeros((n, m)),
        np.zeros((n, m)),
        np.zeros((m, m)),
        np.ones(m, np.bool_),
        np.zeros(m),
        np.zeros(m),
        np.full(m, -1, np.int64),
        np.full(m, -1, np.int64),
        np.zeros((edges, others)),
        np.empty((2 * edges, 2), np.int64),
        np.empty((widest, widest)),
        np.empty(widest, np.int64),
    )
    for i in range(n):
        for j in range(m):
            dual.leaving[i, j] = match_leaving(dual, i, j)
            dual.entering[i, j] = match_entering(dual, i, j)
            _weigh(dual, i, j)
    return dual


@njit(nogil=True)
def _widest(graph):
    widest = 1
    for node in range(len(graph.labels)):
        widest = max(widest, graph.outs[node + 1] - graph.outs[node], graph.ins[node + 1] - graph.ins[node])
    return widest


@njit(nogil=True)
def match_leaving(dual, i, j):
    """Returns what the edges out of a node pair can claim; the matching is left in `chosen`."""
    first, second = dual.first, dual.second
    rows, columns = first.outs[i + 1] - first.outs[i], second.outs[j + 1] - second.outs[j]
    if rows == 0 or columns == 0:
        return 0.0
    for row in range(rows):
        e = first.outs[i] + row
        for column in range(columns):
            f = second.outs[j] + column
            allowed = dual.allowed[first.heads[e], second.heads[f]]
            dual.scratch[row, column] = dual.share[e, f] if allowed else FORBIDDEN
    return pair_up(dual.scratch, rows, columns, dual.chosen)


@njit(nogil=True)
def match_entering(dual, i, j):
    """Returns what the edges into a node pair can claim; the matching is left in `chosen`."""
    first, second = dual.first, dual.second
    rows, columns = first.ins[i + 1] - first.ins[i], second.ins[j + 1] - second.ins[j]
    if rows == 0 or columns == 0:
        return 0.0
    for row in range(rows):
        e = first.entering[first.ins[i] + row]
        for column in range(columns):
            f = second.entering[second.ins[j] + column]
            allowed = dual.allowed[first.tails[e], second.tails[f]]
            dual.scratch[row, column] = 2.0 - dual.share[e, f] if allowed else FORBIDDEN
    return pair_up(dual.scratch, rows, columns, dual.chosen)


@njit(nogil=True)
def _weigh(dual, i, j):
    kept = 2.0 if dual.first.labels[i] == dual.second.labels[j] else 1.0
    weight = kept + dual.leaving[i, j] + dual.entering[i, j] if dual.allowed[i, j] else FORBIDDEN
    if weight != dual.weights[i, j]:
        dual.weights[i, j] = weight
        dual.changed[i] = True


@njit(nogil=True)
def assign(dual):
    """Brings the assignment up to date, and returns the bound on what a map can save.

    Only rows whose weights changed look for another column: the others' prices still hold.
    """
    size = len(dual.row_price)
    for row in range(size):
        if dual.changed[row]:
            price = FORBIDDEN * 4
            for column in range(size):
                price = max(price, dual.weights[row, column] - dual.column_price[column])
            dual.row_price[row] = price
            column = dual.column_of[row]
            if column >= 0 and price + dual.column_price[column] > dual.weights[row, column] + 1e-12:
                dual.column_of[row] = -1
                dual.row_at[column] = -1
            dual.changed[row] = False
    for row in range(size):
        if dual.column_of[row] < 0:
            augment(dual.weights, row, dual.row_price, dual.column_price, dual.column_of, dual.row_at)
    return dual.row_price.sum() + dual.column_price.sum()


@njit(nogil=True)
def disagreement(dual):
    """Fills `balance` for the current assignment.

    Returns:
        How many rows of `counted` are used, and the sum of the squares of the balance: at 0 both sides agree
        everywhere, and the assignment saves what the bound says.
    """
    first, second = dual.first, dual.second
    count = 0
    for i in range(len(first.labels)):
        j = dual.column_of[i]
        if dual.leaving[i, j] > 0.0:
            match_leaving(dual, i, j)
            for row in range(first.outs[i + 1] - first.outs[i]):
                if dual.chosen[row] >= 0:
                    e, f = first.outs[i] + row, second.outs[j] + dual.chosen[row]
                    dual.balance[e, f] += 1.0
                    dual.counted[count, 0], dual.counted[count, 1] = e, f
                    count += 1
        if dual.entering[i, j] > 0.0:
            match_entering(dual, i, j)
            for row in range(first.ins[i + 1] - first.ins[i]):
                if dual.chosen[row] >= 0:
                    e = first.entering[first.ins[i] + row]
                    f = second.entering[second.ins[j] + dual.chosen[row]]
                    dual.balance[e, f] -= 1.0
                    dual.counted[count, 0], dual.counted[count, 1] = e, f
                    count += 1
    squares = 0.0
    for k in range(count):
        squares += dual.balance[dual.counted[k, 0], dual.counted[k, 1]] ** 2
    return count, squares


@njit(nogil=True)
def move(dual, count, step):
    """Moves shares against the balance, which it clears."""
    first, second = dual.first, dual.second
    for k in range(count):
        e, f = dual.counted[k, 0], dual.counted[k, 1]
        if dual.balance[e, f] == 0.0:
            dual.counted[k, 0] = -1
            continue
        dual.share[e, f] -= step * dual.balance[e, f]
        dual.balance[e, f] = 0.0
    for k in range(count):
        e, f = dual.counted[k, 0], dual.counted[k, 1]
        if e >= 0:
            i, j = first.tails[e], second.tails[f]
            if dual.allowed[i, j]:
                dual.leaving[i, j] = match_leaving(dual, i, j)
                _weigh(dual, i, j)
            i, j = first.heads[e], second.heads[f]
            if dual.allowed[i, j]:
                dual.entering[i, j] = match_entering(dual, i, j)
                _weigh(dual, i, j)
