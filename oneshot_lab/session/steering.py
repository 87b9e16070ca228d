"""Steering: regions of the map, and which of them the search is sent to (§5.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import count
from pathlib import Path
from typing import Any, Literal, overload

from traitlets import Instance

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask, check_mask, prune
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.session.areas import area_arguments, check_name, choose_area
from oneshot_lab.session.attention import Attention
from oneshot_lab.session.chart import Chart
from oneshot_lab.session.job import Job
from oneshot_lab.session.mapping import Mapped
from oneshot_lab.session.weights import Weights
from oneshot_lab.space.area import Area, Having
from oneshot_lab.space.region import Region, where_common


class Steering(Attention, Mapped):
    """The part of a session that keeps regions; see `SearchSession`."""

    focused = Instance(Region, allow_none=True, read_only=True, help="Where the next candidates come from.")

    def __init__(self, weights: Weights, evolution: Evolution, *, log_file: Path | None) -> None:
        self._regions: dict[str, Region] = {}
        self._focus: str | None = None
        super().__init__(weights, evolution, log_file=log_file)

    @overload
    def region(
        self,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        *,
        polygon: Iterable[tuple[float, float]] | None = None,
        masks: Iterable[Mask | str] | None = None,
        blocks: Collection[str] | None = None,
        name: str | None = None,
        wait: Literal[True] = True,
    ) -> Region: ...

    @overload
    def region(
        self,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        *,
        polygon: Iterable[tuple[float, float]] | None = None,
        masks: Iterable[Mask | str] | None = None,
        blocks: Collection[str] | None = None,
        name: str | None = None,
        wait: Literal[False],
    ) -> Job[Region]: ...

    def region(
        self,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        *,
        polygon: Iterable[tuple[float, float]] | None = None,
        masks: Iterable[Mask | str] | None = None,
        blocks: Collection[str] | None = None,
        name: str | None = None,
        wait: bool = True,
    ) -> Region | Job[Region]:
        """Chooses a part of the map, in one of four ways, and keeps it in `regions`.

        The map is made if there is none. A region on the map, or of certain blocks, takes in newcomers that come
        to lie inside; one of chosen candidates takes in those that were drawn from it.

        Args:
            x: Of a rectangle, from left to right; left out: all of the map's width.
            y: From bottom to top; left out: all of its height.
            polygon: Corners of an outline, in order, three at least.
            masks: The candidates themselves, also as text, as in `candidates`; those that are not on the map yet are
                placed there.
            blocks: Every candidate that has all of these blocks (the inverse of union and intersection, §7).
            name: What to call it; left out: "region 1" and so on. One of that name is replaced.
            wait: As for `train`.

        Returns:
            The region as it is now. One without candidates is kept as well; `message` tells.

        Raises:
            SessionError: It is chosen in none or several ways, or not by numbers.
            MaskError: A mask names no network of this architecture.
        """
        area, chosen = choose_area(self.architecture, x=x, y=y, polygon=polygon, masks=masks, blocks=blocks)
        arguments = {"name": name if name is None else check_name(name), **area_arguments(area, chosen)}

        def run() -> Region:
            for mask in chosen:
                check_mask(self.architecture, mask)
            arguments["name"] = name or self._free_name()
            return self._keep(arguments["name"], area, chosen)

        return self._act("region", run, arguments, wait=wait)

    @overload
    def where_common(self, *blocks: str, name: str | None = None, wait: Literal[True] = True) -> Region: ...

    @overload
    def where_common(self, *blocks: str, name: str | None = None, wait: Literal[False]) -> Job[Region]: ...

    def where_common(self, *blocks: str, name: str | None = None, wait: bool = True) -> Region | Job[Region]:
        """Chooses the rectangle of the map where some blocks are most common (the inverse, §7).

        Args:
            blocks: Their ids; a candidate counts if it has all of them.
            name: As for `region`.
            wait: As for `train`.

        Returns:
            The region. If no candidate has the blocks, it is the empty one of all that have.

        Raises:
            SessionError: As `region`.
        """
        having, _ = choose_area(self.architecture, blocks=blocks)
        arguments: dict[str, Any] = {"blocks": list(blocks), "name": name if name is None else check_name(name)}

        def run() -> Region:
            self._need_map()
            arguments["name"] = name or self._free_name()
            return self._keep(arguments["name"], where_common(self._dots(), blocks) or having, [])

        return self._act("where_common", run, arguments, wait=wait)

    @overload
    def focus(self, region: Region | str | None, *, wait: Literal[True] = True) -> None: ...

    @overload
    def focus(self, region: Region | str | None, *, wait: Literal[False]) -> Job[None]: ...

    def focus(self, region: Region | str | None, *, wait: bool = True) -> Job[None] | None:
        """Sends the search to a region: from the next generation on its children come from there.

        First come the search's own children, as far as they are placed inside; then the candidates inside that are
        not evaluated, and new ones bred from the region's blocks which are placed inside. The elites stay, wherever
        they are. A region whose networks are all known gives those again; what it cannot give comes from everywhere.
        Each step tells in `message`.

        Args:
            region: The region or its name; None: everywhere.
            wait: As for `train`.

        Raises:
            SessionError: There is no such region.
        """
        name = region.name if isinstance(region, Region) else region

        def run() -> None:
            if name is not None:
                self._check_known(name)
            self._focus = name
            self._publish(message=self._describe_focus())

        return self._act("focus", run, {"region": name}, wait=wait)

    @overload
    def forget(self, region: Region | str, *, wait: Literal[True] = True) -> None: ...

    @overload
    def forget(self, region: Region | str, *, wait: Literal[False]) -> Job[None]: ...

    def forget(self, region: Region | str, *, wait: bool = True) -> Job[None] | None:
        """Drops a region. If the search was sent there, its candidates come from everywhere again.

        Args:
            region: The region or its name.
            wait: As for `train`.

        Raises:
            SessionError: There is no such region.
        """
        name = region.name if isinstance(region, Region) else region

        def run() -> None:
            self._check_known(name)
            del self._regions[name]
            self._focus = None if self._focus == name else self._focus
            self._publish(message=f"{name} is forgotten")

        return self._act("forget", run, {"region": name}, wait=wait)

    def _chart(self) -> Chart:
        """Returns the map and its regions, to be kept."""
        return Chart(self._atlas, self._charted == self.architecture, dict(self._regions), self._focus)

    def _take_chart(self, chart: Chart) -> None:
        """Takes what `_chart` gave, for an equal architecture; nothing is shown before the next `_publish`."""
        self._atlas, self._charted = chart.atlas, self.architecture if chart.current else None
        self._regions, self._focus = dict(chart.regions), chart.focus

    def _show(self, **values: Any) -> None:
        before = self.regions
        super()._show(**values)
        emptied = [name for name, region in self.regions.items() if before[name].masks and not region.masks]
        if emptied:
            self._set(message=f"the edit took all candidates of {', '.join(emptied)}; undo brings them back")

    def _mirrors(self) -> dict[str, Any]:
        dots, architecture = self._dots(), self._weights.supernet.architecture
        regions = {name: region.on(dots, architecture) for name, region in self._regions.items()}
        focused = None if self._focus is None else regions[self._focus]
        looked_at = self.selected_region if self.selected_region in regions else ""
        return {**super()._mirrors(), "regions": regions, "focused": focused, "selected_region": looked_at}

    def _lay_out(self, progress: Callable[[float], None] | None = None) -> None:
        before, architecture = self._dots(), self.architecture
        super()._lay_out(progress)
        # An outline means nothing on another map: what was inside stays the region.
        for name, region in self._regions.items():
            if not isinstance(region.area, Having | None):
                inside = region.on(before, architecture)
                self._regions[name] = Region(name, inside.masks, architecture.block_ids)

    def _keep(self, name: str, area: Area | None, masks: Iterable[Mask]) -> Region:
        self._need_map()
        pruned = [prune(self.architecture, mask) for mask in masks]
        self._place(pruned)
        self._regions[name] = Region(name, frozenset(pruned), self.architecture.block_ids, area)
        region = self._here(name)
        self._publish(message=_size(region))
        return region

    def _need_map(self) -> None:
        if self._atlas is None:
            self._begin("mapping")
            self._lay_out(self._tell_share)

    def _here(self, name: str) -> Region:
        return self._regions[name].on(self._dots(), self.architecture)

    def _free_name(self) -> str:
        return next(name for name in (f"region {number}" for number in count(1)) if name not in self._regions)

    def _check_known(self, name: object) -> None:
        if not is_among(name, self._regions):
            known = closest(name, self._regions) if self._regions else "choose one with region()"
            raise SessionError(f"there is no region {shown(name)}", where="region", remedy=known)

    def _describe_focus(self) -> str:
        if self._focus is None:
            return "the search goes everywhere"
        waits = "; first the population that waits is evaluated" if self._evolution.waits else ""
        return f"the search goes to {_size(self._here(self._focus))}{waits}"


def _size(region: Region) -> str:
    count = len(region)
    return f"{region.name}: {count or 'no'} candidate{'' if count == 1 else 's'}"
