"""Choosing the network to train from scratch, its curve while it learns, and all final ones side by side."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import BoundedIntText, Box, Dropdown, FloatSlider

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.choosing import choose, fit_blocks
from oneshot_lab.views.common.part import Part, button, enable, misfit, text
from oneshot_lab.views.lab.curve import Curve
from oneshot_lab.views.tables.final_detail import FinalDetail
from oneshot_lab.views.tables.finals import FinalsTable

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

BEST, PINNED, FITNESS = "the best candidate", "the pinned candidate", "blocks by fitness"
MOST_EPOCHS, MOST_SEEDS = 1000, 20

FINISHED = "osl-finished"
"""The class of a panel that has something to show for it, and trains nothing now."""

TRAIN = "Train it and measure it on the test split, once"


class FinalizePanel(Part):
    """How a final network is chosen and trained (§3), and how those so far compare.

    Args:
        session: The session.
    """

    WATCHED = (
        *("status", "waiting", "block_fitness", "candidates", "pinned_candidates", "training_losses"),
        *("finals", "architecture", "problem", "constraint"),
    )

    def __init__(self, session: SearchSession) -> None:
        self.by = Dropdown(options=(BEST, PINNED, FITNESS), description="train")
        self.threshold = FloatSlider(0.5, min=0.0, max=1.0, step=0.05, description="at least")
        self.epochs = BoundedIntText(5, min=1, max=MOST_EPOCHS, description="epochs")
        self.seeds = BoundedIntText(1, min=1, max=MOST_SEEDS, description="seeds")
        self.train = button("Train from scratch", TRAIN, self._train)
        self.train.button_style = "primary"
        self.chosen = text("finalize-chosen")
        choice = Box((self.by, self.threshold, self.epochs, self.seeds, self.train, self.chosen))
        choice.add_class("osl-finalize-choice")
        self.curve, self.finals = Curve(session), FinalsTable(session)
        self.detail = FinalDetail(session, lambda: self.finals.chosen)
        shown = (choice, self.curve, self.finals, self.detail)
        super().__init__(session, shown, name="finalize")
        self._redraw_after(self.by, self._draw)
        self._redraw_after(self.threshold, self._draw)
        # Also without a new selection: a better network may have been added, or one may have been measured.
        self.finals.observe(lambda _: self.detail.show(), ["selected", "rows"])
        if session.pinned_candidates:
            self.by.value = PINNED

    def _changed(self, change: Any) -> None:
        if change.name == "pinned_candidates":
            # A user who pins a candidate, in any view, wants to train that one.
            if {*change.new} - {*change.old}:
                self.by.value = PINNED
            elif not change.new and self.by.value == PINNED:
                self.by.value = BEST
        super()._changed(change)

    def _draw(self) -> None:
        session = self.session
        self.threshold.layout.display = None if self.by.value == FITNESS else "none"
        self._mark(FINISHED, session.finals and session.status != "finalizing")
        reason = misfit(session)
        try:
            told = "" if reason else self._describe(self._choose())
        except OneShotError as error:
            reason = str(error)
        self.chosen.value = escape(reason or told)
        trains = session.status == "finalizing" or "finalize" in session.waiting
        enable(self.train, reason or ("A final network is being trained or about to be" if trains else ""), TRAIN)

    def _mark(self, name: str, wanted: object) -> None:
        """Adds a CSS class to the panel, or removes it."""
        if wanted:
            self.add_class(name)
        else:
            self.remove_class(name)

    def _choose(self) -> Mask:
        """Returns the network that a press would train.

        Raises:
            OneShotError: There is none; the message says what to do.
        """
        session = self.session
        if self.by.value == FITNESS:
            if not session.block_fitness:
                raise SessionError("Run the search first: blocks have no fitness yet.")
            return fit_blocks(session.architecture, session.block_fitness, self.threshold.value)
        if self.by.value == PINNED:
            if not session.pinned_candidates:
                raise SessionError("Pin a candidate: click its dot, or its row under “top”.")
            return choose(session.architecture, session.pinned_candidates[-1])
        try:
            return session.best.mask
        except SessionError:
            within = "" if session.constraint.limit is None else " within the limit"
            raise SessionError(f"Run the search first: nothing is evaluated yet{within}.") from None

    def _describe(self, mask: Mask) -> str:
        blocks = [block for block in self.session.architecture.block_ids if block in mask]
        told = f"{len(blocks)} of {len(self.session.architecture.blocks)} blocks: {' '.join(blocks)}"
        both = self.by.value == PINNED and len(self.session.pinned_candidates) > 1
        return f"the candidate pinned last, {told}" if both else told

    def _train(self) -> None:
        try:
            # Pass the network that is shown: the best may be another one by the time it is trained.
            chosen = self._choose()
        except OneShotError as error:
            self.session.refuse("finalize", error)
            return
        self._ask("finalize", self.session.finalize, chosen, epochs=self.epochs.value, seeds=self.seeds.value)
