"""Whole searches, each in a process of its own: from the import to the retrained network."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

from tests.benchmarks.registry import Figure, benchmark


@benchmark("quickstart_s")
def quickstart() -> Iterator[Figure]:
    """The quickstart's search on digits."""
    seconds, _ = _search("digits", epochs=10)
    yield Figure("quickstart_s", seconds, "s", 60, at_most=True)


@benchmark("fashion_search_s", "fashion_search_memory")
def fashion_search() -> Iterator[Figure]:
    """All of Fashion-MNIST, LeNet template, 3 epochs."""
    seconds, gigabytes = _search("fashion-mnist", epochs=3)
    yield Figure("fashion_search_s", seconds, "s", 600, at_most=True)
    yield Figure("fashion_search_memory", gigabytes, "GB", 2, at_most=True)


def _search(data: str, *, epochs: int) -> tuple[float, float]:
    """Returns seconds, and the largest resident memory of any search so far in gigabytes."""
    started = perf_counter()
    command = [sys.executable, "-m", "oneshot_lab", "demo", "--data", data, "--epochs", str(epochs)]
    subprocess.run(command, check=True, capture_output=True)
    seconds = perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
