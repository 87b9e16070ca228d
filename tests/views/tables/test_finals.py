"""The final models side by side, without a browser."""

import json
import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.supernet.recipes import get_recipe
from oneshot_lab.views.tables.finals import FinalsTable
from tests.session.sessions import publish, watchers
from tests.views.parts import living

ONE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
OTHER = Mask.of("B2", "B4", "B7", "B8", "B10", "B11", "B12")


@pytest.fixture
def finished(session):
    session.finalize(ONE, epochs=1, seeds=2)
    session.finalize(OTHER, epochs=2, recipe=replace(get_recipe("whole"), name="quick"))
    return session


def cells(table, key):
    return [dict(zip([column["key"] for column in table.columns], row[1], strict=True))[key] for row in table.rows]


def test_each_final_model_has_a_row(finished):
    table = FinalsTable(finished)
    one, other = finished.finals
    assert cells(table, "network") == ["lenet 1", "lenet 2"]
    assert cells(table, "accuracy") == [[one.test_accuracy, one.test_accuracy_spread], [other.test_accuracy, None]]
    assert cells(table, "balanced") == [
        [one.balanced_accuracy, one.balanced_accuracy_spread],
        [other.balanced_accuracy, None],
    ]
    assert cells(table, "remark") == [final.remark or None for final in (one, other)]
    assert cells(table, "parameters") == [one.parameters, other.parameters]
    assert cells(table, "macs") == [one.macs, other.macs]
    assert (cells(table, "epochs"), cells(table, "runs")) == ([1, 2], [2, 1])
    assert cells(table, "recipe") == ["whole", "quick"]
    assert cells(table, "seconds") == [one.seconds, other.seconds]
    assert cells(table, "blocks") == ["B1 B5 B9", "B2 B7 B10"]
    json.dumps(table.rows, allow_nan=False)


def test_the_best_is_marked_and_chosen_until_another_is(finished):
    table = FinalsTable(finished)
    best = max(finished.finals, key=lambda final: final.test_accuracy)
    marked = [finished.finals[number] for number, row in enumerate(table.rows) if row[2:] == ["best", "best"]]
    assert best in marked
    assert all(final.test_accuracy == best.test_accuracy for final in marked)
    assert table.chosen == best
    for key, final in zip(("final 1", "final 2"), finished.finals, strict=True):
        table.set_state({"selected": [key]})
        assert table.chosen == final


def test_without_finals_it_says_what_to_do(session):
    table = FinalsTable(session)
    assert (table.rows, table.chosen) == ([], None)
    assert table.empty.startswith("Finalize a candidate")


def test_a_final_that_is_not_a_number_is_not_the_best(finished):
    broken = replace(finished.finals[0], runs=(replace(finished.finals[0].runs[0], test_accuracy=math.nan),))
    finished.state.finals = (broken, finished.finals[1])
    publish(finished)
    table = FinalsTable(finished)
    assert [row[2] for row in table.rows] == ["", "best"]
    assert cells(table, "accuracy")[0] is None
    finished.state.finals = (broken,)
    publish(finished)
    assert [row[2:] for row in table.rows] == [["", ""]]


def test_a_final_that_waits_to_be_measured_says_why(finished):
    one = finished.finals[0]
    waiting = replace(one, runs=(replace(one.runs[0], test_accuracy=math.nan),), problem="a.png: it cannot be read")
    finished.state.finals = (waiting,)
    publish(finished)
    table = FinalsTable(finished)
    assert table.rows[0][2] == "not measured"
    assert cells(table, "remark") == ["a.png: it cannot be read"]


def test_a_final_of_before_classes_were_counted_shows_none(finished):
    one, other = finished.finals
    finished.state.finals = (replace(one, runs=(replace(one.runs[0], confusion=()),)), other)
    publish(finished)
    table = FinalsTable(finished)
    assert cells(table, "balanced") == [None, [other.balanced_accuracy, None]]
    assert cells(table, "remark")[0] is None


def test_a_final_that_predicts_one_class_says_so(finished):
    counts = tuple((7, *[0] * 9) for _ in range(10))
    one = finished.finals[0]
    finished.state.finals = (replace(one, runs=(replace(one.runs[0], confusion=counts),)),)
    publish(finished)
    assert cells(FinalsTable(finished), "remark") == ["predicts only class '0'"]


def test_the_final_under_the_pointer_is_shown_in_the_other_views(finished):
    table = FinalsTable(finished)
    table.set_state({"hovered": "final 2"})
    assert finished.hovered_candidate == OTHER
    table.set_state({"hovered": ""})
    assert finished.hovered_candidate is None
    finished.hovered_candidate = ONE
    assert table.hovered == "final 1"


def test_after_an_edit_that_takes_its_blocks_a_final_names_none(finished):
    table = FinalsTable(finished)
    finished.edit(RemoveBlock("B2"))
    assert cells(table, "blocks") == ["B1 B5 B9", None]
    table.set_state({"hovered": "final 2"})
    assert finished.hovered_candidate is None


def test_a_file_that_does_not_tell_leaves_the_recipe_open(finished):
    one, other = finished.finals
    finished.state.finals = (one, replace(other, recipe=""))
    publish(finished)
    assert cells(FinalsTable(finished), "recipe") == ["whole", None]


def test_closing_leaves_nothing_behind(finished):
    before, watched = living(), watchers(finished)
    for _ in range(10):
        FinalsTable(finished).close()
    assert living() == before
    assert watchers(finished) == watched
