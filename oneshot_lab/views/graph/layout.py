"""The layout of the Graph View: layers in columns from the input to the output (Figure 7).

Each column depends on its own layer only, so that an edit in one layer moves no block of another up or down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from oneshot_lab.architecture.catalogue import Kind, get_kind
from oneshot_lab.architecture.model import INPUT
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.architecture.rules import pair
from oneshot_lab.views.common.info import BlockInfo, ComponentInfo, LayerInfo, LinkInfo, NetworkInfo
from oneshot_lab.views.common.scale import colour
from oneshot_lab.views.graph.drawing import FOOT, KNOT, PAD, ROW, Drawing, Edge, Node, Row

OUTPUT = "output"

GAP = 26.0
"""Gap between two columns, in pixels."""
CLOSE = 14.0
"""Gap between a merge node and its blocks, in pixels."""
SPACE = 22.0
"""Gap between two blocks of one layer, in pixels."""
LETTER = 6.6
"""Width of a letter in a row, in pixels, with a reserve, since the font is the reader's."""
NARROWEST, WIDEST = 76.0, 168.0
"""Width of a block."""

SIGNS = {"sum": "+", "mean": "x̄", "concat": "‖"}
"""The label of a merge."""


def lay_out(
    network: NetworkInfo,
    *,
    collapsed: bool = False,
    active: Collection[str] | None = None,
    seen: Mapping[str, str] | None = None,
) -> Drawing:
    """Returns a network's drawing.

    Args:
        network: The network to draw.
        collapsed: Whether a run of equal layers is drawn as one.
        active: The blocks of a pruned sub-network; everything else is left out (Figure 7, below). None draws all
            blocks.
        seen: Additional facts about blocks, by id: how often each occurs.
    """
    return _Layout(network, collapsed=collapsed, active=active, seen=seen or {}).drawing()


class _Column(NamedTuple):
    """Equal layers in a row that are drawn as one; mostly a single layer."""

    layers: tuple[LayerInfo, ...]
    blocks: tuple[tuple[BlockInfo, ...], ...]
    """For each block drawn, those that it stands for."""


class _Layout:
    def __init__(
        self, network: NetworkInfo, *, collapsed: bool, active: Collection[str] | None, seen: Mapping[str, str]
    ) -> None:
        self.network, self.seen = network, seen
        self.active = None if active is None else frozenset(active)
        self.order = {layer.id: position for position, layer in enumerate(network.layers)}
        self.columns = list(self._columns(collapsed))
        self.drawn = {layer.id for column in self.columns for layer in column.layers}
        self.links = [link for link in network.links if {link.source, link.target} <= {INPUT, *self.drawn}]
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.x = 0.0
        self.ends: dict[str, str] = {}
        """The node that a layer's output leaves from, by the layer's id."""

    def drawing(self) -> Drawing:
        self._pill(INPUT, f"in {self.network.input}")
        self.ends[INPUT] = INPUT
        before, position = INPUT, -1
        for column in self.columns:
            first = self.order[column.layers[0].id]
            # Only links carry a signal past layers that are left out.
            self._column(column, before if first == position + 1 else None)
            before, position = self.ends[column.layers[-1].id], self.order[column.layers[-1].id]
        self._pill(OUTPUT, f"{self.network.classes} classes")
        self._edge(before, OUTPUT)
        return Drawing(tuple(self.nodes), tuple(self.edges))

    # ---- columns ---------------------------------------------------------------------------------------------------

    def _columns(self, collapsed: bool) -> Iterator[_Column]:
        runs: list[list[LayerInfo]] = []
        ends = {link.source for link in self.network.links}
        starts = {link.target for link in self.network.links}
        for layer in self.network.layers:
            if not self._blocks(layer):
                continue
            last = runs[-1][-1] if runs else None
            # A layer at which a link begins or ends has to be drawn separately.
            joins = collapsed and last and last.id not in ends and layer.id not in starts
            if joins and last and self._likeness(last) == self._likeness(layer):
                runs[-1].append(layer)
            else:
                runs.append([layer])
        for run in runs:
            yield _Column(tuple(run), tuple(zip(*(self._blocks(layer) for layer in run), strict=True)))

    def _blocks(self, layer: LayerInfo) -> list[BlockInfo]:
        return [block for block in layer.blocks if self.active is None or block.id in self.active]

    def _likeness(self, layer: LayerInfo) -> object:
        """Returns what two layers must have in common to be drawn as one; nothing does where something is wrong."""
        if _problem(layer) or any(map(_block_problem, layer.blocks)):
            return layer.id
        blocks = [[(part.kind, part.params) for part in block.components] for block in self._blocks(layer)]
        return layer.merge, layer.input, layer.output, blocks

    def _column(self, column: _Column, before: str | None) -> None:
        start = self._join(column.layers[0], before)
        rows = [tuple(_row(part.kind, part.params) for part in blocks[0].components) for blocks in column.blocks]
        width = min(max(NARROWEST, *(_width(row) for block in rows for row in block)), WIDEST)
        heights = [len(block) * ROW + 2 * PAD + FOOT for block in rows]
        y = -(sum(heights) + SPACE * (len(heights) - 1)) / 2
        for blocks, block_rows, height in zip(column.blocks, rows, heights, strict=True):
            node = self._block(column, blocks, block_rows)
            self.nodes.append(
                node._replace(x=self.x + width / 2, y=y + height / 2, width=width, height=height),
            )
            self._arrive(start, node.id)
            y += height + SPACE
        self.x += width + GAP
        if len(column.blocks) > 1:
            self._merge(column)
        # Of layers drawn as one, links start at the last only.
        self.ends[column.layers[-1].id] = self.nodes[-1].id

    def _join(self, layer: LayerInfo, before: str | None) -> list[Edge]:
        """Draws what a layer receives, and returns edges without a target: what its blocks receive."""
        links = [link for link in self.links if link.target == layer.id]
        plain = [] if before is None else [Edge("", before, "")]
        arriving = plain + [_link(link, self.ends[link.source]) for link in links]
        if len(arriving) < 2:
            return arriving
        knot = f"{layer.id}.join"
        facts = (("Sum", f"of {len(arriving)} inputs"), *_fact("Shape", layer.input))
        self._knot(Node(knot, "join", layer.id, (layer.id,), (), 0, 0, KNOT, KNOT, SIGNS["sum"], facts=facts))
        self.x += CLOSE - GAP
        self._arrive(arriving, knot)
        return [Edge("", knot, "")]

    def _merge(self, column: _Column) -> None:
        layer = column.layers[-1]
        facts = (("Merge", f"{layer.merge} of {len(column.blocks)} blocks"), *_fact("Shape", layer.output))
        layers = tuple(each.id for each in column.layers)
        knot = Node(f"{layer.id}.merge", "merge", layer.id, layers, (), 0, 0, KNOT, KNOT, SIGNS[layer.merge])
        problem = next(filter(None, map(_problem, column.layers)), None)
        self.x += CLOSE - GAP
        self._knot(knot._replace(facts=facts, problem=problem))
        for blocks in column.blocks:
            self._edge(blocks[0].id, knot.id)

    # ---- nodes and edges -------------------------------------------------------------------------------------------

    def _block(self, column: _Column, blocks: Sequence[BlockInfo], rows: tuple[Row, ...]) -> Node:
        block, layer = blocks[0], column.layers[0]
        scores = [each.fitness for each in blocks if each.fitness is not None]
        fitness = sum(scores) / len(scores) if scores else None
        problem = _block_problem(block) or (_problem(layer) if len(column.blocks) == 1 else None)
        return Node(
            id=block.id,
            role="block",
            layer=layer.id,
            layers=tuple(each.id for each in column.layers),
            blocks=tuple(each.id for each in blocks),
            x=0,
            y=0,
            width=0,
            height=0,
            label=block.id,
            rows=rows,
            times=len(blocks),
            fitness=fitness,
            colour=None if fitness is None else colour(fitness),
            untrained=any(each.untrained for each in blocks),
            problem=problem,
            facts=tuple(self._facts(blocks, layer, fitness)),
        )

    def _facts(self, blocks: Sequence[BlockInfo], layer: LayerInfo, fitness: float | None) -> Iterator[tuple[str, str]]:
        block = blocks[0]
        yield "Layer", layer.id
        for component in block.components:
            yield component.kind, component.params
        yield from _fact("Input", layer.input)
        yield from _fact("Output", block.output)
        if block.parameters is not None:
            yield "Parameters", f"{sum(each.parameters or 0 for each in blocks):,}"
        if block.macs is not None:
            yield "Multiply-adds", f"{sum(each.macs or 0 for each in blocks):,}"
        if fitness is not None:
            yield "Fitness" if len(blocks) == 1 else "Mean fitness", f"{fitness:.2f}"
        if block.id in self.seen:
            yield "Frequency", self.seen[block.id]
        if len(blocks) > 1:
            yield "Stands for", ", ".join(each.id for each in blocks)

    def _pill(self, role: str, label: str) -> None:
        width = 24 + LETTER * len(label)
        height = ROW + 2 * PAD
        self.nodes.append(Node(role, role, None, (), (), self.x + width / 2, 0.0, width, height, label))
        self.x += width + GAP

    def _knot(self, node: Node) -> None:
        self.nodes.append(node._replace(x=self.x + KNOT / 2, y=0.0))
        self.x += KNOT + GAP

    def _arrive(self, arriving: Sequence[Edge], target: str) -> None:
        for edge in arriving:
            name = edge.id or edge.source
            self.edges.append(edge._replace(id=f"{name}→{target}", target=target))

    def _edge(self, source: str, target: str) -> None:
        self._arrive([Edge("", source, "")], target)


def _link(link: LinkInfo, source: str) -> Edge:
    return Edge(link.id, source, "", "link", (link.source, link.target), link.projection)


@lru_cache(maxsize=1024)
def _row(kind_name: str, params: str) -> Row:
    """Returns a component as a row; a candidate under the pointer is drawn many times a second."""
    kind = get_kind(kind_name)
    return Row(kind.label, _in_short(kind, params), kind.family, kind.colour)


def _in_short(kind: Kind, text: str) -> str:
    """Returns the parameters that distinguish a component from its siblings: width, kernel, own stride or padding."""
    values = parse_params(kind, text)
    size = values.get("kernel_size", values.get("output_size"))
    shown = [str(values[name]) for name in (kind.channels_out,) if name in values]
    shown += ["×".join(map(str, pair(size)))] if isinstance(size, (int, tuple)) else []
    stride, padding = values.get("stride"), values.get("padding")
    if stride not in (None, 1, size):
        shown.append(f"s{_sides(stride)}")
    if padding not in (None, 0):
        shown.append(f"p{_sides(padding)}")
    if not shown and "p" in values:
        shown.append(str(values["p"]))
    return " ".join(shown)


def _sides(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _width(row: Row) -> float:
    return 22 + LETTER * (len(row.kind) + 1 + len(row.params))


def _fact(name: str, value: str | None) -> tuple[tuple[str, str], ...]:
    return () if value is None else ((name, value),)


def _problem(item: LayerInfo | BlockInfo | ComponentInfo) -> str | None:
    return item.problem.message if item.problem else None


def _block_problem(block: BlockInfo) -> str | None:
    return _problem(block) or next(filter(None, map(_problem, block.components)), None)
