"""The still pictures of the views, as a notebook keeps them; the Graph View draws its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oneshot_lab.views.block_picture import blocks_piece
from oneshot_lab.views.block_table import BlockTable, block_table, ordered
from oneshot_lab.views.map_info import MapInfo
from oneshot_lab.views.map_picture import map_piece
from oneshot_lab.views.network_picture import network_pieces
from oneshot_lab.views.svg import stacked

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


def map_svg(info: MapInfo, by: str) -> str:
    """Returns the map of the search space, coloured by `accuracy` or `loss`."""
    return stacked([map_piece(info, by)], title=f"The search space: {len(info.dots):,} candidates")


def blocks_svg(table: BlockTable, order: str) -> str:
    """Returns frequency, fitness and effect of the blocks, in one of `ORDERS`."""
    return stacked(
        [blocks_piece(table, ordered(table.rows, order))], title="Frequency, fitness and effect of the blocks"
    )


def lab_svg(session: SearchSession, *, info: MapInfo, by: str) -> str:
    """Returns what the Lab has largest: the network, the map and the blocks."""
    drawn, title = network_pieces(session)
    table = block_table(session)
    return stacked([*drawn, map_piece(info, by), blocks_piece(table, table.rows)], title=f"The Lab. {title}")
