"""What the loss chart draws: the losses of each generation, and where a person stepped in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from oneshot_lab.session.log import LogEntry
    from oneshot_lab.session.session import SearchSession

INTERVENTIONS = {"train": "training"} | dict.fromkeys(("edit", "propose", "replace", "undo", "redo"), "edit")
"""What an action is to the search: after it the same masks have other losses, or there are other masks."""

STOPPED = {("train", "stopped"), ("train", "interrupted")}


class Intervention(NamedTuple):
    """What came between two generations: `edit` or `training`, and the generation that was the first after it."""

    kind: str
    before: int


class LossTable(NamedTuple):
    """Highest, mean and lowest loss of each generation, oldest first; NaN where no loss is finite.

    Attributes:
        indices: Of the generations.
        highest: Of the finite losses.
        mean: Likewise.
        lowest: Likewise.
        interventions: In order, each kind once between two generations; not those before the first.
    """

    indices: tuple[int, ...]
    highest: tuple[float, ...]
    mean: tuple[float, ...]
    lowest: tuple[float, ...]
    interventions: tuple[Intervention, ...]


def loss_table(session: SearchSession) -> LossTable:
    """Returns the losses of all generations."""
    generations = session.generations
    return LossTable(
        indices=tuple(generation.index for generation in generations),
        highest=tuple(generation.loss_max for generation in generations),
        mean=tuple(generation.loss_mean for generation in generations),
        lowest=tuple(generation.loss_min for generation in generations),
        interventions=tuple(dict.fromkeys(_interventions(session.log, len(generations)))),
    )


def _interventions(log: Sequence[LogEntry], generations: int) -> Iterator[Intervention]:
    # A training that was stopped has changed weights as well; a step that was has made no generation.
    done = [entry.action for entry in log if entry.outcome == "done" or (entry.action, entry.outcome) in STOPPED]
    # Generations that are missing in the log are older than all of its entries.
    finished = generations - done.count("step")
    for action in done:
        if action == "step":
            finished += 1
        elif action in INTERVENTIONS and finished > 0:
            yield Intervention(INTERVENTIONS[action], finished)
