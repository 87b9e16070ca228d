"""The map and its regions as they are kept in a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.space.area import Place, blocks_of, mask_of
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region

FARTHEST = 1e9
"""Of a dot from the middle of the map; t-SNE stays within hundreds."""

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Chart:
    """A map, what it was made for, and what was chosen on it.

    Attributes:
        atlas: Every place that was given, also to candidates that the architecture has no more; None: no map.
        current: Whether it was laid out for the architecture as it is now.
        regions: By name, as they were chosen.
        focus: The name of the region that candidates come from; None: from everywhere.
    """

    atlas: Projection | None = None
    current: bool = False
    regions: Mapping[str, Region] = field(default_factory=dict)
    focus: str | None = None

    def to_json(self, write: Callable[[Mask], Any] = blocks_of) -> dict[str, Any]:
        """Returns the chart as values that JSON can hold.

        Args:
            write: Gives what stands for a mask; left out: the list of its blocks.
        """
        return {
            "atlas": None if self.atlas is None else _projection_to_json(self.atlas, write),
            "current": self.current,
            "regions": [region.to_json(write) for region in self.regions.values()],
            "focus": self.focus,
        }

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], architecture: Architecture, read: Callable[[Any], Mask] = mask_of
    ) -> Chart:
        """Returns the chart that `to_json` wrote down, for an architecture.

        Args:
            data: What `to_json` gave.
            architecture: The one that it was made for.
            read: Gives the mask for what stands for it.

        Raises:
            KeyError, TypeError, ValueError: It is not of that form.
        """
        atlas = None if data["atlas"] is None else _projection_from_json(data["atlas"], read)
        found = [Region.from_json(region, block_ids=architecture.block_ids, read=read) for region in data["regions"]]
        regions = {region.name: region for region in found}
        if len(regions) < len(found) or (regions and atlas is None):
            raise ValueError("regions of the same name, or without a map")
        focus = data["focus"]
        if focus is not None and focus not in regions:
            raise ValueError("the search was sent to no region")
        return cls(atlas, bool(data["current"]), regions, focus)


def _projection_to_json(projection: Projection, write: Callable[[Mask], Any]) -> dict[str, Any]:
    return {
        "dots": [[write(mask), x, y] for mask, (x, y) in projection.places.items()],
        "quality": projection.quality,
        "note": projection.note,
    }


def _projection_from_json(data: Mapping[str, Any], read: Callable[[Any], Mask]) -> Projection:
    places = {read(mask): _place(x, y) for mask, x, y in data["dots"]}
    quality, note = data["quality"], data["note"]
    if len(places) < len(data["dots"]):
        raise ValueError("a candidate has two places")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise TypeError("a note that is no line of text")
    return Projection(places, None if quality is None else _number(quality, most=1.0), note)


def _place(x: Any, y: Any) -> Place:
    return _number(x, most=FARTHEST), _number(y, most=FARTHEST)


def _number(value: Any, *, most: float) -> float:
    number = float(value)
    if not (math.isfinite(number) and abs(number) <= most):
        raise ValueError(f"a number of {number}")
    return number
