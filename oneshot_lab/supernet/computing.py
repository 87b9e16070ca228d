"""How torch computes in one thread: in how many parts, and by which algorithms.

What torch gives on a CPU depends in its last digits on the number of threads that share a sum, and a search makes
another network of other last digits. So whoever wants the same bits fixes the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread

import torch

from oneshot_lab.errors import SessionError

MOST_THREADS = 1024


@contextmanager
def computing(threads: int, *, repeatable_on: torch.device | None = None) -> Iterator[None]:
    """Has torch compute in so many threads for the caller's thread; whoever calls it elsewhere notices nothing.

    Args:
        threads: Their number on a CPU.
        repeatable_on: A device of which only algorithms that repeat are used. On a GPU torch can say so for the whole
            process only, while this lasts; it warns of what it has no such algorithm for.

    Raises:
        SessionError: This build of torch has one number for the whole process, and it is another.
    """
    _use_threads(threads)
    if repeatable_on is None or repeatable_on.type == "cpu":
        yield
        return
    with _repeatable():
        yield


def _use_threads(number: int) -> None:
    if torch.get_num_threads() == number:
        return
    others: list[int] = []
    _in_a_new_thread(lambda: others.append(torch.get_num_threads()))
    torch.set_num_threads(number)
    # The number is this thread's own. But it has also become what threads begin with that torch does not know yet:
    # those of a cell, say. It is put back by one that ends with that.
    _in_a_new_thread(lambda: torch.set_num_threads(others[0]))
    if torch.get_num_threads() != number:
        raise SessionError(
            f"torch computes in {torch.get_num_threads()} here, and cannot be told otherwise",
            where="threads",
            expected=f"{number}, as the session",
            remedy=f"start the process with OMP_NUM_THREADS={number}",
        )


def _in_a_new_thread(act: Callable[[], object]) -> None:
    thread = Thread(target=act)
    thread.start()
    thread.join()


_SWITCH = Lock()
_repeating: list[tuple[bool, bool, bool]] = []
"""What torch was told before the first of those who want it otherwise; once for each of them."""


@contextmanager
def _repeatable() -> Iterator[None]:
    with _SWITCH:
        before = (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
            torch.backends.cudnn.benchmark,
        )
        _repeating.append(_repeating[0] if _repeating else before)
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        with _SWITCH:
            enabled, warn_only, benchmark = _repeating.pop()
            if not _repeating:
                torch.use_deterministic_algorithms(enabled, warn_only=warn_only)
                torch.backends.cudnn.benchmark = benchmark
