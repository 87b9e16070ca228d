"""Candidates and generations as columns of numbers, so that a file can hold hundreds of thousands of them.

Each mask is written once, as bits; candidates, generations, the map and its regions name it by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask, natural
from oneshot_lab.search.generation import Generation
from oneshot_lab.session.state.evaluations import Candidate

MOST_ACTIVE = 20_000_000
"""Active blocks of all masks together, which take a gigabyte when they are read: four times what 5,000 generations of
VGG16 with three kernels have."""

CANDIDATES, GENERATIONS, MASKS = "candidates.", "generations.", "masks"
"""The prefixes of the names of tensors."""

DIGEST_BYTES = 12

_BITS = np.array([number.bit_count() for number in range(256)], dtype=np.uint8)

NOBODY = -1
"""Stands for a missing mask or generation."""

Columns = dict[str, NDArray[Any]]
_T = TypeVar("_T")


class Numbers:
    """Masks to write, numbered in order."""

    def __init__(self) -> None:
        self._numbers: dict[Mask, int] = {}

    def of(self, mask: Mask) -> int:
        """Returns a mask's number."""
        return self._numbers.setdefault(mask, len(self._numbers))

    def all(self, masks: Iterable[Mask]) -> NDArray[np.int32]:
        """Returns the numbers of masks."""
        return np.fromiter(map(self.of, masks), dtype=np.int32)

    @property
    def share(self) -> float:
        """The share of the limit for a file that is used."""
        return sum(map(len, self._numbers)) / MOST_ACTIVE

    def packed(self) -> tuple[list[str], NDArray[np.uint8]]:
        """Returns the ids of all blocks, and for each mask a row of bits in their order."""
        blocks = sorted(frozenset[str]().union(*(mask.blocks for mask in self._numbers)), key=natural)
        place = {block: index for index, block in enumerate(blocks)}
        rows = np.repeat(np.arange(len(self._numbers)), [len(mask) for mask in self._numbers])
        there = map(place.__getitem__, chain.from_iterable(mask.blocks for mask in self._numbers))
        bits = np.zeros((len(self._numbers), len(blocks)), dtype=np.bool_)
        bits[rows, np.fromiter(there, dtype=np.int64, count=len(rows))] = True
        return blocks, np.packbits(bits, axis=1)


def _unpacked(blocks: object, rows: NDArray[np.uint8]) -> tuple[Mask, ...]:
    """Reads masks that `Numbers.packed` returned.

    Raises:
        TypeError, ValueError: The data does not have that form.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, str) for block in blocks):
        raise TypeError("blocks that are not a list of ids")
    if rows.ndim != 2 or rows.shape[1] != -(-len(blocks) // 8):
        raise ValueError(f"masks of shape {rows.shape} for {len(blocks)} blocks")
    if int(_BITS[rows].sum(dtype=np.int64)) > MOST_ACTIVE:
        raise ValueError(f"more than {MOST_ACTIVE:,} blocks in all masks")
    masks = (Mask(frozenset(compress(blocks, np.unpackbits(row, count=len(blocks)).tolist()))) for row in rows)
    return tuple(masks)


class History(NamedTuple):
    """The results of a search, as read from a file.

    Attributes:
        candidates: All evaluations.
        generations: All generations.
        read: Returns the mask for the number that stands for it elsewhere in the file.
    """

    candidates: list[Candidate]
    generations: list[Generation]
    read: Callable[[Any], Mask]


def pack(
    candidates: Sequence[Candidate], generations: Sequence[Generation], numbers: Numbers
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Returns the results of a search, with all numbered masks, as JSON values and tensors."""
    rows = _candidates_to_columns(candidates, numbers)
    orders, parts = _generations_to_columns(generations, numbers)
    blocks, bits = numbers.packed()
    tensors = _to_tensors(rows, CANDIDATES) | _to_tensors(parts, GENERATIONS) | _to_tensors({"": bits}, MASKS)
    return {"blocks": blocks, "orders": orders}, tensors


def unpack(values: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> History:
    """Reads what `pack` returned.

    Raises:
        KeyError, TypeError, ValueError: The data does not have that form.
    """
    masks = _unpacked(values["blocks"], _column(_from_tensors(tensors, MASKS), "", np.uint8, tensors[MASKS].shape))

    def read(number: Any) -> Mask:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(masks):
            raise ValueError("a mask that is not there")
        return masks[number]

    candidates = list(_columns_to_candidates(_from_tensors(tensors, CANDIDATES), masks))
    generations = _columns_to_generations(values["orders"], _from_tensors(tensors, GENERATIONS), masks)
    return History(candidates, generations, read)


# ---- candidates ----------------------------------------------------------------------------------------------------

_MEASURES: Mapping[str, Any] = {"loss": np.float64, "accuracy": np.float64, "parameters": np.int64, "macs": np.int64}
_WHENCE: Mapping[str, Any] = {"generation": np.int64, "version": np.int64}


def _candidates_to_columns(candidates: Sequence[Candidate], numbers: Numbers) -> Columns:
    """Returns evaluations as columns, with one row for each."""
    count = len(candidates)
    columns: Columns = {
        name: np.fromiter((getattr(each, name) for each in candidates), dtype=kind, count=count)
        for name, kind in _MEASURES.items()
    }
    generations = (NOBODY if each.generation is None else each.generation for each in candidates)
    columns["generation"] = np.fromiter(generations, dtype=np.int64, count=count)
    columns["version"] = np.fromiter((each.version for each in candidates), dtype=np.int64, count=count)
    columns["mask"] = numbers.all(each.mask for each in candidates)
    pairs = [(NOBODY, NOBODY) if each.parents is None else tuple(map(numbers.of, each.parents)) for each in candidates]
    columns["parents"] = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    digests = bytes.fromhex("".join(each.network for each in candidates))
    columns["network"] = np.frombuffer(digests, dtype=np.uint8).reshape(-1, DIGEST_BYTES)
    return columns


def _columns_to_candidates(columns: Columns, masks: Sequence[Mask]) -> Iterator[Candidate]:
    """Yields the evaluations that `_candidates_to_columns` wrote down.

    Raises:
        KeyError, TypeError, ValueError: The data does not have that form.
    """
    count = len(columns["loss"])
    values = [_column(columns, name, kind, (count,)).tolist() for name, kind in {**_MEASURES, **_WHENCE}.items()]
    own = _known(_column(columns, "mask", np.int32, (count,)), masks)
    parents = _known(_column(columns, "parents", np.int32, (count, 2)), masks, low=NOBODY).tolist()
    digests = _column(columns, "network", np.uint8, (count, DIGEST_BYTES)).tobytes().hex()
    for row, (loss, accuracy, parameters, macs, generation, version) in enumerate(zip(*values, strict=True)):
        if min(parameters, macs, generation + 1, version) < 0:
            raise ValueError("a count below 0")
        father, mother = parents[row]
        yield Candidate(
            masks[own[row]],
            loss,
            accuracy,
            parameters,
            macs,
            None if generation == NOBODY else generation,
            None if NOBODY in (father, mother) else (masks[father], masks[mother]),
            version,
            digests[2 * DIGEST_BYTES * row : 2 * DIGEST_BYTES * (row + 1)],
        )


# ---- generations ---------------------------------------------------------------------------------------------------


def _generations_to_columns(generations: Sequence[Generation], numbers: Numbers) -> tuple[list[list[str]], Columns]:
    """Returns the lists of blocks that there is a fitness of, and the generations, whose columns follow each other."""
    orders: dict[tuple[str, ...], int] = {}
    order = [orders.setdefault(tuple(each.block_fitness), len(orders)) for each in generations]
    families = ((child, *pair) for each in generations for child, pair in each.parents.items())
    sizes = [
        (each.index, len(each.population), len(each.parents), number)
        for each, number in zip(generations, order, strict=True)
    ]
    columns: Columns = {
        "sizes": np.array(sizes, dtype=np.int64).reshape(-1, 4),
        "population": numbers.all(_joined(each.population for each in generations)),
        "losses": np.fromiter(_joined(each.losses for each in generations), np.float64),
        "fitness": np.fromiter(_joined(each.fitness for each in generations), np.float64),
        "block_fitness": np.fromiter(_joined(each.block_fitness.values() for each in generations), np.float64),
        "families": numbers.all(_joined(families)).reshape(-1, 3),
    }
    return [list(blocks) for blocks in orders], columns


def _columns_to_generations(orders: Any, columns: Columns, masks: Sequence[Mask]) -> list[Generation]:
    """Returns the generations that `_generations_to_columns` wrote down.

    Raises:
        KeyError, TypeError, ValueError: The data does not have that form.
    """
    sizes = _column(columns, "sizes", np.int64, (len(columns["sizes"]), 4))
    if (sizes < 0).any() or (sizes > 2**31).any() or any(number >= len(orders) for *_, number in sizes.tolist()):
        raise ValueError("an impossible generation")
    blocks = [[str(block) for block in order] for order in orders]
    people, parents = int(sizes[:, 1].sum()), int(sizes[:, 2].sum())
    shares = sum(len(blocks[number]) for *_, number in sizes.tolist())
    population = _parts(_known(_column(columns, "population", np.int32, (people,)), masks).tolist(), sizes[:, 1])
    losses = _parts(_column(columns, "losses", np.float64, (people,)).tolist(), sizes[:, 1])
    fitness = _parts(_column(columns, "fitness", np.float64, (people,)).tolist(), sizes[:, 1])
    families = _parts(_known(_column(columns, "families", np.int32, (parents, 3)), masks).tolist(), sizes[:, 2])
    lengths = [len(blocks[number]) for *_, number in sizes.tolist()]
    block_fitness = _parts(_column(columns, "block_fitness", np.float64, (shares,)).tolist(), lengths)
    rows = zip(sizes.tolist(), population, losses, fitness, block_fitness, families, strict=True)
    return [
        Generation(
            index,
            tuple(masks[number] for number in own),
            tuple(found),
            tuple(earned),
            dict(zip(blocks[order], by_block, strict=True)),
            {masks[child]: (masks[father], masks[mother]) for child, father, mother in bred},
        )
        for (index, _, _, order), own, found, earned, by_block, bred in rows
    ]


# ---- columns -------------------------------------------------------------------------------------------------------


def _to_tensors(columns: Columns, prefix: str) -> dict[str, torch.Tensor]:
    """Returns columns in the form of a file, with a prefix before their names."""
    return {f"{prefix}{name}": torch.from_numpy(np.array(column)) for name, column in columns.items()}


def _from_tensors(tensors: Mapping[str, torch.Tensor], prefix: str) -> Columns:
    """Returns the columns with a prefix."""
    return {name.removeprefix(prefix): tensor.numpy() for name, tensor in tensors.items() if name.startswith(prefix)}


def _joined(parts: Iterable[Iterable[_T]]) -> Iterator[_T]:
    return chain.from_iterable(parts)


def _column(columns: Columns, name: str, kind: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    column = columns[name]
    if column.dtype != kind or column.shape != shape:
        raise ValueError(f"{name} is of {column.dtype} and shape {column.shape}, not {kind.__name__} and {shape}")
    return column


def _known(numbers: NDArray[Any], masks: Sequence[Mask], *, low: int = 0) -> NDArray[Any]:
    if numbers.size and not (low <= numbers.min() and numbers.max() < len(masks)):
        raise ValueError("a mask that is not there")
    return numbers


def _parts(values: list[Any], lengths: Iterable[int]) -> Iterator[list[Any]]:
    """Yields consecutive lists of these lengths."""
    ends = list(accumulate(lengths))
    return (values[start:end] for start, end in zip([0, *ends], ends, strict=False))
