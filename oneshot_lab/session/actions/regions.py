"""Regions of the map, and the focus of the search (§5.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.architecture.mask import Mask, check_mask, prune
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.editing import Drawn
from oneshot_lab.session.actions.mapping import need_map, place
from oneshot_lab.session.actions.source import keywords, mask_code
from oneshot_lab.session.region_arguments import area_arguments, check_name, choose_area
from oneshot_lab.session.state.state import State
from oneshot_lab.space.area import Area
from oneshot_lab.space.region import Region
from oneshot_lab.space.region import where_common as find_common


def region(
    _session: Drawn,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] | None = None,
    *,
    polygon: Iterable[tuple[float, float]] | None = None,
    masks: Iterable[Mask | str] | None = None,
    blocks: Collection[str] | None = None,
    name: str | None = None,
) -> Action[Region]:
    """Chooses a region of the map, in one of four ways, and keeps it in `regions`.

    The map is made if there is none. A region with an outline or of certain blocks also contains new candidates that
    lie inside; a region of chosen candidates also contains those that were drawn from it.

    Args:
        x: The ends of a rectangle, from left to right; by default the map's whole width.
        y: Its ends from bottom to top; by default the whole height.
        polygon: Corners of an outline, in order, at least three.
        masks: The candidates themselves, also as text, as in `candidates`; those that are not on the map yet are
            placed there.
        blocks: Every candidate that has all of these blocks (the inverse of union and intersection, §7).
        name: Its name; by default "region 1" and so on. It replaces a region of the same name.

    Returns:
        The region as it is now. A region without candidates is kept as well; `message` says so.

    Raises:
        SessionError: No way or several ways of choosing are given, or a value is not a number.
        MaskError: A mask does not give a network of this architecture.
    """
    area, chosen = choose_area(_session.architecture, x=x, y=y, polygon=polygon, masks=masks, blocks=blocks)
    return AddRegion(name if name is None else check_name(name), area, tuple(chosen))


def where_common(_session: Drawn, *blocks: str, name: str | None = None) -> Action[Region]:
    """Chooses the rectangle of the map where some blocks are most common (the inverse, §7).

    Args:
        blocks: Their ids; a candidate counts if it has all of them.
        name: As for `region`.

    Returns:
        The region. If no candidate has the blocks, it is the empty one of all that have.

    Raises:
        SessionError: As `region`.
    """
    having, _ = choose_area(_session.architecture, blocks=blocks)
    return FindRegion(tuple(blocks), name if name is None else check_name(name), having)


def focus(_session: Drawn, region: Region | str | None) -> Action[None]:
    """Focuses the search on a region: from the next generation on, candidates come from there.

    First come the search's own children that are placed inside, then the candidates inside that are not evaluated, then
    new ones with the region's blocks that are placed inside. The elites stay, wherever they lie. A region without new
    networks returns evaluated ones; if it has too few, the rest comes from everywhere. Each step reports this in
    `message`.

    Args:
        region: The region or its name; None removes the focus.

    Raises:
        SessionError: There is no such region.
    """
    return Focus(_name_of(region))


def forget(_session: Drawn, region: Region | str) -> Action[None]:
    """Removes a region. If the search was focused on it, candidates come from everywhere again.

    Args:
        region: The region or its name.

    Raises:
        SessionError: There is no such region.
    """
    return Forget(_name_of(region))


@dataclass(frozen=True)
class AddRegion(Action[Region]):
    """A new region, drawn or described."""

    verb = "region"
    label = "Draw a region"

    name: str | None
    area: Area | None
    masks: tuple[Mask, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"name": self.name, **area_arguments(self.area, self.masks)}

    def run(self, context: Context) -> Region:
        """Runs it."""
        for mask in self.masks:
            check_mask(context.state.architecture, mask)
        name = self.name or _free_name(context.state)
        context.resolve(name=name)
        return _keep(context, name, self.area, self.masks)

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        values = dict(arguments)
        masks = values.pop("masks", None)
        given = [keywords(values)]
        if masks is not None:
            given.append(f"masks=[{', '.join(map(mask_code, masks))}]")
        return f"session.{verb}({', '.join(given)})"


@dataclass(frozen=True)
class FindRegion(Action[Region]):
    """The region where some blocks are most common."""

    verb = "where_common"
    label = "Find a region"

    blocks: tuple[str, ...]
    name: str | None
    having: Area | None
    """All candidates that have the blocks: the region where the map has none of them."""

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"blocks": list(self.blocks), "name": self.name}

    def run(self, context: Context) -> Region:
        """Runs it."""
        need_map(context)
        name = self.name or _free_name(context.state)
        context.resolve(name=name)
        return _keep(context, name, find_common(context.state.dots(), self.blocks) or self.having, ())

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        blocks = ", ".join(map(repr, arguments["blocks"]))
        return f"session.{verb}({blocks}, name={arguments['name']!r})"


@dataclass(frozen=True)
class Named(Action[None]):
    """An action on a region that exists."""

    region: Any
    """The region's name."""

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        return f"session.{verb}({arguments['region']!r})"


@dataclass(frozen=True)
class Focus(Named):
    """A new focus of the search; None removes it."""

    verb = "focus"
    label = "Search in a region"

    def run(self, context: Context) -> None:
        """Runs it."""
        state = context.state
        if self.region is not None:
            _check_known(state, self.region)
        state.map = replace(state.map, focus=self.region)
        context.publish_map(message=_describe_focus(state))


@dataclass(frozen=True)
class Forget(Named):
    """A removal of a region."""

    verb = "forget"
    label = "Remove a region"

    def run(self, context: Context) -> None:
        """Runs it."""
        state = context.state
        _check_known(state, self.region)
        chosen = state.map
        regions = {name: region for name, region in chosen.regions.items() if name != self.region}
        state.map = replace(chosen, regions=regions, focus=None if chosen.focus == self.region else chosen.focus)
        context.publish(message=f"{self.region} was removed")


def _keep(context: Context, name: str, area: Area | None, masks: Iterable[Mask]) -> Region:
    need_map(context)
    state = context.state
    pruned = [prune(state.architecture, mask) for mask in masks]
    place(state, pruned)
    state.map = state.map.having(Region(name, frozenset(pruned), state.architecture.block_ids, area))
    region = state.region(name)
    context.publish_map(message=_size(region))
    return region


def _name_of(region: object) -> object:
    return region.name if isinstance(region, Region) else region


def _free_name(state: State) -> str:
    return next(name for name in (f"region {number}" for number in count(1)) if name not in state.map.regions)


def _check_known(state: State, name: object) -> None:
    regions = state.map.regions
    if not is_among(name, regions):
        known = closest(name, regions) if regions else "choose one with region()"
        raise SessionError(f"there is no region {shown(name)}", where="region", remedy=known)


def _describe_focus(state: State) -> str:
    focus = state.map.focus
    if focus is None:
        return "the search has no focus"
    waits = "; the waiting population is evaluated first" if state.strategy.waits else ""
    return f"the search is focused on {_size(state.region(focus))}{waits}"


def _size(region: Region) -> str:
    count = len(region)
    return f"{region.name}: {count or 'no'} candidate{'' if count == 1 else 's'}"
