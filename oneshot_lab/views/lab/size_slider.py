"""The slider between size and accuracy (§7): what the size of a candidate costs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipywidgets import FloatSlider

from oneshot_lab.search.constraint import Constraint
from oneshot_lab.views.common.following import Following

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

HEAVIEST = 2.0
"""The weight, in nats, with the slider at its left end: more than losses differ by."""


class SizeSlider(FloatSlider):
    """Small networks on the left, accurate ones on the right.

    Args:
        session: The session.
        take: Called with the weight that the user chose, in nats.
    """

    _shown: Constraint | None = None

    def __init__(self, session: SearchSession, take: Callable[[float], None]) -> None:
        super().__init__(
            1.0, min=0.0, max=1.0, step=0.05, readout=False, continuous_update=False,
            tooltip="How much size adds to a candidate's loss, from the next generation on",
        )  # fmt: skip
        self._session, self._take = session, take
        self._following = Following()
        self.observe(self._move, "value")

    def show(self, *, anew: bool = False) -> None:
        """Shows the current weight if it is new; while a job keeps the kernel busy, the slider stays where it is.

        Args:
            anew: Also if it was shown already, since the weight that the slider was moved to was refused.
        """
        constraint = self._session.constraint
        if not anew and constraint == self._shown:
            return
        self._shown = constraint
        # Show a weight beyond the left end at that end, without requesting the weight of the end.
        with self._following:
            self.value = 1.0 - min(constraint.weight / HEAVIEST, 1.0) ** 0.5

    def _move(self, change: Any) -> None:
        if not self._following:
            self._take(round(HEAVIEST * (1.0 - change.new) ** 2, 4))
