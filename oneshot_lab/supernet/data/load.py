"""`load_data`: turns a source into three splits, ready for training."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from oneshot_lab.architecture.given import check_path
from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.arguments import as_share, as_size, as_whole
from oneshot_lab.supernet.data.augmented import drawn_anew
from oneshot_lab.supernet.data.classes import check_alike, number_classes
from oneshot_lab.supernet.data.divide import divide, limited
from oneshot_lab.supernet.data.doubts import Constant, on_classes, on_repeated
from oneshot_lab.supernet.data.find import find
from oneshot_lab.supernet.data.images import MemoryImages, Size, bytes_of, channel_stats, read_all
from oneshot_lab.supernet.data.memory import budget_on
from oneshot_lab.supernet.data.pictures import Form, as_ground
from oneshot_lab.supernet.data.report import DataReport, make_report
from oneshot_lab.supernet.data.source import Part, PartName
from oneshot_lab.supernet.data.split import Split

SAMPLE = 4096
"""How many images the mean and deviation are computed from if every image has to be decoded first."""


@dataclass(frozen=True, eq=False)
class Data:
    """Images with labels, in three splits.

    Attributes:
        name: Its name.
        train: The images that networks learn from.
        validation: The images that the search compares candidates on.
        test: The images that the final network is measured on, once.
        input_shape: (channels, height, width).
        class_names: One for each class, in the order of the labels 0 to classes - 1.
        mean: Per channel over the training split; bytes count as 0 to 1.
        std: The deviation, likewise.
        notes: What was decided automatically, such as splits that the source does not have, or images that were
            skipped.
        resized: Whether images of other sizes were resized to this one.
        sizes: How many pictures were found of each height and width, before resizing; empty if none was resized.
        form: What pictures in files were converted to; None without such files.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    input_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    notes: tuple[str, ...]
    resized: bool = False
    sizes: Mapping[Size, int] = field(default_factory=dict)
    form: Form | None = None

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    def report(self) -> DataReport:
        """Returns a table of the classes with some training images of each, as the network receives them.

        A notebook shows it as a picture; its fields hold the numbers.

        Raises:
            DataError: An image can no longer be read.
        """
        splits = (self.train, self.validation, self.test)
        return make_report(self.name, self.class_names, splits, notes=self.notes, sizes=self.sizes)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{split.name} {len(split):,}" for split in (self.train, self.validation, self.test))
        shape = "×".join(map(str, self.input_shape))
        return "\n  ".join((f"Data({self.name}: {shape}, {self.classes} classes; {sizes})", *self.notes))


def load_data(
    source: Any,
    *,
    root: str | os.PathLike[str] | None = None,
    validation: float | None = None,
    test: float | None = None,
    seed: int = 0,
    limit: int | None = None,
    size: int | tuple[int, int] | None = None,
    layout: str | None = None,
    background: Any = "white",
    download: bool = False,
    budget: int | None = None,
) -> Data:
    """Finds data, checks it and splits it.

    The test split does not depend on the seed: runs with other seeds are measured on the same images. If training is a
    Dataset of its own with random images, and validation and test are parts without, its images are drawn again in
    every epoch. Otherwise images are drawn once, when they are read into memory, and the notes say so; `budget=0` draws
    the images of all Datasets again in every epoch.

    Args:
        source: "digits", "mnist", "fashion-mnist" or "cifar10"; a folder of images (train/ and perhaps val/
            and test/ with a subfolder per class, or the subfolders themselves); (images, labels), of which
            images are an array, a tensor or a list of arrays or PIL pictures; a torch Dataset, or a DataLoader for
            its Dataset; a Hugging Face Dataset; or a tuple or list (train, test) or (train, validation, test), or a
            dict, of any of these, such as a DatasetDict.
        root: The folder that holds a data set known by name, instead of the usual places.
        validation: The share of the training images (without those of the test split) to split off, at random with
            every class in proportion. None uses the source's own validation images, or a tenth if it has none.
        test: Likewise for the test split; None splits off a fifth where the source has none.
        seed: Decides which images are split off for validation.
        limit: Keep at most this many images of each part of the source, with every class in proportion.
        size: Resize the images to this height and width (one number for both).
        layout: "NHW", "NHWC" or "NCHW", for arrays with an ambiguous shape.
        background: The background colour for transparent pictures: a name or code such as "#f0f0f0", or red, green and
            blue from 0 to 255.
        download: Whether to download a data set known by name if it is not found.
        budget: How many bytes of images from files and Datasets to hold in memory, and of any split on a device other
            than the CPU. None means a quarter of the free memory. Beyond that, images are read batch by batch.

    Returns:
        The data, with its three splits.

    Raises:
        DataError: The data cannot be found, read or learned from; the message names the place and the remedy.
    """
    validation = None if validation is None else as_share(validation, "validation")
    test = None if test is None else as_share(test, "test")
    limit = None if limit is None else as_whole(limit, "limit", least=1)
    budget = None if budget is None else as_whole(budget, "budget", least=0)
    seed = as_whole(seed, "seed", least=0)
    found = find(
        source,
        root=None if root is None else _folder(root),
        download=download,
        size=None if size is None else as_size(size),
        layout=layout,
        ground=as_ground(background),
    )
    labels, class_names = number_classes(found)
    parts = {name: replace(part, labels=labels[name]) for name, part in found.parts.items()}
    check_alike(parts)
    notes = [*found.notes]
    if limit is not None:
        parts = {name: limited(part, limit, class_names, name, notes) for name, part in parts.items()}
    # The rule must not depend on the machine's memory, or runs would differ between machines.
    sampled = SAMPLE if not isinstance(parts["train"].images, MemoryImages) else None
    has_own = all(name in parts and share is None for name, share in (("validation", validation), ("test", test)))
    fresh = drawn_anew(parts, has_own=has_own, budget=budget, notes=notes)
    named, parts = parts, _into_memory(parts, budget, without=fresh)
    placed = divide(parts, {"validation": validation, "test": test}, seed, class_names, notes)
    images, rows = placed["train"][0].images, placed["train"][1]
    if sampled is not None and len(rows) > sampled:
        notes.append(f"mean and deviation are computed from {sampled:,} of the training images")
    constant = {
        name: Constant().all_of(part.images) if isinstance(part.images, MemoryImages) else Constant()
        for name, part in parts.items()
    }
    is_streamed = not isinstance(images, MemoryImages)
    watch = constant["train"].look_at if is_streamed else None
    mean, std = channel_stats(images, rows if sampled is None else rows[:sampled], watch=watch)
    notes += on_classes(placed, class_names)
    for name, some in constant.items():
        if told := some.note(named[name]):
            notes.append(told if len(parts) == 1 else f"{name}: {told}")
    notes += on_repeated(placed, named, {name: some.rows for name, some in constant.items()})

    def split(name: PartName) -> Split:
        part, rows = placed[name]
        held = 0 if name in fresh else budget
        return Split(name, part.images, torch.from_numpy(rows), torch.from_numpy(part.labels[rows]), mean, std, held)

    unit = 255.0 if images.dtype == torch.uint8 else 1.0
    return Data(
        found.name,
        split("train"),
        split("validation"),
        split("test"),
        images.shape,
        class_names,
        tuple(value / unit for value in mean),
        tuple(value / unit for value in std),
        tuple(notes),
        size is not None,
        found.sizes,
        found.form,
    )


def _into_memory(parts: dict[PartName, Part], budget: int | None, *, without: Set[PartName]) -> dict[PartName, Part]:
    """Decodes images now if all of them fit: training then reads them from memory, and a broken file shows at once."""
    lazy = [name for name, part in parts.items() if name not in without and not isinstance(part.images, MemoryImages)]
    cpu = torch.device("cpu")
    needed = sum(bytes_of(parts[name].images, len(parts[name].labels)) for name in lazy)
    if not lazy or needed > (budget_on(cpu) if budget is None else budget):
        return parts
    decoded = {
        name: replace(parts[name], images=MemoryImages(read_all(images, torch.arange(len(images)), cpu)))
        for name in lazy
        for images in (parts[name].images,)
    }
    return {**parts, **decoded}


def _folder(path: object) -> Path:
    return check_path(path, where="root", expected="a folder", error=DataError).expanduser()
