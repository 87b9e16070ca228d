"""The origin of a session's data, by which they are found again: a name or a folder, and the options of loading."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from oneshot_lab.errors import DataError, SessionError, closest
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.data.named import NAMED

OPTIONS = tuple(name for name in inspect.signature(load_data).parameters if name not in ("source", "seed"))
"""What `data_options` may hold: all that `load_data` takes beside the data; the seed is the session's."""

PERMISSION = "download"
"""The option that is not saved: a file must not allow a download on behalf of the user."""

LARGEST, LONGEST, DEEPEST = 2**63 - 1, 4096, 4
"""Limits of an option's value: of numbers, of the length of texts and rows, and of their nesting."""

Plain = bool | int | float | str | tuple[Any, ...] | None
"""A value that a file of JSON and a line of Python can hold."""


@dataclass(frozen=True)
class Origin:
    """The information by which the data of a session are found again.

    Attributes:
        source: A name that `load_data` knows, or a folder as it was given; None: neither, such as arrays.
        options: How they were loaded, keywords of `load_data`.
        folders: The absolute path of each folder among these, by `source` and `root`.
    """

    source: str | None
    options: Mapping[str, Plain] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Any, options: Mapping[str, Plain]) -> Origin:
        """Returns the origin of the given data, relative to the working directory."""
        source = os.fsdecode(data) if isinstance(data, (str, os.PathLike)) else None
        if source in NAMED and not isinstance(data, str):
            # A path means a folder, even if it has the name of a data set.
            source = os.path.join(os.curdir, source)
        given = {"source": source if source not in NAMED else None, "root": options.get("root")}
        folders = {name: _absolute(path) for name, path in given.items() if isinstance(path, str)}
        return cls(source, {name: value for name, value in options.items() if value is not None}, folders)

    def to_json(self, beside: Path) -> dict[str, Any]:
        """Returns the parts of a session's state that tell the origin, for a file in a folder.

        A folder is also given relative to the file's, so that both may move together.
        """
        return {
            "data_source": self.source,
            "data_options": {name: _json(value) for name, value in self.options.items() if name != PERMISSION},
            "data_folders": {
                name: {"absolute": path, "beside": _from(beside, path)} for name, path in self.folders.items()
            },
        }

    @classmethod
    def from_json(cls, state: Mapping[str, Any], beside: Path) -> tuple[Origin, ...]:
        """Returns the origins that a file may mean, the likeliest first: for each place where a folder may be, one.

        Args:
            state: What holds the parts that `to_json` gave; files of before have `data_source` alone.
            beside: The folder that the file is in now.

        Raises:
            KeyError, TypeError, ValueError, SessionError: The data does not have that form.
        """
        source = state["data_source"]
        if source is not None and not isinstance(source, str):
            raise TypeError("the data's source is not text")
        options = check_options(state.get("data_options", {}))
        options.pop(PERMISSION, None)
        folders = state.get("data_folders", {})
        roots = _places(options.get("root"), folders.get("root"), beside)
        if roots:
            options["root"] = next(filter(os.path.isdir, roots), roots[0])
        if source is None or source in NAMED:
            return (cls.of(source, options),)
        return tuple(cls.of(place, options) for place in _places(source, folders.get("source"), beside))

    def changed(self, options: Mapping[str, Any] | None) -> dict[str, Plain]:
        """Returns the options with some of them as a person gives them; None takes one back.

        Raises:
            SessionError: As `check_options`.
        """
        ours = dict(self.options)
        if "root" in ours and _absolute(str(ours["root"])) != self.folders["root"]:
            # The working directory may have changed.
            ours["root"] = self.folders["root"]
        return ours | check_options(options)


def take(data: Any, options: Mapping[str, Plain], *, seed: int) -> Data:
    """Returns data, loading them if necessary.

    Raises:
        DataError: As `load_data`.
        SessionError: Options for data that are loaded.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if not isinstance(data, Data):
        return load_data(data, seed=seed, **given)
    if given:
        raise SessionError(
            f"{', '.join(given)} for data that are loaded already",
            where="data_options",
            remedy="give these options to osl.load_data, or give the session the source rather than the loaded data",
        )
    return data


def check_options(options: Any) -> dict[str, Plain]:
    """Returns options of loading as values that a file can hold; what is None is left to `load_data`.

    Raises:
        SessionError: They are none that `load_data` takes, or a value that cannot be written down.
    """
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise SessionError(
            f"a {type(options).__name__}", where="data_options", expected='options by name, such as {"size": 32}'
        )
    for name in options:
        if name == "seed":
            raise SessionError(
                "the data's split follows the session's seed", where="data_options", remedy="give seed= to the session"
            )
        if name not in OPTIONS:
            hint = closest(name, OPTIONS)
            raise SessionError(
                f"unknown option {name!r:.60}",
                where="data_options",
                expected=f"some of {', '.join(OPTIONS)}",
                remedy=hint if hint.startswith("did") else None,
            )
    return {name: _plain(name, value) for name, value in options.items()}


def _plain(name: str, value: Any, *, within: int = 0) -> Plain:
    if isinstance(value, os.PathLike):
        value = os.fsdecode(value)
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim < 2):
        value = value.tolist()
    if isinstance(value, (tuple, list)) and len(value) <= LONGEST and within < DEEPEST:
        return tuple(_plain(name, part, within=within + 1) for part in value)
    if value is None or isinstance(value, bool):
        return value
    # The plain type itself: a subclass, such as an enumeration's, is no line of Python.
    if isinstance(value, str) and len(value) <= LONGEST:
        return str.__str__(value)
    if isinstance(value, (int, float)) and abs(value) <= LARGEST:
        return int(value) if isinstance(value, int) else float(value)
    is_number = isinstance(value, (int, float))  # of thousands of digits, perhaps, which Python does not write out
    raise SessionError(
        "a number out of range" if is_number else f"{value!r:.60}",
        where=f"data_options, {name}",
        expected="a number, a text, a path, True or False, or a row of these",
    )


def _json(value: Plain) -> Any:
    return [_json(part) for part in value] if isinstance(value, tuple) else value


def options_argument(options: Mapping[str, Plain]) -> dict[str, Any]:
    """Returns options as the log holds them: nothing where there are none."""
    return {"data_options": {name: _json(value) for name, value in options.items()}} if options else {}


# Folders ------------------------------------------------------------------------------------------------------------


def _absolute(path: str) -> str:
    with suppress(RuntimeError):  # unknown home folder
        path = os.path.expanduser(path)
    return os.path.abspath(path)


def _from(folder: Path, path: str) -> str | None:
    with suppress(ValueError):  # on Windows there may be no relative path between two drives
        return Path(os.path.relpath(path, os.path.abspath(folder))).as_posix()
    return None


def _places(given: Any, stored: Any, beside: Path) -> list[str]:
    """Returns where a folder may be. What was given from somewhere is looked for beside the file before elsewhere."""
    if not isinstance(given, str):
        return []
    stored = {} if stored is None else dict(stored)
    absolute, near = stored.get("absolute"), stored.get("beside", given)
    if not all(path is None or isinstance(path, str) for path in (absolute, near)):
        raise TypeError("a folder that is not text")
    there = [] if near is None else [os.path.normpath(os.path.join(_absolute(str(beside)), near))]
    fixed = [] if absolute is None else [absolute]
    is_fixed = os.path.isabs(os.path.expanduser(given))
    places = [*fixed, *there, given] if is_fixed else [*there, *fixed, given]
    found = {_absolute(place): place for place in places}
    # Where it is still what was given, it is called as it was.
    return list((found | {_absolute(given): given}).values())


def found_again(origins: tuple[Origin, ...], *, where: str) -> Iterator[Origin]:
    """Yields the origins that exist.

    Raises:
        DataError: None exists; the message names the folder and the places that were searched.
    """
    there = [one for one in origins if "source" not in one.folders or os.path.isdir(one.folders["source"])]
    if not there:
        places = [one.folders["source"] for one in origins]
        raise DataError(
            f"its data were in the folder {origins[-1].source!r:.200}, but none of {', '.join(places)} exists",
            where=where,
            remedy="give its present place: load(path, data=…)",
        )
    yield from there
