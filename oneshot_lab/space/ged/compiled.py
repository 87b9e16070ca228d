"""The decorators of the compiled functions, and names for the arrays that they work on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CALLED_FROM_PYTHON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
# Some of these options are missing in numba's type hints.
_OPTIONS: dict[str, Any] = {**_CALLED_FROM_PYTHON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compiles a function for calls from other compiled functions, without a wrapper for Python.

    It runs without the interpreter's lock.
    """
    jitted: Function = njit(**_OPTIONS)(function)
    return jitted


def kept(function: Callable[..., None]) -> Callable[..., None]:
    """Compiles a function for calls from Python; it runs without the interpreter's lock.

    The compiled code is cached on disk for the next process if possible. In a container neither the package's folder
    nor the home may be writable, a disk may be full, and a cache file may be damaged: then the function is compiled for
    this process alone. A shared temporary folder is not used, since other users could replace the file.

    Args:
        function: Fills the arrays that it is given, and has the same result when it is called again.
    """
    jitted: list[Callable[..., None]] = []
    # Numba raises RuntimeError if it finds no folder.
    with suppress(RuntimeError):
        jitted.append(njit(**_CALLED_FROM_PYTHON, cache=True)(function))

    def call(*arguments: object) -> None:
        with suppress(Exception):
            # Any error that the cache may cause; an error of the function itself is raised again below.
            if jitted:
                return jitted[0](*arguments)
        jitted[:] = [njit(**_CALLED_FROM_PYTHON)(function)]
        return jitted[0](*arguments)

    return call
