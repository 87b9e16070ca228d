"""The network as a still picture: what the Graph View draws."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from oneshot_lab.views.common.svg import Piece, stacked
from oneshot_lab.views.graph.drawing import FOOT, PAD, ROW, Drawing, Edge, Node

NAME = 14.0
"""Height of a name."""
LEGEND = 16.0
"""Height of the line that names the colours."""


def to_svg(drawing: Drawing, *, title: str, candidate: Drawing | None = None) -> str:
    """Returns a drawing as SVG text, complete with its legend.

    Args:
        drawing: The network.
        title: What a screen reader says of it.
        candidate: One sub-network, drawn below in green (Figure 7).
    """
    return stacked(pieces(drawing, candidate), title=title)


def pieces(drawing: Drawing, candidate: Drawing | None = None) -> tuple[Piece, ...]:
    """Returns a drawing, perhaps a candidate, and the legend."""
    parts = [_Part(drawing, "network")] + ([_Part(candidate, "candidate")] if candidate else [])
    return (*(part.piece() for part in parts), _legend(drawing))


class _Part:
    def __init__(self, drawing: Drawing, name: str) -> None:
        self.drawing, self.name = drawing, name
        self.at = {node.id: node for node in drawing.nodes}
        self.left, top, right, bottom = drawing.bounds
        arcs = [self._peak(edge) for edge in drawing.edges if edge.kind == "link"]
        # A block's name stands above it, and a link's label on its arc.
        self.top = min([top - NAME, *(peak - NAME for peak in arcs)])
        self.width, self.height = right - self.left, bottom - self.top

    def piece(self) -> Piece:
        lines = (f'<g class="{self.name}" transform="translate({-self.left:g} {-self.top:g})">', *self._lines(), "</g>")
        return Piece(lines, self.width, self.height)

    def _lines(self) -> Iterator[str]:
        for edge in self.drawing.edges:
            yield from self._edge(edge)
        for node in self.drawing.nodes:
            yield from _block(node) if node.role == "block" else _knot(node)

    def _edge(self, edge: Edge) -> Iterator[str]:
        source, target = self.at[edge.source], self.at[edge.target]
        if edge.kind == "link":
            yield from self._link(edge, source, target)
            return
        x1, x2 = source.x + source.width / 2, target.x - target.width / 2
        middle = (x1 + x2) / 2
        yield (
            f'<path class="edge" d="M{x1:g} {source.y:g} C{middle:g} {source.y:g}'
            f' {middle:g} {target.y:g} {x2:g} {target.y:g}"/>'
        )

    def _link(self, edge: Edge, source: Node, target: Node) -> Iterator[str]:
        """Draws a skip connection as an arc above what it skips."""
        y1, y2 = source.y - source.height / 2, target.y - target.height / 2
        peak = self._peak(edge)
        left, right = source.x + 24, target.x - 24
        yield (
            f'<path class="edge link" d="M{source.x:g} {y1:g} Q{source.x:g} {peak:g} {left:g} {peak:g}'
            f' L{right:g} {peak:g} Q{target.x:g} {peak:g} {target.x:g} {y2:g}"/>'
        )
        if edge.projection:
            middle = (source.x + target.x) / 2
            yield f'<text class="soft middle" x="{middle:g}" y="{peak - 4:g}">{escape(edge.projection)}</text>'

    def _peak(self, edge: Edge) -> float:
        source, target = self.at[edge.source], self.at[edge.target]
        tops = [node.y - node.height / 2 for node in self.drawing.nodes if source.x <= node.x <= target.x]
        return min(tops) - 18


def _block(node: Node) -> Iterator[str]:
    left, top = node.x - node.width / 2, node.y - node.height / 2
    facts = "\n".join(f"{name} {value}" for name, value in ((node.label, ""), *node.facts))
    box = "box wrong" if node.problem else "box"
    yield f"<g><title>{escape(facts)}</title>"
    yield f'<rect class="{box}" x="{left:g}" y="{top:g}" width="{node.width:g}" height="{node.height:g}" rx="4"/>'
    for number, row in enumerate(node.rows):
        y = top + PAD + number * ROW
        band = f'y="{y:g}" height="{ROW - 1:g}" fill="{row.colour}"'
        yield f'<rect class="tint" x="{left + PAD:g}" width="{node.width - 2 * PAD:g}" {band}/>'
        yield f'<rect x="{left + PAD:g}" width="5" {band}/>'
        yield (
            f'<text x="{left + 13:g}" y="{y + 13.5:g}">{escape(row.kind)}'
            f' <tspan class="soft">{escape(row.params)}</tspan></text>'
        )
    if node.fitness is not None:
        y, wide = top + node.height - FOOT + 0.5, (node.width - 2 * PAD) * node.fitness
        yield f'<rect x="{left + PAD:g}" y="{y:g}" width="{wide:g}" height="4" fill="{node.colour}"/>'
    name = f"{node.label} ×{node.times}" if node.times > 1 else node.label
    yield f'<text class="soft name" x="{left + 1:g}" y="{top - 3:g}">{escape(name)}</text>'
    yield "</g>"


def _knot(node: Node) -> Iterator[str]:
    left, top, box = node.x - node.width / 2, node.y - node.height / 2, "box wrong" if node.problem else "box"
    yield (
        f'<rect class="{box}" x="{left:g}" y="{top:g}" width="{node.width:g}" height="{node.height:g}"'
        f' rx="{node.height / 2:g}"/>'
    )
    yield f'<text class="middle" x="{node.x:g}" y="{node.y + 4:g}">{escape(node.label)}</text>'


def _legend(drawing: Drawing) -> Piece:
    lines, x = [], 0.0
    for family, colour in drawing.families.items():
        lines.append(f'<rect x="{x:g}" y="4" width="10" height="10" fill="{colour}"/>')
        lines.append(f'<text class="soft" x="{x + 15:g}" y="13">{escape(family)}</text>')
        x += 30 + 6.5 * len(family)
    return Piece(tuple(lines), x, LEGEND)
