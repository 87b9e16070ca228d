"""Divides images into training, validation and test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.source import Part, PartName
from oneshot_lab.supernet.data.stratify import Indices, allocate, draw, split_off

SHARES: Mapping[PartName, float] = {"test": 0.2, "validation": 0.1}
"""The shares split off the training images if the source has no such part and no share is given."""

FEW = 100
"""With fewer validation images than this, a note says so."""


def limited(part: Part, limit: int, class_names: tuple[str, ...], name: PartName, notes: list[str]) -> Part:
    """Returns at most `limit` images of a part, with every class in proportion; always the same ones.

    Raises:
        DataError: A class would have no training image.
    """
    if limit >= len(part.labels):
        return part
    quota = allocate(np.bincount(part.labels), limit)
    if name == "train" and not quota.all():
        raise DataError(
            f"{limit} images leave none of class {class_names[int(np.argmin(quota))]!r}",
            where="limit",
            remedy=f"raise it: {give('limit', str(10 * len(quota)))}",
        )
    notes.append(f"{name}: {limit:,} of {len(part.labels):,} images (limit)")
    rows, _ = draw(part.labels, quota, np.random.default_rng(0))
    return part.take(np.sort(rows))


def divide(
    parts: Mapping[PartName, Part],
    shares: Mapping[PartName, float | None],
    seed: int,
    class_names: tuple[str, ...],
    notes: list[str],
) -> dict[PartName, tuple[Part, Indices]]:
    """Decides which images go where.

    Args:
        parts: The source's parts, with labels 0 to K - 1.
        shares: The shares to split off the training images; None uses the source's own part, or the default share.
        seed: Seed for everything but the test split.
        class_names: By label, for errors.
        notes: Receives notes for the user.

    Returns:
        For each split, the part that holds it and the positions of its images there, in random order.

    Raises:
        DataError: A class has too few training images to be in every split.
    """
    train = parts["train"]
    needed: tuple[PartName, ...] = ("test", "validation")
    to_split = [name for name in needed if name not in parts or shares[name] is not None]
    _check_enough(train, to_split, class_names)
    # The test split belongs to the data, not to the run, so the seed does not affect it.
    rngs = {"test": np.random.default_rng(0), "validation": np.random.default_rng(seed)}
    placed: dict[PartName, tuple[Part, Indices]] = {}
    rest = np.arange(len(train.labels))
    for name in needed:
        own = parts.get(name)
        if own is not None and name not in to_split:
            placed[name] = (own, rngs[name].permutation(len(own.labels)))
            continue
        leave = 2 if name == "test" and "validation" in to_split else 1
        drawn, left = split_off(train.labels[rest], shares[name] or SHARES[name], rngs[name], leave=leave)
        placed[name], rest = (train, rest[drawn]), rest[left]
        aside = f"; the source's own {len(own.labels):,} are not used" if own else ""
        if name == "test" or own:
            notes.append(f"{name}: {len(drawn):,} images split off the training images{aside}")
    if len(placed["validation"][1]) < FEW:
        notes.append(
            f"validation: {len(placed['validation'][1])} images are few to compare candidates by; "
            f"a larger share splits more off the training images, with {give('validation', '0.3')}"
        )
    return {**placed, "train": (train, rngs["validation"].permutation(rest))}


def _check_enough(train: Part, to_split: list[PartName], class_names: tuple[str, ...]) -> None:
    counts = np.bincount(train.labels)
    needed = 1 + len(to_split)
    if counts.min() < needed:
        raise DataError(
            f"class {class_names[int(counts.argmin())]!r} has {counts.min()} of the training images",
            where=train.where,
            expected=f"at least {needed}, one for each of {', '.join(['train', *reversed(to_split)])}",
            remedy="add images of it, raise the limit, or leave the class out",
        )
