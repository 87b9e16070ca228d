"""The Block Information View: the blocks of a region's candidates, and their effect (§5.3)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Box, Dropdown, HBox, VBox

from oneshot_lab.architecture.given import is_among, shown
from oneshot_lab.errors import SessionError
from oneshot_lab.views.blocks.chart import BlockChart
from oneshot_lab.views.blocks.picture import blocks_svg
from oneshot_lab.views.blocks.plots import EffectChart, ShareChart
from oneshot_lab.views.blocks.table import ORDERS, BlockRow, BlockTable, block_table, ordered
from oneshot_lab.views.blocks.words import counts, detail, heading, hint, lack, titles
from oneshot_lab.views.common.chart import ACCENT, INK
from oneshot_lab.views.common.kept import keep
from oneshot_lab.views.common.part import text
from oneshot_lab.views.common.session_view import SessionView, check_session

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

DATA = ("architecture", "generations", "candidates", "projection", "regions", "selected_region", "trained_landmarks")
POINTED = ("hovered_block", "selected_blocks")

INVITATION = "<i>Point at a block for its numbers; click to select it.</i>"
"""Shown until a block is pointed at."""


class BlockInfoView(SessionView, VBox):
    """Frequency, fitness and effect of each block, in the selected region or among all candidates (Figure 10).

    Earlier generations are drawn faintly behind the newest. The block under the pointer, at its mark or its label, is
    the session's `hovered_block`, and so lit up in its other views; a click selects it there, or no longer.

    Args:
        session: A session; which region is looked at is its `selected_region`.
        order: What blocks are sorted by: `template`, `frequency`, `fitness` or `effect`, the highest first.

    Attributes:
        session: The session.
        table: What is drawn.

    Raises:
        SessionError: It is no session, or there is no such order.
    """

    WATCHED = (*DATA, *POINTED)

    table: BlockTable

    def __init__(self, session: SearchSession, *, order: str = "template", **kwargs: Any) -> None:
        self.session = check_session(session, view="BlockInfoView")
        if not is_among(order, ORDERS):
            raise SessionError(f"order {shown(order)}", where="BlockInfoView", expected=" or ".join(ORDERS))
        self._seen: tuple[Any, ...] = ()
        self._led = ""
        self._rows: dict[str, BlockRow] = {}
        lead, toggle = self._lead, self._toggle
        self.frequency = ShareChart("frequency", colour=INK, on_hover=lead, on_click=toggle)
        self.fitness = ShareChart("fitness", colour=ACCENT, on_hover=lead, on_click=toggle)
        self.effect = EffectChart(on_hover=lead, on_click=toggle)
        self.charts = (self.frequency, self.fitness, self.effect)
        names = [("template order", "template"), *((f"by {name}", name) for name in ORDERS[1:])]
        self.order = Dropdown(options=names, value=order, tooltip="Sort the blocks")
        self._head, self._foot = text("blocks-head"), text("blocks-foot")
        self._lack, self._hint = text("blocks-lack"), text("blocks-hint")
        self._titles = [text("blocks-title") for _ in self.charts]
        pairs = [part for title, chart in zip(self._titles, self.charts, strict=True) for part in (title, chart.figure)]
        self._plots, self._top = Box(pairs), HBox([self._head, self.order])
        super().__init__(**kwargs)
        self.add_class("osl-blocks")
        self._plots.add_class("osl-blocks-plots")
        self._top.add_class("osl-blocks-top")
        # Not all of them are children at each time.
        self._adopt(self._top, self._lack, self._plots, self._foot, self._hint)
        self._draw()
        self._watch(session, self.WATCHED)
        self._redraw_after(self.order, self._draw)

    def close(self) -> None:
        """Closes the view; the session stays."""
        if self._is_open:
            self._let_go()
        super().close()

    def __repr__(self) -> str:
        return f"BlockInfoView({self.session.architecture.name!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        """Returns what Jupyter saves of the view in a notebook: a picture for readers without a kernel."""
        return keep(super()._repr_mimebundle_(**kwargs), blocks_svg(self.table, self.order.value))

    # ---- drawing ---------------------------------------------------------------------------------------------

    def _changed(self, change: Any) -> None:
        if change.name in POINTED:
            self._draw_pointed(self.table)
        else:
            self._defer_drawing()

    def _draw(self) -> None:
        # Several traits change together; the first notification has drawn all of them.
        seen = (*(getattr(self.session, name) for name in DATA), self.order.value)
        if not _same(seen, self._seen):
            self._seen, self.table = seen, block_table(self.session)
            self._draw_table(self.table)
        self._draw_pointed(self.table)

    def _draw_table(self, table: BlockTable) -> None:
        rows = ordered(table.rows, self.order.value)
        self._rows = {row.block: row for row in rows}
        self._head.value = f"<b>{escape(heading(table))}</b><span>{counts(table)}</span>"
        reason, found = lack(table), hint(self.session.architecture, table)
        _show(self._lack, reason and escape(reason))
        _show(self._hint, found and f"<b>{escape(found[0])}</b> {escape(found[1])}.")
        # Charts without a size log errors in the browser, so they are left out.
        filled = (self._plots, self._foot, self._hint) if table.candidates else ()
        self.children = [self._top, self._lack, *filled]
        for said, title, chart in zip(self._titles, titles(table), self.charts, strict=True):
            said.value = escape(title)
            chart.draw(rows)
        # After sorting, another block may be under the pointer.
        pointed = next((chart.pointed for chart in self.charts if chart.pointed), "")
        if pointed and self._led == self.session.hovered_block:
            self._led = self.session.hovered_block = pointed

    def _draw_pointed(self, table: BlockTable) -> None:
        hovered, selected = self.session.hovered_block, frozenset(self.session.selected_blocks)
        for chart in self.charts:
            chart.emphasise(hovered, selected)
        row = self._rows.get(hovered)
        self._foot.value = f"<b>{escape(row.block)}</b> {escape(detail(table, row))}" if row else INVITATION

    # ---- from the browser ------------------------------------------------------------------------------------------

    def _lead(self, chart: BlockChart) -> None:
        if chart.pointed:
            # There is only one pointer, and a chart may report late that it has left.
            for other in self.charts:
                if other is not chart:
                    other.forget_pointer()
            self._led = self.session.hovered_block = chart.pointed
        elif not any(other.pointed for other in self.charts):
            self._let_go()

    def _let_go(self) -> None:
        # Keep a block that another view has set since then.
        if self._led and self.session.hovered_block == self._led:
            self.session.hovered_block = ""
        self._led = ""

    def _toggle(self, block: str) -> None:
        selected = frozenset(self.session.selected_blocks) ^ {block}
        self.session.selected_blocks = tuple(each for each in self.session.architecture.block_ids if each in selected)


def _same(ones: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """Returns whether two rows hold the same objects: a session sets new ones when something changes."""
    return len(ones) == len(others) and all(one is other for one, other in zip(ones, others, strict=True))


def _show(text: HTML, value: str | None) -> None:
    text.value, text.layout.display = value or "", None if value else "none"
