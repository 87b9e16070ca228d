import math

import numpy as np
import pytest

from oneshot_lab.architecture.given import LONGEST, check_kind, check_list, check_number, check_path, is_among, shown
from oneshot_lab.errors import ArchitectureError, DataError


class Rude:
    """What answers nothing."""

    def __repr__(self):
        raise RuntimeError

    def __float__(self):
        raise RuntimeError

    def __iter__(self):
        raise RuntimeError


def test_whatever_is_given_is_shown_in_a_line():
    assert shown("a\nb") == r"'a\nb'"
    assert shown(np.zeros((2, 2))) == "array([[0., 0.], [0., 0.]])"
    assert shown(Rude()) == "a Rude"
    assert len(shown("x" * 1000)) == LONGEST


@pytest.mark.parametrize("value", [3, 3.0, np.int64(3), np.float32(3), True + 2, np.array(3)])
def test_numbers_are_numbers(value):
    assert check_number(value, where="here", expected="a number") == 3


@pytest.mark.parametrize("value", [None, "3", b"3", math.nan, [3], np.array([1, 2]), 1j, Rude()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(DataError, match=r"^here: got .*; expected a number$"):
        check_number(value, where="here", expected="a number", error=DataError)


@pytest.mark.parametrize("value", [None, "ab", b"ab", 3, Rude(), np.array(3)])
def test_what_cannot_be_gone_through_is_no_list(value):
    with pytest.raises(ArchitectureError, match="here: got"):
        check_list(value, where="here", expected="a list")


def test_what_can_be_gone_through_is_a_list():
    assert check_list((n for n in range(3)), where="here", expected="a list") == [0, 1, 2]


def test_a_kind_is_one_of_its_own():
    assert check_kind(True, int, where="here", expected="a number") is True
    with pytest.raises(ArchitectureError, match="here: got 'a'; expected a number"):
        check_kind("a", int, where="here", expected="a number")


def test_anything_can_be_asked_about():
    assert is_among("a", ["a", "b"])
    assert not any(is_among(value, ["a"]) for value in (None, np.array(["a", "a"]), [], {}, Rude(), "b"))


@pytest.mark.parametrize("value", ["a/b", b"a/b"])
def test_paths_are_text_or_bytes(value):
    assert check_path(value, where="here", expected="a path").parts == ("a", "b")


@pytest.mark.parametrize("value", [None, "", "a\0b", b"\0", 3, "\ud800", ["a"], Rude()])
def test_what_no_file_system_has_is_no_path(value):
    with pytest.raises(ArchitectureError, match=r"here: got .*; expected a path"):
        check_path(value, where="here", expected="a path")
