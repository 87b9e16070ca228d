"""Proposes the next candidates of a search that is focused on a region (§5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.mapping import located
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from oneshot_lab.space.sampling import breed

LITTERS = 3
"""How often children of the search are drawn before the region's own candidates are used."""

DRAWN, PLACED = 10, 3
"""Children of the search that are drawn, and of those nobody has evaluated that are placed, for each that is wanted."""

SMALLEST = 16
"""How many children are placed at a time, at least."""


class Proposals:
    """Proposes the candidates of a region in place of a search's own children.

    Args:
        context: The search.
        name: The region's name.

    Attributes:
        said: The part of the message about how many it proposed; empty if it was not called.
    """

    def __init__(self, context: Context, name: str) -> None:
        self._context, self._state, self._name = context, context.state, name
        self.said = ""

    def propose(self, wanted: int, rng: np.random.Generator) -> list[Mask]:
        """Returns candidates of the region: children, candidates without evaluation, new ones, then evaluated ones.

        Children come first because only they depend on losses. With the others first, a steered search was slower than
        an unsteered one; this way it is faster (`make bench-steering`).
        """
        name = self._name
        new = self._children(self._state.region(name), wanted)
        dots = [mask for mask in self._state.dots() if mask in self._state.region(name)]
        unevaluated = [mask for mask in dots if self._state.known(mask) is None and mask not in new]
        shuffled = [unevaluated[index] for index in rng.permutation(len(unevaluated))]
        new += self._state.strategy.ranked(shuffled)[: wanted - len(new)]
        if len(new) < wanted:
            new += self._bred(self._state.region(name), wanted - len(new), rng)
        short = ", which gives no more: widen it, or focus elsewhere" if dots else ", which has no candidates"
        self.said = f"; {len(new)} of {wanted} new candidates from {name}{short if len(new) < wanted else ''}"
        return [*new, *self._ranked(dots)]

    def _children(self, region: Region, wanted: int) -> list[Mask]:
        """Returns children of the last generation that are not evaluated and are placed inside a region."""
        found: list[Mask] = []
        for _ in range(LITTERS):
            missing = wanted - len(found)
            if not missing or not region:
                break
            drawn = [prune(self._state.architecture, child) for child in self._state.strategy.offers(DRAWN * missing)]
            litter = [mask for mask in dict.fromkeys(drawn) if mask not in found and self._state.known(mask) is None]
            found += self._settled(region.name, litter[: max(SMALLEST, PLACED * missing)], missing)
        return found

    def _settled(self, name: str, masks: Sequence[Mask], most: int) -> list[Mask]:
        """Returns at most this many of the candidates that are inside a region, and places them on the map."""
        dots = self._state.dots()
        strangers = [mask for mask in masks if mask not in dots]
        placed = located(self._state, dots, strangers) if strangers else dots
        inside = self._state.region(name).accepts([mask for mask in masks if mask in placed], placed)[:most]
        self._welcome(name, placed, [mask for mask in inside if mask not in dots])
        return inside

    def _bred(self, region: Region, wanted: int, rng: np.random.Generator) -> list[Mask]:
        """Returns new candidates that are placed inside a region, and adds them to the map."""
        dots = self._state.dots()
        grown = breed(
            region, wanted, projection=dots, draw=self._draw_mask, locate=partial(located, self._state), rng=rng
        )
        children = [mask for mask in grown if mask not in dots]
        self._welcome(region.name, grown, children)
        return children

    def _welcome(self, name: str, placed: Projection, newcomers: Iterable[Mask]) -> None:
        """Adds new candidates to the map, at their places on another one, and to a region."""
        arrived = frozenset(newcomers)
        if not arrived:
            return
        state = self._state
        kept, dots, atlas = state.map.regions[name], state.dots(), state.map.atlas
        grown = placed.only(lambda mask: mask in dots or mask in arrived)
        chosen = state.map.having(replace(kept, masks=kept.masks | arrived))
        state.map = replace(chosen, atlas=grown if atlas is None else grown.over(atlas))
        self._context.publish_map()

    def _ranked(self, masks: Iterable[Mask]) -> list[Mask]:
        """Returns the evaluated ones among these candidates, the lowest loss first."""
        known = [candidate for candidate in map(self._state.known, masks) if candidate is not None]
        ranked = sorted(known, key=lambda candidate: candidate.loss if np.isfinite(candidate.loss) else np.inf)
        return [candidate.mask for candidate in ranked]

    def _draw_mask(self, chances: Mapping[str, float], rng: np.random.Generator) -> Mask:
        return random_mask(self._state.architecture, rng=rng, probabilities=chances)
