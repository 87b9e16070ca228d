"""The data of a session as the network receives them: the notes, and the report with images."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from oneshot_lab.errors import OneShotError
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.common.part import Part, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession
    from oneshot_lab.supernet.data import Data


class DataPanel(Part):
    """The data of a session: classes, sizes, everything that was decided for a person, and what the images look like.

    Args:
        session: The session.
    """

    WATCHED = ()

    def __init__(self, session: SearchSession) -> None:
        self.shown = text("data-shown")
        super().__init__(session, (self.shown,), name="data-panel")

    def _draw(self) -> None:
        # It is HTML of our own, in which names and notes are text.
        self.shown.value = printable(reported(self.session.data))


def reported(data: Data) -> str:
    """Returns the report of data as HTML; if images can no longer be read, the known facts and the reason."""
    try:
        return data.report()._repr_html_()
    except OneShotError as error:
        told = [data.name, *data.notes, str(error)]
        return "".join(f"<p>{escape(line)}</p>" for line in told)
