"""Improves the sharing of the dual: passes that move slack on, then subgradient steps.

A pass visits the nodes from input to output, or back. A node pair that could claim more without raising the bound takes
it from the pairs ahead, which carries information forward; the bound never rises. A few passes achieve as much as
hundreds of subgradient steps, but they can stop above the best sharing. Subgradient steps cannot: where tail and head
disagree about an edge pair, the side that counted it gives some of its share.
"""

from __future__ import annotations

from oneshot_lab.space.ged.compiled import compiled
from oneshot_lab.space.ged.dual import COLUMN, ROW, Dual, claim, weigh_all
from oneshot_lab.space.ged.matching import FORBIDDEN, pair_up_each
from oneshot_lab.space.ged.packing import ENTERING, HEAD, IN, LABEL, ORDER, OUT, PLACE, TAIL

_HANDED_ON = 0.7  # the share of the slack that is moved; moving all of it stops sooner, at a worse bound


@compiled
def hand_on(dual: Dual, way: int) -> None:
    """Moves slack from input to output (`OUT`) or back (`IN`)."""
    first, second, allowed, chosen = dual.first, dual.second, dual.allowed, dual.chosen
    ahead, back = way, IN if way == OUT else OUT
    starts, others, part, claims = first.starts[ahead], second.starts[ahead], dual.parts[ahead], dual.claims[ahead]
    starts_back, others_back = first.starts[back], second.starts[back]
    part_back, claims_back = dual.parts[back], dual.claims[back]
    labels, labels_of = first.nodes[LABEL], second.nodes[LABEL]
    row_price, column_price = dual.prices[ROW], dual.prices[COLUMN]
    to_back = PLACE if way == OUT else ENTERING
    rows_back, columns_back = first.edges[to_back], second.edges[to_back]
    forced, minor = dual.room[0], dual.room[1]
    n, m = allowed.shape
    for visit in range(n):
        i = first.nodes[ORDER, visit if way == OUT else n - 1 - visit]
        top, rows = starts[i], starts[i + 1] - starts[i]
        for j in range(m):
            if not allowed[i, j]:
                continue
            claims_back[i, j] = claim(starts_back, others_back, part_back, i, j, chosen)
            left, columns = others[j], others[j + 1] - others[j]
            if rows == 0 or columns == 0:
                continue
            kept = 2.0 if labels[i] == labels_of[j] else 1.0
            most = row_price[i] + column_price[j] - kept - claims_back[i, j]
            # A matching has at most this many pairs; each may rise by its fraction of the free slack.
            fraction = _HANDED_ON / min(rows, columns)
            pair_up_each(part, top, left, rows, columns, forced, minor, chosen)
            for row in range(rows):
                for column in range(columns):
                    x, y = top + row, left + column
                    if part[x, y] > FORBIDDEN:
                        rise = (most - forced[row, column]) * fraction
                        part[x, y] += rise
                        part_back[rows_back[x], columns_back[y]] -= rise
            claims[i, j] = claim(starts, others, part, i, j, chosen)
    weigh_all(dual)


@compiled
def disagreement(dual: Dual) -> tuple[int, float]:
    """Sets `balance` to 1 if only the tails' side counts an edge pair in the assignment, to -1 if only the heads' does.

    Returns:
        How many rows of `counted` hold edge pairs to check, and the number of disagreements. At 0 the assignment is a
        map whose saving equals the bound.
    """
    first, second, counted = dual.first, dual.second, dual.counted
    count = 0
    for i in range(len(first.adjacency)):
        j = dual.places[ROW, i]
        for way in (OUT, IN):
            claim(first.starts[way], second.starts[way], dual.parts[way], i, j, dual.chosen)
            top, left = first.starts[way, i], second.starts[way, j]
            for row in range(first.starts[way, i + 1] - top):
                if dual.chosen[row] >= 0:
                    e, f = top + row, left + dual.chosen[row]
                    if way == IN:
                        e, f = first.edges[ENTERING, e], second.edges[ENTERING, f]
                    dual.balance[e, f] += 1.0 if way == OUT else -1.0
                    counted[count, 0], counted[count, 1] = e, f
                    count += 1
    squares = 0.0
    for k in range(count):
        squares += dual.balance[counted[k, 0], counted[k, 1]] ** 2
    return count, squares


@compiled
def step(dual: Dual, count: int, length: float) -> None:
    """Moves shares against the balance, by `length` each, and clears it."""
    first, second, counted, balance = dual.first, dual.second, dual.counted, dual.balance
    for k in range(count):
        e, f = counted[k, 0], counted[k, 1]
        move = length * balance[e, f]
        balance[e, f] = 0.0
        dual.parts[OUT, e, f] -= move
        dual.parts[IN, first.edges[PLACE, e], second.edges[PLACE, f]] += move
    for way in (OUT, IN):
        starts, others, part = first.starts[way], second.starts[way], dual.parts[way]
        ends, ends_of = first.edges[TAIL if way == OUT else HEAD], second.edges[TAIL if way == OUT else HEAD]
        for k in range(count):
            i, j = ends[counted[k, 0]], ends_of[counted[k, 1]]
            dual.claims[way, i, j] = claim(starts, others, part, i, j, dual.chosen)
    weigh_all(dual)
