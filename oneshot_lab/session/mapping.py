"""The map of the search space: made when it is asked for, and kept up with the search and the edits (§5.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, overload

import numpy as np
from traitlets import Instance

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.operators import random_mask
from oneshot_lab.session.actions import now
from oneshot_lab.session.job import Job
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.state import SessionState
from oneshot_lab.session.weights import Weights
from oneshot_lab.space.distance import distances
from oneshot_lab.space.known import Known
from oneshot_lab.space.projection import Projection, place, project

SAMPLE = 100
"""Candidates on the first map (§5.3: Figure 1 shows 100 subgraphs)."""

FRESH = 25
"""Candidates drawn for a later map where no dot has a block that the architecture has, such as a new one."""

TRIES = 30
"""Draws for each candidate that is wanted, before the space is taken to have no more."""

PLACING = 0
"""Steps of work on one distance of a newcomer. Without any there is an edit path already, the shortest one between
LeNets, and within 4 % of it on average between AlexNets: a newcomer's neighbours come out the same or nearly so."""

MOST_SOLVED = 250
"""Candidates on a map beyond which its layout takes no more work for each distance than the placing of a newcomer:
the work grows with their square, and a search waits for it after an edit."""


class Mapped(SessionState):
    """The part of a session that keeps the map; see `SearchSession`."""

    projection = Instance(
        Projection, allow_none=True, read_only=True, help="Places of candidates on the map; None until it is made."
    )

    seed: int

    def __init__(self, weights: Weights, evolution: Evolution, *, log_file: Path | None) -> None:
        # Every place that was given, also to candidates that an edit took away: an undo brings them back.
        self._atlas: Projection | None = None
        self._charted: Architecture | None = None
        self._distances = Known()
        self._shown: tuple[Projection | None, Architecture | None, Projection] = None, None, Projection()
        super().__init__(weights, evolution, log_file=log_file)

    @overload
    def project(self, *, wait: Literal[True] = True) -> Projection: ...

    @overload
    def project(self, *, wait: Literal[False]) -> Job[Projection]: ...

    def project(self, *, wait: bool = True) -> Projection | Job[Projection]:
        """Lays the map out: about a hundred random candidates, and all that were evaluated (§5.3, Figure 8).

        The first map is made when it is first needed, also by `region`. From then on newcomers are placed without
        moving anyone. Dots move only when this is called again, or at the first step after an edit; they then start
        from their old places. Regions drawn on the old map keep the candidates that they had.

        Args:
            wait: As for `train`.

        Returns:
            The map, which is `projection` from now on.

        Raises:
            StoppedError: `stop` was called; the old map is still there.
        """

        def run() -> Projection:
            self._lay_out(self._tell_share)
            self._publish(progress=1.0, message=self._describe())
            return self._dots()

        return self._act("project", run, {}, wait=wait, status="mapping")

    def _tell_share(self, share: float) -> None:
        self._set(progress=share)

    def _publish(self, **values: Any) -> None:
        super()._publish(**(self._mirrors() | values))

    def _mirrors(self) -> dict[str, Any]:
        """Returns the traits that show the map as it is now."""
        return {"projection": None if self._atlas is None else self._dots()}

    def _dots(self) -> Projection:
        """Returns the map of the candidates that the architecture has now."""
        atlas, architecture = self._atlas or Projection(), self._weights.supernet.architecture
        known, fitting, dots = self._shown
        if known is not self._atlas or fitting is not architecture:
            dots = atlas.only(self._exists)
            self._shown = self._atlas, architecture, dots
        return dots

    def _exists(self, mask: Mask) -> bool:
        """Tells whether a mask is a candidate of the architecture as it is now, without dead blocks."""
        architecture = self._weights.supernet.architecture
        return is_valid(architecture, mask) and prune(architecture, mask) == mask

    def _lay_out(self, progress: Callable[[float], None] | None = None) -> None:
        architecture, before = self.architecture, self._dots()
        masks = [*before, *self._newcomers(before)]
        self._set(message=f"map: distances between {len(masks)} candidates")
        found = distances(
            architecture,
            masks,
            expansions=PLACING if len(masks) > MOST_SOLVED else None,
            known=self._distances,
            progress=progress,
            should_stop=self._should_stop,
        )
        dots = project(masks, found.values, seed=self.seed, start=before)
        self._atlas = dots if self._atlas is None else dots.over(self._atlas)
        self._charted = architecture

    def _renew_map(self) -> None:
        """Lays the map out again if the architecture has changed since; nothing while there is no map."""
        if self._atlas is not None and self.architecture != self._charted:
            began, started = now(), perf_counter()
            self._lay_out()
            # Logged by itself: it stays, whatever becomes of the step that it was made for.
            entry = LogEntry(began, "project", {}, round(perf_counter() - started, 3), "done")
            self._note(entry, **self._mirrors(), message=self._describe())

    def _newcomers(self, before: Projection) -> list[Mask]:
        """Returns the candidates that a map lacks: those that were evaluated, and random ones."""
        evaluated = (candidate.mask for candidate in self._ledger.candidates if self._exists(candidate.mask))
        masks = dict.fromkeys(mask for mask in evaluated if mask not in before)
        missing = frozenset(self.architecture.block_ids).difference(*(mask.blocks for mask in before))
        wanted = max(SAMPLE - len(before), FRESH if missing else 0)
        # From a generator of its own: a search that is watched goes as one that is not.
        rng = np.random.default_rng((self.seed, SAMPLE, len(self._atlas or ())))
        sampled = 0
        for _ in range(TRIES * wanted):
            if sampled >= wanted:
                break
            mask = random_mask(self.architecture, rng=rng)
            if mask not in before and mask not in masks:
                masks[mask] = None
                sampled += 1
        return list(masks)

    def _place(self, masks: Iterable[Mask]) -> None:
        """Puts candidates on the map, where there is one; nobody moves."""
        if self._atlas is not None:
            pruned = [prune(self.architecture, mask) for mask in masks]
            self._atlas = self._located(self._dots(), pruned).over(self._atlas)

    def _located(self, dots: Projection, masks: Sequence[Mask]) -> Projection:
        """Returns a map with newcomers on it."""
        new = [mask for mask in dict.fromkeys(masks) if mask not in dots]
        if not new or not len(dots):
            return dots
        found = distances(self.architecture, new, list(dots), expansions=PLACING, known=self._distances)
        return place(dots, new, found.values)

    def _describe(self) -> str:
        dots = self._dots()
        good = "" if dots.quality is None else f", trustworthiness {dots.quality:.2f}"
        return f"map: {len(dots)} candidates{good}" + (f"; {dots.note}" if dots.note else "")
