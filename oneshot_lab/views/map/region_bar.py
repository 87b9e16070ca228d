"""The row of controls for regions: the selected one, its blocks as sets, and the focus of the search."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from ipywidgets import Box, Button, Dropdown, Text, ToggleButton

from oneshot_lab.errors import SessionError
from oneshot_lab.session.attention import SET_OPERATIONS
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.area import Having, Polygon, Rectangle
from oneshot_lab.space.region import Region, is_name
from oneshot_lab.views.common.asking import Requests
from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.common.following import Following

EVERYTHING = "all candidates"

TOOLTIPS = {
    "union": "Mark the blocks that at least one candidate of the region has, in the Graph View",
    "intersection": "Mark the blocks that all candidates of the region have, in the Graph View",
    "complement": "Mark the blocks that no candidate of the region has, in the Graph View",
}


class RegionBar(OwningWidget, Box):
    """Controls for a session's regions.

    Args:
        session: The session.
        requests: What asks it for actions.
        renamed: Called with the old and the new name when one is changed.
    """

    def __init__(self, session: SearchSession, requests: Requests, *, renamed: Callable[[str, str], None]) -> None:
        self.session, self._requests, self._renamed = session, requests, renamed
        self._following = Following()
        self.chosen = Dropdown(options=[(EVERYTHING, "")], tooltip="The region to show")
        self.name = Text(placeholder="name", continuous_update=False, tooltip="Rename the region")
        self.operations = {
            name: ToggleButton(description=name.capitalize(), tooltip=TOOLTIPS[name]) for name in SET_OPERATIONS
        }
        self.search = ToggleButton(description="Search here", tooltip="Draw the next candidates from this region")
        self.clear = Button(description="Clear", tooltip="Remove the region")
        self.common = Button(description="Where common", tooltip="Find where the selected blocks are most common")
        parts = (self.chosen, self.name, *self.operations.values(), self.search, self.clear, self.common)
        super().__init__(parts)
        self.add_class("osl-map-regions")
        self.chosen.observe(self._choose, "value")
        self.name.observe(self._rename, "value")
        for operation in self.operations.values():
            operation.observe(self._operate, "value")
        self.search.observe(self._focus, "value")
        self.clear.on_click(lambda _: self._forget())
        self.common.on_click(lambda _: self._find_common())

    def follow(self) -> None:
        """Shows the session's regions as they are now."""
        session = self.session
        with self._following:
            there = session.selected_region != ""
            options = [(EVERYTHING, ""), *((f"{name} · {len(r)}", name) for name, r in session.regions.items())]
            if list(self.chosen.options) != options:
                self.chosen.options = options
            self.chosen.value = self.name.value = session.selected_region
            for name, button in self.operations.items():
                button.value, button.disabled = there and session.set_operation == name, not there
            focused = session.focused
            self.search.value = there and focused is not None and focused.name == session.selected_region
            self.search.disabled = self.clear.disabled = not there
            self.name.layout.display = None if there else "none"
            self.common.disabled = not session.selected_blocks or session.projection is None

    # ---- from the controls: all but the name are the session's, and come back from there ----------------------------

    def _choose(self, change: Any) -> None:
        if not self._following and change.new is not None:
            self.session.selected_region = change.new

    def _operate(self, change: Any) -> None:
        if not self._following:
            name = next(name for name, button in self.operations.items() if button is change.owner)
            self.session.set_operation = name if change.new else ""

    def _focus(self, change: Any) -> None:
        if not self._following:
            wanted = self.session.selected_region if change.new else None
            self._requests.ask("the focus", lambda: self.session.focus(wanted), done=self.follow)

    def _forget(self) -> None:
        name = self.session.selected_region
        self._requests.ask("removing the region", lambda: self.session.forget(name), done=self.follow)

    def _find_common(self) -> None:
        blocks = self.session.selected_blocks
        name = f"most {' '.join(blocks)}"
        called = name if is_name(name) else None

        def find() -> None:
            known = frozenset(self.session.regions)
            self.session.where_common(*blocks, name=called)
            new = [region for region in self.session.regions if region not in known]
            self.session.selected_region = called or new[-1]

        self._requests.ask("the search for the blocks", find)

    def _rename(self, change: Any) -> None:
        old, new = self.session.selected_region, change.new.strip()
        if self._following or new in ("", old) or old not in self.session.regions:
            return
        self._requests.ask("the new name", lambda: self._name_anew(old, new), done=self.follow)

    def _name_anew(self, old: str, new: str) -> None:
        region, focused = self.session.regions[old], self.session.focused
        if new in self.session.regions:
            raise SessionError(f"there is a region {new!r:.80} already", where="name", remedy="choose another name")
        if region.area is None and not region.masks:
            # Its candidates come back with an undo, but by the old name only.
            raise SessionError(f"{old} has no candidates now", where="name", remedy="undo the edit that took them")
        self.session.region(**_choice(region), name=new)
        if focused is not None and focused.name == old:
            self.session.focus(new)
        self.session.forget(old)
        self.session.selected_region = new
        self._renamed(old, new)


def _choice(region: Region) -> dict[str, Any]:
    """Returns the arguments that choose a region again."""
    area = region.area
    if isinstance(area, Rectangle):
        return {name: side for name, side in (("x", area.x), ("y", area.y)) if isfinite(side[0])}
    if isinstance(area, Polygon):
        return {"polygon": area.corners}
    return {"blocks": area.blocks} if isinstance(area, Having) else {"masks": region.masks}
