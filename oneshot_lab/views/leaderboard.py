"""The leaderboard: all candidates whose evaluation holds, the best one first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.session.attention import MOST_PINNED
from oneshot_lab.views.session_table import SessionTable
from oneshot_lab.views.table import Column, Row

ABOVE = "too large"


class Leaderboard(SessionTable):
    """The candidates of a session by their loss on the validation split, as `best` is; then those above the limit.

    The row under the pointer is the session's `hovered_candidate`, and so shown in its other views; a click has its
    candidate compared (`pinned_candidates`), or no longer.

    Args:
        session: A session.

    Attributes:
        session: The session.

    Raises:
        SessionError: It is no session.
    """

    COLUMNS = (
        Column("rank", "rank", "count", help="By loss, then by accuracy; last, what is too large: above the limit"),
        Column("accuracy", "accuracy", "percent", 1, falling=True, help="On the validation split, inside the supernet"),
        Column("loss", "loss", "number", 3, help="Mean cross-entropy on the validation split, in nats"),
        Column("parameters", "parameters", "count", help="Trainable parameters"),
        Column("macs", "multiply-adds", "count", help="For one image"),
        Column("generation", "generation", "count", help="That it was evaluated for first; none: asked for by hand"),
        Column("blocks", "blocks", "blocks", help="Those that are a choice: every candidate has the others"),
    )
    LABEL = "Leaderboard"
    WATCHED = ("candidates", "architecture", "constraint")
    FOLLOWED = ("hovered_candidate", "pinned_candidates")

    def __init__(self, session: Any, **kwargs: Any) -> None:
        # A candidate keeps its key for good.
        self._numbers: dict[Mask, int] = {}
        self._best: Mask | None = None
        super().__init__(session, most=MOST_PINNED, **kwargs)

    @property
    def chosen(self) -> Mask | None:
        """The candidate to finalize: the one that was selected last, else the best; None where there is none."""
        return self._masks[self.selected[-1]] if self.selected else self._best

    def _rows(self) -> Sequence[Row]:
        table = self.session.candidates
        valid = table[~table["stale"]]
        names = ("accuracy", "loss", "parameters", "macs", "generation")
        columns = (valid[name].astype(object).where(valid[name].notna(), None) for name in names)
        masks = (mask for mask, stale in zip(self.session.candidate_masks, table["stale"], strict=True) if not stale)
        # Of several evaluations the last one stays.
        found = dict(zip(masks, zip(*columns, strict=True), strict=True))
        constraint = self.session.constraint
        size, limit = names.index(constraint.measure), constraint.limit
        above = {mask for mask, values in found.items() if limit is not None and values[size] > limit}
        ranked = sorted(found.items(), key=lambda item: (item[0] in above, *_rank(*item[1][:2])))
        self._best = next(
            (mask for mask, values in ranked if mask not in above and _rank(*values[:2])[0] < math.inf), None
        )
        blocks = choices_of(self.session.architecture)
        rows = []
        for rank, (mask, values) in enumerate(ranked, 1):
            key = f"candidate {self._numbers.setdefault(mask, len(self._numbers))}"
            self._masks[key] = mask
            rows.append(Row(key, (rank, *values, blocks(mask)), ABOVE if mask in above else ""))
        return rows

    def _reason(self) -> str:
        if not self.session.training_losses:
            return "Train the supernet, then step the search, to see candidates."
        if len(self.session.candidates):
            return "No evaluation holds since the last training or edit: step the search to rank candidates anew."
        return "Step the search to see candidates."

    def _show_attention(self, name: str) -> None:
        super()._show_attention(name)
        if name == "pinned_candidates":
            self.selected = [key for key in map(self._find, self.session.pinned_candidates) if key]

    def _select(self) -> None:
        # What is pinned and has no row here, such as one that is not evaluated, is older than what was clicked.
        others = [mask for mask in self.session.pinned_candidates if not self._find(mask)]
        pinned = [*others, *(self._masks[key] for key in self.selected)]
        self.session.pinned_candidates = tuple(pinned[-MOST_PINNED:])


def choices_of(architecture: Architecture) -> Callable[[Mask], str]:
    """Returns what names a candidate by its blocks, without those that every candidate has."""
    locked = locked_blocks(architecture)
    choices = [block for block in architecture.block_ids if block not in locked]
    return lambda mask: " ".join([block for block in choices if block in mask.blocks])


def _rank(accuracy: float, loss: float | None) -> tuple[float, float]:
    return (math.inf if loss is None or not math.isfinite(loss) else loss), -accuracy
