"""Datasets with random images: which ones are read again in each epoch, and the notes about all others."""

from __future__ import annotations

from collections.abc import Mapping

from oneshot_lab.supernet.data.datasets import DatasetImages
from oneshot_lab.supernet.data.source import Part, PartName
from oneshot_lab.supernet.data.varying import draws, random_transforms


def drawn_anew(
    parts: Mapping[PartName, Part], *, has_own: bool, budget: int | None, notes: list[str]
) -> frozenset[PartName]:
    """Returns the parts whose images are drawn again whenever they are read.

    Training draws again if no other split is random or split off it: only there are random images wanted.

    Args:
        parts: The parts as found.
        has_own: Whether validation and test are parts of their own.
        budget: The `budget` given to `load_data`.
        notes: Receives a note about what is done.
    """
    datasets = {name: part.images.dataset for name, part in parts.items() if isinstance(part.images, DatasetImages)}
    random = {name: dataset for name, dataset in datasets.items() if draws(dataset)}
    is_apart = has_own and set(random) == {"train"}
    for name, dataset in random.items():
        named = ", ".join(random_transforms(dataset))
        told = f"{name}: the Dataset draws its images at random{f' ({named})' if named else ''}"
        if is_apart:
            notes.append(f"{told}: they are drawn again in each epoch")
        elif budget == 0:
            notes.append(f"{told}: they are drawn again whenever they are read, also for validation and test")
        elif name == "train":
            notes.append(
                f"{told}: where they are held in memory, they are drawn once, also those that are split off for "
                "validation or test; give (train, validation, test) with random transforms in train alone, and they "
                "are drawn anew in each epoch"
            )
        else:
            notes.append(f"{told}: what is measured depends on it; give this part without random transforms")
    return frozenset(("train",)) if is_apart else frozenset()
