"""From what a person passes as `data` to a `Source`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.utils.data import Dataset

from oneshot_lab.errors import DataError, closest
from oneshot_lab.supernet.data.datasets import from_dataset
from oneshot_lab.supernet.data.folders import from_folder
from oneshot_lab.supernet.data.images import Size, from_array
from oneshot_lab.supernet.data.named import NAMED, Request
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.pictures import WHITE
from oneshot_lab.supernet.data.source import Part, PartName, Source, as_labels

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
    """Returns the data that `source` names or holds; the arguments are those of `load_data`.

    Raises:
        DataError: It is none of the kinds of source there are, or cannot be reached or read.
    """
    if isinstance(source, str) and source in NAMED:
        found = NAMED[source](Request(root, download, size))
        return replace(found, notes=(*found.notes, *_on_folder(source)))
    if isinstance(source, (str, os.PathLike)):
        return _from_path(source, size, ground)
    if isinstance(source, Mapping):
        return _from_parts(_by_key(source), size, layout)
    if isinstance(source, Dataset):
        return _from_parts({"train": source}, size, layout)
    if isinstance(source, tuple) and source and all(isinstance(part, (tuple, Dataset)) for part in source):
        if len(source) not in (2, 3):
            raise DataError(
                f"a tuple of {len(source)}", where="data", expected="(train, test) or (train, validation, test)"
            )
        names: tuple[PartName, ...] = ("train", "test") if len(source) == 2 else ("train", "validation", "test")
        return _from_parts(dict(zip(names, source, strict=True)), size, layout)
    if isinstance(source, (tuple, list)) and len(source) == 2:
        return _from_parts({"train": tuple(source)}, size, layout)
    got = f"a {type(source).__name__}" + (f" of {len(source)}" if isinstance(source, (tuple, list)) else "")
    raise DataError(
        got,
        where="data",
        expected=f"one of {', '.join(NAMED)}, a folder of images, (images, labels) as arrays, or torch Datasets",
    )


def _on_folder(name: str) -> list[str]:
    """Returns that a folder called like data known by name is not what was taken, if there is one."""
    if not Path(name).is_dir():
        return []
    return [f"{name!r} is the data set of that name, not the folder {name} here; './{name}' takes the folder"]


def _from_path(source: str | os.PathLike[str], size: Size | None, ground: tuple[int, int, int]) -> Source:
    try:
        path = Path(source).expanduser()
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # too long a name, a NUL in it, no such home folder
        raise DataError(f"{str(source)[:60]!r} is no path ({error!s:.100})", where="data") from error
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


def _by_key(source: Mapping[Any, Any]) -> dict[PartName, Any]:
    unknown = [key for key in source if key not in _KEYS]
    if unknown:
        raise DataError(f"unknown part {unknown[0]!r}", where="data", remedy=closest(unknown[0], _KEYS))
    if "train" not in source:
        raise DataError("no training part", where="data", expected="a part called 'train'")
    return {_KEYS[key]: part for key, part in source.items()}


def _from_parts(parts: Mapping[PartName, Any], size: Size | None, layout: str | None) -> Source:
    found: dict[PartName, Part] = {}
    for name, part in parts.items():
        where = "data" if len(parts) == 1 else f"{name} data"
        if isinstance(part, Dataset):
            found[name] = from_dataset(part, where, size=size)
        elif isinstance(part, (tuple, list)) and len(part) == 2:
            images = from_array(_array(part[0], where), where, layout=layout, size=size)
            found[name] = Part(images, as_labels(_plain(part[1]), where), where)
        else:
            raise DataError(f"a {type(part).__name__}", where=where, expected="(images, labels) or a torch Dataset")
    names = getattr(parts["train"], "classes", ())
    named = isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names)
    title = type(parts["train"]).__name__ if isinstance(parts["train"], Dataset) else "arrays"
    return Source(title, found, tuple(names) if named else ())


def _plain(values: Any) -> Any:
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else values


def _array(images: Any, where: str) -> npt.NDArray[Any]:
    """Returns images as one array; a list of pictures of mixed sizes is told apart from other nonsense."""
    images = _plain(images)
    if isinstance(images, np.ndarray) and images.dtype != object:
        return images
    if not isinstance(images, (list, tuple, np.ndarray)):
        raise DataError(f"the images are a {type(images).__name__}", where=where, expected="an array")
    rows = [np.asarray(_plain(image)) for image in images]
    if not rows:
        raise DataError("there are no images", where=where, remedy="give it at least two of every class")
    odd = next((index for index, row in enumerate(rows) if row.shape != rows[0].shape), None)
    if odd is not None:
        raise DataError(
            f"image 0 has shape {rows[0].shape}, image {odd} has {rows[odd].shape}",
            where=where,
            expected="images of one size",
            remedy=f"resize them, or write them to a folder and use {give('size', '(height, width)')}",
        )
    return np.stack(rows)
