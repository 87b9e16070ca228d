"""Frequency, fitness and effect of the blocks as a still picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from oneshot_lab.views.blocks.table import BlockRow, BlockTable, is_sure, ordered
from oneshot_lab.views.blocks.words import heading, lack
from oneshot_lab.views.common.svg import Piece, stacked

ROW = 18.0
HEAD = 40.0
"""Height of the lines above: the title, and the names of the columns."""
NAME, BAR, GAP = 44.0, 120.0, 66.0
"""Widths, in pixels: a block's name, a column's bars, and the number beside them."""
COLUMNS = ("frequency", "fitness", "effect")
WIDTH = NAME + len(COLUMNS) * (BAR + GAP)
HELPS, HARMS, UNSURE = "#0072b2", "#d55e00", "#999999"
"""Colours of an effect: candidates are certainly better with the block, or certainly worse."""


def blocks_svg(table: BlockTable, order: str) -> str:
    """Returns the blocks as SVG text, sorted by one of `ORDERS`."""
    title = "Frequency, fitness and effect of the blocks"
    return stacked([blocks_piece(table, ordered(table.rows, order))], title=title)


def blocks_piece(table: BlockTable, rows: Sequence[BlockRow]) -> Piece:
    """Returns the blocks, one in each line.

    Args:
        table: The values to draw.
        rows: Its blocks, in the order shown.
    """
    lines = [f'<text x="0" y="13">{escape(heading(table))}</text>']
    if not table.candidates:
        lines.append(f'<text class="soft" x="0" y="31">{escape(lack(table) or "")}</text>')
        return Piece(tuple(lines), WIDTH, HEAD)
    names = (*COLUMNS[:-1], "effect, points of accuracy") if table.in_points else COLUMNS
    lines += [f'<text class="soft" x="{_left(place):g}" y="31">{name}</text>' for place, name in enumerate(names)]
    reach = max((abs(value) for row in rows if math.isfinite(value := row.effect.effect)), default=0.0) or 1.0
    for number, row in enumerate(rows):
        lines.append(f'<g transform="translate(0 {HEAD + number * ROW:g})">')
        lines += [*_row(row, reach, in_points=table.in_points), "</g>"]
    return Piece(tuple(lines), WIDTH, HEAD + len(rows) * ROW)


def _row(row: BlockRow, reach: float, *, in_points: bool) -> Iterator[str]:
    yield f'<text x="0" y="12">{escape(row.block)}</text>'
    for place, value in enumerate((row.frequency, row.fitness)):
        if value is not None:
            yield f'<rect class="bar" x="{_left(place):g}" y="3" width="{value * BAR:.1f}" height="11"/>'
            yield f'<text class="soft" x="{_left(place) + BAR + 5:g}" y="12">{value:.2f}</text>'
    effect = row.effect.effect
    if math.isfinite(effect):
        # A positive effect is good: with the block the loss is lower, or the accuracy higher. It starts in the middle.
        wide, middle = abs(effect) / reach * BAR / 2, _left(2) + BAR / 2
        left = middle if effect > 0 else middle - wide
        fill = (HELPS if effect > 0 else HARMS) if is_sure(row.effect) else UNSURE
        yield f'<rect x="{left:.1f}" y="3" width="{wide:.1f}" height="11" fill="{fill}"/>'
        yield f'<path class="edge" d="M{middle:g} 0V{ROW:g}"/>'
        told = f"{effect:+{'.1f' if in_points else '.3f'}}".replace("-", "−")
        yield f'<text class="soft" x="{_left(2) + BAR + 5:g}" y="12">{told}</text>'


def _left(place: int) -> float:
    return NAME + place * (BAR + GAP)
