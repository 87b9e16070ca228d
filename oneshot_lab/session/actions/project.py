"""Lays the map out (§5.3, Figure 8)."""

from __future__ import annotations

from dataclasses import dataclass

from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.mapping import described, lay_out
from oneshot_lab.space.projection import Projection


def project(_session: object) -> Action[Projection]:
    """Lays the map out: about a hundred random candidates, and all evaluated ones (§5.3, Figure 8).

    The first map is made when it is first needed, also by `region`. From then on new candidates are placed without
    moving any dot. Dots move only when this is called again, or at the first step after an edit; they then start from
    their old places. Regions drawn on the old map keep the candidates that they had.

    Returns:
        The map, which becomes `projection`.

    Raises:
        StoppedError: `stop` was called; the old map is kept.
    """
    return Project()


@dataclass(frozen=True)
class Project(Action[Projection]):
    """A new layout of the map."""

    verb = "project"
    label = "Lay out the map"
    status = "mapping"

    def run(self, context: Context) -> Projection:
        """Runs it."""
        lay_out(context)
        dots = context.state.dots()
        context.publish(progress=1.0, message=described(dots))
        return dots
