"""What people look at on the map: set by any view or cell, followed by all of them; neither an action nor logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from traitlets import Dict, Enum, HasTraits, Instance, Tuple, Unicode, default, validate

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.space.region import Region

MOST_PINNED = 2
"""Candidates that are compared."""

SET_OPERATIONS: Mapping[str, Callable[[Region], frozenset[str]]] = {
    "union": Region.union,
    "intersection": Region.intersection,
    "complement": Region.complement,
}


class Attention(HasTraits):
    """The candidates and the region that people look at; what they look at in a network is `Editing`'s."""

    identity = Unicode(read_only=True, help="By this, the views on a page know that they are of the same session.")
    regions = Dict(read_only=True, help="All regions by name, oldest first, with the candidates that are inside now.")
    hovered_candidate = Instance(Mask, allow_none=True, help="The candidate under the pointer, in any view.")
    pinned_candidates = Tuple(help="The candidates that are compared, two at most; the older one first.")
    selected_region = Unicode(help="Name of the region that is looked at; empty: all candidates.")
    set_operation = Enum(("", *SET_OPERATIONS), "", help="Which of its blocks are shown: union, and so on (Figure 9).")

    def region_blocks(self) -> frozenset[str]:
        """Returns the blocks that `set_operation` gives for `selected_region`; without either of them, none."""
        region = self.regions.get(self.selected_region)
        return frozenset() if region is None or not self.set_operation else SET_OPERATIONS[self.set_operation](region)

    @default("identity")
    def _make_identity(self) -> str:
        return uuid4().hex

    @validate("selected_region")
    def _check_region(self, proposal: Mapping[str, Any]) -> str:
        name: str = proposal["value"]
        if name and name not in self.regions:
            known = closest(name, self.regions) if self.regions else "choose one with region()"
            raise SessionError(f"there is no region {name!r:.80}", where="selected_region", remedy=known)
        return name

    @validate("pinned_candidates")
    def _check_pinned(self, proposal: Mapping[str, Any]) -> tuple[Mask, ...]:
        pinned: tuple[Mask, ...] = proposal["value"]
        if len(pinned) > MOST_PINNED or not all(isinstance(mask, Mask) for mask in pinned):
            raise SessionError(
                f"{len(pinned)} values", where="pinned_candidates", expected=f"up to {MOST_PINNED} masks"
            )
        return pinned
