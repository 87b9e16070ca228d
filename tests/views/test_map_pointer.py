"""The pointer's Python side: which messages are gestures, and that all else is Python's."""

import json

import numpy as np
import pytest
from bqplot import LinearScale

from oneshot_lab.views.map_pointer import MapPointer


class Heard:
    """Who is told what was done."""

    def __init__(self):
        self.told = []

    def choose(self, area, *, more):
        self.told.append(("choose", area, more))

    def point(self, dot):
        self.told.append(("point", dot))

    def click(self, dot):
        self.told.append(("click", dot))

    def fit(self):
        self.told.append(("fit",))


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def pointer(heard):
    pointer = MapPointer(heard, x_scale=LinearScale(), y_scale=LinearScale())
    pointer.show([(0.0, 1.0), (2.0, 3.0)], ["one", "two"])
    return pointer


def say(pointer, **message):
    pointer._handle_custom_msg(json.loads(json.dumps(message)), [])


def test_dots_travel_as_bytes_with_their_numbers(pointer):
    assert np.frombuffer(pointer.dots["places"], "<f8").tolist() == [0, 1, 2, 3]
    assert (pointer.dots["facts"], pointer.dots["revision"]) == (["one", "two"], 1)


def test_gestures_are_told(pointer, heard):
    say(pointer, kind="rectangle", x=[0, 1], y=[2, 3], more=True)
    say(pointer, kind="lasso", corners=[[0, 0], [1, 0], [0, 1]], more=False)
    say(pointer, kind="hover", dot=1, revision=1)
    say(pointer, kind="hover", dot=-1, revision=1)
    say(pointer, kind="click", dot=0, revision=1)
    say(pointer, kind="fit")
    assert heard.told == [
        ("choose", {"x": [0, 1], "y": [2, 3]}, True),
        ("choose", {"polygon": [[0, 0], [1, 0], [0, 1]]}, False),
        ("point", 1),
        ("point", None),
        ("click", 0),
        ("fit",),
    ]


def test_positions_among_other_dots_mean_nothing(pointer, heard):
    pointer.show([(0.0, 0.0)], ["one"])
    say(pointer, kind="click", dot=1, revision=1)
    assert heard.told == []


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "nothing"},
        {"kind": ["hover"]},
        {"kind": "hover", "dot": "a", "revision": 1},
        {"kind": "hover", "dot": True, "revision": 1},
        {"kind": "hover", "dot": 1, "revision": 0},
        {"kind": "hover", "dot": 1},
    ],
)
def test_what_is_no_gesture_does_nothing(pointer, heard, message):
    say(pointer, **message)
    assert heard.told == []


def test_messages_that_are_no_objects_do_nothing(pointer, heard):
    for message in (None, 3, "hover", [1, 2]):
        pointer._handle_custom_msg(message, [])
    assert heard.told == []


def test_a_position_that_there_is_not_is_none(pointer, heard):
    say(pointer, kind="hover", dot=10**9, revision=1)
    assert heard.told == [("point", None)]


def test_a_lasso_that_no_hand_draws_is_empty(pointer, heard):
    say(pointer, kind="lasso", corners=[[0, 0]] * 6000)
    say(pointer, kind="lasso", corners="abc")
    assert heard.told == [("choose", {"polygon": []}, False)] * 2


def test_the_rest_is_pythons(pointer):
    before = pointer.get_state()
    pointer.set_state({"mode": "lasso", "hovered": 3, "dots": {}, "answered": 9})
    assert pointer.get_state() == before
