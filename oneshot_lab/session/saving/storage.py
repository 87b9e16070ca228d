"""A file of JSON and tensors in a zip: written completely or not at all, read without trust, never with pickle.

A seal tells whether the two are those that were written together: a value that was changed by mischance is not taken
for a result. It keeps nobody out; what is read is looked at all the same.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from oneshot_lab.errors import SessionError
from oneshot_lab.session.saving.replacing import replacing

STATE = "session.json"
WEIGHTS = "weights.safetensors"
LARGEST_STATE = 64 * 2**20
"""Bytes of JSON: log, former architectures, map. A search of 5,000 generations takes a twentieth of it."""

TELLING = 0.5
"""From this share of a file's limit on, a message says how full it is."""

UNSEALED = (1, 2)
"""Versions of the format without a seal."""

GO_ON = "continue in a new session: session.with_data(session.data)"


def write(path: Path, state: Mapping[str, Any], tensors: Mapping[str, torch.Tensor], *, share: float = 0.0) -> str:
    """Writes a file; an existing one is replaced only when the new one is complete.

    Args:
        path: The file.
        state: Values that JSON can hold.
        tensors: By name.
        share: How much of something else there is than JSON, of what may be.

    Returns:
        How full it is and what to do about it, long before it is; empty: it is not.

    Raises:
        SessionError: The file cannot be written, or could not be read.
    """
    try:
        text = json.dumps(state)
    except (TypeError, ValueError, RecursionError) as error:
        raise SessionError(f"the session holds a value that cannot be saved ({error})", where=str(path)) from error
    fullest = max(share, len(text) / LARGEST_STATE)
    if fullest > 1:
        raise SessionError(
            f"the session's record is too long for a file ({fullest:.0%} of what that may hold)",
            where=str(path),
            remedy=f"{GO_ON}; the previous file is unchanged",
        )
    weights = save_tensors(dict(tensors))
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
            archive.writestr(STATE, text, compress_type=zipfile.ZIP_DEFLATED)
            archive.writestr(WEIGHTS, weights)
            archive.comment = _seal(archive, text.encode())
    except OSError as error:
        raise SessionError(f"it cannot be written ({error})", where=str(path), remedy="choose another path") from error
    return f"the session's record fills {fullest:.0%} of what a file may hold; {GO_ON}" if fullest > TELLING else ""


def read(path: Path) -> tuple[Any, dict[str, torch.Tensor]]:
    """Reads a file that `write` wrote; the contents of the JSON are not checked.

    Raises:
        SessionError: There is no such file, or it does not have this form.
    """
    with refusing(path), zipfile.ZipFile(path) as archive:
        text, weights = _entry(archive, STATE, LARGEST_STATE), _entry(archive, WEIGHTS, path.stat().st_size)
        state = json.loads(text)
        is_old = isinstance(state, dict) and state.get("oneshot_session") in UNSEALED
        if archive.comment != (b"" if is_old else _seal(archive, text)):
            raise ValueError("its parts were not written together")
        return state, load_tensors(weights)


def _seal(archive: zipfile.ZipFile, text: bytes) -> bytes:
    """Returns what is the same for the same JSON and tensors; that these are whole, their checksum tells."""
    weights = archive.getinfo(WEIGHTS)
    return hashlib.sha256(b"%s %d %d" % (text, weights.file_size, weights.CRC)).hexdigest().encode()


def _entry(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > largest or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} has {info.file_size:,} bytes")
    with archive.open(info) as file:
        # Never read more than the declared size, whatever the archive would unpack to.
        return file.read(info.file_size)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turns any error that a damaged or hostile file causes into one clear error."""
    try:
        yield
    except FileNotFoundError:
        raise SessionError("there is no such file", where=str(path)) from None
    except Exception as error:
        if isinstance(error, SessionError) and error.where == str(path):
            raise
        raise SessionError(
            f"not a saved session, or the file is damaged ({type(error).__name__}: {str(error)[:200]})",
            where=str(path),
            expected="a file that session.save() wrote",
            remedy="use another copy",
        ) from error
