"""Memory that runs out: told with what to do about it, and given back."""

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
"""What CUDA, Metal, and the CPU's allocator on Windows and Linux say; torch has no error of its own for all of them."""


def within_memory(compute: Callable[P, R]) -> Callable[P, R]:
    """Makes a function raise ExhaustedError where memory runs out.

    What the attempt had taken is given back, on a GPU to other programs too: who makes room can try again.
    """

    @wraps(compute)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return compute(*args, **kwargs)
        except (RuntimeError, MemoryError) as error:
            # Only its words: the error itself holds on to the frames it passed through, and they to their tensors.
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
    """Returns what was asked for and what there was, without the allocator's advice on itself."""
    text = re.sub(r"^\[enforce fail [^]]*\]\s*(?:\. |data\. )?", "", said.strip() or "it has run out")
    sentences = re.split(r"\.\s+", text, maxsplit=3)
    return ". ".join(sentences[:3]).rstrip(".")
