"""What the Search Space View says below the map, in its place, and about its colours."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.map.colours import COLOURS, OF_THE_POSTERIOR
from oneshot_lab.views.map.info import Dot, MapInfo
from oneshot_lab.views.map.words import counted, described, listed, of_blocks, of_region

NOT_CALIBRATED = "not calibrated: without landmarks, the posterior is on the scale of the scores"

COMPILES = "The first map on a machine takes about half a minute longer, since code is compiled once."


def lacking(session: SearchSession) -> str:
    """Returns why there is no map, as HTML."""
    if session.status == "mapping":
        return f"<p>The map is being made: {session.progress:.0%}</p><p>{COMPILES}</p>"
    return "<p>There is no map yet. It places each candidate near those with similar networks.</p>"


def status_lines(session: SearchSession, dots: Collection[Dot], info: MapInfo) -> list[str]:
    """Returns the text below a map.

    Args:
        session: The session.
        dots: All dots of the map.
        info: The drawing of them.
    """
    region = session.regions.get(session.selected_region)
    focused = region is not None and session.focused is not None and session.focused.name == region.name
    calibrated = info.is_calibrated
    if region is None:
        lines = [described(info.dots, is_calibrated=calibrated)]
    else:
        lines = [of_region(region, info.dots, focused=focused, is_calibrated=calibrated)]
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
    """Returns the colour scale as HTML, the worst value on the left and the best on the right, and what marks mean."""
    parts = [*_scale(info, by)]
    # All have a colour by the posterior; those without an evaluation are then small instead of hollow.
    mark = "small" if by in OF_THE_POSTERIOR and info.low is not None else "none"
    parts.append(_key(mark, "not evaluated"))
    if any(dot.is_landmark for dot in info.dots):
        parts.append(_key("landmark", "landmark"))
    if info.tied:
        parts.append(_key("tie", f"{counted(info.tied, 'candidate')} cannot be told apart from the best"))
    if info.newest:
        parts.append(_key("new", "newest generation"))
    if info.lit:
        parts.append(_key("lit", "has the selected blocks"))
    return f'<div class="osl-map-scale">{"".join(parts)}</div>'


def _scale(info: MapInfo, by: str) -> Iterator[str]:
    if info.low is not None and info.high is not None:
        colour = COLOURS[by]
        ramp = ", ".join(colour.ramp)
        bar = f'<span class="osl-map-bar" style="background: linear-gradient(to right, {ramp})"></span>'
        worse = ("≤ " if colour.rises else "≥ ") if info.outliers else ""
        yield f"<span>{worse}{colour.tell(info.low)}</span>{bar}<span>{colour.tell(info.high)} {by}</span>"
        if by in OF_THE_POSTERIOR and not info.is_calibrated:
            yield f"<span>{NOT_CALIBRATED}</span>"


def _key(mark: str, text: str) -> str:
    return f'<span><span class="osl-map-{mark}"></span> {text}</span>'


def _unscored(session: SearchSession) -> str:
    if not session.training_losses:
        return "Train the supernet, then step the search, to see scores"
    if len(session.candidates):
        return "Training or an edit made all scores out of date: step the search for new ones"
    return "Step the search to see scores"
