"""What the compiled code is made of: the decorator of its functions, and names for the arrays it works on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Options that numba's own type hints do not know are among these.
_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compiles a function for calls from other compiled ones; what Python would need to call it is left out.

    It runs without the interpreter's lock.
    """
    jitted: Function = njit(**_OPTIONS)(function)
    return jitted
