"""The map of the search space as a still picture."""

from __future__ import annotations

from collections.abc import Iterator

from oneshot_lab.views.map_info import MapInfo, share
from oneshot_lab.views.scale import VIRIDIS, colour
from oneshot_lab.views.svg import Piece

WIDTH, HEIGHT = 560.0, 360.0
"""Of the map itself."""
HEAD = 22.0
"""Height of the line above, with the scale."""
RADIUS, RING, BEST = 4.0, 6.5, 8.0


def map_piece(info: MapInfo, by: str) -> Piece:
    """Returns the map: a dot for each candidate, and what the scale means.

    Args:
        info: The map.
        by: What its dots are coloured by, `accuracy` or `loss`.
    """
    if not info.dots:
        return Piece(('<text class="soft" x="0" y="13">There is no map of the search space yet.</text>',), WIDTH, HEAD)
    return Piece((*_head(info, by), *_dots(info, by)), WIDTH, HEAD + HEIGHT)


def _head(info: MapInfo, by: str) -> Iterator[str]:
    evaluated = sum(dot.evaluated for dot in info.dots)
    yield f'<text x="0" y="13">{len(info.dots):,} candidates, {evaluated:,} evaluated</text>'
    if info.low is None or info.high is None:
        return
    left, step = WIDTH - 60 - 8 * len(VIRIDIS), 8.0
    yield f'<text class="soft end" x="{left - 6:g}" y="13">{by} {info.low:.3f}</text>'
    for number, each in enumerate(VIRIDIS):
        yield f'<rect x="{left + number * step:g}" y="4" width="{step:g}" height="10" fill="{each}"/>'
    yield f'<text class="soft" x="{left + len(VIRIDIS) * step + 6:g}" y="13">{info.high:.3f}</text>'


def _dots(info: MapInfo, by: str) -> Iterator[str]:
    places = _places(info)
    yield f'<rect class="box" x="0" y="{HEAD:g}" width="{WIDTH:g}" height="{HEIGHT:g}"/>'
    for dot, (x, y) in zip(info.dots, places, strict=True):
        looks = f'fill="{colour(share(dot, info, by))}"' if dot.evaluated else 'class="edge"'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" {looks}/>'
    for index in info.newest:
        x, y = places[index]
        yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{RING:g}"/>'
    if info.best is not None:
        x, y = places[info.best]
        yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{BEST:g}" stroke-width="2.5"/>'


def _places(info: MapInfo) -> list[tuple[float, float]]:
    """Returns where each dot is drawn: the map may be anywhere and of any size."""

    def spread(values: list[float], size: float) -> list[float]:
        low, high = min(values), max(values)
        room = 2 * BEST
        return [room + (value - low) / (high - low or 1.0) * (size - 2 * room) for value in values]

    across = spread([dot.x for dot in info.dots], WIDTH)
    up = spread([dot.y for dot in info.dots], HEIGHT)
    return [(x, HEAD + HEIGHT - y) for x, y in zip(across, up, strict=True)]
