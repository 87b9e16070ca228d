"""What was done, in plain words."""

import pytest

import oneshot_lab
from oneshot_lab.session.actions.action import ACTIONS
from oneshot_lab.views.common.log_words import OTHERS, WIDTH, action_name, in_a_line


def test_actions_have_names_and_what_came_from_a_view_has_that_of_the_view():
    assert action_name("step") == "Step the search"
    assert action_name("search_space") == "Search space: a message"
    assert action_name("lab") == "Change the data"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({}, ""),
        ({"epochs": 3, "recipe": None}, "epochs 3"),
        ({"edits": [{"edit": "AddLink", "source": "L1", "target": "L3"}]}, "AddLink L1 L3"),
        (
            {"edits": [{"edit": "MoveBlock", "block": "B1", "to": "L2", "index": None}] * 2},
            "MoveBlock B1 L2; MoveBlock B1 L2",
        ),
        ({"masks": [["B1"], ["B2"]]}, "2 candidates"),
        ({"mask": ["B1", "B2"], "epochs": 1}, "B1 B2 · epochs 1"),
        ({"name": "A", "x": [-10.0, 5.0], "y": [0.0, 20.25]}, "name A · x -10 to 5 · y 0 to 20.25"),
        ({"architecture": {"name": "lenet", "layers": []}}, "lenet"),
        ({"recipe": {"epochs": 3}}, "recipe custom"),
        ({"mutation_rate": 0.1}, "mutation rate 0.1"),
    ],
)
def test_arguments_in_a_line(arguments, line):
    assert in_a_line(arguments) == line


@pytest.mark.parametrize(
    "arguments",
    [
        *({"edits": 3}, {"edits": [None]}, {"edits": [{"block": "B1"}]}, {"edits": {"edit": "RemoveBlock"}}),
        *({"masks": 1}, {"masks": True}, {"mask": 1.5}, {"blocks": [None, 1, "B"]}, {"mask": [["B1"]]}),
        *({"x": ["a", None]}, {"y": [[1], 2]}, {"x": {}}, {"epochs": [[[]]]}, {"": {"name": ["x"]}}),
    ],
)
def test_whatever_a_file_holds_is_told(arguments):
    assert isinstance(in_a_line(arguments), str)


def test_what_no_session_writes_is_told_as_it_is():
    assert in_a_line({"edits": 3, "epochs": 2}) == "3 · epochs 2"


def test_halves_of_characters_do_not_reach_the_browser():
    for text in (in_a_line({"name": "\ud800"}), in_a_line({"edits": "\ud800"}), action_name("\ud800")):
        text.encode("utf-8")


def test_a_long_line_is_cut():
    line = in_a_line({"edits": [{"edit": "RemoveBlock", "block": f"B{n}"} for n in range(100)]})
    assert len(line) == WIDTH
    assert line.endswith("…")


def test_every_action_of_a_session_has_its_words():
    assert all(callable(getattr(oneshot_lab.SearchSession, name)) for name in OTHERS if name != "create")
    assert {action_name(verb) for verb in ACTIONS} >= {"Train the supernet", "Replace the network", "Save"}
    assert not any(": a message" in action_name(verb) for verb in [*ACTIONS, *OTHERS])
