"""What a region gives to the search that was sent there: its next candidates (§5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.search.evolution import Propose
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.candidates import Candidate
from oneshot_lab.session.steering import Steering
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region
from oneshot_lab.space.sampling import breed

LITTERS = 3
"""Times that the search is asked for children before the region's own are taken."""

DRAWN, PLACED = 10, 3
"""Children of the search that are drawn, and of those nobody has evaluated that are placed, for each that is wanted."""

SMALLEST = 16
"""Children that are placed at a time, however few are wanted."""


class Proposing(Steering):
    """The part of a session that draws from regions; see `SearchSession`."""

    _drawn_from = ""

    def _proposals(self) -> Propose | None:
        """Returns what gives the next candidates in place of children; None: the search goes its own way."""
        self._drawn_from = ""
        return None if self._focus is None else self._propose

    def _propose(self, wanted: int, rng: np.random.Generator) -> list[Mask]:
        """Gives candidates of the region: children, those that nobody evaluated, new ones, then those that are known.

        Children come first because they alone are chosen by what the losses have shown. With the others first, a
        steered search was slower than one that is left alone; this way it is faster (`make bench-steering`).
        """
        name = self._focus or ""
        new = self._children(self._here(name), wanted)
        dots = [mask for mask in self._dots() if mask in self._here(name)]
        unevaluated = [mask for mask in dots if self._known(mask) is None and mask not in new]
        new += [unevaluated[index] for index in rng.permutation(len(unevaluated))[: wanted - len(new)]]
        if len(new) < wanted:
            new += self._bred(self._here(name), wanted - len(new), rng)
        short = ", which gives no more: widen it, or focus elsewhere" if dots else ", which has no candidates"
        self._drawn_from = f"; {len(new)} of {wanted} new candidates from {name}{short if len(new) < wanted else ''}"
        return [*new, *self._ranked(dots)]

    def _children(self, region: Region, wanted: int) -> list[Mask]:
        """Returns children of the last generation that nobody evaluated and that are placed inside a region."""
        found: list[Mask] = []
        for _ in range(LITTERS):
            missing = wanted - len(found)
            if not missing or not region:
                break
            drawn = [prune(self.architecture, child) for child in self._evolution.children(DRAWN * missing)]
            litter = [mask for mask in dict.fromkeys(drawn) if mask not in found and self._known(mask) is None]
            found += self._settled(region.name, litter[: max(SMALLEST, PLACED * missing)], missing)
        return found

    def _settled(self, name: str, masks: Sequence[Mask], most: int) -> list[Mask]:
        """Returns those candidates, so many at most, that are inside a region; they are on the map from then on."""
        dots = self._dots()
        strangers = [mask for mask in masks if mask not in dots]
        placed = self._located(dots, strangers) if strangers else dots
        inside = self._here(name).accepts([mask for mask in masks if mask in placed], placed)[:most]
        self._welcome(name, placed, [mask for mask in inside if mask not in dots])
        return inside

    def _bred(self, region: Region, wanted: int, rng: np.random.Generator) -> list[Mask]:
        """Returns new candidates that are placed inside a region; they are on the map from then on."""
        dots = self._dots()
        grown = breed(region, wanted, projection=dots, draw=self._draw_mask, locate=self._located, rng=rng)
        children = [mask for mask in grown if mask not in dots]
        self._welcome(region.name, grown, children)
        return children

    def _welcome(self, name: str, placed: Projection, newcomers: Iterable[Mask]) -> None:
        """Puts newcomers on the map, at the places that they have on another one, and into a region."""
        arrived = frozenset(newcomers)
        if not arrived:
            return
        kept, dots = self._regions[name], self._dots()
        grown = placed.only(lambda mask: mask in dots or mask in arrived)
        self._atlas = grown if self._atlas is None else grown.over(self._atlas)
        self._regions[name] = replace(kept, masks=kept.masks | arrived)
        self._set(**self._mirrors())

    def _ranked(self, masks: Iterable[Mask]) -> list[Mask]:
        """Returns those candidates that are evaluated, the lowest loss first."""
        known = [candidate for candidate in map(self._known, masks) if candidate is not None]
        ranked = sorted(known, key=lambda candidate: candidate.loss if np.isfinite(candidate.loss) else np.inf)
        return [candidate.mask for candidate in ranked]

    def _known(self, mask: Mask) -> Candidate | None:
        return self._ledger.find(self.architecture, mask, self._weights.version)

    def _draw_mask(self, chances: Mapping[str, float], rng: np.random.Generator) -> Mask:
        return random_mask(self.architecture, rng=rng, probabilities=chances)
