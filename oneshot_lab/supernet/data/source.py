"""What every kind of source returns: its parts, as found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.images import Images, Size
from oneshot_lab.supernet.data.pictures import Form

PartName = Literal["train", "validation", "test"]


@dataclass(frozen=True, eq=False)
class Part:
    """Labelled images as found in a source.

    Attributes:
        images: The images.
        labels: One for each image, integers or strings.
        where: The name of this part in errors.
        origin: The positions of the images in the given source; None if they are all of its images.
    """

    images: Images
    labels: npt.NDArray[Any]
    where: str
    origin: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels):
            raise DataError(
                f"{len(self.images):,} images and {len(self.labels):,} labels",
                where=self.where,
                expected="one label for each image",
            )
        if not len(self.labels):
            raise DataError("there are no images", where=self.where, remedy="give it at least two of every class")

    def take(self, rows: npt.NDArray[np.int64]) -> Part:
        """Returns a part with the images at these positions."""
        origin = rows if self.origin is None else self.origin[rows]
        return Part(self.images.take(rows), self.labels[rows], self.where, origin)

    def name_of(self, row: int) -> str:
        """Returns the name of an image for users: its file with the folder around it, or its position."""
        paths = getattr(self.images, "paths", None)
        if paths is not None:
            return "/".join(paths[row].parts[-2:])
        return f"image {row if self.origin is None else self.origin[row]}"


@dataclass(frozen=True, eq=False)
class Source:
    """Data as found, before splitting.

    Attributes:
        name: The name of the data.
        parts: "train", and "validation" and "test" if the source has them.
        class_names: Names by label, if the source knows them.
        notes: Sentences about what was changed or skipped, and what is doubtful.
        sizes: How many pictures were found of each height and width; empty if all have the size of the images.
        form: What pictures in files were converted to; None without such files.
    """

    name: str
    parts: Mapping[PartName, Part]
    class_names: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = ()
    sizes: Mapping[Size, int] = field(default_factory=dict)
    form: Form | None = None


def as_labels(labels: Any, where: str) -> npt.NDArray[Any]:
    """Returns labels as a row of int64 or of strings.

    Raises:
        DataError: The labels are not one-dimensional, or are fractions, NaN, negative or of another type.
    """
    try:
        row = np.asarray(labels)
    except ValueError as error:
        raise DataError("the labels are not a row of numbers", where=where, expected="one label per image") from error
    if row.dtype == object and all(isinstance(label, str) for label in row.flat):
        row = row.astype(str)
    if row.ndim > 1 and row.shape[1:] == (1,) * (row.ndim - 1):
        row = row.reshape(-1)  # a single column counts as a row
    if row.ndim != 1:
        raise DataError(f"the labels have {row.ndim} dimensions", where=where, expected="1", remedy=_remedy_for(row))
    if row.dtype.kind == "f" and row.size:
        bad = "NaN among them" if np.isnan(row).any() else f"such as {row[0]}"
        remedy = None if np.isnan(row).any() else "if they are whole numbers, use labels.astype(int)"
        raise DataError(f"the labels are {row.dtype}, {bad}", where=where, expected="integers", remedy=remedy)
    if row.size and row.dtype.kind not in "biuU":
        raise DataError(f"the labels are of type {row.dtype}", where=where, expected="integers or strings")
    if row.dtype.kind == "U":
        return row
    if row.size and int(row.min()) < 0:
        at = int(row.argmin())
        raise DataError(
            f"label {row[at]} of image {at}",
            where=where,
            expected="labels from 0",
            remedy="leave unlabelled images out",
        )
    return row.astype(np.int64)


def _remedy_for(rows: npt.NDArray[Any]) -> str | None:
    """Returns the remedy for labels with several columns."""
    if rows.ndim != 2 or rows.dtype.kind not in "biuf" or not rows.size:
        return None
    if (rows.sum(1) == 1).all() and np.isin(rows, (0, 1)).all():
        return "for one-hot rows use labels.argmax(1)"
    return "training needs one label per image: choose one column, such as the first with labels[:, 0]"
