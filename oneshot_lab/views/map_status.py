"""What the Search Space View says below the map, in its place, and about its colours."""

from __future__ import annotations

from collections.abc import Collection

from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.map_info import Dot, MapInfo
from oneshot_lab.views.map_words import counted, described, listed, of_blocks, of_region
from oneshot_lab.views.scale import VIRIDIS

COMPILES = "The first map on a machine takes about half a minute longer: code is compiled once, then kept."


def lacking(session: SearchSession) -> str:
    """Returns why there is no map, as HTML."""
    if session.status == "mapping":
        return f"<p>The map is being made: {session.progress:.0%}</p><p>{COMPILES}</p>"
    return "<p>There is no map yet. It gives each candidate a place near those whose networks are alike.</p>"


def status_lines(session: SearchSession, dots: Collection[Dot], info: MapInfo) -> list[str]:
    """Returns what is said below a map.

    Args:
        session: The session.
        dots: All dots of the map.
        info: What is drawn of them.
    """
    region = session.regions.get(session.selected_region)
    focused = region is not None and session.focused is not None and session.focused.name == region.name
    lines = [described(info.dots) if region is None else of_region(region, info.dots, focused=focused)]
    if info.hidden:
        lines[0] += f" · {counted(info.hidden, 'dot')} hidden by the filter"
    if region is not None and session.set_operation:
        lines.append(of_blocks(session.set_operation, region, session.region_blocks()))
    if session.selected_blocks:
        count = sum(frozenset(session.selected_blocks) <= dot.mask.blocks for dot in info.dots)
        having = f"{count} of {counted(len(info.dots), 'candidate')}"
        lines.append(f"with {listed(session.selected_blocks)} (selected blocks): {having}")
    if not any(dot.evaluated for dot in dots):
        lines.append(_unscored(session))
    if session.projection is not None and session.projection.note:
        lines.append(session.projection.note)
    if session.status != IDLE:
        lines.append(f"{session.status} {session.progress:.0%} {session.message}".rstrip())
    return lines


def legend(info: MapInfo, by: str) -> str:
    """Returns the colour scale as HTML: the worst score on the left, the best on the right, as brighter is better."""
    parts = []
    if info.low is not None and info.high is not None:
        bar = f'<span class="osl-map-bar" style="background: linear-gradient(to right, {", ".join(VIRIDIS)})"></span>'
        worse = ("≤ " if by == "accuracy" else "≥ ") if info.outliers else ""
        parts += [f"<span>{worse}{info.low:.3f}</span>{bar}<span>{info.high:.3f} {by}</span>"]
    parts.append('<span><span class="osl-map-none"></span> not evaluated</span>')
    if info.newest:
        parts.append('<span><span class="osl-map-new"></span> newest generation</span>')
    if info.lit:
        parts.append('<span><span class="osl-map-lit"></span> has the selected blocks</span>')
    return f'<div class="osl-map-scale">{"".join(parts)}</div>'


def _unscored(session: SearchSession) -> str:
    if not session.training_losses:
        return "Train the supernet, then step the search, to see scores"
    if len(session.candidates):
        return "No score holds since the last training or edit: step the search to see scores again"
    return "Step the search to see scores"
