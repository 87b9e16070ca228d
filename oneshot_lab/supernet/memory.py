"""Errors for memory that ran out: they say what to do, and the memory is freed."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch

from oneshot_lab.errors import ExhaustedError

P = ParamSpec("P")
R = TypeVar("R")

_SIGNS = re.compile(r"out of memory|not enough memory|can't allocate memory", re.IGNORECASE)
"""The messages of CUDA, Metal, and the CPU's allocator on Windows and Linux; torch has no common error for these."""


def within_memory(compute: Callable[P, R]) -> Callable[P, R]:
    """Makes a function raise ExhaustedError when memory runs out.

    The memory that the attempt had allocated is freed, on a GPU for other programs too, so that another try is
    possible.
    """

    @wraps(compute)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return compute(*args, **kwargs)
        except (RuntimeError, MemoryError) as error:
            # Keep the message only: the error holds the frames that it passed through, and those hold their tensors.
            said = str(error)
            if not (isinstance(error, MemoryError) or _SIGNS.search(said)):
                raise
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise ExhaustedError(
            _shortened(said),
            where="memory",
            remedy="close what else uses it, such as other notebooks, or make the network or its batches smaller "
            "(fewer channels or `width`, the recipe's `batch_size`)",
        )

    return within


def _shortened(said: str) -> str:
    """Returns what was requested and what was available, without the allocator's advice about its own settings."""
    text = re.sub(r"^\[enforce fail [^]]*\]\s*(?:\. |data\. )?", "", said.strip() or "memory ran out")
    sentences = re.split(r"\.\s+", text, maxsplit=3)
    return ". ".join(sentences[:3]).rstrip(".")
