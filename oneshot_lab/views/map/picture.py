"""The map of the search space as a still picture."""

from __future__ import annotations

from collections.abc import Iterator

from oneshot_lab.views.common.scale import colour
from oneshot_lab.views.common.svg import Piece, stacked
from oneshot_lab.views.map.colours import COLOURS, OF_THE_POSTERIOR
from oneshot_lab.views.map.info import Dot, MapInfo, share, value_by
from oneshot_lab.views.map.words import counted

WIDTH, HEIGHT = 560.0, 360.0
"""Of the map itself."""
HEAD = 22.0
"""Height of the line above, with the scale."""
RADIUS, SMALL, DIAMOND, RING, BEST = 4.0, 2.8, 6.5, 6.5, 8.0
FOOT = 18.0
"""Height of the line below, which tells of landmarks and ties if there are any."""
STEP, STEPS = 8.0, 11
"""Width of a colour on the scale, and how many it shows."""


def map_svg(info: MapInfo, by: str) -> str:
    """Returns the map of the search space as SVG text; see `map_piece`."""
    return stacked([map_piece(info, by)], title=f"The search space: {len(info.dots):,} candidates")


def map_piece(info: MapInfo, by: str) -> Piece:
    """Returns the map: a dot for each candidate, and what the scale means.

    Args:
        info: The map.
        by: What its dots are coloured by, one of `COLOURS`.
    """
    if not info.dots:
        return Piece(('<text class="soft" x="0" y="13">There is no map of the search space yet.</text>',), WIDTH, HEAD)
    foot = list(_foot(info))
    return Piece((*_head(info, by), *_dots(info, by), *foot), WIDTH, HEAD + HEIGHT + (FOOT if foot else 0.0))


def _head(info: MapInfo, by: str) -> Iterator[str]:
    evaluated = sum(dot.evaluated for dot in info.dots)
    yield f'<text x="0" y="13">{len(info.dots):,} candidates, {evaluated:,} evaluated</text>'
    if info.low is None or info.high is None:
        return
    shown, left = COLOURS[by], WIDTH - 60 - STEP * STEPS
    name = by if info.is_calibrated or by not in OF_THE_POSTERIOR else f"{by} (not calibrated)"
    yield f'<text class="soft end" x="{left - 6:g}" y="13">{name} {shown.tell(info.low)}</text>'
    for number in range(STEPS):
        tone = colour(number / (STEPS - 1), shown.ramp)
        yield f'<rect x="{left + number * STEP:g}" y="4" width="{STEP:g}" height="10" fill="{tone}"/>'
    yield f'<text class="soft" x="{left + STEPS * STEP + 6:g}" y="13">{shown.tell(info.high)}</text>'


def _foot(info: MapInfo) -> Iterator[str]:
    landmarks = sum(dot.is_landmark for dot in info.dots)
    parts = [f"diamonds: {counted(landmarks, 'landmark')}"] if landmarks else []
    parts += [f"dotted: {counted(info.tied, 'candidate')} that cannot be told apart from the best"] if info.tied else []
    if parts:
        yield f'<text class="soft" x="0" y="{HEAD + HEIGHT + 14:g}">{" · ".join(parts)}</text>'


def _dots(info: MapInfo, by: str) -> Iterator[str]:
    places = _places(info)
    yield f'<rect class="box" x="0" y="{HEAD:g}" width="{WIDTH:g}" height="{HEIGHT:g}"/>'
    # Landmarks lie on top.
    for dot, (x, y) in sorted(zip(info.dots, places, strict=True), key=lambda each: each[0].is_landmark):
        yield _dot(dot, x, y, None if value_by(dot, by) is None else colour(share(dot, info, by), COLOURS[by].ramp))
    for index in info.newest:
        x, y = places[index]
        yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{RING:g}"/>'
    for index in info.ties:
        x, y = places[index]
        yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{BEST:g}" stroke-dasharray="1.5 2"/>'
    if info.best is not None:
        x, y = places[info.best]
        yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{BEST:g}" stroke-width="2.5"/>'


def _dot(dot: Dot, x: float, y: float, tone: str | None) -> str:
    if dot.is_landmark:
        corners = ((x, y - DIAMOND), (x + DIAMOND, y), (x, y + DIAMOND), (x - DIAMOND, y))
        points = " ".join(f"{left:.1f},{top:.1f}" for left, top in corners)
        return f'<polygon class="mark" points="{points}" fill="{tone or "none"}"/>'
    # By the posterior those without an evaluation have a colour too, and are small instead of hollow.
    radius = SMALL if tone and not dot.evaluated else RADIUS
    looks = 'class="edge"' if tone is None else f'fill="{tone}"' + ("" if dot.evaluated else ' class="rim"')
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {looks}/>'


def _places(info: MapInfo) -> list[tuple[float, float]]:
    """Returns where each dot is drawn: the map may be anywhere and of any size."""

    def spread(values: list[float], size: float) -> list[float]:
        low, high = min(values), max(values)
        room = 2 * BEST
        return [room + (value - low) / (high - low or 1.0) * (size - 2 * room) for value in values]

    across = spread([dot.x for dot in info.dots], WIDTH)
    up = spread([dot.y for dot in info.dots], HEIGHT)
    return [(x, HEAD + HEIGHT - y) for x, y in zip(across, up, strict=True)]
