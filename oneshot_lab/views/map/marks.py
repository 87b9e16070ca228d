"""The map as bqplot draws it: few marks, each of one message, over fixed scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from bqplot import Figure, Label, LinearScale, Lines, Scatter
from ipywidgets import Layout
from traitlets import Unicode

from oneshot_lab.space.area import Having, Polygon, Rectangle
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from oneshot_lab.views.common.closing import close_all
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION
from oneshot_lab.views.common.scale import colour
from oneshot_lab.views.map.colours import COLOURS
from oneshot_lab.views.map.info import Dot, MapInfo, share, value_by

Place = tuple[float, float]

INK = "var(--jp-ui-font-color1, #212121)"
QUIET = "var(--jp-ui-font-color3, #757575)"
PAPER = "var(--jp-layout-color1, #ffffff)"
GREY = "#8a8a8a"
"""Colours of regions, for both themes."""
ACCENT = "var(--jp-brand-color1, #1976d2)"

SIZE = 72
"""The size of a dot, in square pixels."""
SMALL = 0.5
"""The size of a dot that has a colour without an evaluation, as a share of the others'."""
LANDMARK = 1.7
"""The size of a landmark's diamond, likewise."""
MANY = 1000
"""With more dots than this, they are drawn smaller."""
MARGIN = 0.08
"""The margin on each side, as a share of the map's width and height."""


class MapDots(Scatter):
    """Dots that are drawn as one shape each, see js/src/map/dots.ts; for colours and outlines, not for other styles.

    The shapes are bqplot's markers `circle`, `square` and `diamond`.
    """

    dash = Unicode(help="Lengths of the dashes and gaps of the outline, as SVG has them; empty: none.").tag(sync=True)

    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_name = Unicode("MapDots").tag(sync=True)


class MapMarks:
    """The figure and its marks.

    Attributes:
        figure: What is shown.
        x: Scale from left to right.
        y: From bottom to top.
    """

    def __init__(self) -> None:
        self.x, self.y = (LinearScale(min=0, max=1, allow_padding=False) for _ in range(2))
        scales = {"scales": {"x": self.x, "y": self.y}}
        dots = {"stroke_width": 1.2, "default_size": SIZE, **scales}
        rings = {"fill": False, "default_size": 150, **scales}
        self.areas = Lines(
            x=[], y=[], fill="inside", close_path=True, colors=[GREY], stroke_width=1, fill_opacities=[0.2], **scales
        )
        self.halos = MapDots(default_size=420, colors=[GREY], opacities=[0.3], **scales)
        self.hollow = MapDots(fill=False, stroke=QUIET, **dots)
        self.scored = MapDots(stroke=PAPER, **dots | {"stroke_width": 0.8})
        self.landmarks = MapDots(stroke=INK, marker="diamond", **dots | {"stroke_width": 1.5})
        self.newest = MapDots(stroke=INK, stroke_width=1.3, **rings)
        self.ties = MapDots(stroke=INK, stroke_width=1.1, dash="1.5 2", **rings | {"default_size": 200})
        self.lit = MapDots(stroke=ACCENT, stroke_width=1.5, marker="square", **rings | {"default_size": 230})
        self.best = MapDots(stroke=INK, stroke_width=2.5, **rings | {"default_size": 200})
        words = {"font_weight": "bold", "default_size": 12, "colors": [INK], "y_offset": -7, **scales}
        self.labels = Label(x_offset=10, **words)
        # Those at the right of the map end where they stand: they would leave it.
        self.ends = Label(x_offset=-10, align="end", **words)
        dotted = [self.hollow, self.scored, self.landmarks, self.newest, self.ties, self.lit, self.best]
        marks = [self.areas, self.halos, *dotted, self.labels, self.ends]
        margin = dict.fromkeys(("top", "bottom", "left", "right"), 6)
        self.figure = Figure(marks=marks, fig_margin=margin, display_toolbar=False, layout=Layout(width="100%"))
        self.figure.add_class("osl-map-figure")
        self._whole: tuple[Place, Place] | None = None
        self._before: Mapping[Any, Place] = {}

    def close(self) -> None:
        """Closes the figure with all its parts."""
        close_all(self.figure)

    def draw(self, info: MapInfo, by: str) -> None:
        """Draws the dots."""
        size = SIZE if len(info.dots) < MANY else SIZE // 2
        landmarks = [dot for dot in info.dots if dot.is_landmark]
        others = [dot for dot in info.dots if not dot.is_landmark]
        hollow = [dot for dot in others if not dot.evaluated]
        # By the posterior, which knows every candidate, all have a colour.
        if hollow and value_by(hollow[0], by) is not None:
            _put_coloured(self.hollow, hollow, info, by, fill=True, default_size=round(size * SMALL))
        else:
            _put(self.hollow, [(dot.x, dot.y) for dot in hollow], fill=False, default_size=size)
        _put_coloured(self.scored, [dot for dot in others if dot.evaluated], info, by, default_size=size)
        _put_coloured(self.landmarks, landmarks, info, by, default_size=round(size * LANDMARK))
        _put(self.newest, [info.dots[index][1:3] for index in info.newest])
        _put(self.ties, [info.dots[index][1:3] for index in info.ties])
        self.light([info.dots[index] for index in info.lit])
        _put(self.best, [] if info.best is None else [info.dots[info.best][1:3]])

    def light(self, dots: Iterable[Dot]) -> None:
        """Rings some of the dots, and no others."""
        _put(self.lit, [(dot.x, dot.y) for dot in dots])

    def draw_regions(
        self,
        regions: Iterable[Region],
        projection: Projection,
        *,
        selected: str,
        focused: str,
        texts: Mapping[Place, str],
    ) -> None:
        """Draws regions as outlines, or, if they have none, as a halo around each of their dots.

        Args:
            regions: All regions. Only the selected and the focused one get halos.
            projection: The map.
            selected: Name of the selected region.
            focused: Name of the focused region.
            texts: What else is written at places of the map.
        """
        outlines, fills, halos, labels, ends = [], [], [], dict(texts), dict[Place, str]()
        for region in regions:
            marked = region.name in (selected, focused)
            if isinstance(region.area, Having | None):
                halos += [projection[mask] for mask in region.masks if marked and mask in projection]
                continue
            outlines.append(self._outline(region.area))
            fills.append(0.24 if marked else 0.08)
            text = region.name + (" · search goes here" if region.name == focused else "")
            # Low down, since the best candidate's label may be above.
            left, right = self._foot(outlines[-1])
            if left[0] + right[0] > self.x.min + self.x.max:
                ends[right] = text
            else:
                labels[left] = text
        self._put_areas(outlines, fills)
        _put(self.halos, halos)
        for mark, written in ((self.labels, labels), (self.ends, ends)):
            _put(mark, list(written), text=np.array(list(written.values()), dtype="U"))

    def _put_areas(self, outlines: list[list[Place]], fills: list[float]) -> None:
        corners = max(map(len, outlines), default=0)
        # A mark needs outlines of equal length, so the last corner is repeated.
        padded = np.array([outline + outline[-1:] * (corners - len(outline)) for outline in outlines], dtype=float)
        colours = [GREY] * max(1, len(outlines))
        with self.areas.hold_sync():
            self.areas.x, self.areas.y = (padded[..., 0], padded[..., 1]) if outlines else (np.empty(0), np.empty(0))
            self.areas.colors, self.areas.fill_colors, self.areas.fill_opacities = colours, colours, fills or [0.0]

    def _outline(self, area: Rectangle | Polygon) -> list[Place]:
        if isinstance(area, Polygon):
            return list(area.corners)
        (left, right), (bottom, top) = self._finite(area.x, 0), self._finite(area.y, 1)
        return [(left, top), (right, top), (right, bottom), (left, bottom)]

    def _foot(self, outline: list[Place]) -> tuple[Place, Place]:
        """Returns the left and the right end of an outline's lowest corners, or where the map ends on the way there."""
        foot = min(y for _, y in outline)
        ends = sorted(corner for corner in outline if corner[1] == foot)
        return self._on_map(ends[0]), self._on_map(ends[-1])

    def _on_map(self, place: Place) -> Place:
        (left, right), (bottom, top) = self._whole or ((place[0],) * 2, (place[1],) * 2)
        return min(max(place[0], left), right), min(max(place[1], bottom), top)

    def _finite(self, side: Place, axis: int) -> Place:
        """Returns a side without its infinite ends: they lie where the map ends."""
        low, high = (self._whole or ((0.0, 1.0), (0.0, 1.0)))[axis]
        room = high - low
        return max(side[0], low - room), min(side[1], high + room)

    # ---- which part of the map is shown ----------------------------------------------------------------------------

    def follow(self, projection: Projection) -> None:
        """Shows the whole map if it is a new one; otherwise what was shown, widened only for dots outside the map."""
        places = projection.places
        moved = any(places[mask] != place for mask, place in self._before.items() if mask in places)
        whole = _extent(places.values(), at_least=None if moved else self._whole)
        if moved or whole != self._whole:
            self._whole = whole
            self.fit()
        self._before = places

    def fit(self) -> None:
        """Shows the whole map."""
        if self._whole is not None:
            for scale, (low, high) in zip((self.x, self.y), self._whole, strict=True):
                with scale.hold_sync():
                    scale.min, scale.max = low, high


def _extent(places: Iterable[Place], *, at_least: tuple[Place, Place] | None) -> tuple[Place, Place] | None:
    points = np.array(list(places), dtype=float).reshape(-1, 2)
    if not len(points):
        return at_least
    low, high = points.min(axis=0), points.max(axis=0)
    if at_least is not None:
        (left, right), (bottom, top) = at_least
        if left <= low[0] and high[0] <= right and bottom <= low[1] and high[1] <= top:
            return at_least
        low, high = np.minimum(low, (left, bottom)), np.maximum(high, (right, top))
    # A map with one dot has no width.
    room = np.where(high > low, (high - low) * MARGIN, 1.0)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return (left, right), (bottom, top)


def _put(mark: Any, places: Sequence[Sequence[float]], **traits: Any) -> None:
    """Sets a mark's places, and what comes with them, in one message."""
    points = np.array(places, dtype=float).reshape(-1, 2)
    with mark.hold_sync():
        for name, value in {"x": points[:, 0], "y": points[:, 1], **traits}.items():
            mark.set_trait(name, value)


def _put_coloured(mark: Any, dots: Iterable[Dot], info: MapInfo, by: str, **traits: Any) -> None:
    """Sets a mark's dots in their colours, the best on top; those without one have that of the paper."""
    ramp, placed = COLOURS[by].ramp, sorted(((share(dot, info, by), dot) for dot in dots), key=lambda each: each[0])
    colours = [PAPER if value_by(dot, by) is None else colour(place, ramp) for place, dot in placed]
    _put(mark, [(dot.x, dot.y) for _, dot in placed], colors=colours or [GREY], **traits)
