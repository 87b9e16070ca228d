"""The page on which still pictures (SVG) are drawn, for notebooks without a kernel and for publications.

Colours follow the reader's light or dark setting, where the reader's program knows one. The browser part keeps these
elements and attributes, and removes all others: see js/src/common/picture.ts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

MARGIN = 12.0
"""Margin around pieces, in pixels."""

STYLE = """
.osl-picture { --text: #1f1f1f; --soft: #6b6b6b; --line: #9a9a9a; --paper: #ffffff; --tint: 0.2; }
@media (prefers-color-scheme: dark) {
  .osl-picture { --text: #e6e6e6; --soft: #a0a0a0; --line: #7d7d7d; --paper: #1b1b1b; --tint: 0.35; }
}
.osl-picture text { font: 11px system-ui, sans-serif; fill: var(--text); }
.osl-picture .soft { fill: var(--soft); }
.osl-picture .name { font-size: 9px; }
.osl-picture .middle { text-anchor: middle; }
.osl-picture .end { text-anchor: end; }
.osl-picture .strong { font-weight: 600; }
.osl-picture .box { fill: var(--paper); stroke: var(--line); }
.osl-picture .wrong { stroke: #c62828; stroke-width: 2; }
.osl-picture .tint { fill-opacity: var(--tint); }
.osl-picture .edge { fill: none; stroke: var(--line); }
.osl-picture .link { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 5 3; }
.osl-picture .candidate .box { stroke: #009e73; stroke-width: 2; }
.osl-picture .candidate .edge { stroke: #009e73; }
.osl-picture .ring { fill: none; stroke: var(--text); }
.osl-picture .mark { stroke: var(--text); }
.osl-picture .rim { stroke: var(--line); }
.osl-picture .bar { fill: var(--soft); }
"""


class Piece(NamedTuple):
    """A part of a picture.

    Attributes:
        lines: SVG elements, relative to the piece's upper left corner. Their text has to be escaped.
        width: Pixels.
        height: Pixels.
    """

    lines: tuple[str, ...]
    width: float
    height: float


def stacked(pieces: Sequence[Piece], *, title: str) -> str:
    """Returns pieces below each other as SVG text.

    Args:
        pieces: From top to bottom.
        title: What a screen reader says of them.
    """
    lines, y = [], MARGIN
    for piece in pieces:
        lines += [f'<g transform="translate({MARGIN:g} {y:g})">', *piece.lines, "</g>"]
        y += piece.height + MARGIN
    width = max(piece.width for piece in pieces) + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="osl-picture" role="img" aria-label={quoteattr(title)}'
            f' width="{width:g}" height="{y:g}" viewBox="0 0 {width:g} {y:g}"'
            ' style="max-width: 100%; height: auto">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            *lines,
            "</svg>",
        ]
    )
