"""Branch and bound over maps, for pairs that the dual bound does not solve, in compiled code."""

from __future__ import annotations

import numpy as np

from oneshot_lab.space.ged.alignment import align
from oneshot_lab.space.ged.ascent import disagreement, hand_on, step
from oneshot_lab.space.ged.compiled import Flags, Floats, Ints, compiled
from oneshot_lab.space.ged.dual import COLUMN, ROW, Dual, allow, assign, begin, claim_again, narrow
from oneshot_lab.space.ged.maps import improve, saving
from oneshot_lab.space.ged.packing import IN, OUT, Graph

_PASSES = 8
_STEPS_BETWEEN = 16  # subgradient steps between later passes, which come in twos
_LOOK_EVERY = 8  # assignment problems between attempts to improve the map that one gives
_ROOT = 400  # assignment problems before branching: a pair that the relaxation solves is mostly solved by then
_BRANCH = 16  # assignment problems for each branch
_BRANCH_PASSES = 2


@compiled
def solve_pair(first: Graph, second: Graph, expansions: int) -> tuple[float, float]:
    """Returns an upper and a lower bound on the largest saving of a map; equal if it is known.

    First all maps are bounded together. If a map better than the best one found is still possible, the maps are split
    by the place of one node, depth first, and each part is bounded.

    Args:
        first: The graph with fewer nodes.
        second: The other.
        expansions: Assignment problems solved, at most (and one at least).
    """
    n, m = len(first.adjacency), len(second.adjacency)
    best_map = align(first, second)
    best = improve(first, second, best_map)
    dual = begin(first, second)
    rows = np.empty(n + 1, np.int64)  # the node by which each level splits
    levels = np.empty((n + 1, n, m), np.bool_)  # the node pairs that each level has not tried yet
    slacks = np.empty((n + 1, m))
    depth, left, most = -1, expansions, np.inf
    while True:
        # One call serves the root and the branches: the compiler would compile two calls separately.
        limit, passes = (_ROOT, _PASSES) if depth < 0 else (_BRANCH, _BRANCH_PASSES)
        bound, best, left = _ascend(dual, best_map, best, left, limit, passes)
        most = min(most, bound) if depth < 0 else most
        if _open(bound, best):
            row = _open_level(dual, levels[depth + 1], slacks[depth + 1])
            if row >= 0:
                depth += 1
                rows[depth] = row
            else:
                best = max(best, _only_map(dual))
        column = -1
        while depth >= 0 and column < 0:
            column = _next_column(levels[depth, rows[depth]], slacks[depth])
            if column < 0:
                depth -= 1
        if depth < 0:
            return best, best
        if left <= 0:
            return max(best, np.floor(most + 1e-6)), best
        _fix(dual, levels[depth], rows[depth], column)
        levels[depth, rows[depth], column] = False


@compiled
def _open(bound: float, best: float) -> bool:
    """Returns whether a map could save more than `best`: at least 1 more, since savings are whole numbers."""
    return bound > best + 1.0 - 1e-6


@compiled
def _ascend(dual: Dual, best_map: Ints, best: float, left: int, limit: int, passes: int) -> tuple[float, float, int]:
    """Lowers the bound until no map could save more than the best one, or the limit of work is reached.

    Args:
        dual: The dual; node pairs that cannot be part of a better map are forbidden in it on the way.
        best_map: The best map so far, updated.
        best: The saving of the best map.
        left: How many assignment problems may still be solved for this pair of graphs.
        limit: How many of them may be solved here.
        passes: The number of passes before the first subgradient step.

    Returns:
        The bound, the saving of the best map, and the remaining `left`.
    """
    least = np.inf
    for k in range(limit):
        left -= 1
        bound = assign(dual)
        least = min(least, bound)
        if not _open(least, best):
            break
        best = _look_at(dual, best_map, best, k >= _PASSES and k % _LOOK_EVERY == 0)
        if not _open(least, best):
            break
        forbidden = narrow(dual, bound, best + 1.0)
        if left <= 0:
            break  # without another assignment to solve, no shares are needed
        if k < passes or k % _STEPS_BETWEEN < 2:
            hand_on(dual, OUT if k % 2 == 0 else IN)
        elif forbidden:
            claim_again(dual)
        else:
            count, disagreements = disagreement(dual)
            if disagreements == 0.0:
                break
            # Polyak's step, towards the bound that would suffice.
            step(dual, count, (bound - best - 0.5) / disagreements)
    return least, best, left


@compiled
def _look_at(dual: Dual, best_map: Ints, best: float, closely: bool) -> float:
    """Takes the assignment as a map, and returns the saving of the best map; with `closely`, improves the map first."""
    first, second = dual.first, dual.second
    found = dual.places[ROW, : len(best_map)]
    saved = saving(first, second, found)
    if closely or saved > best:
        found = found.copy()
        saved = improve(first, second, found)
        if saved > best:
            best = saved
            best_map[:] = found
    return best


@compiled
def _open_level(dual: Dual, level: Flags, slacks: Floats) -> int:
    """Returns the node with the fewest possible places, but more than one; -1 if each node has one."""
    n, m = dual.allowed.shape
    fewest, chosen = m + 1, -1
    for row in range(n):
        places = 0
        for column in range(m):
            level[row, column] = dual.allowed[row, column]
            places += dual.allowed[row, column]
        if places != 1 and places < fewest:
            fewest, chosen = places, row
    if chosen >= 0:
        for column in range(m):
            slacks[column] = dual.prices[COLUMN, column] - dual.weights[chosen, column]
    return chosen


@compiled
def _next_column(places: Flags, slacks: Floats) -> int:
    """Returns the most promising remaining place, or -1."""
    best = -1
    for column in range(len(places)):
        if places[column] and (best < 0 or slacks[column] < slacks[best]):
            best = column
    return best


@compiled
def _fix(dual: Dual, level: Flags, row: int, column: int) -> None:
    """Allows the remaining pairs of a level, with this node in this place."""
    n, m = dual.allowed.shape
    allowed = np.empty((n, m), np.bool_)
    for i in range(n):
        for j in range(m):
            allowed[i, j] = level[i, j] and (i == row) == (j == column)
    allow(dual, allowed)


@compiled
def _only_map(dual: Dual) -> float:
    """Returns the saving of the only remaining map, with one place for each node; 0 if two nodes share a place."""
    n, m = dual.allowed.shape
    column_of = np.empty(n, np.int64)
    for i in range(n):
        for j in range(m):
            if dual.allowed[i, j]:
                column_of[i] = j
    for i in range(n):
        for k in range(i):
            if column_of[i] == column_of[k]:
                return 0.0
    return saving(dual.first, dual.second, column_of)
