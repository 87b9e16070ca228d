"""The drawing of the Graph View with all coordinates, for the widget in the browser and for the still picture."""

from __future__ import annotations

from typing import NamedTuple

ROW = 20.0
"""Height of a component's row, in pixels."""
PAD = 3.0
"""Gap between a block's outline and its rows, above and below, in pixels."""
FOOT = 7.0
"""Height of the fitness bar at the bottom of a block, in pixels."""
KNOT = 22.0
"""Diameter of the node for a merge or for joining links, in pixels."""


class Row(NamedTuple):
    """One component of a block: what it is called and its parameters in short."""

    kind: str
    params: str
    family: str
    colour: str


class Node(NamedTuple):
    """A block, the input, the output, a merge of blocks, or a place where links join.

    Attributes:
        id: A unique id; for a block, the block's own.
        role: `input`, `block`, `join`, `merge` or `output`.
        layer: The layer it belongs to; None for the input and the output.
        layers: All layers that it stands for: several where a run of equal layers is drawn as one.
        blocks: All blocks that it stands for.
        x: Its centre, in pixels at full size; to the right.
        y: Its centre; downwards.
        width: Pixels.
        height: Pixels.
        label: Its name.
        rows: A block's components, in order.
        times: How many layers it stands for.
        fitness: Block fitness, 0 to 1; None before there are scores.
        colour: The fitness on the scale of all views.
        untrained: Whether it has weights that no training has seen.
        problem: Why it does not fit, at this place.
        facts: What is told about it when the pointer rests on it.
    """

    id: str
    role: str
    layer: str | None
    layers: tuple[str, ...]
    blocks: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    label: str
    rows: tuple[Row, ...] = ()
    times: int = 1
    fitness: float | None = None
    colour: str | None = None
    untrained: bool = False
    problem: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


class Edge(NamedTuple):
    """What flows from one node to another.

    Attributes:
        id: A unique id.
        source: A node's id.
        target: A node's id.
        kind: `flow`, or `link` for a skip connection.
        link: The layers that a skip connection joins; None for the others.
        projection: What brings the link's source to its target's shape.
    """

    id: str
    source: str
    target: str
    kind: str = "flow"
    link: tuple[str, str] | None = None
    projection: str | None = None


class Drawing(NamedTuple):
    """Nodes and edges, from the input to the output."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The smallest box around all nodes: left, top, right, bottom."""
        return (
            min(node.x - node.width / 2 for node in self.nodes),
            min(node.y - node.height / 2 for node in self.nodes),
            max(node.x + node.width / 2 for node in self.nodes),
            max(node.y + node.height / 2 for node in self.nodes),
        )

    @property
    def families(self) -> dict[str, str]:
        """The families of components that occur, in the order of their first appearance, with their colours."""
        return {row.family: row.colour for node in self.nodes for row in node.rows}
