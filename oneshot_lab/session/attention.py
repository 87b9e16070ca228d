"""The selection on the map: set by any view or cell and followed by all of them; neither an action nor logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

from traitlets import Tuple, Unicode

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError, closest
from oneshot_lab.space.region import Region

MOST_PINNED = 2
"""How many candidates can be compared."""

SET_OPERATIONS: Mapping[str, Callable[[Region], frozenset[str]]] = {
    "union": Region.union,
    "intersection": Region.intersection,
    "complement": Region.complement,
}


@runtime_checkable
class Attention(Protocol):
    """A search with a selection on its map; a sketch has none."""

    identity: str
    regions: Mapping[str, Region]
    hovered_candidate: Mask | None
    pinned_candidates: tuple[Mask, ...]
    selected_region: str
    set_operation: str


class RegionName(Unicode):  # type: ignore[type-arg]
    """A trait for the name of one of its owner's `regions`; empty for none."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Returns the name.

        Raises:
            SessionError: There is no such region.
        """
        name = super().validate(obj, value)
        if name and name not in obj.regions:
            known = closest(name, obj.regions) if obj.regions else "choose one with region()"
            raise SessionError(f"there is no region {name!r:.80}", where=self.name or "region", remedy=known)
        return name


class SetOperation(Unicode):  # type: ignore[type-arg]
    """A trait: the name of one of the `SET_OPERATIONS`; empty: none."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Returns the name.

        Raises:
            SessionError: There is no such operation.
        """
        if not isinstance(value, str) or value not in ("", *SET_OPERATIONS):
            raise SessionError(
                f"{value!r:.80}",
                where=self.name or "operation",
                expected=f"{', '.join(SET_OPERATIONS)}, or an empty text",
                remedy=closest(value, SET_OPERATIONS) if isinstance(value, str) else None,
            )
        return super().validate(obj, value)


class Pinned(Tuple):
    """A trait for a few masks to compare."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Returns the masks.

        Raises:
            SessionError: There are too many, or a value is not a mask.
        """
        pinned: tuple[Any, ...] = super().validate(obj, value) or ()
        if len(pinned) > MOST_PINNED or not all(isinstance(mask, Mask) for mask in pinned):
            raise SessionError(
                f"{len(pinned)} values", where=self.name or "masks", expected=f"up to {MOST_PINNED} masks"
            )
        return pinned


def blocks_by(operation: str, region: Region | None) -> frozenset[str]:
    """Returns the blocks that a set operation gives for a region; none if either is missing."""
    return frozenset() if region is None or not operation else SET_OPERATIONS[operation](region)
