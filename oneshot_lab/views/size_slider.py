"""The slider between size and accuracy (§7): what the size of a candidate costs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import FloatSlider

from oneshot_lab.search.constraint import Constraint

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

HEAVIEST = 2.0
"""Nats that the whole supernet's size costs with the slider at its left end: more than losses differ by."""


class SizeSlider(FloatSlider):
    """Small networks on the left, accurate ones on the right.

    Args:
        session: The session.
        take: Called with the weight that a person has chosen, in nats.
    """

    _shown: Constraint | None = None
    _showing = False

    def __init__(self, session: SearchSession, take: Callable[[float], None]) -> None:
        super().__init__(
            1.0, min=0.0, max=1.0, step=0.05, readout=False, continuous_update=False,
            tooltip="How much a candidate's size counts against its loss, from the next generation on",
        )  # fmt: skip
        self._session, self._take = session, take
        self.observe(self._move, "value")

    def show(self, *, anew: bool = False) -> None:
        """Shows what holds now, if that is new: where a job keeps the kernel busy, it stays where it was moved to.

        Args:
            anew: Also what was shown already, since what it was moved to could not be taken.
        """
        constraint = self._session.constraint
        if not anew and constraint == self._shown:
            return
        self._shown = constraint
        # A weight beyond the left end stands there: nobody has asked for the one that belongs to it.
        self._showing = True
        try:
            self.value = 1.0 - min(constraint.weight / HEAVIEST, 1.0) ** 0.5
        finally:
            self._showing = False

    def _move(self, change: Any) -> None:
        if not self._showing:
            self._take(round(HEAVIEST * (1.0 - change.new) ** 2, 4))
