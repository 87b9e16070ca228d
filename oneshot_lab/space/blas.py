"""Linear algebra whose last digits do not depend on the number of threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from threadpoolctl import threadpool_limits

_ALONE = Lock()
"""Held while the number is set: it belongs to the process, so two callers at once would restore each other's."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Makes numpy and scipy compute linear algebra in one thread, for equal bits on all machines of one kind."""
    with _ALONE, threadpool_limits(1, user_api="blas"):
        yield
