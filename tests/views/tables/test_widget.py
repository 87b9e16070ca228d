"""A table without a browser: what it shows, and what it takes from the browser."""

import json
import logging
import math

import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.views.tables.widget import Column, Row, Table
from tests.views.parts import deliver, living

COLUMNS = (Column("name", "name"), Column("score", "score", "percent", 1, falling=True))
ROWS = (Row("a", ("one", 0.5)), Row("b", ("two", math.nan), "best", "best"), Row("c", ("three", (0.5, math.nan))))


class Copied(Table):
    def to_copy(self):
        return "text", "copied"


@pytest.fixture
def table():
    return Table(COLUMNS, ROWS, label="Scores", most=2)


def sent(table, message):
    """What a message of the browser is answered with."""
    answers = []
    table.send = answers.append
    deliver(table, json.loads(json.dumps(message)))
    (answer,) = answers
    return answer


def test_columns_and_rows_are_values_that_json_can_hold(table):
    column = {"key": "score", "title": "score", "kind": "percent", "digits": 1, "falling": True, "help": ""}
    assert table.columns[1] == column
    assert table.rows == [
        ["a", ["one", 0.5], "", ""],
        ["b", ["two", None], "best", "best"],
        ["c", ["three", [0.5, None]], "", ""],
    ]
    json.dumps(table.get_state(), allow_nan=False, default=str)
    assert repr(table) == "Table('Scores', 3 rows)"


def test_a_kind_that_is_none_and_a_key_twice_are_refused(table):
    with pytest.raises(SessionError, match="column x: the kind 'percnt'; did you mean 'percent'"):
        Table([Column("x", "x", "percnt")], label="Scores")
    with pytest.raises(SessionError, match="columns: a key that occurs twice"):
        Table([Column("x", "x"), Column("x", "y")], label="Scores")
    with pytest.raises(SessionError, match="rows: 1 keys that occur twice"):
        table.show([ROWS[0], ROWS[0]])


def test_what_is_pointed_at_and_selected_stays_as_long_as_its_row(table):
    table.hovered, table.selected = "a", ["a", "b"]
    table.show([ROWS[1], ROWS[0]])
    assert (table.hovered, table.selected) == ("a", ["a", "b"])
    table.show(ROWS[1:])
    assert (table.hovered, table.selected) == ("", ["b"])


def test_only_rows_that_are_there_can_be_shown_from_python(table):
    with pytest.raises(SessionError, match="Scores: there is no row 'd'; use one of"):
        table.hovered = "d"
    with pytest.raises(SessionError, match="there is no row 'd'"):
        table.selected = ["a", "d"]
    table.selected = ["a", "b", "c"]
    assert table.selected == ["b", "c"]


def test_the_browser_says_what_is_pointed_at_and_selected(table):
    table.set_state({"hovered": "b", "selected": ["c", "a"]})
    assert (table.hovered, table.selected) == ("b", ["c", "a"])
    # Rows that have gone in the meantime are no mistake.
    table.set_state({"hovered": "gone", "selected": ["gone", "a"]})
    assert (table.hovered, table.selected) == ("", ["a"])


@pytest.mark.parametrize(
    "state",
    [
        *({"hovered": 3}, {"hovered": "x" * 1000}, {"hovered": None}),
        *({"selected": "a"}, {"selected": [1]}, {"selected": ["a", "b", "c"]}, {"selected": {"a": 1}}),
    ],
)
def test_what_is_no_key_is_refused(table, state, caplog):
    table.log.propagate = True
    with caplog.at_level(logging.WARNING):
        table.set_state(state)
    assert (table.hovered, table.selected) == ("", [])
    assert "Scores: not a list of rows; expected up to 2 keys" in caplog.text


@pytest.mark.parametrize("state", [{"rows": []}, {"columns": []}, {"empty": "<b>"}, {"most": 9}, {"label": "x"}])
def test_the_rest_is_pythons(table, state):
    before = table.get_state()
    table.set_state(state)
    assert table.get_state() == before


def test_a_table_of_which_nothing_is_selected():
    table = Table(COLUMNS, ROWS, label="Scores", most=0)
    table.set_state({"selected": ["a"]})
    assert table.selected == []


def test_the_button_copies(table):
    copied = Copied(COLUMNS, ROWS, label="Scores", copying="Copy")
    assert sent(copied, {"kind": "copy", "request": 7}) == {
        "kind": "copied",
        "text": "text",
        "note": "copied",
        "request": 7,
    }
    assert sent(copied, {"kind": "sing", "request": "7"})["request"] is None
    # Without a button nothing is to be copied.
    assert sent(table, {"kind": "copy", "request": 7})["message"] == "an unknown message"
    assert not sent(table, "copy")["ok"]


def test_closing_leaves_nothing_behind():
    before = living()
    for _ in range(10):
        Table(COLUMNS, ROWS, label="Scores").close()
    assert living() == before
