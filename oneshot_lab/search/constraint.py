"""Size against accuracy (§7): what a candidate's size costs in its fitness, and the limit that none may exceed."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.shapes import Inference, cost, infer
from oneshot_lab.errors import SessionError, closest

MEASURES = ("parameters", "macs")

LARGEST_LIMIT = 10**18
"""Of a size: far beyond any network, and no number that a file could not hold."""


@dataclass(frozen=True)
class Constraint:
    """What size means to a search. The paper leaves it to future work (§7); this is ours.

    Attributes:
        measure: What size is: `parameters`, or `macs`, the multiply-adds for one image.
        weight: Soft: what a network as large as the whole supernet has added to its loss, in nats, before Equation 2;
            a smaller one in proportion. 0: size costs nothing.
        limit: Hard: the largest size; a candidate above it loses blocks before it is evaluated. None: no limit.

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
        # Of any library's type; kept as Python's own, which a file can hold.
        object.__setattr__(self, "weight", _number(self.weight))
        object.__setattr__(self, "limit", None if self.limit is None else _whole(self.limit, self.measure))

    def to_json(self) -> dict[str, Any]:
        """Returns the constraint as values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Constraint:
        """Returns the constraint that `to_json` wrote down.

        Raises:
            KeyError, TypeError, ValueError, SessionError: It is not of that form.
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
    try:
        number = operator.index(limit)
    except TypeError:
        number = 0
    if not 0 < number <= LARGEST_LIMIT:
        most = f", at most {LARGEST_LIMIT:,}" if number > LARGEST_LIMIT else ""
        expected = f"a whole number of {measure}{most}, or None"
        raise SessionError(f"got {limits.shown(limit)}", where="limit", expected=expected)
    return number


class Sizing:
    """A constraint at work on one architecture.

    Args:
        architecture: A repaired architecture.
        constraint: What size means.

    Raises:
        SessionError: No network of the architecture that was found is within the limit.
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
                expected=f"{self.size(self._smallest):,} or more, what the smallest network needs",
                remedy="raise the limit, or offer smaller blocks",
            )

    @cached_property
    def _inference(self) -> Inference:
        # Where size counts for nothing, nobody has to know it, not even whether the network has been repaired.
        return infer(self._architecture)

    def size(self, mask: Mask) -> int:
        """Returns the parameters or multiply-adds of a sub-network."""
        if mask not in self._sizes:
            found = cost(self._architecture, mask, inference=self._inference)
            self._sizes[mask] = getattr(found, self.constraint.measure)
        return self._sizes[mask]

    def fits(self, mask: Mask) -> bool:
        """Tells whether a sub-network is within the limit."""
        return self.constraint.limit is None or self.size(mask) <= self.constraint.limit

    def added(self, mask: Mask) -> float:
        """Returns what a sub-network's size adds to its loss, in nats."""
        if not self.constraint.weight:
            return 0.0
        return self.constraint.weight * self.size(mask) / max(self.size(Mask.full(self._architecture)), 1)

    def shrink(self, mask: Mask, *, rng: np.random.Generator) -> Mask:
        """Returns a sub-network without so many of its blocks, drawn by chance, that it is within the limit."""
        if self.fits(mask):
            return mask
        active = [block for block in self._architecture.block_ids if block in mask]
        for index in rng.permutation(len(active)):
            mask = self._without(mask, active[index])
            if self.fits(mask):
                return mask
        return self._smallest or mask

    def _without(self, mask: Mask, block: str) -> Mask:
        """Returns a sub-network without a block and what is dead then; as it was, where no network would be left."""
        smaller = Mask(mask.blocks - {block})
        return prune(self._architecture, smaller) if is_valid(self._architecture, smaller) else mask

    def _shrunk(self, mask: Mask) -> Mask:
        """Returns what is left when the block that spares most is taken out, again and again."""
        while True:
            smaller = {self._without(mask, block) for block in mask.blocks} - {mask}
            if not smaller:
                return mask
            mask = min(smaller, key=lambda each: (self.size(each), sorted(each.blocks)))
