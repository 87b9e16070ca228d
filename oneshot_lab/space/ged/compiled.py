"""What the compiled code is made of: the decorator of its functions, and names for the arrays it works on."""

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
# Options that numba's own type hints do not know are among these.
_OPTIONS: dict[str, Any] = {**_CALLED_FROM_PYTHON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compiles a function for calls from other compiled ones; what Python would need to call it is left out.

    It runs without the interpreter's lock.
    """
    jitted: Function = njit(**_OPTIONS)(function)
    return jitted


def kept(function: Callable[..., None]) -> Callable[..., None]:
    """Compiles a function for calls from Python, which runs without the interpreter's lock.

    What was compiled is kept on disk for the next process, where that can be: in a container neither the package's
    folder nor the home may be writable, a disk may be full, and a file of the cache damaged. Then it is compiled for
    this process alone; in a folder for everybody's temporary files others could put something else in its place.

    Args:
        function: It fills arrays that it is given, and gives the same when it is called again.
    """
    jitted: list[Callable[..., None]] = []
    # Numba's RuntimeError: it has found no folder.
    with suppress(RuntimeError):
        jitted.append(njit(**_CALLED_FROM_PYTHON, cache=True)(function))

    def call(*arguments: object) -> None:
        with suppress(Exception):
            # Whatever a cache may lead to; what the function itself raises is raised again below.
            if jitted:
                return jitted[0](*arguments)
        jitted[:] = [njit(**_CALLED_FROM_PYTHON)(function)]
        return jitted[0](*arguments)

    return call
