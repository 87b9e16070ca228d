"""Losses by generation, and what came between them."""

import math
from types import SimpleNamespace

import pytest

from oneshot_lab.session.log import LogEntry
from oneshot_lab.views.lab.loss_table import Intervention, loss_table
from tests.views.samples import generation, mask

MASK = mask("B1")


def interventions(actions, *, generations):
    """What comes of a log: actions, with an outcome after a colon where they were not done."""
    parts = [action.partition(":") for action in actions.split()]
    log = tuple(LogEntry("", action, {}, 0.0, outcome or "done") for action, _, outcome in parts)
    made = tuple(generation(index, MASK) for index in range(generations))
    return loss_table(SimpleNamespace(generations=made, log=log)).interventions


def test_the_losses_of_each_generation():
    first = generation(0, MASK, mask("B2"), mask("B3"), losses=(1.0, 2.0, 6.0))
    second = generation(1, MASK, losses=(math.nan,))
    table = loss_table(SimpleNamespace(generations=(first, second), log=()))
    assert table.indices == (0, 1)
    assert (table.highest[0], table.mean[0], table.lowest[0]) == (6.0, 3.0, 1.0)
    assert all(map(math.isnan, (table.highest[1], table.mean[1], table.lowest[1])))


@pytest.mark.parametrize(
    ("actions", "generations", "wanted"),
    [
        ("train step step edit step", 3, [("edit", 2)]),
        ("train edit train step", 1, []),
        ("train step edit propose undo train step", 2, [("edit", 1), ("training", 1)]),
        ("step replace step redo", 2, [("edit", 1), ("edit", 2)]),
        ("step edit:failed train:failed evaluate project save step", 2, []),
        ("step step:stopped train:stopped step train:interrupted", 2, [("training", 1), ("training", 2)]),
        ("step edit step", 5, [("edit", 4)]),
        ("", 3, []),
    ],
)
def test_what_came_between_them(actions, generations, wanted):
    assert interventions(actions, generations=generations) == tuple(Intervention(*each) for each in wanted)


def test_of_a_session(session):
    from oneshot_lab.architecture.edits import RemoveBlock

    session.train(1)
    session.step()
    session.edit(RemoveBlock("B1"))
    session.train(1)
    session.step()
    table = loss_table(session)
    assert table.lowest == tuple(generation.loss_min for generation in session.generations)
    assert table.interventions == (Intervention("edit", 1), Intervention("training", 1))
