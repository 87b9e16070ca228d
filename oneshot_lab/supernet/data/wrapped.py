"""Wrapped data sets: Hugging Face Datasets and DataLoaders as torch Datasets, and what Subset and others contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, SubsetRandomSampler, TensorDataset

from oneshot_lab.errors import DataError

_IMAGE_NAMES = ("image", "img", "images", "pixel_values")
_LABEL_NAMES = ("label", "labels", "target", "class")


class TableDataset(Dataset[Any]):
    """A Hugging Face Dataset, recognised by its methods, as a torch Dataset of (image, label).

    Args:
        table: The Dataset, which returns rows as dicts and has `features` and `column_names`.
        where: What to call it in an error.

    Raises:
        DataError: It is streamed, or it is not clear which columns hold images and labels.
    """

    def __init__(self, table: Any, where: str) -> None:
        if not hasattr(table, "__len__"):
            raise DataError(
                "a streamed Dataset has no length and no items by index",
                where=where,
                expected="a Dataset that is loaded",
                remedy="load it with streaming=False; or take its first rows: "
                "datasets.Dataset.from_list(list(stream.take(1000)), features=stream.features)",
            )
        self.table = table
        self.image = _column(table, where, "images", ("Image", "Array2D", "Array3D"), _IMAGE_NAMES)
        self.label = _column(table, where, "labels", ("ClassLabel",), _LABEL_NAMES)
        self.classes = tuple(getattr((table.features or {}).get(self.label), "names", None) or ())
        # Without format and transform, so that no image is decoded.
        bare = table.with_format(None) if hasattr(table, "with_format") else table
        self.targets = list(bare[self.label])

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        row = self.table[index]
        if self.image in row:
            return row[self.image], self.targets[index]
        made = [name for name in _IMAGE_NAMES if name in row]  # a transform removed it
        if len(made) != 1:
            raise DataError(
                f"its transform gives {', '.join(map(str, row))}",
                where=f"item {index}",
                expected=f"one called {self.image!r}",
            )
        return row[made[0]], self.targets[index]


def is_table(source: Any) -> bool:
    """Returns whether a value is a Hugging Face Dataset, loaded or streamed."""
    has_columns = hasattr(source, "column_names") and hasattr(source, "features")
    return has_columns and not isinstance(source, Mapping)


def is_wrapped(source: Any) -> bool:
    """Returns whether a value is a data set of any kind with items of its own."""
    return isinstance(source, (Dataset, DataLoader)) or is_table(source)


def unwrapped(source: Any, where: str, notes: list[str]) -> Any:
    """Returns a data set as a torch Dataset of (image, label); anything else unchanged.

    Args:
        source: A DataLoader, a Hugging Face Dataset, a Subset of one, or any other value.
        where: What to call it in an error.
        notes: Receives a note about what is not used.

    Raises:
        DataError: As `TableDataset`.
    """
    if isinstance(source, DataLoader):
        found = unwrapped(source.dataset, where, notes)
        if isinstance(source.sampler, SubsetRandomSampler):
            found = Subset(found, [int(index) for index in source.sampler.indices])
        notes.append(f"{where}: the DataLoader's Dataset is used, without its batch size, order and collate_fn")
        return found
    if is_table(source):
        return TableDataset(source, where)
    if type(source) is Subset and is_table(source.dataset):
        return Subset(unwrapped(source.dataset, where, notes), source.indices)
    return source


def classes_of(dataset: Any) -> tuple[str, ...]:
    """Returns the names of the classes of a Dataset or of one inside it; empty if it has none."""
    names = getattr(dataset, "classes", None)
    if isinstance(names, (list, tuple)) and names and all(isinstance(name, str) for name in names):
        return tuple(names)
    found = {classes_of(inner) for inner in inner_of(dataset)}
    return found.pop() if len(found) == 1 else ()


def targets_of(dataset: Any) -> Any:
    """Returns a Dataset's labels if they are available without reading its items, otherwise None."""
    if getattr(dataset, "target_transform", None) is not None:
        return None
    targets = getattr(dataset, "targets", None)
    if type(dataset) is TensorDataset and len(dataset.tensors) == 2:
        targets = dataset.tensors[1]
    if targets is not None:
        return targets if hasattr(targets, "__len__") and len(targets) == len(dataset) else None
    inner = [targets_of(each) for each in inner_of(dataset)]
    if not inner or any(each is None for each in inner):
        return None
    rows = [np.asarray(each) for each in inner]
    return rows[0][np.asarray(dataset.indices, dtype=np.int64)] if isinstance(dataset, Subset) else np.concatenate(rows)


def inner_of(dataset: Any) -> list[Any]:
    """Returns the Datasets whose items a Dataset passes on unchanged."""
    # Exactly these types: a derived class may change items.
    if type(dataset) is Subset:
        return [dataset.dataset]
    return list(dataset.datasets) if type(dataset) is ConcatDataset else []


def _column(table: Any, where: str, what: str, kinds: tuple[str, ...], usual: tuple[str, ...]) -> str:
    """Returns the column of a table that holds images or labels."""
    features = table.features or {}
    columns = [str(name) for name in table.column_names or features]
    of_kind = [name for name in columns if type(features.get(name)).__name__ in kinds]
    found = [name for name in usual if name in (of_kind or columns)] or of_kind
    if len(found) == 1 or (found and found[0] in usual):
        return found[0]
    raise DataError(
        f"{'several columns' if found else 'no column'} of {what} among {', '.join(columns)}",
        where=where,
        expected=f"one, such as {usual[0]!r}",
        remedy="choose with data.select_columns([…]) and name it with data.rename_column(…)",
    )
