"""The Lab: four views, one live session (Figure 1)."""

from __future__ import annotations

from typing import Any

from ipywidgets import Box, DOMWidget

from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.block_info import BlockInfoView
from oneshot_lab.views.closing import close_all
from oneshot_lab.views.data_panel import DataPanel
from oneshot_lab.views.finalize import FinalizePanel
from oneshot_lab.views.graph import GraphView
from oneshot_lab.views.kept import keep
from oneshot_lab.views.lab_banner import LabBanner
from oneshot_lab.views.lab_bar import LabBar
from oneshot_lab.views.lab_data import data_names, lay_down, session_on
from oneshot_lab.views.lab_tab import LabTab
from oneshot_lab.views.leaderboard import Leaderboard
from oneshot_lab.views.lego import LegoView
from oneshot_lab.views.log_list import LogList
from oneshot_lab.views.loss_chart import LossChart
from oneshot_lab.views.panels import Panels
from oneshot_lab.views.pareto import ParetoChart
from oneshot_lab.views.search_space import SearchSpaceView
from oneshot_lab.views.status_line import StatusLine
from oneshot_lab.views.stills import lab_svg


class Lab(Box):
    """The whole search on one screen: network, graph, map and block information, with every action above them.

    All of it is linked by the session, so that views in other cells follow as well. The session is kept in a file
    while it goes on (`checkpoint`), and the Lab tells how to come back to it when the kernel has gone.

    Args:
        session: A session; left out: a new one is begun, and its template and data can be chosen in the bar.
        template: Of a new session: a template's name or an architecture; left out: `lenet`.
        data: Of a new session, as `load_data` takes it; left out: `digits`.
        options: Of a new session, as `SearchSession` takes them.

    Attributes:
        session: The session that is seen. Choosing other data begins another one, or shows that on these data again.
        sessions: All of them, oldest first: nothing is lost when another one is begun.

    Raises:
        SessionError: It is no session, or a template, data or options were given for one that exists.
        ArchitectureError, DataError: As for a new session.
    """

    session: SearchSession

    # Nothing until it is complete: `close` is also called on a Lab that could not be made.
    sessions: tuple[SearchSession, ...] = ()
    _views: tuple[DOMWidget, ...] = ()
    _observed: tuple[SearchSession, ...] = ()

    def __init__(
        self, session: SearchSession | None = None, *, template: Any = None, data: Any = None, **options: Any
    ) -> None:
        begun = {name: value for name, value in (("template", template), ("data", data)) if value is not None}
        if session is not None and begun | options:
            raise SessionError(
                f"options for a session that exists: {', '.join(begun | options)}",
                where="Lab",
                remedy="give one of the two",
            )
        if not isinstance(session, SearchSession | None):
            raise SessionError(
                f"a {type(session).__name__}", where="Lab", expected="a search session, or template=… and data=…"
            )
        shown = SearchSession(**({"bar": False} | begun | options)) if session is None else session
        self._grid, self.banner, self.tab = Box(), LabBanner(), LabTab()
        super().__init__((self.banner, self.tab, self._grid))
        self.tab.lab = self.model_id
        self.add_class("osl-lab")
        self._grid.add_class("osl-lab-grid")
        self._show(shown)

    def close(self) -> None:
        """Takes the Lab away; its sessions stay."""
        views, self._views = self._views, ()
        for view in views:
            view.close()
        observed, self._observed = self._observed, ()
        for session in observed:
            session.unobserve(self._need_map, "training_losses")
        if views:
            self.banner.close()
            close_all(self.tab, self._grid, self.layout)
        super().close()

    def __repr__(self) -> str:
        return f"Lab({self.session!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        """Returns what Jupyter keeps of the view in a notebook: a picture for who reads it without a kernel."""
        return keep(
            super()._repr_mimebundle_(**kwargs), lab_svg(self.session, info=self.space.info, by=self.space.by.value)
        )

    def _show(self, session: SearchSession) -> None:
        before = self._views
        self.session = session
        if session not in self.sessions:
            self.sessions = (*self.sessions, session)
        names = data_names(self.sessions)
        self.bar = LabBar(
            session,
            data_names=names,
            take_data=self._take_data,
            show_data=lambda: self.panels.show("data"),
            finalize=self._choose_final,
        )
        self.lego, self.graph = LegoView(session), GraphView(session)
        self.space, self.status = SearchSpaceView(session), StatusLine(session)
        self.panels = Panels(
            {
                "blocks": lambda: BlockInfoView(session),
                "loss": lambda: LossChart(session),
                "top": lambda: Leaderboard(session),
                "size": lambda: ParetoChart(session),
                "finals": lambda: FinalizePanel(session),
                "data": lambda: DataPanel(session),
                "log": lambda: LogList(session),
            }
        )
        self._views = (self.bar, self.lego, self.graph, self.space, self.panels, self.status)
        names = ("bar", "lego", "graph", "space", "panels", "status")
        for view, name in zip(self._views, names, strict=True):
            view.add_class(f"osl-lab-{name}")
        self._grid.children = self._views
        if session.auto_train is None:
            session.auto_train = True
        session.checkpoint = session.checkpoint or session.usual_checkpoint()
        self.banner.show(session)
        if session not in self._observed:
            session.observe(self._need_map, "training_losses")
            self._observed = (*self._observed, session)
        for view in before:
            view.close()

    def _need_map(self, change: Any) -> None:
        """Makes the first map when there is something to colour it by."""
        session = change.owner
        if session._worker.is_closed:
            return
        if session.projection is None and change.new and "project" not in session.waiting:
            session.project(wait=False)

    def _choose_final(self) -> None:
        self.panels.show("finals")

    def _take_data(self, data: str) -> None:
        """Shows the search on other data; one is begun for the same network where there is none yet."""
        left = self.session
        # Reading them keeps the kernel busy, and a download does for long.
        self.status.tell(f"loading {data} …")
        try:
            session = session_on(data, sessions=self.sessions, like=left)
        except OneShotError as error:
            self.bar.data.value = left.data.name
            left.refuse("lab", error)
            return
        said = lay_down(left)
        self._show(session)
        if said:
            self.status.tell(said)
