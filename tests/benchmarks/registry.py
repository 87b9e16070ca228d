"""What a figure is, which benchmarks there are, and how two ways of doing the same are compared."""

from __future__ import annotations

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from oneshot_lab.errors import closest

BENCHMARKS: dict[str, Benchmark] = {}
DETAIL = "  "
"""Begins the names of figures that explain the one before them."""


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


@dataclass(frozen=True)
class Benchmark:
    """A function that yields figures.

    Attributes:
        run: The function.
        figures: The names of all that it yields, in this order, without details.
    """

    run: Callable[[], Iterable[Figure]]
    figures: tuple[str, ...]

    def measure(self, only: Collection[str] = ()) -> Iterator[Figure]:
        """Yields the figures, or those named, each with its details; nothing is measured that comes after them.

        Raises:
            ValueError: What the function yields is not what was declared.
        """
        wanted, coming, shows = {*(only or self.figures)}, [*self.figures], False
        for figure in self.run():
            if not figure.name.startswith(DETAIL):
                if only and not wanted & {*coming}:
                    return
                if coming[:1] != [figure.name]:
                    raise ValueError(f"{figure.name} is printed where another was declared: see @benchmark(…)")
                shows = coming.pop(0) in wanted
            if shows:
                yield figure
        if coming:
            raise ValueError(f"declared and not printed: {', '.join(coming)}")


def benchmark(*figures: str) -> Callable[[Callable[[], Iterable[Figure]]], Callable[[], Iterable[Figure]]]:
    """Enters a function that yields these figures under its own name."""

    def enter(function: Callable[[], Iterable[Figure]]) -> Callable[[], Iterable[Figure]]:
        BENCHMARKS[function.__name__] = Benchmark(function, figures)
        return function

    return enter


def choose(names: Iterable[str], benchmarks: Mapping[str, Benchmark]) -> dict[str, tuple[str, ...]]:
    """Finds out which figures of which benchmarks are meant.

    Args:
        names: Of benchmarks, which mean all their figures, and of figures. None: all.
        benchmarks: Those there are, by name.

    Raises:
        ValueError: There is no benchmark and no figure of that name.
    """
    names = [*names] or [*benchmarks]
    known = dict.fromkeys(name for entry, each in benchmarks.items() for name in (entry, *each.figures))
    for name in names:
        if name not in known:
            raise ValueError(f"there is no benchmark or figure {name!r}; {closest(name, known)}")
    meant = {
        entry: each.figures if entry in names else tuple(figure for figure in each.figures if figure in names)
        for entry, each in benchmarks.items()
    }
    return {entry: figures for entry, figures in meant.items() if figures}


def load_all() -> dict[str, Benchmark]:
    """Imports every module of this package, and returns the benchmarks that they entered."""
    package = importlib.import_module("tests.benchmarks")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__" and not module.name.startswith("test_"):
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
