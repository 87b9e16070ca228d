"""Which device computes, and in which precision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock

import torch
from torch import Tensor

from oneshot_lab.errors import SessionError


def choose_device(name: str | torch.device | None = None) -> torch.device:
    """Returns the device to compute on: the named one, else the first of cuda, mps and cpu that is there.

    Raises:
        SessionError: There is no such device here.
    """
    if name is not None:
        try:
            device = torch.device(name)
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            raise SessionError(
                f"this machine has no {str(name)!r}", where="device", remedy="leave it out to have one chosen"
            ) from error
        return device
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """Returns a context in which matrix products run in bfloat16 on a GPU that has it; elsewhere all is float32.

    bfloat16 has float32's range, so that gradients need no scaling.
    """
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return nullcontext()


_ALONE = RLock()
"""Held by who draws from torch's global generators: they are the whole process's, and sessions have threads."""


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seeds torch's global CPU generator, on which initial weights are drawn, and puts it back at the end."""
    with _ALONE, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


class Stream:
    """Numbers for Dropout, which draws from torch's global generators alone: a row of its own for each training.

    Args:
        seed: Where it begins.
        device: Where the network computes.
    """

    def __init__(self, seed: int, *, device: torch.device) -> None:
        self._cuda = [device] if device.type == "cuda" else []
        with self._kept():
            torch.default_generator.manual_seed(seed)
            for each in self._cuda:
                with torch.cuda.device(each):
                    torch.cuda.manual_seed(seed)
            self._states = self._read()

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Has what is drawn within it come from this row, whatever other threads draw meanwhile."""
        with self._kept():
            torch.set_rng_state(self._states[0])
            for each, state in zip(self._cuda, self._states[1:], strict=True):
                torch.cuda.set_rng_state(state, each)
            yield
            self._states = self._read()

    def _read(self) -> list[Tensor]:
        return [torch.get_rng_state(), *(torch.cuda.get_rng_state(each) for each in self._cuda)]

    @contextmanager
    def _kept(self) -> Iterator[None]:
        with _ALONE, torch.random.fork_rng(devices=self._cuda):
            yield
