"""The Search Space View: the map of candidates, and regions of it to steer the search with (§5.3, Figure 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from time import monotonic
from typing import Any

from ipywidgets import HTML, Box, Button, HBox, ToggleButton, ToggleButtons, VBox

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.session.attention import MOST_PINNED
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.common.asking import Requests, start
from oneshot_lab.views.common.following import Following
from oneshot_lab.views.common.kept import keep
from oneshot_lab.views.common.numbers import with_interval
from oneshot_lab.views.common.session_view import SessionView, check_session
from oneshot_lab.views.map.colours import COLOURS, OF_THE_POSTERIOR, default_colour
from oneshot_lab.views.map.estimates import NOTHING, EstimateCache, Estimates, best_of
from oneshot_lab.views.map.filter import FilterBar
from oneshot_lab.views.map.info import CostCache, Dot, MapInfo, find_dots, map_info
from oneshot_lab.views.map.marks import MapMarks
from oneshot_lab.views.map.picture import map_svg
from oneshot_lab.views.map.pins import Pins
from oneshot_lab.views.map.pointer import MODES, MapPointer, mode_buttons
from oneshot_lab.views.map.region_bar import RegionBar
from oneshot_lab.views.map.status import lacking, legend, status_lines
from oneshot_lab.views.map.words import counted, facts

HEIGHT = "460px"
LINES = 2
"""How many lines of text are reserved below the map: its contents, and what is running."""

STATUS_SECONDS = 0.1
"""How long to wait between two status lines about a running action."""


class SearchSpaceView(SessionView, VBox):
    """A session's map: hollow dots are not evaluated, the others coloured by accuracy or loss, brighter is better.

    An evaluation counts until a training or an edit makes it out of date; then its dot is hollow again. The newest
    generation has a thin ring, the best candidate a thick one and its accuracy, and dots with all selected blocks a
    square.

    Landmarks are diamonds. With them, the posterior colours all candidates, those without an evaluation as small dots,
    as long as nobody has chosen another colour. The best candidate is then that of the posterior, and a dotted ring
    marks those that cannot be told apart from it.

    What is drawn with the mouse becomes a region, in the place of the last one that was drawn and neither named nor
    searched; with Shift, beside it.

    Args:
        session: The session; without a map, the view offers to make it.
        by: What dots are coloured by: `accuracy`, `loss`, `posterior`, or `uncertainty`, half the posterior's 95 %
            interval. By default the posterior as soon as landmarks count, and the accuracy until then.
        mode: What a drag does: `rectangle`, `lasso`, `pan` or `inspect`.

    Attributes:
        session: The session.
        info: What is drawn.

    Raises:
        SessionError: It is no session, or there is no such colour or mode.
    """

    DOTS = ("architecture", "projection", "candidates", "generations", "trained_landmarks")
    LOOKS = ("regions", "focused", "selected_region", "set_operation", "selected_blocks")
    POINTS = ("hovered_candidate", "pinned_candidates")
    LIGHTS = ("hovered_block",)
    TALK = ("status", "message", "progress")
    WATCHED = (*DOTS, *LOOKS, *POINTS, *LIGHTS, *TALK)

    def __init__(
        self, session: SearchSession, *, by: str | None = None, mode: str = "rectangle", **kwargs: Any
    ) -> None:
        self.session = check_session(session, view="SearchSpaceView")
        _check(by, mode)
        self._costs, self._estimating = CostCache(), EstimateCache()
        self._estimates: Estimates = NOTHING
        self._has_chosen, self._following = by is not None, Following()
        self._dots: tuple[Dot, ...] = ()
        self._positions: dict[Mask, int] = {}
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._loose, self._said, self._told = "", "", 0.0
        self._led: Mask | None = None
        self.info: MapInfo = map_info(())
        self.requests = Requests(session, self._say)
        self._build(by or default_colour(is_calibrated=session.is_calibrated), mode)
        super().__init__(**({"layout": {"height": HEIGHT, "width": "100%"}} | kwargs))
        self.add_class("osl-map")
        self._draw()
        self.children = (self._head, self.filters, self._body, self._legend, self.regions, self._status)
        # Of these, only one is a part of the page at a time.
        self._adopt(self.requests, self.marks, self._lack)
        self._watch(session, self.WATCHED)

    def _build(self, by: str, mode: str) -> None:
        """Makes the controls; they show nothing yet."""
        self.marks = MapMarks()
        places = {"x_scale": self.marks.x, "y_scale": self.marks.y}
        self.modes = mode_buttons(mode)
        self.pointer = MapPointer(self, modes=self.modes, identity=self.session.identity, **places)
        self.marks.figure.interaction = self.pointer
        self.by = ToggleButtons(options=tuple(COLOURS), value=by, tooltips=[each.tip for each in COLOURS.values()])
        self.filter = ToggleButton(description="Filter", tooltip="Show only some of the dots")
        self.remake = Button(description="New map", tooltip="Lay the map out again, starting from the current places")
        self.act = Button(description="Make the map")
        self._title, self._empty, self._legend, self._status = (HTML() for _ in range(4))
        self._title.value = "<b>Search space</b>"
        self._head = HBox((self._title, self.by, self.filter, self.remake, self.modes))
        self._lack = VBox((self._empty, self.act))
        self._stage = Box((self._lack,))
        self.pins = Pins(self.session)
        self._body = Box((self._stage, self.pins))
        self.filters = FilterBar(partial(self.session.defer, self._redraw))
        self.filters.layout.display = "none"
        self.regions = RegionBar(self.session, self.requests, renamed=self._rename)
        names = {"head": self._head, "lack": self._lack, "stage": self._stage, "body": self._body}
        names |= {"legend": self._legend, "status": self._status, "modes": self.modes, "by": self.by}
        for name, part in names.items():
            part.add_class(f"osl-map-{name}")
        self.by.observe(self._choose_colour, "value")
        self._redraw_after(self.filter, self._unfold)
        self.remake.on_click(lambda _: self._project())
        self.act.on_click(lambda _: self._project())

    def close(self) -> None:
        """Takes the view away; the session stays."""
        if self._is_open:
            self.point(None)
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
            if change.name == "status" or monotonic() - self._told >= STATUS_SECONDS:
                self._talk()
        else:
            self._defer_drawing()

    def _draw(self) -> None:
        """Shows the session as it is now. Several traits change together; the first one of them has done all."""
        if self._is_new("dots", self.DOTS):
            self._follow_default()
            self._find()
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

    def _find(self) -> None:
        """Finds the dots. Where there are no landmarks, the posterior is worked out only for who wants to see it."""
        session = self.session
        wanted = session.is_calibrated or self.by.value in OF_THE_POSTERIOR
        self._estimates = self._estimating.of(session) if wanted else NOTHING
        self._dots = find_dots(session, self._costs, estimates=self._estimates)

    def _redraw(self) -> None:
        session, by = self.session, self.by.value
        self._is_new("looks", self.LOOKS)
        info = map_info(
            self._dots,
            shown=self.filters.shown,
            by=by,
            population=session.generations[-1].population if session.generations else (),
            selected=session.selected_blocks,
            estimates=self._estimates,
            best=best_of(session) if self._estimates.is_calibrated else None,
        )
        if info.dots != self.info.dots:
            self._show_dots(info.dots)
        self.info = info
        self.marks.draw(info, by)
        if session.hovered_block:
            self._light()
        if session.projection is not None:
            best = None if info.best is None else info.dots[info.best]
            self.marks.draw_regions(
                session.regions.values(),
                session.projection,
                selected=session.selected_region,
                focused="" if session.focused is None else session.focused.name,
                texts={} if best is None else {(best.x, best.y): _label(best, info)},
            )
        self.regions.follow()
        self._legend.value = legend(info, by)
        self._point()
        self._talk()

    def _show_dots(self, dots: tuple[Dot, ...]) -> None:
        """Sends the dots to the pointer."""
        masks = [dot.mask for dot in dots]
        places, told = [(dot.x, dot.y) for dot in dots], [facts(dot) for dot in dots]
        self.pointer.show(places, told, keys=masks, blocks=[mask.blocks for mask in masks])
        self._positions = {mask: index for index, mask in enumerate(masks)}

    def _talk(self) -> None:
        """Shows what the map contains, what is missing, and what is running."""
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
        """Shows the hovered and the compared candidates of this view or another one."""
        session = self.session
        places = [self._positions[mask] for mask in session.pinned_candidates if mask in self._positions]
        hovered = session.hovered_candidate
        self.pointer.hovered = -1 if hovered is None else self._positions.get(hovered, -1)
        self.pointer.pinned = places
        self.pins.show([self.info.dots[place] for place in places])

    def _light(self) -> None:
        """Rings the dots that have the block under the pointer, in whichever view; without one, the selected blocks."""
        block, dots = self.session.hovered_block, self.info.dots
        lit = [index for index, dot in enumerate(dots) if block in dot.mask.blocks] if block else self.info.lit
        # A ring around every dot would be useless.
        self.marks.light([dots[index] for index in lit] if len(lit) < len(dots) else [])

    # ---- from the pointer (`Gestures`) -----------------------------------------------------------------------------

    def choose(self, area: Mapping[str, Any], *, more: bool, done: Callable[[], None]) -> None:
        """Makes a region from a drawing, and selects it."""
        self.requests.ask("the region", lambda: self._choose(area, more), done=done)

    def _choose(self, area: Mapping[str, Any], more: bool) -> None:
        session, focused = self.session, self.session.focused
        kept = self._loose not in session.regions or (focused is not None and focused.name == self._loose)
        name = _free_name(session.regions) if more or kept else self._loose
        session.region(**area, name=name)
        self._loose = session.selected_region = name

    def point(self, key: Mask | None) -> None:
        """Hovers a candidate; None ends this unless another view hovers one by now."""
        if key is not None:
            self._led = self.session.hovered_candidate = key
        elif self.session.hovered_candidate == self._led:
            self._led = self.session.hovered_candidate = None

    def click(self, key: Mask | None) -> None:
        """Pins a candidate for comparison, or unpins it; a click beside all dots selects all candidates."""
        if key is None:
            self.session.selected_region = ""
            return
        pinned = self.session.pinned_candidates
        others = tuple(other for other in pinned if other != key)
        self.session.pinned_candidates = others if key in pinned else (*others, key)[-MOST_PINNED:]

    def fit(self) -> None:
        """Shows the whole map again."""
        self.marks.fit()

    # ---- from the controls -----------------------------------------------------------------------------------------

    def _choose_colour(self, change: Any) -> None:  # noqa: ARG002
        if not self._following:
            self._has_chosen = True
            self.session.defer(self._recolour)

    def _recolour(self) -> None:
        self._find()
        self._redraw()

    def _follow_default(self) -> None:
        """Colours by the posterior as soon as landmarks count, unless somebody has chosen."""
        if not self._has_chosen:
            with self._following:
                self.by.value = default_colour(is_calibrated=self.session.is_calibrated)

    def _project(self) -> None:
        self.requests.follow("the map", partial(start, self.session.project))

    def _unfold(self) -> None:
        there = self.filter.value
        self.filters.layout.display = None if there else "none"
        if there:
            self.filters.follow(self._dots)

    def _rename(self, old: str, new: str) -> None:  # noqa: ARG002
        self._loose = "" if self._loose == old else self._loose


def _label(best: Dot, info: MapInfo) -> str:
    """Returns what is written beside the best candidate."""
    if info.is_calibrated and best.estimate is not None:
        return f"best {with_interval(*best.estimate)}"
    return f"best {best.accuracy:.3f}"


def _check(by: str | None, mode: str) -> None:
    for name, value, known in (("by", by, tuple(COLOURS)), ("mode", mode, tuple(MODES))):
        if not (is_among(value, known) or (name == "by" and value is None)):
            raise SessionError(f"{name}={shown(value)}", where="SearchSpaceView", expected=f"one of {', '.join(known)}")


def _free_name(regions: Mapping[str, object]) -> str:
    number = 1
    while f"region {number}" in regions:
        number += 1
    return f"region {number}"
