"""An initial map between two layered graphs: the best one that keeps the order of layers and of components.

Sub-networks of one template differ in which blocks they have, so a map that follows both from input to output, layer by
layer, is near the best and often is the best. Dynamic programming finds it in two stages: it aligns the components of
two blocks, then the layers of two graphs. Remaining blocks go wherever they fit.
"""

from __future__ import annotations

import numpy as np

from oneshot_lab.space.ged.compiled import Flags, Floats, Ints, compiled
from oneshot_lab.space.ged.matching import pair_up
from oneshot_lab.space.ged.packing import LABEL, Graph


@compiled
def align(first: Graph, second: Graph) -> Ints:
    """Returns a map of the first graph's n nodes into the second's m ≥ n that follows their order, (n,) int64."""
    blocks = _align_blocks(first, second)
    rows, columns = len(first.layers) - 1, len(second.layers) - 1
    widest = max(_longest(first.layers), _longest(second.layers))
    weights, chosen = np.empty((widest, widest)), np.empty(widest, np.int64)
    values, bonuses = np.empty((rows, columns)), np.zeros((rows, columns))
    room = np.empty((2, rows + 1, columns + 1))
    pairs = np.empty((rows, columns))
    for p in range(rows):
        for q in range(columns):
            values[p, q] = _match_layers(first, second, p, q, blocks, weights, chosen)
            pairs[p, q] = min(first.layers[p + 1] - first.layers[p], second.layers[q + 1] - second.layers[q])
            if p > 0 and q > 0:  # edges between neighbouring layers are complete
                bonuses[p, q] = 2.0 * pairs[p, q] * pairs[p - 1, q - 1]
    layer_of = np.empty(rows, np.int64)
    _keep_order(values, bonuses, layer_of, room)
    column_of = np.full(len(first.adjacency), -1, np.int64)
    for p in range(rows):
        if layer_of[p] >= 0:
            _match_layers(first, second, p, layer_of[p], blocks, weights, chosen)
            for k in range(first.layers[p + 1] - first.layers[p]):
                if chosen[k] >= 0:
                    _map_block(first, second, first.layers[p] + k, second.layers[layer_of[p]] + chosen[k], column_of)
    _map_blocks_left(first, second, blocks, column_of)
    _map_nodes_left(first, second, column_of)
    return column_of


@compiled
def _longest(starts: Ints) -> int:
    longest = 1
    for k in range(len(starts) - 1):
        longest = max(longest, starts[k + 1] - starts[k])
    return longest


@compiled
def _align_blocks(first: Graph, second: Graph) -> Floats:
    """Returns how much the alignment of two blocks' components saves, at most, (blocks, blocks)."""
    rows, columns = len(first.chains) - 1, len(second.chains) - 1
    blocks = np.empty((rows, columns))
    partner_of = np.empty(_longest(first.chains), np.int64)
    room = _room_for_chains(first, second)
    for a in range(rows):
        for b in range(columns):
            blocks[a, b] = _align_chains(first, second, a, b, partner_of, room)
    return blocks


@compiled
def _room_for_chains(first: Graph, second: Graph) -> Floats:
    """Allocates working memory for the alignment of any two blocks; doing so for each pair would dominate the time."""
    return np.empty((4, _longest(first.chains) + 1, _longest(second.chains) + 1))


@compiled
def _align_chains(first: Graph, second: Graph, a: int, b: int, partner_of: Ints, room: Floats) -> float:
    """Aligns the components of two blocks; returns the saving, and writes the pairs into `partner_of`."""
    i, j = first.chains[a], second.chains[b]
    rows, columns = first.chains[a + 1] - i, second.chains[b + 1] - j
    if rows == 1 and columns == 1:
        # A shortcut for most blocks, with the same result as `_keep_order`.
        partner_of[0] = 0
        return 4.0 if first.nodes[LABEL, i] == second.nodes[LABEL, j] else 3.0
    values, bonuses = room[0, :rows, :columns], room[1, :rows, :columns]
    for p in range(rows):
        for q in range(columns):
            values[p, q] = 2.0 if first.nodes[LABEL, i + p] == second.nodes[LABEL, j + q] else 1.0
            bonuses[p, q] = 2.0
    return _keep_order(values, bonuses, partner_of, room[2:])


@compiled
def _match_layers(first: Graph, second: Graph, p: int, q: int, blocks: Floats, weights: Floats, chosen: Ints) -> float:
    """Pairs the blocks of two layers; returns the saving, and writes the pairs into `chosen`."""
    a, b = first.layers[p], second.layers[q]
    rows, columns = first.layers[p + 1] - a, second.layers[q + 1] - b
    for row in range(rows):
        for column in range(columns):
            weights[row, column] = blocks[a + row, b + column]
    return pair_up(weights, 0, 0, rows, columns, chosen)


@compiled
def _map_block(first: Graph, second: Graph, a: int, b: int, column_of: Ints) -> None:
    start, length = first.chains[a], first.chains[a + 1] - first.chains[a]
    partner_of = np.empty(length, np.int64)
    _align_chains(first, second, a, b, partner_of, _room_for_chains(first, second))
    for k in range(length):
        if partner_of[k] >= 0:
            column_of[start + k] = second.chains[b] + partner_of[k]


@compiled
def _free(second: Graph, column_of: Ints) -> Flags:
    """Returns the nodes of the second graph that are not in the map yet."""
    free = np.ones(len(second.adjacency), np.bool_)
    for column in column_of:
        if column >= 0:
            free[column] = False
    return free


@compiled
def _map_blocks_left(first: Graph, second: Graph, blocks: Floats, column_of: Ints) -> None:
    """Maps blocks without a partner to blocks without a partner in any layer."""
    free = _free(second, column_of)
    rows = [a for a in range(len(first.chains) - 1) if column_of[first.chains[a]] < 0]
    columns = [b for b in range(len(second.chains) - 1) if free[second.chains[b]]]
    weights, chosen = np.zeros((len(rows), len(columns))), np.full(len(rows), -1, np.int64)
    for p in range(len(rows)):
        for q in range(len(columns)):
            if _untouched(first, second, rows[p], columns[q], column_of, free):
                weights[p, q] = blocks[rows[p], columns[q]]
    if len(rows) and len(columns):
        pair_up(weights, 0, 0, len(rows), len(columns), chosen)
    for p in range(len(rows)):
        if chosen[p] >= 0:
            _map_block(first, second, rows[p], columns[chosen[p]], column_of)


@compiled
def _untouched(first: Graph, second: Graph, a: int, b: int, column_of: Ints, free: Flags) -> bool:
    for node in range(first.chains[a], first.chains[a + 1]):
        if column_of[node] >= 0:
            return False
    for node in range(second.chains[b], second.chains[b + 1]):  # noqa: SIM110
        if not free[node]:
            return False
    return True


@compiled
def _map_nodes_left(first: Graph, second: Graph, column_of: Ints) -> None:
    """Maps single nodes without a partner, first to nodes with the same label."""
    free = _free(second, column_of)
    for alike in (True, False):
        for row in range(len(column_of)):
            for column in range(len(free)):
                if column_of[row] >= 0:
                    break
                if free[column] and (not alike or first.nodes[LABEL, row] == second.nodes[LABEL, column]):
                    column_of[row] = column
                    free[column] = False


@compiled
def _keep_order(values: Floats, bonuses: Floats, partner_of: Ints, room: Floats) -> float:
    """Pairs two sequences without crossings so that the sum is largest.

    Args:
        values: The value of a pair, (rows, columns).
        bonuses: The additional value if the items before both are a pair, (rows, columns).
        partner_of: Out: (rows,) each row's column, or -1.
        room: Working memory, (2, rows + 1, columns + 1) or larger.

    Returns:
        The sum.
    """
    rows, columns = values.shape
    paired = room[0]  # the best sum so far if the last two items are a pair
    best = room[1]  # the best sum so far, whether they are a pair or not
    paired[: rows + 1, : columns + 1] = 0.0
    best[: rows + 1, : columns + 1] = 0.0
    for p in range(rows):
        for q in range(columns):
            paired[p + 1, q + 1] = values[p, q] + max(best[p, q], paired[p, q] + bonuses[p, q])
            best[p + 1, q + 1] = max(paired[p + 1, q + 1], best[p, q + 1], best[p + 1, q])
    for p in range(rows):
        partner_of[p] = -1
    p, q, bound = rows, columns, False  # bound: the last two items are a pair
    while p > 0 and q > 0:
        if bound or best[p, q] == paired[p, q]:
            partner_of[p - 1] = q - 1
            bound = paired[p - 1, q - 1] + bonuses[p - 1, q - 1] > best[p - 1, q - 1]
            p, q = p - 1, q - 1
        elif best[p, q] == best[p - 1, q]:
            p -= 1
        else:
            q -= 1
    return float(best[rows, columns])
