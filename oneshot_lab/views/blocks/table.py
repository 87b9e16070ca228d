"""The values that the Block Information View draws for a region or for all candidates (§5.3, Figure 10)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.mask import Mask, is_valid
from oneshot_lab.architecture.model import Architecture, Component
from oneshot_lab.architecture.params import format_params
from oneshot_lab.search.effects import posterior_effects
from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.search.generation import Generation

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

HISTORY = 5
"""How many earlier generations are drawn behind the newest."""

ORDERS = ("template", "frequency", "fitness", "effect")
"""The orders of blocks: by position in the template, or by a value, the highest first."""

Share = float | None

UNKNOWN = Marginal(math.nan, math.nan, math.nan, 0, 0)


class BlockRow(NamedTuple):
    """The values of one block.

    Attributes:
        block: Its id.
        layer: Its layer's id.
        label: Its components, in short.
        having: Candidates inside that have it.
        frequency: The same as a share; None if nobody is inside.
        fitness: Share of the newest generation's candidates inside that have it (§3.1.6); None if there are none,
            or the block is newer.
        effect: Its marginal effect on the loss, over the candidates inside whose evaluation still holds; or, where
            landmarks count, on the posterior mean of accuracy, in points.
        earlier_frequency: `frequency` after each of the generations before, oldest first.
        earlier_fitness: `fitness` in each of them.
    """

    block: str
    layer: str
    label: str
    having: int
    frequency: Share
    fitness: Share
    effect: Marginal
    earlier_frequency: tuple[Share, ...] = ()
    earlier_fitness: tuple[Share, ...] = ()


class BlockTable(NamedTuple):
    """The blocks of a region, or of all candidates.

    Attributes:
        region: Name of the region; empty: everything.
        candidates: How many are inside, evaluated or not.
        evaluated: How many of them have a finite loss that still holds; where landmarks count, with landmarks.
        generation: Index of the newest generation; None before the first.
        inside: How many of its candidates are inside.
        rows: The blocks, in template order.
        in_points: Whether effects are points of accuracy, by the posterior, since landmarks count.
    """

    region: str
    candidates: int
    evaluated: int
    generation: int | None
    inside: int
    rows: tuple[BlockRow, ...]
    in_points: bool = False


def block_table(session: SearchSession) -> BlockTable:
    """Returns the values of each block in the selected region, or among all candidates.

    The frequency of a block after an earlier generation excludes candidates that were first evaluated later. The
    regions and the map are the current ones.
    """
    architecture, region = session.architecture, session.regions.get(session.selected_region)
    members = list(_everybody(session) if region is None else region.masks)
    recent = session.generations[-HISTORY - 1 :]
    # For all candidates, include those that an edit has removed since: the search had them then.
    inside = None if region is None else region.masks
    populations = [_only(generation.population, inside) for generation in recent]
    having, since = _bits(architecture, members), _first_generations(session, members)
    now = _shares(having)
    frequencies = [_shares(having[since <= generation.index]) for generation in recent[:-1]]
    fitness = [
        _fitness(session, generation, population) for generation, population in zip(recent, populations, strict=True)
    ]
    effects, evaluated = _by_posterior(session, inside) if session.is_calibrated else _by_loss(session, inside)
    rows = [
        BlockRow(
            block=block.id,
            layer=architecture.layer_of[block.id].id,
            label=", ".join(map(_label, block.components)),
            having=int(having[:, place].sum()),
            frequency=now[place],
            fitness=fitness[-1][place] if fitness else None,
            # An edit in the worker may be ahead of what is drawn, which is drawn again then.
            effect=effects.get(block.id, UNKNOWN),
            earlier_frequency=tuple(shares[place] for shares in frequencies),
            earlier_fitness=tuple(shares[place] for shares in fitness[:-1]),
        )
        for place, block in enumerate(architecture.blocks)
    ]
    return BlockTable(
        region="" if region is None else region.name,
        candidates=len(members),
        evaluated=evaluated,
        generation=recent[-1].index if recent else None,
        inside=len(populations[-1]) if recent else 0,
        rows=tuple(rows),
        in_points=session.is_calibrated,
    )


def ordered(rows: Sequence[BlockRow], order: str) -> tuple[BlockRow, ...]:
    """Returns the blocks in one of `ORDERS`: those without a value last, equal ones in template order."""
    if order == "template":
        return tuple(rows)

    def key(row: BlockRow) -> float:
        value = row.effect.effect if order == "effect" else getattr(row, order)
        return np.inf if value is None or np.isnan(value) else -value

    return tuple(sorted(rows, key=key))


def is_sure(effect: Marginal) -> bool:
    """Returns whether the 95 % interval of an effect lies on one side of zero; without an interval, it does not."""
    return effect.low > 0 or effect.high < 0


def _label(component: Component) -> str:
    return f"{component.kind} {format_params(get_kind(component.kind), component.values)}".strip()


# Details -------------------------------------------------------------------------------------------------------------


def _everybody(session: SearchSession) -> Collection[Mask]:
    """Returns all candidates that the architecture has now: the map's dots; without a map, those evaluated."""
    if session.projection is not None:
        return list(session.projection)
    known = dict.fromkeys(session.candidate_masks)
    return [mask for mask in known if is_valid(session.architecture, mask)]


def _by_loss(session: SearchSession, inside: frozenset[Mask] | None) -> tuple[Mapping[str, Marginal], int]:
    """Returns the effect of each block on the loss, and over how many candidates."""
    table = session.candidates
    rows = zip(session.candidate_masks, table["loss"], table["stale"], strict=True)
    found = [(mask, loss) for mask, loss, stale in rows if not stale and (inside is None or mask in inside)]
    losses = [loss for _, loss in found]
    return marginal_effect(session.architecture, [mask for mask, _ in found], losses), int(np.isfinite(losses).sum())


def _by_posterior(session: SearchSession, inside: frozenset[Mask] | None) -> tuple[Mapping[str, Marginal], int]:
    """Returns the effect of each block in points of accuracy, by the posterior, and over how many candidates."""
    known = session.posterior()
    masks = _only(known.masks, inside)
    effects = posterior_effects(known.posterior, masks)
    points = {
        block: replace(each, effect=100 * each.effect, low=100 * each.low, high=100 * each.high)
        for block, each in effects.items()
    }
    return points, len(masks)


def _fitness(session: SearchSession, generation: Generation, masks: Sequence[Mask]) -> list[Share]:
    """Returns the share of these candidates of a generation that has each block; None for later blocks."""
    shares = zip(session.architecture.block_ids, _shares(_bits(session.architecture, masks)), strict=True)
    # Generations of another template may have had other blocks with the same ids.
    scored = session.block_fitness.keys() & generation.block_fitness.keys()
    return [share if block in scored else None for block, share in shares]


def _only(masks: Sequence[Mask], inside: frozenset[Mask] | None) -> list[Mask]:
    return [mask for mask in masks if inside is None or mask in inside]


def _first_generations(session: SearchSession, masks: Sequence[Mask]) -> NDArray[np.int64]:
    """Returns the generation that each candidate was first evaluated for; -1 if it was evaluated for none."""
    table, first = session.candidates, dict[Mask, int]()
    for mask, index in zip(session.candidate_masks, table["generation"].fillna(-1).astype(int), strict=True):
        first.setdefault(mask, index)
    return np.array([first.get(mask, -1) for mask in masks], dtype=np.int64)


def _bits(architecture: Architecture, masks: Sequence[Mask]) -> NDArray[np.bool_]:
    """Returns which block each candidate has, (candidates, blocks)."""
    bits = [mask.bits(architecture) for mask in masks]
    return np.array(bits, dtype=bool).reshape(len(masks), len(architecture.block_ids))


def _shares(having: NDArray[np.bool_]) -> list[Share]:
    """Returns the share of the candidates that has each block; None without candidates."""
    shares: list[Share] = having.mean(axis=0).tolist() if len(having) else [None] * having.shape[1]
    return shares
