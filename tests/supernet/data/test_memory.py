from __future__ import annotations

from pathlib import Path

import torch

from oneshot_lab.supernet.data import memory


def test_a_quarter_of_what_is_free() -> None:
    assert 0 < memory.budget_on(torch.device("cpu")) <= memory._machine() // 3


def test_the_machine_tells_what_is_available(tmp_path: Path) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:       24 kB\nMemFree:   2 kB\nMemAvailable:       12 kB\n")
    assert memory._machine(told) == 12 * 1024


def test_a_machine_that_does_not_tell(tmp_path: Path) -> None:
    assert memory._machine(tmp_path / "none") == memory.UNKNOWN


def test_a_container_has_its_own_limit(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    assert memory._container(tmp_path) == 600
    (tmp_path / "memory.current").write_text("1400\n")
    assert memory._container(tmp_path) == 0
    (tmp_path / "memory.max").write_text("max\n")
    assert memory._container(tmp_path) > 1000
