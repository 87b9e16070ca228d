"""What a figure is, which benchmarks there are, and how two ways of doing the same are compared."""

from __future__ import annotations

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Benchmark = Callable[[], Iterable["Figure"]]
BENCHMARKS: dict[str, Benchmark] = {}


@dataclass(frozen=True)
class Figure:
    """One line of the output.

    Attributes:
        name: What was measured.
        value: The figure.
        unit: `x` for a ratio, `img/s`, `s`.
        goal: The least (or, with `at_most`, the greatest) value that is good enough; None where there is none.
        at_most: The goal is an upper limit.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_most: bool = False

    def __str__(self) -> str:
        line = f"{self.name:<32}{self.value:>12,.4g}  {self.unit:<6}"
        if self.goal is None:
            return line.rstrip()
        reached = self.value <= self.goal if self.at_most else self.value >= self.goal
        return f"{line}  goal {'≤' if self.at_most else '≥'} {self.goal:g}  {'reached' if reached else 'missed'}"


def benchmark(function: Benchmark) -> Benchmark:
    """Enters a function that yields figures under its own name."""
    BENCHMARKS[function.__name__] = function
    return function


def load_all() -> dict[str, Benchmark]:
    """Imports every module of this package, and returns the benchmarks that they entered."""
    package = importlib.import_module("tests.benchmarks")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__":
            importlib.import_module(f"tests.benchmarks.{module.name}")
    return BENCHMARKS


def compare(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int) -> tuple[float, float, float]:
    """Times two functions in turn, so that a busy moment of the machine meets both.

    Returns:
        The median over the rounds of (their time / our time), and the median seconds of ours and of theirs.
    """
    return compare_seconds(lambda: seconds(ours), lambda: seconds(theirs), rounds=rounds)


def compare_seconds(
    ours: Callable[[], float], theirs: Callable[[], float], *, rounds: int
) -> tuple[float, float, float]:
    """As `compare`, for two functions that return the seconds that they took; the first of each is not counted."""
    _, *pairs = [(ours(), theirs()) for _ in range(rounds + 1)]
    ratio = statistics.median(their / our for our, their in pairs)
    return ratio, statistics.median(our for our, _ in pairs), statistics.median(their for _, their in pairs)


def seconds(function: Callable[[], object]) -> float:
    """Returns how long a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start
