"""The settings of a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

from oneshot_lab.session.state.origin import Origin
from oneshot_lab.supernet.computing import computing
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import Recipe

R = TypeVar("R")


@dataclass
class Settings:
    """The settings that a session is made with.

    Attributes:
        seed: Of weights, order of images, sub-networks and search.
        recipe: How the supernet is trained.
        device: Where torch computes.
        data: The images, in their splits.
        origin: What the data are found again by.
        threads: Of the CPU, in which torch computes for the session.
        deterministic: Whether results repeat whatever number of threads the machine has.
        width: Factor on a named template's channel counts.
    """

    seed: int
    recipe: Recipe
    device: torch.device
    data: Data
    origin: Origin
    threads: int
    deterministic: bool = False
    width: float = 1.0

    def arguments(self) -> dict[str, Any]:
        """Returns the arguments for a new session with these settings, on other data."""
        names = ("seed", "recipe", "device", "threads", "deterministic", "width")
        return {name: getattr(self, name) for name in names}

    def compute(self, run: Callable[[], R]) -> R:
        """Runs something with torch as these settings want it.

        Raises:
            SessionError: The memory does not suffice.
        """
        with computing(self.threads, repeatable_on=self.device if self.deterministic else None):
            return within_memory(run)()
