"""The line above the Lab: how to resume a search after its kernel has ended, which only JupyterLab notices."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import DOMWidget
from traitlets import Dict, Unicode

from oneshot_lab.session.saving.checkpoint import Checkpoint
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION
from oneshot_lab.views.common.session_view import SessionView

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class LabBanner(SessionView, DOMWidget):
    """Tells the browser where a session is saved, to show it once the kernel has ended.

    It is hidden while all is well, unless there is a checkpoint of a session that has ended.
    """

    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _model_name = Unicode("LabBannerModel").tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_name = Unicode("LabBannerView").tag(sync=True)

    kept = Dict(help="The session's last checkpoint: its `name`, its `time`, the `code` that loads it.").tag(sync=True)
    earlier = Dict(help="Likewise that of a session that has ended, in the same place or near it.").tag(sync=True)
    problem = Unicode("", help="Why the session could not be written there; empty: it could.").tag(sync=True)

    WATCHED = ("checkpoint", "last_checkpoint", "checkpoint_problem")

    def __init__(self) -> None:
        super().__init__()
        self.add_class("osl-lab-banner")

    def show(self, session: SearchSession) -> None:
        """Reports about this session from now on."""
        self._unwatch()
        self.session = session
        self._watch(session, self.WATCHED)
        self._draw()

    def set_state(self, sync_data: Any) -> None:
        """Ignores values from the browser."""

    def _draw(self) -> None:
        session = self.session
        data = ", data=…" if session.data_source is None else ""
        options = f", data_options={session.data_options!r}" if session.data_options else ""
        self.kept = _told(session.last_checkpoint, given=data + options)
        # The file itself holds how that session's data were loaded.
        self.earlier = _told(session.earlier_checkpoint(), given=data)
        self.problem = session.checkpoint_problem


def _told(checkpoint: Checkpoint | None, *, given: str) -> dict[str, str]:
    if checkpoint is None:
        return {}
    path, time = Path(checkpoint.path), datetime.fromisoformat(checkpoint.time)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return {
        "name": path.name,
        "time": time.strftime("%H:%M:%S" if time.date() == datetime.now().astimezone().date() else "%Y-%m-%d %H:%M"),
        "code": f"osl.Lab(osl.SearchSession.load({str(shown)!r}{given}))",
    }
