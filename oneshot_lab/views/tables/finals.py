"""The final networks in a table, with the results of retraining from scratch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from oneshot_lab.architecture.mask import is_valid
from oneshot_lab.views.tables.leaderboard import choices_of
from oneshot_lab.views.tables.session_table import SessionTable
from oneshot_lab.views.tables.widget import Column, Row

if TYPE_CHECKING:
    from oneshot_lab.session.state.final import Final


class FinalsTable(SessionTable):
    """The final networks of a session, oldest first; the best one is marked.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: The argument is not a session.
    """

    COLUMNS = (
        Column("network", "network", help="The template that it comes from, and its number"),
        Column("accuracy", "test accuracy", "percent", 2, True, "Mean over the runs, ± their standard deviation"),
        Column("balanced", "balanced", "percent", 2, True, "The mean of the classes' accuracies, with equal weights"),
        Column("remark", "remark", help="What accuracy alone would hide"),
        Column("parameters", "parameters", "count", help="Trainable parameters"),
        Column("macs", "multiply-adds", "count", help="Multiply-adds for one image"),
        Column("epochs", "epochs", "count", help="Passes over the training images"),
        Column("runs", "runs", "count", help="Trainings from different seeds"),
        Column("recipe", "recipe", help="The training recipe"),
        Column("seconds", "seconds", "number", 1, help="Seconds for all runs"),
        Column("blocks", "blocks", "blocks", help="Blocks that have alternatives in the present template"),
    )
    LABEL = "Final networks"
    WATCHED = ("finals", "architecture")
    FOLLOWED = ("hovered_candidate",)

    @property
    def chosen(self) -> Final | None:
        """The selected final network, otherwise the best one; None if there is none."""
        finals: tuple[Final, ...] = self.session.finals
        number = int(self.selected[0].split()[-1]) if self.selected else 0
        # The rows may be late.
        if 0 < number <= len(finals):
            return finals[number - 1]
        return max(finals, key=_accuracy, default=None)

    def _rows(self) -> Sequence[Row]:
        architecture, finals = self.session.architecture, self.session.finals
        best = max(map(_accuracy, finals), default=math.inf)
        blocks = choices_of(architecture)
        rows = []
        for number, final in enumerate(finals, 1):
            key, known = f"final {number}", is_valid(architecture, final.mask)
            if known:
                self._masks[key] = final.mask
            accuracy = (final.test_accuracy, final.test_accuracy_spread)
            costs = (final.parameters, final.macs, final.epochs, len(final.runs))
            # After an edit its blocks may be others, or none.
            named = blocks(final.mask) if known else None
            name = f"{final.architecture.name} {number}"
            balanced = (final.balanced_accuracy, final.balanced_accuracy_spread)
            told = final.problem or final.remark or None
            cells = (name, accuracy, balanced, told, *costs, final.recipe or None, final.seconds, named)
            is_best = _accuracy(final) == best > -math.inf
            badge = "best" if is_best else "not measured" if final.problem else ""
            rows.append(Row(key, cells, badge, "best" if is_best else ""))
        return rows

    def _reason(self) -> str:
        return "Finalize a candidate to see its accuracy after training from scratch."


def _accuracy(final: Final) -> float:
    return -math.inf if math.isnan(final.test_accuracy) else final.test_accuracy
