"""The drawing: the current network, a draft that does not fit yet, and the networks for undo and redo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair
from oneshot_lab.errors import OneShotError


@dataclass
class Drawing:
    """A network that is edited.

    Attributes:
        architecture: The network; it always fits.
        draft: The last network that was drawn, if it does not fit; otherwise None.
        problem: Why the draft does not fit.
        repairs: The repairs of the last edit or of fitting the template.
        past: The networks for undo, the nearest last.
        future: The networks for redo, the nearest last.
    """

    architecture: Architecture
    draft: Architecture | None = None
    problem: OneShotError | None = None
    repairs: tuple[Repair, ...] = ()
    past: list[Architecture] = field(default_factory=list)
    future: list[Architecture] = field(default_factory=list)

    @property
    def drawn(self) -> Architecture:
        """What an editor shows: the draft where there is one, else the architecture."""
        return self.draft or self.architecture

    def published(self) -> dict[str, Any]:
        """Returns the traits that show it."""
        return {
            "architecture": self.architecture,
            "draft": self.draft,
            "problem": self.problem,
            "repairs": self.repairs,
            "can_undo": bool(self.past),
            "can_redo": bool(self.future),
        }
