"""The number of threads and the algorithms that torch computes with.

torch's results on a CPU depend in their last digits on the number of threads that share a sum, and other last digits
lead a search to another network. For equal bits the number has to be fixed.
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
    """Lets torch compute with this number of threads when called from this thread; other threads are not affected.

    Args:
        threads: The number of threads on a CPU.
        repeatable_on: A device on which only deterministic algorithms are used. On a GPU this applies to the whole
            process while it lasts; torch warns about operations that have no such algorithm.

    Raises:
        SessionError: This build of torch has one number for the whole process, and it differs.
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
    # The number belongs to this thread, but setting it has also changed the default of threads that torch does
    # not know yet, such as those of a cell. A thread that starts and ends with the old number restores that default.
    _in_a_new_thread(lambda: torch.set_num_threads(others[0]))
    if torch.get_num_threads() != number:
        raise SessionError(
            f"torch computes in {torch.get_num_threads()} threads here, and this cannot be changed",
            where="threads",
            expected=f"{number}, as in the session",
            remedy=f"start the process with OMP_NUM_THREADS={number}",
        )


def _in_a_new_thread(act: Callable[[], object]) -> None:
    thread = Thread(target=act)
    thread.start()
    thread.join()


_SWITCH = Lock()
_repeating: list[tuple[bool, bool, bool]] = []
"""torch's setting before the first caller changed it, once for each caller that has it changed now."""


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
