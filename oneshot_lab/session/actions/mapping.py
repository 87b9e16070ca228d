"""The map of the search space: made on request, and updated with the search and with edits (§5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.session.state.state import State
from oneshot_lab.space.area import Having
from oneshot_lab.space.distance import distances
from oneshot_lab.space.projection import Projection, project
from oneshot_lab.space.projection import place as place_among
from oneshot_lab.space.region import Region

if TYPE_CHECKING:
    from oneshot_lab.session.actions.context import Context

SAMPLE = 100
"""How many candidates the first map has (§5.3: Figure 1 shows 100 subgraphs)."""

FRESH = 25
"""How many candidates are drawn for a later map if no dot has some block of the architecture, such as a new one."""

TRIES = 30
"""How many draws are made for each wanted candidate before the space counts as exhausted."""

PLACING = 0
"""Steps of work on one distance of a newcomer. Without any there is an edit path already, the shortest one between
LeNets, and within 4 % of it on average between AlexNets: a newcomer's neighbours come out the same or nearly so."""

MOST_SOLVED = 250
"""Candidates on a map beyond which its layout takes no more work for each distance than the placing of a newcomer:
the work grows with their square, and a search waits for it after an edit."""


def lay_out(context: Context, *, quietly: bool = False) -> None:
    """Lays the map out, again or for the first time.

    Args:
        context: The context of the action.
        quietly: Whether to report no progress, since the layout is not the requested action.
    """
    # This takes long and rarely checks for a stop.
    context.keep()
    state, seed = context.state, context.settings.seed
    architecture, before = state.architecture, state.dots()
    masks = [*before, *_newcomers(state, before, seed=seed)]
    context.say(f"map: distances between {len(masks)} candidates")
    found = distances(
        architecture,
        masks,
        expansions=PLACING if len(masks) > MOST_SOLVED else None,
        cache=state.distances,
        progress=None if quietly else context.share,
        should_stop=context.should_stop,
    )
    dots = project(masks, found.values, seed=seed, start=before)
    atlas = dots if state.map.atlas is None else dots.over(state.map.atlas)
    # An outline means nothing on another map: what was inside stays the region.
    outlined = [region for region in state.map.regions.values() if not isinstance(region.area, Having | None)]
    for region in outlined:
        inside = region.on(before, architecture)
        state.map = state.map.having(Region(region.name, inside.masks, architecture.block_ids))
    state.map = replace(state.map, atlas=atlas, charted=architecture)


def renew_map(context: Context) -> None:
    """Lays the map out again if the architecture has changed since; does nothing without a map."""
    state = context.state
    if state.map.atlas is None or state.architecture == state.map.charted:
        return
    began, started = now(), perf_counter()
    lay_out(context, quietly=True)
    context.publish()
    # Log it separately: the map is kept even if the step that it was made for fails.
    entry = LogEntry(began, "project", {}, round(perf_counter() - started, 3), "done")
    context.note(entry, message=described(state.dots()))


def need_map(context: Context) -> None:
    """Makes the map if there is none."""
    if context.state.map.atlas is None:
        context.begin("mapping")
        lay_out(context)


def place(state: State, masks: Iterable[Mask]) -> None:
    """Places candidates on the map, if there is one; no dot moves."""
    if state.map.atlas is not None:
        pruned = [prune(state.architecture, mask) for mask in masks]
        state.map = replace(state.map, atlas=located(state, state.dots(), pruned).over(state.map.atlas))


def located(state: State, dots: Projection, masks: Sequence[Mask]) -> Projection:
    """Returns a map with new candidates placed on it."""
    new = [mask for mask in dict.fromkeys(masks) if mask not in dots]
    if not new or not len(dots):
        return dots
    found = distances(state.architecture, new, list(dots), expansions=PLACING, cache=state.distances)
    return place_among(dots, new, found.values)


def described(dots: Projection) -> str:
    """Returns the message about a map."""
    good = "" if dots.quality is None else f", trustworthiness {dots.quality:.2f}"
    return f"map: {len(dots)} candidates{good}" + (f"; {dots.note}" if dots.note else "")


def _newcomers(state: State, before: Projection, *, seed: int) -> list[Mask]:
    """Returns the candidates that a map lacks: evaluated ones, landmarks, and random ones."""
    architecture = state.architecture
    known = [candidate.mask for candidate in state.evaluations.candidates]
    known += [landmark.mask for landmark in state.landmarks]
    masks = dict.fromkeys(mask for mask in known if mask not in before and state.exists(mask))
    missing = frozenset(architecture.block_ids).difference(*(mask.blocks for mask in before))
    wanted = max(SAMPLE - len(before), FRESH if missing else 0)
    # Use a generator of its own, so that a search with a map equals one without.
    rng = np.random.default_rng((seed, SAMPLE, len(state.map.atlas or ())))
    sampled = 0
    for _ in range(TRIES * wanted):
        if sampled >= wanted:
            break
        mask = random_mask(architecture, rng=rng)
        if mask not in before and mask not in masks:
            masks[mask] = None
            sampled += 1
    return list(masks)
