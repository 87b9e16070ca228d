from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.images import MemoryImages
from oneshot_lab.supernet.data.split import Split


def split_of(count: int, *, classes: int = 3) -> Split:
    """Image i of the split is filled with i + 1, and is stored back to front."""
    values = torch.arange(count, 0, -1).float()
    images = MemoryImages(values[:, None, None, None].expand(count, 1, 2, 2).contiguous())
    return Split("train", images, torch.arange(count).flip(0), torch.arange(count) % classes, mean=(1.0,), std=(2.0,))


def counted(split: Split) -> tuple[Split, list[int]]:
    """Such a split, and how many of its images are read each time."""
    reads = []

    @dataclass(frozen=True, eq=False)
    class Counted(MemoryImages):
        def read(self, rows: Tensor) -> Tensor:
            reads.append(len(rows))
            return super().read(rows)

    return replace(split, images=Counted(split.images.tensor), _resident={}), reads


def joined(split: Split, batch_size: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
    x, y = zip(*split.batches(batch_size, generator=generator), strict=True)
    return torch.cat(x), torch.cat(y)


@given(st.integers(1, 40), st.integers(1, 45))
def test_a_run_meets_every_image_once_in_order(count: int, batch_size: int) -> None:
    split = split_of(count)
    x, y = joined(split, batch_size)
    assert torch.equal(x, (torch.arange(count).float() / 2)[:, None, None, None].expand(count, 1, 2, 2))
    assert torch.equal(y, split.labels)
    assert (x.dtype, y.dtype) == (torch.float32, torch.int64)


@given(st.integers(1, 40), st.integers(1, 45))
def test_batches_are_full_but_the_last_and_none_is_single(count: int, batch_size: int) -> None:
    split = split_of(count)
    sizes = [len(y) for _, y in split.batches(batch_size)]
    assert split.steps(batch_size) == len(sizes)
    assert all(size == batch_size for size in sizes[:-1])
    assert sizes[-1] <= batch_size + (batch_size > 1)
    assert sizes[-1] > 1 or batch_size == 1 or count == 1


def test_a_generator_shuffles_images_with_their_labels() -> None:
    split = split_of(30)
    x, y = joined(split, 7, torch.Generator().manual_seed(1))
    order = (x[:, 0, 0, 0] * 2).round().long()
    assert order.tolist() != list(range(30))
    assert sorted(order.tolist()) == list(range(30))
    assert torch.equal(y, split.labels[order])


def test_equal_seeds_shuffle_alike_and_a_generator_goes_on() -> None:
    split = split_of(30)
    first, again = torch.Generator().manual_seed(1), torch.Generator().manual_seed(1)
    one = joined(split, 7, first)[1]
    assert torch.equal(one, joined(split, 7, again)[1])
    assert not torch.equal(one, joined(split, 7, first)[1])


def test_writing_into_a_batch_leaves_the_data_alone() -> None:
    split = split_of(8)
    for x, _ in split.batches(4):
        x.zero_()
    assert joined(split, 4)[0].sum() > 0


def test_another_device_gets_a_copy_that_is_kept_if_it_fits() -> None:
    # torch's "meta" device holds no values, but the choice is the same as for a GPU.
    device = torch.device("meta")
    split, reads = counted(split_of(8))
    for _ in range(2):
        assert [x.shape for x, _ in split.batches(4, device=device)] == [(4, 1, 2, 2)] * 2
        assert sum(reads) == 8
    x, y = next(split.batches(4, device=device))
    assert (x.device.type, y.device.type) == ("meta", "meta")
    images, rows = split._resident[device]
    assert isinstance(images, MemoryImages)
    assert (images.tensor.device.type, rows.device.type) == ("meta", "meta")


def test_what_does_not_fit_is_streamed() -> None:
    split, reads = counted(replace(split_of(8), budget=8 * 16 - 1))
    for _ in range(2):
        assert [x.device.type for x, _ in split.batches(4, device="meta")] == ["meta", "meta"]
    assert reads == [4] * 4


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 45))
def test_a_head_is_stratified_and_in_order(labels: list[int], count: int) -> None:
    whole = split_of(len(labels))
    split = Split("test", whole.images, whole.rows, torch.tensor(labels), whole.mean, whole.std)
    head = split.head(count)
    kept = min(count, len(labels))
    assert len(head) == kept
    shares = np.bincount(labels, minlength=4) * kept / len(labels)
    assert (np.abs(np.bincount(head.labels.numpy(), minlength=4) - shares) < 1).all()
    x, y = joined(head, 8)
    places = (x[:, 0, 0, 0] * 2).round().long()
    assert places.tolist() == sorted(places.tolist())
    assert torch.equal(y, split.labels[places])


@pytest.mark.parametrize("bad", [0, -3])
def test_sizes_below_one_are_refused_at_once(bad: int) -> None:
    split = split_of(4)
    calls: list[Any] = [split.batches, split.steps, split.head]
    for call in calls:
        with pytest.raises(DataError, match="expected 1 or more"):
            call(bad)


def test_the_repr_says_what_it_is() -> None:
    assert repr(split_of(1200)) == "Split(train: 1,200 images 1×2×2)"


def test_images_that_are_read_when_needed_are_looked_over_once(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        for index in range(4):
            Image.new("L", (2, 2), index).save(tmp_path / name / f"{index}.png")
    split = load_data(tmp_path, budget=0).train
    broken = split.images.paths[int(split.rows[-1])]  # type: ignore[attr-defined]
    whole = broken.read_bytes()
    broken.write_bytes(whole[:40])
    with pytest.raises(DataError, match="cannot be read"):
        split.verify()
    split.verify(should_stop=lambda: True)  # nothing has been read, and nothing verified
    with pytest.raises(DataError, match="cannot be read"):
        split.verify()
    head = split.head(2)
    broken.write_bytes(whole)
    head.verify()
    broken.write_bytes(b"")
    with pytest.raises(DataError, match="cannot be read"):
        split.verify()
    broken.write_bytes(whole)
    split.verify()
    broken.write_bytes(b"")
    split.verify()
