"""A network to draw and print, without data and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.templates import fit_template
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.runtime.live import Doable, Doing
from oneshot_lab.session.state.drawing import Drawing


class Sketch(Editing):
    """An architecture by itself, to draw a network and print it; no data, no search.

    Args:
        architecture: The first architecture, or a template's name; it is repaired.

    Raises:
        ArchitectureError: There is no such template.
        ShapeError: It cannot be made to fit.
    """

    def __init__(self, architecture: Architecture | str) -> None:
        fitted, repairs = fit_template(architecture) if isinstance(architecture, str) else repair(architecture)
        super().__init__()
        self.state = SketchState(Drawing(fitted, repairs=repairs))
        self._publish()

    def _context_of(self, action: Doable[Any]) -> Doing:
        # Edits use the drawing alone.
        nothing = cast("Any", None)
        return Context(self, action, state=cast("Any", self.state), settings=nothing, saving=nothing)

    def _publish(self, **values: Any) -> None:
        self._set(**(self.state.drawing.published() | values))


@dataclass
class SketchState:
    """The state of a sketch: only a drawing."""

    drawing: Drawing

    @property
    def architecture(self) -> Architecture:
        """The current network."""
        return self.drawing.architecture

    def become(self, architecture: Architecture) -> None:
        """Sets an edited network."""
        self.drawing.architecture = architecture
