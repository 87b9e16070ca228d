"""Opens the Lab in a separate tab beside the notebook, which only JupyterLab can do."""

from __future__ import annotations

from typing import Any

from ipywidgets import DOMWidget
from traitlets import Unicode

from oneshot_lab.views.common.module import MODULE, MODULE_VERSION


class LabTab(DOMWidget):
    """A button, if the program has tabs; while the Lab is in a tab, a line that replaces it in its cell."""

    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _model_name = Unicode("LabTabModel").tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_name = Unicode("LabTabView").tag(sync=True)

    # The widget itself would be a circle, as this one is within it.
    lab = Unicode(help="The id of the Lab's model.").tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("osl-lab-opener")

    def set_state(self, sync_data: Any) -> None:
        """Ignores values from the browser."""
