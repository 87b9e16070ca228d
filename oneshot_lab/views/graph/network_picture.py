"""The network of a session or sketch as a still picture; without torch, for who draws without a session."""

from __future__ import annotations

from oneshot_lab.session.editing import Editing
from oneshot_lab.views.common.info import network_info, summary
from oneshot_lab.views.common.svg import Piece, stacked
from oneshot_lab.views.graph.layout import lay_out
from oneshot_lab.views.graph.picture import pieces


def network_svg(target: Editing) -> str:
    """Returns the network of a session or sketch: what the Lego View shows, drawn as a graph."""
    drawn, title = network_pieces(target)
    return stacked(drawn, title=title)


def network_pieces(target: Editing) -> tuple[tuple[Piece, ...], str]:
    """Returns the parts of that drawing, and what it is called."""
    fitness, untrained = getattr(target, "block_fitness", {}), getattr(target, "untrained_blocks", ())
    info = network_info(target.drawn, problem=target.problem, fitness=fitness, untrained=untrained)
    return pieces(lay_out(info)), f"The network {info.name}: {summary(info)}"
