import pickle

import pytest

from oneshot_lab.errors import ArchitectureError, DataError, MaskError, OneShotError, SessionError, ShapeError, closest


def test_the_message_is_where_got_expected_remedy():
    error = ShapeError("Conv2d gives 26×26", where="layer L3, block B7", expected="28×28", remedy="use padding=1")
    assert str(error) == "layer L3, block B7: Conv2d gives 26×26; expected 28×28; use padding=1"
    assert (error.message, error.where) == ("Conv2d gives 26×26", "layer L3, block B7")
    assert (error.expected, error.remedy) == ("28×28", "use padding=1")


def test_parts_that_are_not_known_are_left_out():
    assert str(OneShotError("it broke")) == "it broke"
    assert str(OneShotError("it broke", remedy="mend it")) == "it broke; mend it"


@pytest.mark.parametrize("kind", [ArchitectureError, ShapeError, MaskError, DataError, SessionError])
def test_every_error_is_caught_as_a_oneshot_error_and_survives_pickling(kind):
    error = kind("got", where="here", expected="this", remedy="do that", fix=[{"edit": "RemoveBlock", "block": "B2"}])
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, OneShotError)
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert str(back) == str(error)


def test_a_fix_is_kept_as_it_was_given_and_is_no_part_of_the_message():
    edits = [{"edit": "RemoveBlock", "block": "B2"}, {"edit": "RemoveLink", "source": "L1", "target": "L4"}]
    error = ShapeError("it broke", remedy="remove both", fix=iter(edits))
    assert error.fix == tuple(edits)
    assert str(error) == "it broke; remove both"
    assert OneShotError("it broke").fix == ()


def test_closest_finds_a_misspelt_name_whatever_its_case():
    assert closest("conv2D", ["Conv2d", "Linear"]) == "did you mean 'Conv2d'?"
    assert closest("Liner", ["Conv2d", "Linear"]) == "did you mean 'Linear'?"


@pytest.mark.parametrize("typed", ["zzz", "", 7, None, "x" * 100_000])
def test_closest_lists_what_there_is_where_nothing_is_near(typed):
    assert closest(typed, ["Conv2d", "Linear"]) == "use one of Conv2d, Linear"
