"""Size against accuracy (§7): what a candidate's size costs in its fitness, and the limit that none may exceed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.given import check_whole
from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.shapes import Inference, cost, infer
from oneshot_lab.errors import SessionError, closest

MEASURES = ("parameters", "macs")

LARGEST_LIMIT = 10**18
"""The largest size limit: far above any network, and small enough for a file."""


@dataclass(frozen=True)
class Constraint:
    """How size affects a search. The paper leaves this to future work (§7); this is our definition.

    Attributes:
        measure: The measure of size: `parameters`, or `macs`, the multiply-adds for one image.
        weight: Soft constraint: how many nats are added to the loss of a network as large as the whole supernet before
            Equation 2; smaller networks add in proportion. At 0 size has no cost.
        limit: Hard constraint: the largest size; a candidate above it loses blocks before it is evaluated. None means
            no limit.

    Raises:
        SessionError: A value is out of its range.
    """

    measure: str = "parameters"
    weight: float = 0.0
    limit: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", limits.plain(self.measure))
        if self.measure not in MEASURES:
            raise SessionError(f"got {self.measure!r}", where="measure", remedy=closest(self.measure, MEASURES))
        # Numbers of other libraries' types become Python's own, which a file can hold.
        object.__setattr__(self, "weight", _number(self.weight))
        object.__setattr__(self, "limit", None if self.limit is None else _whole(self.limit, self.measure))

    def to_json(self) -> dict[str, Any]:
        """Returns the constraint as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Constraint:
        """Reads a constraint that `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError, SessionError: The data does not have that form.
        """
        limit = data["limit"]
        return cls(str(data["measure"]), float(data["weight"]), None if limit is None else int(limit))


def _number(weight: Any) -> float:
    try:
        number = float(weight)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise SessionError(f"got {limits.shown(weight)}", where="weight", expected="0 or more nats")
    return number


def _whole(limit: Any, measure: str) -> int:
    expected = f"a whole number of {measure}, or None"
    number = check_whole(limit, where="limit", expected=expected, low=1, error=SessionError)
    if number > LARGEST_LIMIT:
        raise SessionError(f"got {limits.shown(limit)}", where="limit", expected=f"at most {LARGEST_LIMIT:,}, or None")
    return number


class Sizing:
    """A constraint applied to one architecture.

    Args:
        architecture: A repaired architecture.
        constraint: The constraint.

    Raises:
        SessionError: No network within the limit was found.
    """

    def __init__(self, architecture: Architecture, constraint: Constraint) -> None:
        self.constraint = constraint
        self._architecture = architecture
        self._sizes: dict[Mask, int] = {}
        self._smallest = self._shrunk(Mask.full(architecture)) if constraint.limit is not None else None
        if self._smallest is not None and not self.fits(self._smallest):
            raise SessionError(
                f"{constraint.limit:,} {constraint.measure}",
                where="limit",
                expected=f"{self.size(self._smallest):,} or more, the size of the smallest network",
                remedy="raise the limit, or add smaller blocks",
            )

    @cached_property
    def _inference(self) -> Inference:
        # If size does not count, do not compute it: then the network need not even be repaired.
        return infer(self._architecture)

    def size(self, mask: Mask) -> int:
        """Returns the parameters or multiply-adds of a sub-network."""
        if mask not in self._sizes:
            found = cost(self._architecture, mask, inference=self._inference)
            self._sizes[mask] = getattr(found, self.constraint.measure)
        return self._sizes[mask]

    def fits(self, mask: Mask) -> bool:
        """Returns whether a sub-network is within the limit."""
        return self.constraint.limit is None or self.size(mask) <= self.constraint.limit

    def added(self, mask: Mask) -> float:
        """Returns how much a sub-network's size adds to its loss, in nats."""
        if not self.constraint.weight:
            return 0.0
        return self.constraint.weight * self.size(mask) / max(self.size(Mask.full(self._architecture)), 1)

    def shrink(self, mask: Mask, *, rng: np.random.Generator) -> Mask:
        """Returns a sub-network with randomly chosen blocks removed until it is within the limit."""
        if self.fits(mask):
            return mask
        active = [block for block in self._architecture.block_ids if block in mask]
        for index in rng.permutation(len(active)):
            mask = self._without(mask, active[index])
            if self.fits(mask):
                return mask
        return self._smallest or mask

    def _without(self, mask: Mask, block: str) -> Mask:
        """Returns a sub-network without a block and those then without effect; unchanged if no network is left."""
        smaller = Mask(mask.blocks - {block})
        return prune(self._architecture, smaller) if is_valid(self._architecture, smaller) else mask

    def _shrunk(self, mask: Mask) -> Mask:
        """Returns the network that is left after repeatedly removing the block that saves most."""
        while True:
            smaller = {self._without(mask, block) for block in mask.blocks} - {mask}
            if not smaller:
                return mask
            mask = min(smaller, key=lambda each: (self.size(each), sorted(each.blocks)))
