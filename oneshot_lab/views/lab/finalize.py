"""Choosing the network to train from scratch, its curve while it learns, and all final ones side by side."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import BoundedIntText, Box, Dropdown, FloatSlider

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.choosing import choose, fit_blocks
from oneshot_lab.session.finalists import MOST, Finalists
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.views.common.part import Part, button, enable, misfit, text
from oneshot_lab.views.lab.curve import Curve
from oneshot_lab.views.lab.landmark_row import UNKNOWN, about
from oneshot_lab.views.tables.final_detail import FinalDetail
from oneshot_lab.views.tables.finals import FinalsTable

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

BEST, PINNED, FITNESS = "the best candidate", "the pinned candidate", "blocks by fitness"
MOST_EPOCHS, MOST_SEEDS = 1000, 20

FINISHED = "osl-finished"
"""The class of a panel that has something to show for it, and trains nothing now."""

TRAIN = "Train it and measure it on the test split, once"

FINALISTS = (
    "How many candidates are trained for a few epochs before the best of them is trained in full. 1: the best "
    "candidate is trained at once"
)
RUNNING = (
    "Finalists are trained before one of them is in full. Stop, below, keeps those that are complete as landmarks."
)
LATER = "Finalists are chosen when the running job has ended."


class FinalizePanel(Part):
    """How a final network is chosen and trained (§3), and how those so far compare.

    Args:
        session: The session.
    """

    WATCHED = (
        *("status", "waiting", "block_fitness", "candidates", "pinned_candidates", "training_losses"),
        *("finals", "architecture", "problem", "constraint", "trained_landmarks"),
    )

    def __init__(self, session: SearchSession) -> None:
        self.by = Dropdown(options=(BEST, PINNED, FITNESS), description="train")
        self.threshold = FloatSlider(0.5, min=0.0, max=1.0, step=0.05, description="at least")
        self.best_of = BoundedIntText(1, min=1, max=MOST, description="best of", tooltip=FINALISTS)
        self.epochs = BoundedIntText(5, min=1, max=MOST_EPOCHS, description="epochs")
        self.seeds = BoundedIntText(1, min=1, max=MOST_SEEDS, description="seeds")
        self.train = button("Train from scratch", TRAIN, self._train)
        self.train.button_style = "primary"
        self.chosen = text("finalize-chosen")
        choice = Box((self.by, self.threshold, self.best_of, self.epochs, self.seeds, self.train, self.chosen))
        choice.add_class("osl-finalize-choice")
        self.curve, self.finals = Curve(session), FinalsTable(session)
        self.detail = FinalDetail(session, lambda: self.finals.chosen)
        shown = (choice, self.curve, self.finals, self.detail)
        super().__init__(session, shown, name="finalize")
        for control in (self.by, self.threshold, self.best_of, self.epochs, self.seeds):
            self._redraw_after(control, self._draw)
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
        self.best_of.layout.display = None if self.by.value == BEST else "none"
        self._mark(FINISHED, session.finals and session.status != "finalizing")
        reason = misfit(session)
        try:
            told = "" if reason else self._tell()
        except OneShotError as error:
            reason = str(error)
        self.chosen.value = escape(reason or told)
        running = "A final network is being trained or about to be" if self._trains() else ""
        enable(self.train, reason or running, TRAIN)

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

    def _tell(self) -> str:
        """Returns what a press would train.

        Raises:
            OneShotError: There is nothing to train; the message says what to do.
        """
        chosen = self._choose()
        if not self._is_contest():
            return self._describe(chosen)
        if self._trains():
            return RUNNING
        # A search has new scores several times a second; they are looked at when it rests.
        return LATER if self.session.status != IDLE else self._announce(self.session.finalists(self.best_of.value))

    def _announce(self, finalists: Finalists) -> str:
        """Returns what is trained of finalists, and what that costs."""
        session, count = self.session, len(finalists)
        few = f", since there are no more candidates for {self.best_of.value}" if count < self.best_of.value else ""
        if count == 1:
            return f"The only finalist{few}."
        epochs = f"{finalists.epochs} epoch{'' if finalists.epochs == 1 else 's'}"
        some = f", {finalists.again} of them" if finalists.fresh else ""
        short = f"{finalists.trainings} short trainings of {epochs}{some} with a second seed"
        whole = finalists.trainings * finalists.epochs + self.seeds.value * self.epochs.value
        seconds = session.landmark_seconds(1, epochs=whole)
        cost = UNKNOWN if seconds is None else f"Takes {about(seconds)}."
        return f"{count} finalists{few}: {short}, then the best in full. {cost}"

    def _is_contest(self) -> bool:
        return bool(self.by.value == BEST and self.best_of.value > 1)

    def _trains(self) -> bool:
        session = self.session
        return session.status == "finalizing" or "finalize" in session.waiting

    def _describe(self, mask: Mask) -> str:
        blocks = [block for block in self.session.architecture.block_ids if block in mask]
        told = f"{len(blocks)} of {len(self.session.architecture.blocks)} blocks: {' '.join(blocks)}"
        both = self.by.value == PINNED and len(self.session.pinned_candidates) > 1
        return f"the candidate pinned last, {told}" if both else told

    def _train(self) -> None:
        session, options = self.session, {"epochs": self.epochs.value, "seeds": self.seeds.value}
        try:
            # Pass the network that is shown: the best may be another one by the time it is trained.
            chosen = self._choose()
        except OneShotError as error:
            session.refuse("finalize", error)
            return
        if self._is_contest():
            self._ask("finalize", session.finalize, best_of=self.best_of.value, **options)
        else:
            self._ask("finalize", session.finalize, chosen, **options)
