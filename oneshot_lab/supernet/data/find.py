"""Turns what the user passes as `data` into a `Source`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch.utils.data import Dataset

from oneshot_lab.errors import DataError, closest
from oneshot_lab.supernet.data.datasets import from_dataset
from oneshot_lab.supernet.data.folders import from_folder
from oneshot_lab.supernet.data.images import Size
from oneshot_lab.supernet.data.named import NAMED, Request
from oneshot_lab.supernet.data.notes import counted
from oneshot_lab.supernet.data.pictures import WHITE, Form
from oneshot_lab.supernet.data.rows import given_as, plain, stacked, survey_of
from oneshot_lab.supernet.data.source import Part, PartName, Source, as_labels
from oneshot_lab.supernet.data.survey import Survey
from oneshot_lab.supernet.data.wrapped import classes_of, is_table, is_wrapped, unwrapped

_KEYS: dict[str, PartName] = {"train": "train", "validation": "validation", "val": "validation", "test": "test"}


def find(
    source: Any,
    *,
    root: Path | None,
    download: bool,
    size: Size | None,
    layout: str | None,
    ground: tuple[int, int, int] = WHITE,
) -> Source:
    """Returns the data that `source` names or holds; the arguments are as for `load_data`.

    Raises:
        DataError: The source is of an unknown kind, or cannot be found or read.
    """
    if isinstance(source, str) and source in NAMED:
        found = NAMED[source](Request(root, download, size))
        return replace(found, notes=(*found.notes, *_on_folder(source)))
    if isinstance(source, (str, os.PathLike)):
        return _from_path(source, size, ground)
    if isinstance(source, Mapping):
        parts, passed = _by_key(source)
        found = _from_parts(parts, size, layout, ground)
        return replace(found, notes=(*passed, *found.notes))
    if is_wrapped(source):
        return _from_parts({"train": source}, size, layout, ground)
    if isinstance(source, (tuple, list)) and source and all(isinstance(p, tuple) or is_wrapped(p) for p in source):
        if len(source) not in (2, 3):
            raise DataError(
                f"a {type(source).__name__} of {len(source)}",
                where="data",
                expected="(train, test) or (train, validation, test)",
            )
        names: tuple[PartName, ...] = ("train", "test") if len(source) == 2 else ("train", "validation", "test")
        return _from_parts(dict(zip(names, source, strict=True)), size, layout, ground)
    if isinstance(source, (tuple, list)) and len(source) == 2:
        return _from_parts({"train": tuple(source)}, size, layout, ground)
    got = f"a {type(source).__name__}" + (f" of {len(source)}" if isinstance(source, (tuple, list)) else "")
    raise DataError(
        got,
        where="data",
        expected=f"one of {', '.join(NAMED)}, a folder of images, (images, labels) as arrays, "
        "torch Datasets, DataLoaders, or Hugging Face Datasets",
    )


def _on_folder(name: str) -> list[str]:
    """Returns a note if a folder has the name of a known data set, which was loaded instead."""
    if not Path(name).is_dir():
        return []
    return [f"{name!r} is the data set of that name, not the folder {name} here; './{name}' takes the folder"]


def _from_path(source: str | os.PathLike[str], size: Size | None, ground: tuple[int, int, int]) -> Source:
    try:
        path = Path(source).expanduser()
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # an overlong name, a NUL, an unknown home folder
        raise DataError(f"{str(source)[:60]!r} is not a path ({error!s:.100})", where="data") from error
    if is_folder:
        return from_folder(path, size=size, ground=ground)
    if exists:
        raise DataError("it is a file", where=str(path), expected="a folder of images, or arrays loaded from the file")
    if isinstance(source, str) and not set(source) & {"/", "\\", ".", "~"}:
        raise DataError(
            f"unknown data {source!r}, and no folder of that name in {Path.cwd()}",
            where="data",
            remedy=closest(source, NAMED),
        )
    raise DataError(f"there is no folder {path.absolute()}", where="data", remedy="check the path")


def _by_key(source: Mapping[Any, Any]) -> tuple[dict[PartName, Any], list[str]]:
    unknown = [key for key in source if key not in _KEYS]
    # A part that the user wrote is meant; a published data set may have further parts, which is not a mistake.
    published = [key for key in unknown if is_table(source[key])]
    if len(published) < len(unknown):
        slip = next(key for key in unknown if key not in published)
        raise DataError(f"unknown part {slip!r}", where="data", remedy=closest(slip, _KEYS))
    if "train" not in source:
        raise DataError("no training part", where="data", expected="a part called 'train'")
    passed = [f"skipped: {counted('part', 'parts', published)}"] if published else []
    return {_KEYS[key]: part for key, part in source.items() if key in _KEYS}, passed


def _from_parts(
    parts: Mapping[PartName, Any], size: Size | None, layout: str | None, ground: tuple[int, int, int]
) -> Source:
    notes: list[str] = []
    places = {name: "data" if len(parts) == 1 else f"{name} data" for name in parts}
    opened = {name: unwrapped(part, places[name], notes) for name, part in parts.items()}
    survey = Survey(Path(), "data")
    given: dict[PartName, Any] = {}
    for name, part in opened.items():
        if isinstance(part, (tuple, list)) and len(part) == 2:
            given[name] = given_as(part[0], places[name])
            survey_of(given[name], "" if len(parts) == 1 else f"{name} ", survey)
        elif not isinstance(part, Dataset):
            raise DataError(
                f"a {type(part).__name__}", where=places[name], expected="(images, labels) or a torch Dataset"
            )
    survey.check_units()
    form = Form(survey.channels, survey.is_deep, size, ground)
    notes += survey.notes(form)
    found: dict[PartName, Part] = {}
    for name, part in opened.items():
        where = places[name]
        if name in given:
            images = stacked(given[name], where, form, size=size, layout=layout, notes=notes)
            found[name] = Part(images, as_labels(plain(part[1], where), where), where)
        else:
            found[name] = from_dataset(part, where, size=size, ground=ground, notes=notes)
    title = _title(parts["train"]) if "train" not in given else "arrays"
    pictures = (dict(survey.sizes), form) if survey.sizes else ({}, None)
    return Source(title, found, _class_names(opened), tuple(notes), *pictures)


def _title(train: Any) -> str:
    known = getattr(getattr(train, "info", None), "dataset_name", None)
    return known if isinstance(known, str) else type(train).__name__


def _class_names(parts: Mapping[PartName, Any]) -> tuple[str, ...]:
    """Returns the names of the classes in training, if it has any.

    Raises:
        DataError: Another part has other names, so that its labels mean other classes.
    """
    names = classes_of(parts["train"])
    for name, part in parts.items():
        others = classes_of(part)
        if names and others and others != names:
            raise DataError(
                f"its classes are {', '.join(others[:8])}",
                where=f"{name} data",
                expected=f"those of training, {', '.join(names[:8])}",
                remedy="number the classes of all parts alike",
            )
    return names
