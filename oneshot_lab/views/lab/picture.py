"""The Lab as a still picture: the network, the map and the blocks below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oneshot_lab.views.blocks.picture import blocks_piece
from oneshot_lab.views.blocks.table import block_table
from oneshot_lab.views.common.svg import stacked
from oneshot_lab.views.graph.network_picture import network_pieces
from oneshot_lab.views.map.info import MapInfo
from oneshot_lab.views.map.picture import map_piece

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


def lab_svg(session: SearchSession, *, info: MapInfo, by: str) -> str:
    """Returns what the Lab has largest as SVG text: the network, the map and the blocks.

    Args:
        session: The session.
        info: The map.
        by: What its dots are coloured by, `accuracy` or `loss`.
    """
    drawn, title = network_pieces(session)
    table = block_table(session)
    return stacked([*drawn, map_piece(info, by), blocks_piece(table, table.rows)], title=f"The Lab. {title}")
