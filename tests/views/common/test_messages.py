import pytest

from oneshot_lab.architecture.limits import LONGEST_NAME
from oneshot_lab.errors import ShapeError
from oneshot_lab.views.common.messages import is_id, is_whole, refusal, request_number


def test_a_refusal_says_where_what_and_what_to_do():
    error = ShapeError("28×28", where="layer L3", expected="26×26", remedy="use padding=1")
    said = {"where": "layer L3", "message": "28×28", "expected": "26×26", "remedy": "use padding=1"}
    assert refusal(error) == {"kind": "answer", "ok": False, **said}


@pytest.mark.parametrize("request_", [None, "1", 1.0, True, 2**53, -(2**53), [1]])
def test_a_number_that_javascript_does_not_count_to_is_none(request_):
    assert request_number({"request": request_}) is None


@pytest.mark.parametrize("request_", [0, 1, -1, 2**53 - 1])
def test_all_others_are_answered_under(request_):
    assert request_number({"request": request_}) == request_


def test_what_is_whole_and_what_may_be_an_id():
    assert [is_whole(value) for value in (0, 3, True, 1.0, "1", None)] == [True, True, False, False, False, False]
    assert is_id("x" * LONGEST_NAME)
    assert not is_id("x" * (LONGEST_NAME + 1))
    assert not is_id(1)
