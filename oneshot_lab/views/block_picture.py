"""Frequency, fitness and effect of the blocks as a still picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from oneshot_lab.views.block_table import BlockRow, BlockTable, is_sure
from oneshot_lab.views.block_words import heading, lack
from oneshot_lab.views.svg import Piece

ROW = 18.0
HEAD = 40.0
"""Height of the lines above: what it is, and the names of the columns."""
NAME, BAR, GAP = 44.0, 120.0, 66.0
"""Widths: of a block's name, of a column's bars, and of the number beside them."""
COLUMNS = ("frequency", "fitness", "effect")
WIDTH = NAME + len(COLUMNS) * (BAR + GAP)
HELPS, HARMS, UNSURE = "#0072b2", "#d55e00", "#999999"
"""Colours of an effect: whether the loss is surely lower with the block, or higher."""


def blocks_piece(table: BlockTable, rows: Sequence[BlockRow]) -> Piece:
    """Returns the blocks, one in each line.

    Args:
        table: What is drawn.
        rows: Its blocks, in the order that they are shown in.
    """
    lines = [f'<text x="0" y="13">{escape(heading(table))}</text>']
    if not table.candidates:
        lines.append(f'<text class="soft" x="0" y="31">{escape(lack(table) or "")}</text>')
        return Piece(tuple(lines), WIDTH, HEAD)
    lines += [f'<text class="soft" x="{_left(place):g}" y="31">{name}</text>' for place, name in enumerate(COLUMNS)]
    reach = max((abs(value) for row in rows if math.isfinite(value := row.effect.effect)), default=0.0) or 1.0
    for number, row in enumerate(rows):
        lines.append(f'<g transform="translate(0 {HEAD + number * ROW:g})">')
        lines += [*_row(row, reach), "</g>"]
    return Piece(tuple(lines), WIDTH, HEAD + len(rows) * ROW)


def _row(row: BlockRow, reach: float) -> Iterator[str]:
    yield f'<text x="0" y="12">{escape(row.block)}</text>'
    for place, value in enumerate((row.frequency, row.fitness)):
        if value is not None:
            yield f'<rect class="bar" x="{_left(place):g}" y="3" width="{value * BAR:.1f}" height="11"/>'
            yield f'<text class="soft" x="{_left(place) + BAR + 5:g}" y="12">{value:.2f}</text>'
    effect = row.effect.effect
    if math.isfinite(effect):
        # A positive one is good: without the block the loss is higher by that. It is drawn from the middle.
        wide, middle = abs(effect) / reach * BAR / 2, _left(2) + BAR / 2
        left = middle if effect > 0 else middle - wide
        fill = (HELPS if effect > 0 else HARMS) if is_sure(row.effect) else UNSURE
        yield f'<rect x="{left:.1f}" y="3" width="{wide:.1f}" height="11" fill="{fill}"/>'
        yield f'<path class="edge" d="M{middle:g} 0V{ROW:g}"/>'
        told = f"{effect:+.3f}".replace("-", "−")
        yield f'<text class="soft" x="{_left(2) + BAR + 5:g}" y="12">{told}</text>'


def _left(place: int) -> float:
    return NAME + place * (BAR + GAP)
