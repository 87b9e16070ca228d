"""The Search Space View: the map of candidates, and regions of it to steer the search with (§5.3, Figure 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from time import monotonic
from typing import Any

from ipywidgets import HTML, Box, Button, HBox, ToggleButton, ToggleButtons, VBox

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.attention import MOST_PINNED, Attention
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.asking import Requests
from oneshot_lab.views.closing import close_all
from oneshot_lab.views.compare import compare, to_html
from oneshot_lab.views.kept import keep
from oneshot_lab.views.map_filter import FilterBar
from oneshot_lab.views.map_info import SCORES, MapInfo, Prices, find_dots, map_info
from oneshot_lab.views.map_marks import MapMarks
from oneshot_lab.views.map_pointer import MODES, MapPointer, mode_buttons
from oneshot_lab.views.map_status import lacking, legend, status_lines
from oneshot_lab.views.map_words import counted, facts, scores
from oneshot_lab.views.region_bar import RegionBar
from oneshot_lab.views.stills import map_svg

HEIGHT = "460px"
LINES = 2
"""Below the map, for which there is always room: what there is, and what is going on."""

PAUSE = 0.1
"""Seconds between two lines about an action that goes on."""


class SearchSpaceView(VBox):
    """A session's map: hollow dots are not evaluated, the others coloured by accuracy or loss, brighter is better.

    An evaluation counts as long as it holds: a training or an edit makes dots hollow again. The newest generation has
    a thin ring, the best candidate a thick one and its accuracy, and dots with all selected blocks a square.

    What is drawn with the mouse becomes a region, in the place of the last one that was drawn and neither named nor
    searched; with Shift, beside it.

    Args:
        session: The session; without a map, the view offers to make it.
        by: What dots are coloured by, `accuracy` or `loss`.
        mode: What a drag does: `rectangle`, `lasso`, `pan` or `inspect`.

    Attributes:
        session: The session.
        info: What is drawn.

    Raises:
        SessionError: It is no session, or there is no such colour or mode.
    """

    # Nothing until it is complete: `close` is also called on a view that could not be made.
    _observed: tuple[str, ...] = ()

    DOTS = ("architecture", "projection", "candidates", "generations")
    LOOKS = ("regions", "focused", "selected_region", "set_operation", "selected_blocks")
    POINTS = ("hovered_candidate", "pinned_candidates")
    LIGHTS = ("hovered_block",)
    TALK = ("status", "message", "progress")

    def __init__(self, session: SearchSession, *, by: str = "accuracy", mode: str = "rectangle", **kwargs: Any) -> None:
        _check(session, by, mode)
        self.session = session
        self._prices, self._dots = Prices(), ()
        self._positions: dict[Mask, int] = {}
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._loose, self._said, self._told = "", "", 0.0
        self._led: Mask | None = None
        self.info: MapInfo = map_info(())
        self.requests = Requests(session, self._say)
        self._build(by, mode)
        super().__init__(**({"layout": {"height": HEIGHT, "width": "100%"}} | kwargs))
        self.add_class("osl-map")
        self._owns_layout = "layout" not in kwargs
        self._follow()
        self.children = (self._head, self.filters, self._body, self._legend, self.regions, self._status)
        self._observed = (*self.DOTS, *self.LOOKS, *self.POINTS, *self.LIGHTS, *self.TALK)
        session.observe(self._changed, list(self._observed))

    def _build(self, by: str, mode: str) -> None:
        """Makes the controls; they show nothing yet."""
        self.marks = MapMarks()
        places = {"x_scale": self.marks.x, "y_scale": self.marks.y}
        self.modes = mode_buttons(mode)
        self.pointer = MapPointer(self, modes=self.modes, identity=self.session.identity, **places)
        self.marks.figure.interaction = self.pointer
        self.by = ToggleButtons(options=SCORES, value=by)
        self.filter = ToggleButton(description="Filter", tooltip="Show a part of the dots")
        self.remake = Button(description="New map", tooltip="Lay the map out again, from the places that dots have now")
        self.act = Button(description="Make the map")
        self.unpin = Button(description="Unpin", tooltip="Compare no more")
        self._title, self._empty, self._legend, self._status, self._table = (HTML() for _ in range(5))
        self._title.value = "<b>Search space</b>"
        self._head = HBox((self._title, self.by, self.filter, self.remake, self.modes))
        self._lack = VBox((self._empty, self.act))
        self._stage = Box((self._lack,))
        self._pins = VBox((self._table, self.unpin))
        self._body = Box((self._stage, self._pins))
        self.filters = FilterBar(self._redraw)
        self.filters.layout.display = "none"
        self.regions = RegionBar(self.session, self.requests, renamed=self._rename)
        names = {"head": self._head, "lack": self._lack, "stage": self._stage, "body": self._body, "pins": self._pins}
        names |= {"legend": self._legend, "status": self._status, "modes": self.modes, "by": self.by}
        for name, part in names.items():
            part.add_class(f"osl-map-{name}")
        self.by.observe(lambda _: self._redraw(), "value")
        self.filter.observe(lambda change: self._unfold(change.new), "value")
        self.remake.on_click(lambda _: self._project())
        self.act.on_click(lambda _: self._project())
        self.unpin.on_click(lambda _: self.session.set_trait("pinned_candidates", ()))

    def close(self) -> None:
        """Takes the view away; the session stays."""
        if self._observed:
            self.session.unobserve(self._changed, list(self._observed))
            self._observed = ()
            self.point(None)
            self.requests.close()
            for part in (self.regions, self.filters, self.marks, self.pointer):
                part.close()
            inner = (self._title, self.by, self.filter, self.remake, self.modes, self._empty, self.act, self._table)
            outer = (
                self.unpin,
                self._head,
                self._lack,
                self._stage,
                self._body,
                self._legend,
                self._status,
                self._pins,
            )
            close_all(*inner, *outer, *([self.layout] if self._owns_layout else []))
        super().close()

    def __repr__(self) -> str:
        # A notebook keeps it beside the view.
        return f"SearchSpaceView({self.session.architecture.name!r}, {counted(len(self._dots), 'dot')})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        """Returns what Jupyter keeps of the view in a notebook: a picture for who reads it without a kernel."""
        return keep(super()._repr_mimebundle_(**kwargs), map_svg(self.info, self.by.value))

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _changed(self, change: Any) -> None:
        if change.name in self.POINTS:
            self._point()
        elif change.name in self.LIGHTS:
            self._light()
        elif change.name in self.TALK:
            # What an action says last is shown in any case: its end is a change of the status.
            if change.name == "status" or monotonic() - self._told >= PAUSE:
                self._talk()
        else:
            self.session.soon(self._catch_up)

    def _catch_up(self) -> None:
        if self._observed:
            self._follow()

    def _follow(self) -> None:
        """Shows the session as it is now. Several traits change together; the first one of them has done all."""
        if self._is_new("dots", self.DOTS):
            self._dots = find_dots(self.session, self._prices)
            if self.session.projection is not None:
                self.marks.follow(self.session.projection)
            if self.filters.layout.display != "none":
                self.filters.follow(self._dots)
            self._redraw()
        elif self._is_new("looks", self.LOOKS):
            self._redraw()

    def _is_new(self, what: str, names: tuple[str, ...]) -> bool:
        values = tuple(getattr(self.session, name) for name in names)
        before, self._seen[what] = self._seen.get(what), values
        return before is None or any(one is not other for one, other in zip(values, before, strict=True))

    def _redraw(self) -> None:
        session, by = self.session, self.by.value
        self._is_new("looks", self.LOOKS)
        population = session.generations[-1].population if session.generations else ()
        looks = {"shown": self.filters.shown, "by": by, "population": population, "selected": session.selected_blocks}
        info = map_info(self._dots, **looks)
        if info.dots != self.info.dots:
            masks = [dot.mask for dot in info.dots]
            content = {"keys": masks, "blocks": [mask.blocks for mask in masks]}
            self.pointer.show([(dot.x, dot.y) for dot in info.dots], [facts(dot) for dot in info.dots], **content)
            self._positions = {mask: index for index, mask in enumerate(masks)}
        self.info = info
        self.marks.draw(info, by)
        if session.hovered_block:
            self._light()
        if session.projection is not None:
            best = {} if info.best is None else {info.dots[info.best][1:3]: f"best {info.dots[info.best].accuracy:.3f}"}
            focused = "" if session.focused is None else session.focused.name
            regions = {"selected": session.selected_region, "focused": focused, "texts": best}
            self.marks.draw_regions(session.regions.values(), session.projection, **regions)
        self.regions.follow()
        self._legend.value = legend(info, by)
        self._point()
        self._talk()

    def _talk(self) -> None:
        """Says what there is, what is missing, and what is going on."""
        self._told = monotonic()
        session, there = self.session, len(self._dots) > 0
        # A figure of no size complains in the browser, so it is there only with a map.
        self._stage.children = (self.marks.figure,) if there else (self._lack,)
        self._legend.layout.display = self.regions.layout.display = None if there else "none"
        self.remake.disabled = not there or session.status != IDLE
        self._empty.value, self.act.disabled = lacking(session), session.status == "mapping"
        lines = [escape(line) for line in status_lines(session, self._dots, self.info)] if there else []
        if self._said:
            lines.append(f'<span class="osl-map-said" role="alert">{escape(self._said)}</span>')
        # So that the map, and with it all dots, stays as it is when something begins or ends.
        room = ["&nbsp;"] * (LINES - len(lines)) if there else []
        self._status.value = "<br>".join(lines + room)

    def _say(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self._talk()

    def _point(self) -> None:
        """Shows what is under the pointer and what is compared: this view's own, or another's."""
        session = self.session
        places = [self._positions[mask] for mask in session.pinned_candidates if mask in self._positions]
        self.pointer.hovered = self._positions.get(session.hovered_candidate, -1)
        self.pointer.pinned = places
        dots = [self.info.dots[place] for place in places]
        self._pins.layout.display = None if dots else "none"
        if len(dots) == MOST_PINNED:
            self._table.value = to_html(compare(session.architecture, *dots))
        elif dots:
            self._table.value = f"<p><b>A</b> {escape(scores(dots[0]))} · click another dot to compare them</p>"

    def _light(self) -> None:
        """Rings the dots that have the block under the pointer, in whichever view; without one, the selected blocks."""
        block, dots = self.session.hovered_block, self.info.dots
        lit = [index for index, dot in enumerate(dots) if block in dot.mask.blocks] if block else self.info.lit
        # A ring around each of them would tell nothing.
        self.marks.light([dots[index] for index in lit] if len(lit) < len(dots) else [])

    # ---- from the pointer (`Gestures`) -----------------------------------------------------------------------------

    def choose(self, area: Mapping[str, Any], *, more: bool, done: Callable[[], None]) -> None:
        """Makes a region of what was drawn, and looks at it."""
        self.requests.ask("the region", lambda: self._choose(area, more), done=done)

    def _choose(self, area: Mapping[str, Any], more: bool) -> None:
        session, focused = self.session, self.session.focused
        kept = self._loose not in session.regions or (focused is not None and focused.name == self._loose)
        name = _free_name(session.regions) if more or kept else self._loose
        session.region(**area, name=name)
        self._loose = session.selected_region = name

    def point(self, dot: int | None) -> None:
        """Looks at a candidate; None: no longer, unless another view looks at one by now."""
        if dot is not None:
            self._led = self.session.hovered_candidate = self.info.dots[dot].mask
        elif self.session.hovered_candidate == self._led:
            self._led = self.session.hovered_candidate = None

    def click(self, dot: int | None) -> None:
        """Pins a candidate to be compared, or unpins it; beside all dots, looks at all candidates again."""
        if dot is None:
            self.session.selected_region = ""
            return
        mask, pinned = self.info.dots[dot].mask, self.session.pinned_candidates
        others = tuple(other for other in pinned if other != mask)
        self.session.pinned_candidates = others if mask in pinned else (*others, mask)[-MOST_PINNED:]

    def fit(self) -> None:
        """Shows the whole map again."""
        self.marks.fit()

    # ---- from the controls -----------------------------------------------------------------------------------------

    def _project(self) -> None:
        self.requests.follow("the map", lambda: self.session.project(wait=False))

    def _unfold(self, there: bool) -> None:
        self.filters.layout.display = None if there else "none"
        if there:
            self.filters.follow(self._dots)

    def _rename(self, old: str, new: str) -> None:  # noqa: ARG002
        self._loose = "" if self._loose == old else self._loose


def _check(session: object, by: str, mode: str) -> None:
    if not isinstance(session, Attention):
        raise SessionError(f"a {type(session).__name__}", where="SearchSpaceView", expected="a search session")
    for name, value, known in (("by", by, SCORES), ("mode", mode, tuple(MODES))):
        if not is_among(value, known):
            raise SessionError(f"{name}={shown(value)}", where="SearchSpaceView", expected=f"one of {', '.join(known)}")


def _free_name(regions: Mapping[str, object]) -> str:
    number = 1
    while f"region {number}" in regions:
        number += 1
    return f"region {number}"
