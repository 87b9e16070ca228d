"""The pointer's Python side: which messages are gestures, and that all else is Python's."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from bqplot import LinearScale
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.views.map.pointer import MODES, MapPointer, mode_buttons
from tests.views.parts import deliver


class Heard:
    """Who is told what was done."""

    def __init__(self):
        self.told = []

    def choose(self, area, *, more, done):
        self.told.append(("choose", area, more))
        self.done = done

    def point(self, key):
        self.told.append(("point", key))

    def click(self, key):
        self.told.append(("click", key))

    def fit(self):
        self.told.append(("fit",))


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def pointer(heard):
    pointer = MapPointer(heard, modes=mode_buttons("rectangle"), x_scale=LinearScale(), y_scale=LinearScale())
    pointer.show([(0.0, 1.0), (2.0, 3.0)], ["one", "two"], keys=["a", "b"], blocks=[{"B1"}, {"B2"}])
    return pointer


def say(pointer, **message):
    deliver(pointer, json.loads(json.dumps(message)))


def test_dots_travel_as_bytes_with_their_numbers(pointer):
    assert np.frombuffer(pointer.dots["places"], "<f8").tolist() == [0, 1, 2, 3]
    assert (pointer.dots["facts"], pointer.dots["numbers"]) == (["one", "two"], [0, 1])


@given(st.lists(st.frozensets(st.sampled_from([f"B{n}" for n in range(1, 20)])), max_size=12))
def test_blocks_travel_as_rows_of_bits(sets):
    pointer = MapPointer(Heard(), modes=mode_buttons("lasso"), x_scale=LinearScale(), y_scale=LinearScale())
    pointer.show([(0.0, 0.0)] * len(sets), [""] * len(sets), keys=range(len(sets)), blocks=sets)
    ids, rows = pointer.dots["blocks"], pointer.dots["sets"]
    assert ids == sorted(set().union(*sets), key=lambda block: int(block[1:]))
    width = -(-len(ids) // 8)
    bits = np.unpackbits(np.frombuffer(rows, np.uint8).reshape(len(sets), width), axis=1)[:, : len(ids)]
    assert [frozenset(block for block, bit in zip(ids, row, strict=True) if bit) for row in bits] == sets


def test_gestures_are_told(pointer, heard):
    say(pointer, kind="rectangle", shape=1, x=[0, 1], y=[2, 3], more=True)
    say(pointer, kind="lasso", shape=2, corners=[[0, 0], [1, 0], [0, 1]], more=False)
    say(pointer, kind="hover", dot=1)
    say(pointer, kind="hover", dot=-1)
    say(pointer, kind="click", dot=0)
    say(pointer, kind="fit")
    assert heard.told == [
        ("choose", {"x": [0, 1], "y": [2, 3]}, True),
        ("choose", {"polygon": [[0, 0], [1, 0], [0, 1]]}, False),
        ("point", "b"),
        ("point", None),
        ("click", "a"),
        ("fit",),
    ]


def test_each_shape_is_answered_by_its_number(pointer, heard):
    for shape in (7, 8):
        say(pointer, kind="rectangle", shape=shape, x=[0, 1], y=[2, 3])
        assert pointer.answered == (0 if shape == 7 else 7)
        heard.done()
    assert pointer.answered == 8


@pytest.mark.parametrize("kind", ["hover", "click"])
def test_what_was_meant_for_a_dot_finds_it_among_later_ones(pointer, heard, kind):
    pointer.show([(5.0, 5.0), (2.0, 3.0), (0.0, 1.0)], ["new", "two", "one"], keys=["c", "b", "a"], blocks=[{"B1"}] * 3)
    for number in range(3):
        say(pointer, kind=kind, dot=number)
    told = "point" if kind == "hover" else kind
    assert heard.told == [(told, "a"), (told, "b"), (told, "c")]


@pytest.mark.parametrize("kind", ["hover", "click"])
def test_what_was_meant_for_a_dot_that_is_gone_means_no_other(pointer, heard, kind):
    pointer.show([(0.0, 1.0)], ["one"], keys=["a"], blocks=[{"B1"}])
    say(pointer, kind=kind, dot=1)
    assert heard.told == []


def test_a_pointer_that_has_left_is_beside_later_dots_too(pointer, heard):
    pointer.show([(0.0, 1.0)], ["one"], keys=["a"], blocks=[{"B1"}])
    say(pointer, kind="hover", dot=-1)
    assert heard.told == [("point", None)]


@pytest.mark.parametrize("kind", ["hover", "click"])
def test_what_was_meant_for_a_dot_finds_it_however_often_the_map_was_drawn_since(pointer, heard, kind):
    for number in range(100):
        pointer.show([(9.0, 9.0), (2.0, 3.0)], ["new", "two"], keys=[number, "b"], blocks=[{"B1"}, {"B2"}])
    say(pointer, kind=kind, dot=1)
    assert [key for _, key in heard.told] == ["b"]


def test_a_dot_that_comes_back_has_its_number_again(pointer):
    pointer.show([(0.0, 1.0)], ["new"], keys=["c"], blocks=[{"B1"}])
    pointer.show([(0.0, 1.0), (2.0, 3.0)], ["two", "new"], keys=["b", "c"], blocks=[{"B2"}, {"B1"}])
    assert pointer.dots["numbers"] == [1, 2]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "nothing"},
        {"kind": ["hover"]},
        {"kind": "hover"},
        {"kind": "hover", "dot": "a"},
        {"kind": "hover", "dot": True},
        {"kind": "hover", "dot": 1.0},
        {"kind": "hover", "dot": [1]},
        {"kind": "hover", "dot": None},
        {"kind": "rectangle", "x": [0, 1], "y": [2, 3]},
        {"kind": "rectangle", "shape": True, "x": [0, 1], "y": [2, 3]},
        {"kind": "lasso", "shape": 10**400, "corners": [[0, 0], [1, 0], [0, 1]]},
        {"kind": "click", "dot": 2},
        {"kind": "click", "dot": 10**400},
    ],
)
def test_what_is_no_gesture_does_nothing(pointer, heard, message):
    say(pointer, **message)
    assert heard.told == []


def test_messages_that_are_no_objects_do_nothing(pointer, heard):
    for message in (None, 3, "hover", [1, 2]):
        deliver(pointer, message)
    assert heard.told == []


def test_a_lasso_that_no_hand_draws_is_empty(pointer, heard):
    say(pointer, kind="lasso", shape=1, corners=[[0, 0]] * 6000)
    say(pointer, kind="lasso", shape=2, corners="abc")
    assert heard.told == [("choose", {"polygon": []}, False)] * 2


def test_the_mode_is_that_of_its_buttons_which_the_browser_has(pointer):
    assert pointer.get_state()["modes"] == f"IPY_MODEL_{pointer.modes.model_id}"
    for index, mode in enumerate(MODES):
        # As the browser presses a button.
        pointer.modes.set_state({"index": index})
        assert pointer.mode == mode


def test_the_browser_has_the_modes_in_the_same_order():
    source = Path(__file__).parents[3].joinpath("js/src/map/host.ts").read_text("utf-8")
    names = re.search(r"MODES = \[(.*?)\]", source)[1]
    assert re.findall(r"'(\w+)'", names) == list(MODES)


def test_the_rest_is_pythons(pointer):
    before = pointer.get_state()
    pointer.set_state({"modes": None, "hovered": 3, "dots": {}, "answered": 9})
    assert pointer.get_state() == before
