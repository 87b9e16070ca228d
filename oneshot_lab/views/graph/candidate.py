"""One candidate's own network, below the whole one in the Graph View (Figure 7): what goes to the browser of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.views.common.numbers import in_short
from oneshot_lab.views.graph.drawing import Drawing, Row


def to_table(drawing: Drawing, title: str) -> dict[str, Any]:
    """Returns a drawing as few values that JSON can hold.

    A candidate is sent for every dot that the pointer passes, and the cost of a message is the number of its values. So
    each distinct row is sent once, and edges refer to their ends by number. Scores and facts are those of the whole
    network.
    """
    rows: dict[Row, int] = {}
    nodes = [
        [
            *(node.role, node.label, node.x, node.y, node.width, node.height),
            [rows.setdefault(row, len(rows)) for row in node.rows],
        ]
        for node in drawing.nodes
    ]
    number = {node.id: index for index, node in enumerate(drawing.nodes)}
    ends = {
        kind: [[number[edge.source], number[edge.target]] for edge in drawing.edges if edge.kind == kind]
        for kind in ("flow", "link")
    }
    return {"title": title, "rows": [[row.kind, row.params, row.colour] for row in rows], "nodes": nodes, **ends}


class Scores:
    """Looks candidates up in a session's table of them, many times in each table."""

    def __init__(self) -> None:
        self._table: pd.DataFrame | None = None
        self._known: dict[str, tuple[float, int, int, bool]] = {}

    def describe(self, mask: Mask, table: pd.DataFrame) -> str:
        """Returns in words what the newest evaluation of a pruned mask found."""
        if table is not self._table:
            columns = (table[name] for name in ("accuracy", "parameters", "macs", "stale"))
            # Of several evaluations the last one stays.
            self._known = dict(zip(table["mask"], zip(*columns, strict=True), strict=True))
            self._table = table
        known = self._known.get(str(mask))
        if known is None:
            return "not evaluated"
        accuracy, parameters, macs, stale = known
        if stale:
            return "not evaluated since the last training or edit"
        return f"accuracy {accuracy:.3f} · {in_short(parameters)}parameters · {in_short(macs)}multiply-adds"
