"""An upper bound on the saving of any map between two graphs: a Lagrangian dual, in compiled code.

Let each edge pair (e, f) share its saving of 2 between the pair of its tails and the pair of its heads. For any
sharing, let each node pair (i, j) claim its own saving and the most that its edges out, and its edges in, save
when they are matched by themselves. The best assignment of nodes with these claims saves at least as much as
any map: a proven bound. Half to each end gives the known assignment bound (Riesen and Bunke 2009); the best
sharing gives the linear relaxation of the problem, which on layered networks mostly is the distance itself.
`ascent` looks for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oneshot_lab.space.ged.compiled import Flags, Floats, Ints, compiled
from oneshot_lab.space.ged.matching import FORBIDDEN, augment, pair_up
from oneshot_lab.space.ged.packing import ENTERING, HEAD, IN, LABEL, OUT, PLACE, TAIL, Graph

ROW, COLUMN = 0, 1


class Dual(NamedTuple):
    """A sharing and its bound. The first graph has n nodes and E edges, the second m ≥ n nodes and F edges.

    Attributes:
        first: The smaller graph.
        second: The larger graph.
        allowed: Node pairs that maps may still use, (n, m).
        parts: What the pair of its tails (row `OUT`), and that of its heads (row `IN`, edges sorted by head), has
            of an edge pair; `FORBIDDEN` where one of these is not allowed. So a node pair's edges out, and in,
            are a rectangle. (2, E, F).
        share: What the tails' pair had when the edge pair was last allowed, (E, F).
        claims: The claim of each node pair for its edges out and for its edges in, (2, n, m).
        weights: The total claim of each node pair; rows past n are 0, for the remaining nodes of the second graph, (m,
            m).
        changed: Rows of `weights` that changed since the last assignment, (m,).
        prices: Those of the assignment's rows and columns, (2, m); see `matching.augment`.
        places: The best assignment: each row's column, and each column's row, (2, m).
        balance: Working memory for `ascent`, (E, F), all 0.
        counted: Working memory for `ascent`, (2 E, 2).
        room: Working memory for the weights of a node's edges, (2, some, some).
        chosen: Working memory for their matching, (some,).
    """

    first: Graph
    second: Graph
    allowed: Flags
    parts: Floats
    share: Floats
    claims: Floats
    weights: Floats
    changed: Flags
    prices: Floats
    places: Ints
    balance: Floats
    counted: Ints
    room: Floats
    chosen: Ints


@compiled
def begin(first: Graph, second: Graph) -> Dual:
    """Returns the dual of two graphs, with each edge pair shared equally; `assign` computes its bound."""
    n, m = len(first.adjacency), len(second.adjacency)
    edges, others = first.edges.shape[1], second.edges.shape[1]
    widest = max(_most_edges(first), _most_edges(second))
    dual = Dual(
        first,
        second,
        np.ones((n, m), np.bool_),
        np.ones((2, edges, others)),
        np.ones((edges, others)),
        np.zeros((2, n, m)),
        np.zeros((m, m)),
        np.ones(m, np.bool_),
        np.zeros((2, m)),
        np.full((2, m), -1, np.int64),
        np.zeros((edges, others)),
        np.empty((2 * edges, 2), np.int64),
        np.empty((2, widest, widest)),
        np.empty(widest, np.int64),
    )
    claim_again(dual)
    return dual


@compiled
def _most_edges(graph: Graph) -> int:
    most = 1
    for way in (OUT, IN):
        for node in range(len(graph.adjacency)):
            most = max(most, graph.starts[way, node + 1] - graph.starts[way, node])
    return most


@compiled
def allow(dual: Dual, allowed: Flags) -> None:
    """Allows exactly these node pairs, (n, m), and keeps the shares."""
    first, second, parts, share = dual.first.edges, dual.second.edges, dual.parts, dual.share
    dual.allowed[:] = allowed
    for e in range(first.shape[1]):
        for f in range(second.shape[1]):
            x, y = first[PLACE, e], second[PLACE, f]
            had = parts[OUT, e, f] > FORBIDDEN
            has = allowed[first[TAIL, e], second[TAIL, f]] and allowed[first[HEAD, e], second[HEAD, f]]
            if had and not has:
                share[e, f] = parts[OUT, e, f]
                parts[OUT, e, f], parts[IN, x, y] = FORBIDDEN, FORBIDDEN
            elif has and not had:
                parts[OUT, e, f], parts[IN, x, y] = share[e, f], 2.0 - share[e, f]
    claim_again(dual)


@compiled
def claim_again(dual: Dual) -> None:
    """Updates all claims from the parts."""
    n, m = dual.allowed.shape
    for way in (OUT, IN):
        starts, others, part = dual.first.starts[way], dual.second.starts[way], dual.parts[way]
        for i in range(n):
            for j in range(m):
                if dual.allowed[i, j]:
                    dual.claims[way, i, j] = claim(starts, others, part, i, j, dual.chosen)
    weigh_all(dual)


@compiled
def claim(starts: Ints, others: Ints, part: Floats, i: int, j: int, chosen: Ints) -> float:
    """Returns the claim of a node pair for its edges out or in, and writes their matching into `chosen`.

    Args:
        starts: `first.starts[way]`.
        others: `second.starts[way]`.
        part: `parts[way]`.
        i: A node of the first graph.
        j: A node of the second.
        chosen: Out: for each edge of i the edge of j, counted from its first, or -1.
    """
    top, left = starts[i], others[j]
    rows, columns = starts[i + 1] - top, others[j + 1] - left
    if rows == 1 and columns == 1:
        chosen[0] = 0 if part[top, left] > 0.0 else -1
        return float(max(part[top, left], 0.0))
    if rows == 0 or columns == 0:
        for row in range(rows):
            chosen[row] = -1
        return 0.0
    return pair_up(part, top, left, rows, columns, chosen)


@compiled
def weigh_all(dual: Dual) -> None:
    """Updates all weights from the claims."""
    labels, others = dual.first.nodes, dual.second.nodes
    allowed, claims, weights = dual.allowed, dual.claims, dual.weights
    n, m = allowed.shape
    for i in range(n):
        for j in range(m):
            weight = FORBIDDEN
            if allowed[i, j]:
                kept = 2.0 if labels[LABEL, i] == others[LABEL, j] else 1.0
                weight = kept + claims[OUT, i, j] + claims[IN, i, j]
            if weight != weights[i, j]:
                weights[i, j] = weight
                dual.changed[i] = True


@compiled
def assign(dual: Dual) -> float:
    """Updates the assignment, and returns the upper bound on the saving of a map.

    Only rows whose weights changed look for another column: the prices of the others are still valid.
    """
    weights, changed = dual.weights, dual.changed
    row_price, column_price = dual.prices[ROW], dual.prices[COLUMN]
    column_of, row_at = dual.places[ROW], dual.places[COLUMN]
    size = len(changed)
    for row in range(size):
        if changed[row]:
            price = -np.inf
            for column in range(size):
                price = max(price, weights[row, column] - column_price[column])
            row_price[row] = price
            column = column_of[row]
            if column >= 0 and price + column_price[column] > weights[row, column] + 1e-12:
                column_of[row] = -1
                row_at[column] = -1
            changed[row] = False
    for row in range(size):
        if column_of[row] < 0:
            augment(weights, row, row_price, column_price, column_of, row_at)
    bound = 0.0
    for k in range(size):
        bound += row_price[k] + column_price[k]
    return bound


@compiled
def narrow(dual: Dual, bound: float, wanted: float) -> int:
    """Forbids the node pairs with too much slack for any map with the wanted saving.

    Claims are not updated, so they are too high if an edge leads to such a pair, until `claim_again` or a pass.

    Returns:
        How many it forbade.
    """
    allowed, weights, prices = dual.allowed, dual.weights, dual.prices
    n, m = allowed.shape
    count = 0
    for i in range(n):
        for j in range(m):
            if allowed[i, j] and prices[ROW, i] + prices[COLUMN, j] - weights[i, j] > bound - wanted + 1e-6:
                allowed[i, j] = False
                _forbid(dual.first, dual.second, dual.parts, dual.share, i, j)
                count += 1
    return count


@compiled
def _forbid(first: Graph, second: Graph, parts: Floats, share: Floats, i: int, j: int) -> None:
    """Removes the edges of a node pair from the parts."""
    for way in (OUT, IN):
        for row in range(first.starts[way, i], first.starts[way, i + 1]):
            for column in range(second.starts[way, j], second.starts[way, j + 1]):
                e, f = row, column
                if way == IN:
                    e, f = first.edges[ENTERING, row], second.edges[ENTERING, column]
                if parts[OUT, e, f] > FORBIDDEN:
                    share[e, f] = parts[OUT, e, f]
                    parts[OUT, e, f] = FORBIDDEN
                    parts[IN, first.edges[PLACE, e], second.edges[PLACE, f]] = FORBIDDEN
