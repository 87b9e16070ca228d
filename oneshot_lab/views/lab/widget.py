"""The Lab: four views, one live session (Figure 1)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipywidgets import Box, DOMWidget

from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.views.common.asking import start
from oneshot_lab.views.common.kept import keep
from oneshot_lab.views.common.session_view import SessionView
from oneshot_lab.views.graph.widget import GraphView
from oneshot_lab.views.lab.banner import LabBanner
from oneshot_lab.views.lab.bar import LabBar
from oneshot_lab.views.lab.data import data_names, lay_down, session_on
from oneshot_lab.views.lab.panels import PANELS, Panels
from oneshot_lab.views.lab.picture import lab_svg
from oneshot_lab.views.lab.status_line import StatusLine
from oneshot_lab.views.lab.tab import LabTab
from oneshot_lab.views.lego.widget import LegoView
from oneshot_lab.views.map.widget import SearchSpaceView


class Lab(SessionView, Box):
    """The whole search on one screen: network, graph, map and block information, with every action above them.

    The session links all of it, also with views in other cells. The session saves itself in a file while it runs
    (`checkpoint`), and the Lab shows how to resume it after the kernel has ended.

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

    WATCHED = ("training_losses",)

    sessions: tuple[SearchSession, ...] = ()
    _views: tuple[DOMWidget, ...] = ()

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
        is_new = session not in self.sessions
        if is_new:
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
        self.panels = Panels({name: partial(view, session) for name, view in PANELS.items()})
        self._views = (self.bar, self.lego, self.graph, self.space, self.panels, self.status)
        names = ("bar", "lego", "graph", "space", "panels", "status")
        for view, name in zip(self._views, names, strict=True):
            view.add_class(f"osl-lab-{name}")
        self._grid.children = self._views
        if session.auto_train is None:
            session.auto_train = True
        session.checkpoint = session.checkpoint or session.usual_checkpoint()
        self.banner.show(session)
        if is_new:
            self._watch(session, self.WATCHED)
        for view in before:
            view.close()

    def _changed(self, change: Any) -> None:
        """Makes the first map when there is something to colour it by."""
        session = change.owner
        if session.is_closed:
            return
        if session.projection is None and change.new and "project" not in session.waiting:
            start(session.project)

    def _choose_final(self) -> None:
        self.panels.show("finals")

    def _take_data(self, data: str) -> None:
        """Shows the search on other data; starts one for the same network if there is none yet."""
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
