from __future__ import annotations

from pathlib import Path

import pytest
import torch

from oneshot_lab.supernet.data import memory

MACHINE = "MemTotal:       24 kB\nMemFree:   2 kB\nMemAvailable:       12 kB\n"
FREE = 12 * 1024


def budget() -> int:
    return memory.budget_on(torch.device("cpu"))


def tell(monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> None:
    """Has the system tell this, and nothing else."""

    def read_text(path: Path) -> str:
        if path.as_posix() not in files:
            raise FileNotFoundError(path)
        return files[path.as_posix()]

    monkeypatch.setattr(Path, "read_text", read_text)


def container(limit: str, used: str) -> dict[str, str]:
    return {"/sys/fs/cgroup/memory.max": limit, "/sys/fs/cgroup/memory.current": used}


def test_something_of_this_machine_may_be_filled() -> None:
    assert budget() > 0


def test_a_quarter_of_what_the_machine_tells_is_available(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, {"/proc/meminfo": MACHINE})
    assert budget() == FREE // 4


def test_a_machine_that_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, {})
    assert budget() == memory.UNKNOWN // 4


def test_a_container_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = {"/proc/meminfo": MACHINE}
    tell(monkeypatch, machine | container("1000\n", "400\n"))
    assert budget() == 600 // 4
    tell(monkeypatch, machine | container("1000\n", "1400\n"))
    assert budget() == 0
    tell(monkeypatch, machine | container("max\n", "400\n"))
    assert budget() == FREE // 4
    # The machine may have less than the container is allowed.
    tell(monkeypatch, machine | container("1000000\n", "400\n"))
    assert budget() == FREE // 4
