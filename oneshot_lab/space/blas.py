"""Linear algebra whose last digits do not depend on the number of threads that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from threadpoolctl import threadpool_limits

_ALONE = Lock()
"""Held meanwhile: the number is the process's, so that of two who set it one would put back the other's."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Has numpy's and scipy's linear algebra compute in one thread: the same bits on every machine of a kind."""
    with _ALONE, threadpool_limits(1, user_api="blas"):
        yield
