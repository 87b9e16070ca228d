"""Regions of the map, and statistics of their blocks (§5.3, Figures 9 and 10)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture import limits
from oneshot_lab.architecture import mask as sets
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.space.area import Area, Rectangle, area_from_json, area_to_json, blocks_of, mask_of
from oneshot_lab.space.projection import Projection


@dataclass(frozen=True)
class Region:
    """A set of candidates with a name and the way in which it was chosen.

    Attributes:
        name: Its name.
        masks: The candidates inside.
        block_ids: All blocks of the architecture, in template order.
        area: The condition for candidates; None if they were chosen one by one.
    """

    name: str
    masks: frozenset[Mask]
    block_ids: tuple[str, ...]
    area: Area | None = None

    def __len__(self) -> int:
        return len(self.masks)

    def __contains__(self, mask: object) -> bool:
        return mask in self.masks

    def union(self) -> frozenset[str]:
        """Returns the blocks that at least one candidate inside has (Figure 9)."""
        return sets.union(self.masks)

    def intersection(self) -> frozenset[str]:
        """Returns the blocks that all candidates inside have; no blocks if there is no candidate."""
        return sets.intersection(self.masks)

    def complement(self) -> frozenset[str]:
        """Returns the template's blocks that no candidate inside has (the paper gives no definition)."""
        return frozenset(self.block_ids) - self.union()

    def frequency(self) -> dict[str, int]:
        """Returns how many candidates inside have each block, in template order (§5.3, Figure 10)."""
        return {block: sum(block in mask for mask in self.masks) for block in self.block_ids}

    def marginals(self, *, doubt: float) -> dict[str, float]:
        """Returns the probability of each block in the region, in template order.

        Args:
            doubt: A pseudo-count: this many imagined candidates with, and as many without each block. The fewer
                candidates the region has, the nearer the probabilities are to a half; above 0 none of them is 0 or 1.
        """
        total = len(self.masks) + 2 * doubt
        return {block: (times + doubt) / total if total else 0.5 for block, times in self.frequency().items()}

    def on(self, projection: Projection, architecture: Architecture) -> Region:
        """Returns the region for a map and an architecture: with the dots that lie inside on that map."""
        if self.area is None:
            masks = frozenset(mask for mask in self.masks if mask in projection)
        else:
            holds = self.area.holds
            masks = frozenset(mask for mask, place in projection.places.items() if holds(mask, place))
        return replace(self, masks=masks, block_ids=architecture.block_ids)

    def accepts(self, masks: Iterable[Mask], projection: Projection) -> list[Mask]:
        """Returns the candidates of a map that are inside, or would be if they were added to the region.

        A region of chosen candidates has no outline; a candidate is inside if the nearest other dot is one of them.
        """
        if self.area is not None:
            return [mask for mask in masks if self.area.holds(mask, projection[mask])]
        asked = list(dict.fromkeys(masks))
        others = [mask for mask in projection if mask not in frozenset(asked) or mask in self.masks]
        if not others:
            return []
        dots = projection.coordinates(others)
        nearest = (others[index] for index in _nearest(projection.coordinates(asked), dots))
        return [mask for mask, near in zip(asked, nearest, strict=True) if near in self.masks]

    def to_json(self, write: Callable[[Mask], Any] = blocks_of) -> dict[str, Any]:
        """Returns the region as values that JSON can hold, without the blocks of the architecture.

        Args:
            write: Returns the value that stands for a mask; by default the list of its blocks.
        """
        return {
            "name": self.name,
            "masks": [write(mask) for mask in sorted(self.masks, key=blocks_of)],
            "area": None if self.area is None else area_to_json(self.area),
        }

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], *, block_ids: tuple[str, ...], read: Callable[[Any], Mask] = mask_of
    ) -> Region:
        """Reads a region that `to_json` returned.

        Args:
            data: The result of `to_json`.
            block_ids: All blocks of the architecture, in template order.
            read: Returns the mask for the value that stands for it.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
        """
        name = data["name"]
        if not is_name(name):
            raise TypeError("a region without a name")
        masks = frozenset(map(read, data["masks"]))
        return cls(name, masks, block_ids, None if data["area"] is None else area_from_json(data["area"]))


LONGEST_NAME = 60


def is_name(name: object) -> TypeGuard[str]:
    """Returns whether a text can be a region's name: short, printable and on one line."""
    return limits.wrong_text(name, longest=LONGEST_NAME) is None and bool(str(name).strip())


def where_common(projection: Projection, blocks: Collection[str], *, share: float = 0.1) -> Rectangle | None:
    """Returns where on the map these blocks are most common.

    That is around the dot with the most dots that have all of the blocks among its nearest ones; at ties, where these
    lie closest.

    Args:
        projection: The map.
        blocks: Their ids.
        share: The share of all dots that count as nearest to a dot; at least five do.

    Returns:
        The rectangle around the dots that have them; None if no dot does.
    """
    masks, dots = list(projection), projection.coordinates()
    has = np.array([frozenset(blocks) <= mask.blocks for mask in masks], dtype=bool)
    if not has.any():
        return None
    count = min(len(masks), max(5, round(share * len(masks))))
    squares = _squares(dots, dots)
    near = squares.argsort(axis=1, kind="stable")[:, :count]
    reach = np.take_along_axis(squares, near[:, -1:], axis=1)[:, 0]
    best = near[np.lexsort((reach, -has[near].sum(axis=1)))[0]]
    chosen = dots[best[has[best]]]
    (left, bottom), (right, top) = chosen.min(axis=0).tolist(), chosen.max(axis=0).tolist()
    return Rectangle((left, right), (bottom, top))


def _nearest(places: NDArray[np.float64], dots: NDArray[np.float64]) -> list[int]:
    """Returns for each place the index of the nearest dot."""
    return [int(index) for index in _squares(places, dots).argmin(axis=1)]


def _squares(places: NDArray[np.float64], dots: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = ((places[:, None] - dots) ** 2).sum(axis=-1)
    return squares
