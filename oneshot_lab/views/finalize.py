"""Choosing the network to train from scratch, its curve while it learns, and all final ones side by side."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import BoundedIntText, Box, Dropdown, FloatSlider

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.views.curve import Curve
from oneshot_lab.views.finals import FinalsTable
from oneshot_lab.views.part import Part, button, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

BEST, PINNED, FITNESS = "the best candidate", "the pinned candidate", "blocks by fitness"
MOST_EPOCHS, MOST_SEEDS = 1000, 20


class FinalizePanel(Part):
    """How a final network is chosen and trained (§3), and how those so far compare.

    Args:
        session: The session.
    """

    WATCHED = ("status", "waiting", "block_fitness", "candidates", "pinned_candidates", "training_losses")

    def __init__(self, session: SearchSession) -> None:
        self.by = Dropdown(options=(BEST, PINNED, FITNESS), description="train")
        self.threshold = FloatSlider(0.5, min=0.0, max=1.0, step=0.05, description="at least")
        self.epochs = BoundedIntText(5, min=1, max=MOST_EPOCHS, description="epochs")
        self.seeds = BoundedIntText(1, min=1, max=MOST_SEEDS, description="seeds")
        self.train = button("Train from scratch", "Train it and measure it on the test split, once", self._train)
        self.train.button_style = "primary"
        self.chosen = text("finalize-chosen")
        choice = Box((self.by, self.threshold, self.epochs, self.seeds, self.train, self.chosen))
        choice.add_class("osl-finalize-choice")
        self.curve, self.finals = Curve(session), FinalsTable(session)
        inner = (self.by, self.threshold, self.epochs, self.seeds, self.train, self.chosen)
        super().__init__(session, (choice, self.curve, self.finals), name="finalize", inner=inner)
        self.by.observe(self._changed, "value")
        self.threshold.observe(self._changed, "value")

    def _draw(self) -> None:
        session = self.session
        self.threshold.layout.display = None if self.by.value == FITNESS else "none"
        reason, told = self._lack(), ""
        if not reason:
            blocks = self._blocks()
            told = f"{len(blocks)} of {len(session.architecture.blocks)} blocks: {' '.join(blocks)}"
        self.chosen.value = escape(reason or told)
        self.train.disabled = bool(reason) or session.status == "finalizing" or "finalize" in session.waiting

    def _lack(self) -> str:
        """Returns what is missing to choose a network that way; empty: nothing."""
        session = self.session
        if self.by.value == PINNED:
            return "" if session.pinned_candidates else "Pin a candidate: click its dot, or its row under “top”."
        if self.by.value == FITNESS:
            return "" if session.block_fitness else "Run the search first: blocks have no fitness yet."
        return "" if self._best() else "Run the search first: nothing is evaluated yet."

    def _best(self) -> Mask | None:
        with suppress(SessionError):
            return self.session.best.mask
        return None

    def _blocks(self) -> list[str]:
        session = self.session
        if self.by.value == FITNESS:
            return [block for block, fitness in session.block_fitness.items() if fitness >= self.threshold.value]
        mask = session.pinned_candidates[-1] if self.by.value == PINNED else self._best()
        return [block for block in session.architecture.block_ids if mask is not None and block in mask]

    def _train(self) -> None:
        options: dict[str, Any] = {"epochs": self.epochs.value, "seeds": self.seeds.value, "wait": False}
        if self.by.value == FITNESS:
            options["threshold"] = self.threshold.value
        elif self.by.value == PINNED and self.session.pinned_candidates:
            options["mask"] = self.session.pinned_candidates[-1]
        self._ask("finalize", lambda: self.session.finalize(**options))
