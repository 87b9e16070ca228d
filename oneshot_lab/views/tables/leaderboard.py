"""The leaderboard: all candidates with a current evaluation and all landmarks, the best one first."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.session.attention import MOST_PINNED
from oneshot_lab.views.tables.session_table import SessionTable
from oneshot_lab.views.tables.standing import Standing, standings
from oneshot_lab.views.tables.widget import Cell, Column, Row

ABOVE = "too large"
TRAINED = "◆"
"""The badge of a landmark, which is a diamond on the map as well."""

RANK = Column("rank", "rank", "count", help="By loss, then by accuracy; candidates above the size limit come last")
RANKED = RANK._replace(help="As chosen above; candidates above the size limit come last. ◆: a landmark")
ESTIMATED = (
    Column(
        "posterior", "posterior", "percent", 1, True, "Accuracy if trained by itself: mean ± half the 95 % interval"
    ),
    Column("trained", "trained", "percent", 1, True, "Measured accuracy of a landmark, ± deviation of its trainings"),
)
"""The columns that appear once landmarks count."""

UNKNOWN = Standing(math.nan, math.nan, math.nan)


class Entry(NamedTuple):
    """What a row tells of a candidate: its score and its size.

    Attributes:
        accuracy: Of its evaluation; None: it has none.
        loss: Likewise; None also if it is not a number.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        generation: The one that it was evaluated for; None: for none.
    """

    accuracy: float | None
    loss: float | None
    parameters: int
    macs: int
    generation: int | None

    @property
    def is_scored(self) -> bool:
        """Whether its loss is a finite number."""
        return self.loss is not None and math.isfinite(self.loss)

    @property
    def rank(self) -> tuple[float, float]:
        """What it is ranked by without landmarks: its loss, then its accuracy."""
        return (self.loss or 0.0) if self.is_scored else math.inf, -(self.accuracy or 0.0)


class Leaderboard(SessionTable):
    """The candidates of a session, as `best` ranks them; then those above the limit.

    Without landmarks they are ranked by their loss on the validation split. As soon as landmarks count, they are ranked
    by the posterior mean, or by what is chosen above the table; then landmarks have a row also without an evaluation,
    and a bracket marks the candidates that cannot be told apart from the best.

    The row under the pointer is the session's `hovered_candidate`, which its other views show too; a click pins its
    candidate (`pinned_candidates`), or unpins it.

    Args:
        session: A session.
        order: What candidates are ranked by once landmarks count: `mean`, the posterior mean; `low`, the lower end of
            its 95 % interval; or `score`, as without landmarks.

    Attributes:
        session: The session.

    Raises:
        SessionError: The first argument is not a session, or there is no such order.
    """

    COLUMNS = (
        RANK,
        Column("accuracy", "accuracy", "percent", 1, falling=True, help="On the validation split, inside the supernet"),
        Column("loss", "loss", "number", 3, help="Mean cross-entropy on the validation split, in nats"),
        Column("parameters", "parameters", "count", help="Trainable parameters"),
        Column("macs", "multiply-adds", "count", help="Multiply-adds for one image"),
        Column("generation", "generation", "count", help="The first one with it; none if evaluated by hand"),
        Column("blocks", "blocks", "blocks", help="Without the blocks that every candidate has"),
    )
    LABEL = "Leaderboard"
    ORDERS: ClassVar[Mapping[str, str]] = {"mean": "posterior mean", "low": "lower bound", "score": "score"}
    WATCHED = ("candidates", "architecture", "constraint", "trained_landmarks")
    FOLLOWED = ("hovered_candidate", "pinned_candidates")

    def __init__(self, session: Any, *, order: str = "mean", **kwargs: Any) -> None:
        # A candidate keeps its key for good.
        self._numbers: dict[Mask, int] = {}
        self._best: Mask | None = None
        self._is_calibrated = False
        self.order = order
        super().__init__(session, most=MOST_PINNED, **kwargs)

    @property
    def chosen(self) -> Mask | None:
        """The candidate to finalize: the one selected last, otherwise the best one; None if there is none."""
        return self._masks[self.selected[-1]] if self.selected else self._best

    def _columns(self) -> Sequence[Column]:
        return (RANKED, *ESTIMATED, *self.COLUMNS[1:]) if self._is_calibrated else self.COLUMNS

    def _rows(self) -> Sequence[Row]:
        found = self._found()
        constraint = self.session.constraint
        limit = math.inf if constraint.limit is None else constraint.limit
        above = {mask for mask, entry in found.items() if getattr(entry, constraint.measure) > limit}
        standing = self._standings(found, above)
        self._is_calibrated = bool(standing)
        ranked = sorted(found, key=lambda mask: (mask in above, *self._place(found[mask], standing.get(mask, UNKNOWN))))
        self._best = next((mask for mask in ranked if self._may_lead(mask, found[mask], standing, above)), None)
        ties = sum(each.is_tied for each in standing.values())
        self.offer_orders(offered=self._is_calibrated, note=_note(ties) if ties else "")
        blocks = choices_of(self.session.architecture)
        rows = []
        for rank, mask in enumerate(ranked, 1):
            key = f"candidate {self._numbers.setdefault(mask, len(self._numbers))}"
            self._masks[key] = mask
            at = standing.get(mask, UNKNOWN)
            estimates: tuple[Cell, ...] = ((at.mean, at.margin), at.trained) if self._is_calibrated else ()
            badges = [TRAINED] * (at.trained is not None) + [ABOVE] * (mask in above)
            cells = (rank, *estimates, *found[mask], blocks(mask))
            rows.append(Row(key, cells, " ".join(badges), *_look(at, ties=ties)))
        return rows

    def _found(self) -> dict[Mask, Entry]:
        """Returns the candidates whose evaluation holds, and landmarks as soon as these count."""
        found = self._evaluated()
        for each in self.session.trained_landmarks if self.session.is_calibrated else ():
            if not each.has_diverged:
                found.setdefault(each.mask, Entry(None, None, each.parameters, each.macs, None))
        return found

    def _standings(self, found: Mapping[Mask, Entry], above: Collection[Mask]) -> dict[Mask, Standing]:
        """Returns how candidates stand by the posterior; none without landmarks, when none is asked for either."""
        if not self.session.is_calibrated:
            return {}
        trained = {landmark.mask for landmark in self.session.trained_landmarks}
        # What the supernet gives no number for counts only if it was trained by itself.
        allowed = {mask for mask, entry in found.items() if entry.is_scored or mask in trained}
        return standings(self.session, allowed=allowed.difference(above))

    def _may_lead(self, mask: Mask, entry: Entry, standing: Mapping[Mask, Standing], above: Collection[Mask]) -> bool:
        """Returns whether a candidate is the best, if none that is ranked before it is."""
        if self._is_calibrated:
            return standing.get(mask, UNKNOWN).is_best
        return entry.is_scored and mask not in above

    def _evaluated(self) -> dict[Mask, Entry]:
        """Returns the candidates whose evaluation holds."""
        table = self.session.candidates
        valid = table[~table["stale"]]
        columns = (valid[name].astype(object).where(valid[name].notna(), None) for name in Entry._fields)
        masks = (mask for mask, stale in zip(self.session.candidate_masks, table["stale"], strict=True) if not stale)
        # Of several evaluations the last one stays.
        return dict(zip(masks, map(Entry._make, zip(*columns, strict=True)), strict=True))

    def _place(self, entry: Entry, standing: Standing) -> tuple[float, ...]:
        """Returns what a candidate is sorted by; the lowest comes first."""
        if not self._is_calibrated or self.order == "score":
            return entry.rank
        value = standing.low if self.order == "low" else standing.mean
        return (math.inf if math.isnan(value) else -value, *entry.rank)

    def _reason(self) -> str:
        if not self.session.training_losses:
            return "Train the supernet, then step the search, to see candidates."
        if len(self.session.candidates):
            return "Training or an edit made all evaluations out of date: step the search to rank again."
        return "Step the search to see candidates."

    def _show_attention(self, name: str) -> None:
        super()._show_attention(name)
        if name == "pinned_candidates":
            self.selected = [key for key in map(self._find, self.session.pinned_candidates) if key]

    def _select(self) -> None:
        # A pinned candidate without a row, such as one that is not evaluated, counts as older than a clicked one.
        others = [mask for mask in self.session.pinned_candidates if not self._find(mask)]
        pinned = [*others, *(self._masks[key] for key in self.selected)]
        self.session.pinned_candidates = tuple(pinned[-MOST_PINNED:])


def choices_of(architecture: Architecture) -> Callable[[Mask], str]:
    """Returns what names a candidate by its blocks, without those that every candidate has."""
    locked = locked_blocks(architecture)
    choices = [block for block in architecture.block_ids if block not in locked]
    return lambda mask: " ".join([block for block in choices if block in mask.blocks])


def _look(standing: Standing, *, ties: int) -> tuple[str, str]:
    """Returns the tone of a row and the tooltip of its rank.

    Args:
        standing: How its candidate stands.
        ties: How many candidates cannot be told apart from the best, with the best itself.
    """
    told = [] if standing.trained is None else ["A landmark: it was trained by itself."]
    if standing.is_best:
        told.append("The best by the posterior mean.")
    elif standing.is_tied:
        told.append(f"It cannot be told apart from the best: it is better with a probability of {standing.chance:.0%}.")
    tones = ["best"] * standing.is_best + ["tied"] * (standing.is_tied and ties > 1)
    return " ".join(tones), " ".join(told)


def _note(ties: int) -> str:
    if ties == 1:
        return "No other candidate is tied with the best."
    return f"The {ties:,} candidates in the bracket cannot be told apart."
