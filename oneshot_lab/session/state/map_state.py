"""The map state: the map, its regions and the focus, also in the form of a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import from_json, to_json
from oneshot_lab.space.area import Place, blocks_of, mask_of
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region

FARTHEST = 1e9
"""The largest coordinate of a dot; t-SNE's are in the hundreds."""

LONGEST_NOTE = 300


@dataclass(frozen=True)
class MapState:
    """A map, the architecture that it was made for, and the regions on it.

    Attributes:
        atlas: All places, also of candidates that an edit removed, which an undo restores; None without a map.
        charted: The architecture that it was laid out for; None if unknown.
        regions: By name, as they were chosen.
        focus: The name of the region that candidates come from; None for no region.
    """

    atlas: Projection | None = None
    charted: Architecture | None = None
    regions: Mapping[str, Region] = field(default_factory=dict)
    focus: str | None = None

    def having(self, region: Region) -> MapState:
        """Returns the map state with one more region, which replaces one of the same name at its place."""
        return replace(self, regions={**self.regions, region.name: region})

    def fitted(self, architecture: Architecture) -> MapState:
        """Returns the map state with the blocks of an edited architecture in its regions, as a file gives them back."""
        blocks = architecture.block_ids
        regions = {name: replace(region, block_ids=blocks) for name, region in self.regions.items()}
        return replace(self, regions=regions)

    def to_json(
        self,
        architecture: Architecture | None,
        write: Callable[[Mask], Any] = blocks_of,
        *,
        write_former: Callable[[Architecture], Any] = to_json,
    ) -> dict[str, Any]:
        """Returns the map state as values that JSON can hold.

        Args:
            architecture: The network as it is now.
            write: Returns the value that stands for a mask; by default the list of its blocks.
            write_former: Returns the value that stands for the former architecture.
        """
        current = self.charted is not None and self.charted == architecture
        return {
            "atlas": None if self.atlas is None else _projection_to_json(self.atlas, write),
            "current": current,
            "regions": [region.to_json(write) for region in self.regions.values()],
            "focus": self.focus,
            "former": None if current or self.charted is None else write_former(self.charted),
        }

    @classmethod
    def from_json(
        cls,
        data: Mapping[str, Any],
        architecture: Architecture,
        read: Callable[[Any], Mask] = mask_of,
        *,
        read_former: Callable[[Any], Architecture] = from_json,
    ) -> MapState:
        """Returns the map state that `to_json` wrote down, for an architecture.

        Args:
            data: The result of `to_json`; older files lack `former`.
            architecture: The one that it was made for.
            read: Returns the mask for the value that stands for it.
            read_former: Returns the former architecture for the value that stands for it.

        Raises:
            ArchitectureError, KeyError, TypeError, ValueError: The data does not have that form.
        """
        atlas = None if data["atlas"] is None else _projection_from_json(data["atlas"], read)
        found = [Region.from_json(region, block_ids=architecture.block_ids, read=read) for region in data["regions"]]
        regions = {region.name: region for region in found}
        if len(regions) < len(found) or (regions and atlas is None):
            raise ValueError("regions of the same name, or without a map")
        focus = data["focus"]
        if focus is not None and focus not in regions:
            raise ValueError("the focus is not a region")
        former = None if data.get("former") is None else read_former(data["former"])
        return cls(atlas, architecture if data["current"] else former, regions, focus)


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
        raise TypeError("a note that is not a line of text")
    return Projection(places, None if quality is None else _number(quality, most=1.0), note)


def _place(x: Any, y: Any) -> Place:
    return _number(x, most=FARTHEST), _number(y, most=FARTHEST)


def _number(value: Any, *, most: float) -> float:
    number = float(value)
    if not (math.isfinite(number) and abs(number) <= most):
        raise ValueError(f"a number of {number}")
    return number
