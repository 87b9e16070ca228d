"""Fingerprints of data, by which the data of a saved session are found again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.origin import Origin, found_again, take
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.data.varying import varies

DRAWN = ("mean", "std")
"""The entries that vary if a Dataset draws its images at random."""


def fingerprint(data: Data) -> dict[str, Any]:
    """Returns the fingerprint of data: evaluations hold only for one data set and one split of it."""
    splits = (data.train, data.validation, data.test)
    return {
        "name": data.name,
        "input_shape": list(data.input_shape),
        "class_names": list(data.class_names),
        "sizes": [len(split) for split in splits],
        "labels": hashlib.sha256(b"".join(split.labels.numpy().tobytes() for split in splits)).hexdigest(),
        "mean": list(data.mean),
        "std": list(data.std),
    }


def differences(known: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, str]:
    """Returns the differences between two fingerprints in words, by the entry of the fingerprint.

    Names of data and classes do not count, since a folder may have been renamed.
    """
    words: dict[str, Callable[[Any], str]] = {
        "input_shape": lambda shape: "images of " + "×".join(map(str, shape)),
        "class_names": lambda names: f"{len(names)} classes",
        "sizes": lambda sizes: ", ".join(
            f"{size:,} {part} images" for size, part in zip(sizes, ("training", "validation", "test"), strict=True)
        ),
    }
    other = {
        name: f"{say(found[name])} rather than {say(known[name])}"
        for name, say in words.items()
        if say(found[name]) != say(known[name])
    }
    if not other and found["labels"] != known["labels"]:
        other["labels"] = "other labels, or the same labels in another order or split"
    if not other:
        other = {
            name: f"{title} {_numbers(found[name])} rather than {_numbers(known[name])}"
            for name, title in zip(DRAWN, ("a mean of", "a deviation of"), strict=True)
            # Sums of many numbers differ in their last digits between machines.
            if not np.allclose(found[name], known[name], rtol=1e-3)
        }
    return other


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)


def check_data(known: Mapping[str, Any], data: Data, *, source: Any, where: str) -> None:
    """Checks that data are those that a session was made with.

    Args:
        known: The fingerprint of the session's data.
        data: The data.
        source: What they were loaded from. Images that a Dataset draws at random are not compared.
        where: The file of the session.

    Raises:
        SessionError: The data differ; the message says how.
    """
    other = differences(known, fingerprint(data))
    if not other or (other.keys() <= {*DRAWN} and varies(source)):
        return
    remedy = "give the session's own data: load(path, data=…)"
    if isinstance(source, Data) and other.keys() <= {*DRAWN}:
        remedy += "; if a Dataset draws its images at random, such as for augmentation, give the Dataset itself"
    raise SessionError(
        f"the session was made with other data than {data.name}: {'; '.join(other.values())}",
        where=where,
        remedy=remedy,
    )


def find_data(
    data: Any,
    options: Mapping[str, Any] | None,
    *,
    origins: tuple[Origin, ...],
    known: Mapping[str, Any],
    seed: int,
    path: Path,
) -> tuple[Data, Origin]:
    """Returns the data that a session was made with, and their origin from now on.

    Args:
        data: The given data; None searches the possible places.
        options: Options of loading, which replace the saved ones.
        origins: The possible places, the likeliest first.
        known: Their fingerprint.
        seed: The session's.
        path: The session's file.

    Raises:
        DataError: They cannot be found or loaded.
        SessionError: The data have to be given, or differ.
    """
    where = str(path)
    if isinstance(data, Data):
        check_data(known, take(data, options or {}, seed=seed), source=data, where=where)
        return data, Origin.of(None, origins[0].options)
    if data is None and origins[0].source is None:
        raise SessionError("the data had no name", where=where, remedy="give the data again: load(path, data=…)")
    refused: SessionError | None = None
    for origin in found_again(origins, where=where) if data is None else origins[:1]:
        source, changed = origin.source if data is None else data, origin.changed(options)
        found = take(source, changed, seed=seed)
        try:
            check_data(known, found, source=source, where=where)
        except SessionError as error:
            refused = refused or error
        else:
            return found, Origin.of(source, changed)
    assert refused is not None, "there is one origin at least"
    raise refused
