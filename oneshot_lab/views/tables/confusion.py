"""The confusion matrix of a network as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ipywidgets import DOMWidget
from traitlets import Bool, List, Unicode

from oneshot_lab.supernet.confusion import Confusion
from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION

MOST_NUMBERS = 20
"""With more classes than this, cells are too small for numbers and show only colour."""

LONGEST = 100
"""Characters of a class's name that are sent, at most."""


class ConfusionMatrix(OwningWidget, DOMWidget):
    """A confusion matrix: true classes in rows, predicted ones in columns, shaded by the share of the row.

    A line describes the cell under the pointer or the keyboard; with many classes, the most confused pairs are listed
    beside the matrix.

    Args:
        label: What it is called, for who cannot see where it stands.
    """

    _model_name = Unicode("ConfusionModel").tag(sync=True)
    _view_name = Unicode("ConfusionView").tag(sync=True)
    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    names = List(Unicode(), read_only=True).tag(sync=True)
    counts: List[Any] = List(read_only=True).tag(sync=True)
    label = Unicode(read_only=True).tag(sync=True)
    compact = Bool(False, read_only=True, help="Whether cells are too many for numbers.").tag(sync=True)

    def __init__(self, *, label: str) -> None:
        # Before the comm opens, which then brings it.
        self.set_trait("label", label)
        super().__init__()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label!r}, {len(self.names)} classes)"

    def show(self, confusion: Confusion, class_names: Sequence[str] = ()) -> None:
        """Draws a matrix; an empty one is not seen.

        Args:
            confusion: The counts.
            class_names: By number; without them classes are called by their numbers.
        """
        names = [printable(name)[:LONGEST] for name in class_names] or [str(at) for at in range(len(confusion))]
        with self.hold_sync():
            self.set_trait("names", names if confusion else [])
            self.set_trait("counts", [list(row) for row in confusion])
            self.set_trait("compact", len(confusion) > MOST_NUMBERS)

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Ignores values from the browser."""
