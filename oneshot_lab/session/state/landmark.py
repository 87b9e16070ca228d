"""Landmarks: candidates that were trained by themselves for a few epochs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oneshot_lab.architecture.given import check_whole
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.evaluations import check_digest
from oneshot_lab.space.area import blocks_of, mask_of
from oneshot_lab.supernet.recipes import Recipe

LARGEST = 2**62
"""The largest number of parameters or multiply-adds that is read from a file."""


@dataclass(frozen=True)
class Landmark:
    """A candidate that was trained by itself from scratch, and measured on the validation split.

    Attributes:
        mask: The sub-network.
        accuracy: Share of validation images classified right; NaN if the training diverged.
        loss: Mean cross-entropy on the validation split, in nats; not finite if the training diverged.
        epochs: Passes over the training images.
        recipe: How it was trained.
        seed: Of its weights and of the order of the images.
        seconds: Time for the training and the measurement, without pauses.
        parameters: Trainable parameters of the network by itself.
        macs: Its multiply-adds for one image.
        network: Digest of the sub-network, as a candidate has it.
    """

    mask: Mask
    accuracy: float
    loss: float
    epochs: int
    recipe: Recipe
    seed: int
    seconds: float
    parameters: int
    macs: int
    network: str

    def __repr__(self) -> str:
        epochs = f"{self.epochs} epoch{'' if self.epochs == 1 else 's'}"
        return f"Landmark({self.mask}: {self.summary}; {epochs}, seed {self.seed})"

    @property
    def has_diverged(self) -> bool:
        """Whether its training diverged, so that it says nothing about the candidate's quality."""
        return not (math.isfinite(self.loss) and math.isfinite(self.accuracy))

    @property
    def summary(self) -> str:
        """Its result in a few words."""
        return "the training diverged" if self.has_diverged else f"accuracy {self.accuracy:.2%}, loss {self.loss:.3f}"

    def to_json(self, write: Callable[[Mask], Any] = blocks_of) -> dict[str, Any]:
        """Returns the landmark as values that JSON can hold; numbers that may not be finite as text.

        Args:
            write: Returns the value that stands for a mask; by default the list of its blocks.
        """
        values = {name: getattr(self, name) for name in ("epochs", "seed", "seconds", "parameters", "macs", "network")}
        measured = {"accuracy": repr(self.accuracy), "loss": repr(self.loss)}
        return {"mask": write(self.mask), **measured, **values, "recipe": self.recipe.to_json()}

    @classmethod
    def from_json(
        cls,
        data: Mapping[str, Any],
        read: Callable[[Any], Mask] = mask_of,
        *,
        read_recipe: Callable[[Any], Recipe],
    ) -> Landmark:
        """Reads a landmark that `to_json` returned.

        Args:
            data: What `to_json` gave.
            read: Returns the mask for the value that stands for it.
            read_recipe: Returns the recipe for the values that stand for it.

        Raises:
            KeyError, TypeError, ValueError, SessionError: The data does not have that form.
        """
        accuracy, loss, seconds = float(data["accuracy"]), float(data["loss"]), float(data["seconds"])
        # Also refuses a NaN among the seconds.
        if accuracy < 0 or accuracy > 1 or loss < 0 or not 0 <= seconds < math.inf:
            raise ValueError(f"a landmark with accuracy {accuracy}, loss {loss}, after {seconds} s")
        return cls(
            read(data["mask"]),
            accuracy,
            loss,
            _whole(data, "epochs", low=1, high=10**9),
            read_recipe(data["recipe"]),
            _whole(data, "seed", high=2**32 - 1),
            seconds,
            _whole(data, "parameters"),
            _whole(data, "macs"),
            check_digest(data["network"]),
        )


def _whole(data: Mapping[str, Any], name: str, *, low: int = 0, high: int = LARGEST) -> int:
    return check_whole(
        data[name], where=f"landmark, {name}", expected="a whole number", low=low, high=high, error=SessionError
    )
