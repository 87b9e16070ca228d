"""The device that computes, and its precision."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from oneshot_lab.architecture.given import shown
from oneshot_lab.errors import SessionError


def choose_device(name: str | torch.device | None = None) -> torch.device:
    """Returns the device to compute on: the named one, otherwise the first available of cuda, mps and cpu.

    Raises:
        SessionError: There is no such device here.
    """
    if name is not None:
        try:
            device = torch.device(name)
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError, NotImplementedError, TypeError, ValueError) as error:
            raise SessionError(
                f"this machine has no {shown(str(name) if isinstance(name, torch.device) else name)}",
                where="device",
                remedy="leave it out to choose one automatically",
            ) from error
        return device
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """Returns a context in which matrix products run in bfloat16 on a GPU that supports it; otherwise in float32.

    bfloat16 has float32's range, so that gradients need no scaling.
    """
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return nullcontext()
