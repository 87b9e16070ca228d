"""What the Block Information View draws, worked out by hand and against the session's own numbers."""

import math
from dataclasses import replace

import pytest

from oneshot_lab.search.fitness import Marginal
from oneshot_lab.views.blocks.table import HISTORY, BlockRow, block_table, is_sure, ordered
from tests.session.sessions import publish
from tests.session.state.test_calibration import landmark
from tests.views.samples import LENET, fake, generation, mask, region

ONE, TWO, BOTH = mask("B1"), mask("B2"), mask("B1", "B2")


def rows(session):
    return {row.block: row for row in block_table(session).rows}


def test_with_landmarks_effects_are_points_of_accuracy(session):
    session.train(1)
    session.step()
    session.state.landmarks = (landmark(session, ONE, 0.9), landmark(session, TWO, 0.5))
    publish(session)
    table = block_table(session)
    assert table.in_points
    assert table.evaluated == len(session.posterior())
    effects = session.marginal_effects()
    for row in table.rows:
        told = (row.effect.effect, row.effect.low, row.effect.high)
        known = (effects[row.block].effect, effects[row.block].low, effects[row.block].high)
        assert told == pytest.approx([100 * value for value in known], nan_ok=True)
    assert {row.block: row.effect for row in table.rows}["B1"].effect > 0
    session.region(masks=[ONE, TWO], name="two")
    session.selected_region = "two"
    inside = block_table(session)
    assert (inside.evaluated, inside.rows[0].effect.with_count, inside.rows[0].effect.without_count) == (2, 1, 1)


# Everything ----------------------------------------------------------------------------------------------------------


def test_before_the_search_there_is_nothing_but_the_blocks():
    table = block_table(fake())
    assert table[:5] == ("", 0, 0, None, 0)
    assert [row.block for row in table.rows] == list(LENET.block_ids)
    row = table.rows[0]
    assert (row.layer, row.label, row.having, row.frequency, row.fitness) == ("L1", "Conv2d 1, 6, 3", 0, None, None)
    assert math.isnan(row.effect.effect)
    assert (row.earlier_frequency, row.earlier_fitness) == ((), ())


def test_of_everything_it_says_what_the_session_does(session):
    session.train(1)
    for _ in range(3):
        session.step()
    table = block_table(session)
    assert (table.generation, table.inside) == (2, len(session.generations[-1].population))
    assert {row.block: row.fitness for row in table.rows} == session.block_fitness
    # Compared as text: some are not a number.
    assert repr({row.block: row.effect for row in table.rows}) == repr(session.marginal_effects())
    for index in range(2):
        earlier = {row.block: row.earlier_fitness[index] for row in table.rows}
        assert earlier == session.generations[index].block_fitness
    assert table.candidates == len(set(session.candidate_masks))
    assert table.evaluated == len(session.candidates)


def test_dots_that_nobody_evaluated_count_as_candidates():
    table = block_table(fake((ONE, 1.0, 0), dots=[ONE, TWO, BOTH]))
    assert (table.candidates, table.evaluated) == (3, 1)
    assert (table.rows[0].having, table.rows[0].frequency) == (2, pytest.approx(2 / 3))


def test_candidates_that_an_edit_took_away_do_not_count():
    gone = mask("B1", "B77")
    table = block_table(fake((ONE, 1.0, 0), (gone, 1.0, 0, True)))
    assert (table.candidates, table.evaluated) == (1, 1)


def test_losses_that_do_not_hold_or_are_no_number_tell_nothing():
    session = fake((ONE, 1.0, 0), (TWO, 5.0, 0, True), (BOTH, math.nan, 0))
    table = block_table(session)
    assert (table.candidates, table.evaluated) == (3, 1)
    assert rows(session)["B1"].effect.with_count == 1


# A region ------------------------------------------------------------------------------------------------------------


def test_of_a_region_only_who_is_inside_counts():
    session = fake(
        (ONE, 1.0, 0),
        (TWO, 2.0, 0),
        (BOTH, 4.0, 0),
        generations=(generation(0, ONE, TWO, BOTH),),
        regions=[region(ONE, TWO)],
        selected_region="A",
    )
    table = block_table(session)
    assert table[:5] == ("A", 2, 2, 0, 2)
    first = rows(session)["B1"]
    assert (first.having, first.frequency, first.fitness) == (1, 0.5, 0.5)
    assert (first.effect.effect, first.effect.with_count, first.effect.without_count) == (1.0, 1, 1)


def test_a_generation_without_a_candidate_inside_has_no_fitness():
    session = fake(
        (ONE, 1.0, 0),
        generations=(generation(0, ONE, ONE), generation(1, TWO)),
        regions=[region(ONE)],
        selected_region="A",
    )
    assert block_table(session).inside == 0
    first = rows(session)["B1"]
    assert (first.fitness, first.earlier_fitness) == (None, (1.0,))


def test_an_empty_region_and_one_of_one_candidate():
    empty = fake((ONE, 1.0, 0), regions=[region()], selected_region="A")
    assert block_table(empty)[:3] == ("A", 0, 0)
    assert {row.frequency for row in block_table(empty).rows} == {None}
    single = fake((ONE, 1.0, 0), regions=[region(ONE)], selected_region="A")
    assert block_table(single)[:3] == ("A", 1, 1)
    assert rows(single)["B1"].frequency == 1.0
    assert math.isnan(rows(single)["B1"].effect.effect)


# What was before -----------------------------------------------------------------------------------------------------


def test_earlier_frequencies_are_without_those_who_came_later():
    session = fake(
        (ONE, 1.0, 0),
        (TWO, 1.0, 1),
        (BOTH, 1.0, 2),
        (ONE, 1.0, 2),
        dots=[ONE, TWO, BOTH, mask("B3")],
        generations=(generation(0, ONE), generation(1, TWO), generation(2, BOTH)),
    )
    first = rows(session)["B1"]
    # The dot that nobody has evaluated was there all the time.
    assert first.earlier_frequency == (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert first.frequency == 0.5


def test_only_the_last_generations_are_shown():
    session = fake((ONE, 1.0, 0), generations=tuple(generation(index, ONE) for index in range(HISTORY + 5)))
    first = rows(session)["B1"]
    assert (len(first.earlier_frequency), len(first.earlier_fitness)) == (HISTORY, HISTORY)
    assert block_table(session).generation == HISTORY + 4


def test_a_generation_says_nothing_of_blocks_that_came_after_it():
    older = generation(0, ONE, block_fitness={"B2": 0.0})
    session = fake((ONE, 1.0, 0), generations=(older, generation(1, ONE)))
    assert rows(session)["B1"].earlier_fitness == (None,)
    assert rows(session)["B1"].fitness == 1.0
    assert rows(session)["B2"].earlier_fitness == (0.0,)


# Orders --------------------------------------------------------------------------------------------------------------


def row(block, **values):
    plain = BlockRow(block, "L1", "ReLU", 0, None, None, Marginal(math.nan, math.nan, math.nan, 0, 0))
    return plain._replace(**values)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("template", "B1 B2 B3 B4"), ("frequency", "B3 B2 B4 B1"), ("fitness", "B1 B2 B3 B4"), ("effect", "B4 B3 B1 B2")],
)
def test_the_highest_come_first_and_those_without_a_value_last(order, wanted):
    effect = Marginal(0.5, 0.0, 1.0, 3, 3)
    given = [
        row("B1"),
        row("B2", frequency=0.5),
        row("B3", frequency=1.0, effect=replace(effect, effect=-0.5)),
        row("B4", frequency=0.5, effect=effect),
    ]
    assert [each.block for each in ordered(given, order)] == wanted.split()


@pytest.mark.parametrize(
    ("low", "high", "sure"), [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (math.nan, math.nan, False)]
)
def test_an_effect_is_sure_when_its_interval_excludes_zero(low, high, sure):
    assert is_sure(Marginal(0.0, low, high, 3, 3)) is sure
