"""What a kind of trial is, which kinds there are, and how one is tried many times."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

KINDS: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """One thing that has to hold, tried with many seeds.

    Attributes:
        name: The function's.
        trial: Tries it once, with a seed that says all about this trial; an AssertionError says what does not hold.
        full: How often `make soak` tries it.
    """

    name: str
    trial: Callable[[int], None]
    full: int

    def failure(self, seed: int) -> Exception | None:
        """Returns what goes wrong with a seed; None: nothing."""
        try:
            self.trial(seed)
        except Exception as error:
            return error
        return None


def kind(*, full: int) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Enters a function that tries something with a seed, under its own name.

    Args:
        full: How often `make soak` tries it.
    """

    def enter(trial: Callable[[int], None]) -> Callable[[int], None]:
        KINDS[trial.__name__] = Kind(trial.__name__, trial, full)
        return trial

    return enter


def load_all() -> dict[str, Kind]:
    """Imports every module of this package, and returns the kinds that they entered."""
    package = importlib.import_module("tests.soak")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__" and not module.name.startswith("test_"):
            importlib.import_module(f"tests.soak.{module.name}")
    return KINDS
