"""The line above the Lab: what brings a search back when its kernel has gone (JupyterLab alone can tell that)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import DOMWidget
from traitlets import Dict, Unicode

from oneshot_lab.session.checkpoint import Checkpoint
from oneshot_lab.views.module import MODULE, MODULE_VERSION

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


WATCHED = ["checkpoint", "last_checkpoint", "checkpoint_problem"]


class LabBanner(DOMWidget):
    """Tells where a session is kept, for the browser to show once the kernel is not there any more.

    Nothing is seen of it while all is well, unless there is a checkpoint of a session that has ended.
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

    _watched: SearchSession | None = None

    def __init__(self) -> None:
        super().__init__()
        self.add_class("osl-lab-banner")

    def show(self, session: SearchSession) -> None:
        """Tells of a session from now on."""
        self._forget()
        self._watched = session
        session.observe(self._changed, WATCHED)
        self._draw(session)

    def close(self) -> None:
        """Takes it away; the session stays."""
        self._forget()
        # A layout may be closed once only.
        if self.comm is not None:
            self.layout.close()
        super().close()

    def set_state(self, sync_data: Any) -> None:
        """Takes nothing from the browser."""

    def _forget(self) -> None:
        watched, self._watched = self._watched, None
        if watched is not None:
            watched.unobserve(self._changed, WATCHED)

    def _changed(self, change: Any) -> None:
        self._draw(change.owner)

    def _draw(self, session: SearchSession) -> None:
        data = ", data=…" if session.data_source is None else ""
        options = f", data_options={session.data_options!r}" if session.data_options else ""
        self.kept = _told(session.last_checkpoint, given=data + options)
        # Of how that one's data were loaded, its file tells.
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
