from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.arguments import as_share, as_size, as_whole

KINDS = (int, float, np.int64, np.uint8, np.int16, np.float32, np.array, torch.tensor)
"""What makes a number of a number."""


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_numbers(kind: Any) -> None:
    assert as_whole(kind(32), "limit", least=1) == 32
    assert type(as_whole(kind(32), "limit", least=1)) is int
    assert as_size(kind(32)) == as_size((kind(32), 32)) == (32, 32)


@pytest.mark.parametrize("kind", [float, np.float32, np.float64, np.array, torch.tensor])
def test_shares_are_numbers(kind: Any) -> None:
    assert as_share(kind(0.25), "test") == 0.25
    assert type(as_share(kind(0.25), "test")) is float


@pytest.mark.parametrize("size", [[3, 4], np.array([3, 4]), torch.tensor([3, 4]), torch.Size([3, 4])])
def test_two_sides_come_in_any_row(size: Any) -> None:
    assert as_size(size) == (3, 4)


NONE = (True, np.True_, torch.tensor(True), 2.5, np.float32(2.5), "32", None, [1], 1j, float("nan"), float("inf"))


@pytest.mark.parametrize("value", [*NONE, 0, np.int64(-1)])
def test_other_than_whole_numbers_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match=r"limit: .*; expected a whole number, 1 or more"):
        as_whole(value, "limit", least=1)


@pytest.mark.parametrize("value", [True, np.True_, 0, 1, "0.1", -0.1, np.float32(1.5), float("nan"), None])
def test_other_shares_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match=r"test: a share of .*; expected a number between 0 and 1"):
        as_share(value, "test")


@pytest.mark.parametrize("value", [*(value for value in NONE), 0, 4097, (3, 4, 5), (3, 4.5), (True, 3), "33"])
def test_other_sizes_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match=r"size: .*; expected one side or"):
        as_size(value)
