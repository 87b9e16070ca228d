"""The idx file format of MNIST and Fashion-MNIST, plain or gzipped."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import torch

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.memory import budget_on

DEFLATE_RATIO = 1032
"""Deflate compresses at most about this many bytes into one, so a header that claims more is wrong."""

_STEP = 1 << 20


def read_idx(path: Path, ndim: int) -> npt.NDArray[np.uint8]:
    """Reads an idx file of unsigned bytes: a header of sizes, then the bytes.

    No memory is allocated on the header's claim alone.

    Args:
        path: The file; gzipped if its name ends in `.gz`.
        ndim: How many dimensions it must have: 3 for images, 1 for labels.

    Returns:
        The array, with the header's shape.

    Raises:
        DataError: The file cannot be read, is not an idx file, or is shorter or longer than its header says.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return _read(file, path, ndim)
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, f"it cannot be read ({error})") from error


def _read(file: IO[bytes] | gzip.GzipFile, path: Path, ndim: int) -> npt.NDArray[np.uint8]:
    header = file.read(4 + 4 * ndim)
    magic = bytes((0, 0, 8, ndim))
    if len(header) < 4 + 4 * ndim or header[:4] != magic:
        got = f"it starts with {header[:4].hex(' ') or 'nothing'}"
        raise _broken(path, got, f"{magic.hex(' ')}, then {ndim} sizes")
    shape = struct.unpack(f">{ndim}I", header[4:])
    expected = math.prod(shape)
    claim = f"its header claims {'×'.join(map(str, shape))} bytes"
    on_disk = path.stat().st_size
    if expected == 0:
        raise _broken(path, claim, "at least one")
    if expected > (on_disk * DEFLATE_RATIO if path.suffix == ".gz" else on_disk):
        raise _broken(path, claim, f"what {on_disk:,} bytes on disk can hold")
    if expected > 2 * budget_on(torch.device("cpu")):
        raise DataError(f"{claim}, more than half of the free memory", where=str(path), remedy="close other programs")
    content = bytearray()
    while len(content) <= expected and (piece := file.read(min(_STEP, expected + 1 - len(content)))):
        content += piece
    if len(content) != expected:
        got = "more" if len(content) > expected else f"{len(content):,}"
        raise _broken(path, f"{claim}, it holds {got}")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _broken(path: Path, message: str, expected: str | None = None) -> DataError:
    return DataError(message, where=str(path), expected=expected, remedy="get a whole copy of the file")
