"""Whatever can be made can be written and read; whatever can be read could have been made."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.edits import AddBlock, AddLayer, apply
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link, check
from oneshot_lab.architecture.serial import dumps, edit_from_json, edit_to_json, from_json, loads, to_json
from oneshot_lab.errors import ArchitectureError
from tests.architecture.networks import network, tried

LEGO = network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU", "Linear", links="input-L3")

PERSIAN = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""A word that needs a character without width."""

UNREADABLE = ["a\nb", "\x1b[31m", "\x85", "\u2028", "\u202egnp.exe", "\ud800", "\ufffe"]
PLACES = ["name", "id", "link", "merge", "kind", "params", "shape", "classes", "numbers"]

ODD_NAMES = st.one_of(
    st.text(max_size=3),
    st.sampled_from(["", " ", "x" * 100, "x" * 101, "a\nb", "\x00", "\x85", "\u2028", "\u202e", "\ud800", "\uffff"]),
    st.sampled_from(["naïve", "\u3000", PERSIAN, "👩\u200d💻", "<b>", "]]>", "&amp;", None, 3, b"x", ["a"]]),
)
ODD_IDS = st.one_of(
    st.sampled_from(["B1", "B7", "b1", "B999999999", "B1000000000", "B01", "B٣", "x" * 100, "x" * 101, INPUT, "L1.B1"]),
    st.sampled_from(["", " ", "a b", "ß", "pop", "training", "forward", "C_1", "1", None, 3, np.str_("B8")]),
    st.text(max_size=3),
)
ODD_NUMBERS = st.one_of(
    st.integers(-2, 12),
    st.sampled_from([2**24, 2**24 + 1, 10**6, 10**6 + 1, 10**12, 10**12 + 1, 10**400, 0.5, 2.0, math.nan, math.inf]),
    st.sampled_from([True, None, "3", np.int64(4), np.float32(2), np.bool_(True), np.array(5), np.array([1, 2])]),
)
ODD_VALUES = st.one_of(ODD_NUMBERS, st.tuples(ODD_NUMBERS, ODD_NUMBERS), st.lists(ODD_NUMBERS, max_size=4), ODD_NAMES)


@st.composite
def made(draw):
    """An architecture with odd values at one or two of its places."""
    odd = draw(
        st.sets(
            st.sampled_from(PLACES),
            max_size=2,
        )
    )
    params = {"kernel_size": draw(ODD_VALUES)} if "params" in odd else {"kernel_size": 3}
    kind = draw(ODD_NAMES) if "kind" in odd else "Conv2d"
    first = Block(draw(ODD_IDS) if "id" in odd else "B1", [Component("C1", kind, params)])
    layers = [
        Layer("L1", [first], draw(ODD_NAMES) if "merge" in odd else "sum"),
        Layer("L2", (Block("B2", (Component("C2", "ReLU"),)),)),
        Layer("L3", (Block("B3", (Component("C3", "Linear"),)),)),
    ]
    return Architecture(
        draw(ODD_NAMES) if "name" in odd else "net",
        layers,
        [Link(draw(ODD_IDS) if "link" in odd else "K1", "input", draw(ODD_IDS) if "link" in odd else "L3")],
        draw(st.lists(ODD_NUMBERS, max_size=4)) if "shape" in odd else [1, 28, 28],
        draw(ODD_NUMBERS) if "classes" in odd else 10,
        tuple(draw(st.lists(ODD_NUMBERS, min_size=3, max_size=5))) if "numbers" in odd else (0, 0, 0, 0),
    )


@given(made())
@settings(max_examples=300)
def test_what_can_be_made_can_be_written_and_read_as_it_was(lego):
    text, error = tried(dumps, lego)
    if error is None:
        read = loads(text)
        assert check(lego) == lego
        assert read == lego or "kernel_size" in text, "a pair of equal numbers is written as one"
        assert repr(loads(dumps(read))) == repr(read), "numbers and texts are Python's own"
        return
    assert error.where
    # It cannot be worked with either: an edit, which checks it, or a look at its kinds and parameters refuses it.
    _, refused = tried(check, lego)
    kinds = (
        [
            tried(from_json, {"oneshot_architecture": 1, "layers": [{"blocks": [{"components": [part]}]}]})[1]
            for part in to_json(lego)["layers"][0]["blocks"][0]["components"]
        ]
        if refused is None
        else [refused]
    )
    assert any(kinds)


@given(st.sampled_from(["layer", "kind", "params", "index"]), ODD_VALUES)
def test_an_edit_that_can_be_made_can_be_written_and_read(field, value):
    edit, error = tried(lambda: AddBlock(**{"layer": "L1", "kind": "ReLU", "params": "", "index": None, field: value}))
    if error is not None:
        assert error.where == f"AddBlock.{field}"
    elif edit.index is None or edit.index >= 0:
        again = edit_from_json(edit_to_json(edit))
        assert again == edit
        assert repr(again) == repr(edit)
    else:
        assert "position -" in str(tried(apply, LEGO, edit)[1])


@pytest.mark.parametrize("name", [*UNREADABLE, "", "x" * 101])
def test_what_xml_or_a_terminal_cannot_hold_is_no_name(name):
    assert limits.wrong_text(name)
    with pytest.raises(ArchitectureError, match="name: "):
        check(Architecture(name, LEGO.layers))


@pytest.mark.parametrize("name", ["lenet", "Größe ∪ 2", "\u3000", PERSIAN, "👩\u200d💻", "x" * 100])
def test_whatever_people_write_is_one(name):
    assert loads(dumps(Architecture(name, LEGO.layers))).name == name


def test_numbers_of_other_libraries_are_pythons_own():
    params = {"out_channels": np.int64(6), "kernel_size": [np.int32(3), 5], "bias": np.bool_(False)}
    block = Block("B1", [Component(np.str_("C1"), "Conv2d", params)])
    lego = Architecture("net", [Layer("L1", [block])], input_shape=np.array([1, 8, 8]), classes=np.uint8(3))
    assert repr(check(lego)) == repr(loads(dumps(lego)))
    assert "np." not in repr(lego)
    assert apply(LEGO, AddLayer("ReLU", index=np.int64(1))) == apply(LEGO, AddLayer("ReLU", index=1))


# The next free numbers -----------------------------------------------------------------------------------------------


def test_numbers_that_are_left_out_are_those_after_the_ones_in_use():
    lego = Architecture("net", LEGO.layers, LEGO.links)
    assert lego.next_numbers == LEGO.next_numbers == (4, 5, 5, 2)
    assert apply(lego, AddLayer("ReLU", index=0)).layers[0].id == "L4"


def test_numbers_that_are_in_use_are_not_given_again():
    lego = Architecture("net", LEGO.layers, LEGO.links, next_numbers=(1, 90, 1, 1))
    assert lego.next_numbers == (4, 90, 5, 2)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 1, 1, "4"), (1, 1, 1, 10**12 + 1), 5, None, (9.5, 9, 9, 9)])
def test_numbers_that_are_none_are_refused(numbers):
    with pytest.raises(ArchitectureError, match="next_numbers: "):
        check(Architecture("net", LEGO.layers, LEGO.links, next_numbers=numbers))


@pytest.mark.parametrize("item_id", ["B1000000000", "Bx", "B", "B٣", "x1"])
def test_an_id_that_is_only_a_name_counts_for_nothing(item_id):
    assert limits.next_numbers([item_id], (1, 1, 1, 1)) == (1, 1, 1, 1)


# Counts --------------------------------------------------------------------------------------------------------------


def test_a_network_has_no_more_items_than_a_file():
    part = Component("C1", "ReLU")
    parts = tuple(Component(f"C{number}", "ReLU") for number in range(limits.MOST_ITEMS - 2))
    most = Architecture("net", (Layer("L1", (Block("B1", parts),)),))
    assert loads(dumps(most)) == most
    with pytest.raises(ArchitectureError, match="2,001 layers, blocks, components and links; expected at most 2,000"):
        check(Architecture("net", (Layer("L1", (Block("B1", (*parts, part)),)),)))


@pytest.mark.parametrize(("shape", "classes"), [((2**24,), 10), ((1, 2**12, 2**12), 10), ((4,), 10**6)])
def test_what_is_large_but_can_be_made_can_be_read(shape, classes):
    lego = Architecture("net", LEGO.layers, input_shape=shape, classes=classes)
    assert loads(dumps(lego)) == lego


@pytest.mark.parametrize(("shape", "classes"), [((2**24 + 1,), 10), ((4,), 10**6 + 1), ((4,), 10**400)])
def test_what_is_larger_is_refused_when_it_is_made(shape, classes):
    with pytest.raises(ArchitectureError, match="the input shape"):
        check(Architecture("net", LEGO.layers, input_shape=shape, classes=classes))


def test_what_cannot_be_shown_is_told_by_its_type():
    assert limits.shown("x" * 100, longest=10) == "'xxxxxxxxx"
    assert limits.shown(10**5000) == "a int"
