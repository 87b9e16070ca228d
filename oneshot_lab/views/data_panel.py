"""What the network sees: the data of a session, what was changed or passed over in them, and their report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from oneshot_lab.errors import OneShotError
from oneshot_lab.views.log_words import printable
from oneshot_lab.views.part import Part, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession
    from oneshot_lab.supernet.data import Data


class DataPanel(Part):
    """The data of a session: their splits, everything that was decided for a person, and what the images look like.

    Args:
        session: The session.
    """

    WATCHED = ()

    def __init__(self, session: SearchSession) -> None:
        self.facts, self.notes, self.report = text("data-facts"), text("data-notes"), text("data-report")
        super().__init__(session, (self.facts, self.notes, self.report), name="data")

    def _draw(self) -> None:
        data = self.session.data
        self.facts.value, self.notes.value, self.report.value = facts(data), listed(data.notes), reported(data)


def facts(data: Data) -> str:
    """Returns what data are, in a line of HTML."""
    sizes = ", ".join(f"{split.name} {len(split):,}" for split in (data.train, data.validation, data.test))
    shape = "×".join(map(str, data.input_shape))
    return f"<b>{escape(printable(data.name))}</b>: images {shape}, {data.classes} classes; {sizes}"


def listed(notes: tuple[str, ...]) -> str:
    """Returns what was changed, passed over or is in doubt, as a list in HTML."""
    if not notes:
        return "<p>Nothing was changed, passed over or left in doubt.</p>"
    return f"<ul>{''.join(f'<li>{escape(printable(note))}</li>' for note in notes)}</ul>"


def reported(data: Data) -> str:
    """Returns the data's own report as HTML; where their images cannot be read, why."""
    report = getattr(data, "report", None)
    if report is None:
        return ""
    try:
        return str(report()._repr_html_())
    except OneShotError as error:
        return f"<p>{escape(printable(str(error)))}</p>"
