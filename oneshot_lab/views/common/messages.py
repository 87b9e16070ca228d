"""Messages from the browser, which may hold anything, and the answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from oneshot_lab.architecture.limits import LONGEST_NAME
from oneshot_lab.errors import OneShotError

Message = Mapping[str, Any]
Answer = dict[str, Any]

LARGEST = 2**53
"""The largest whole number that JavaScript represents exactly."""


def refusal(error: OneShotError) -> Answer:
    """Returns the answer to a refused request, with the reason."""
    return {
        "kind": "answer",
        "ok": False,
        "where": error.where,
        "message": error.message,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def request_number(message: Message) -> int | None:
    """Returns the number of a request for its answer; None if it has none that JavaScript can represent."""
    request = message.get("request")
    return request if is_whole(request) and abs(request) < LARGEST else None


def is_whole(value: object) -> TypeGuard[int]:
    """Returns whether a value is a whole number; True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_id(value: object) -> TypeGuard[str]:
    """Returns whether a value is text that may be an id, that is, not too long."""
    return isinstance(value, str) and len(value) <= LONGEST_NAME
