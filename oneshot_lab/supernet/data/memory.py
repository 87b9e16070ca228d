"""Measures free memory, to choose between data that stays on the device and data that is streamed."""

from __future__ import annotations

import re
from pathlib import Path

import torch

SHARE = 4
"""Data may fill the free memory divided by this number; the rest is for the network."""

UNKNOWN = 4 * 2**30
"""The bytes of free memory assumed on a system that does not report it."""


def budget_on(device: torch.device) -> int:
    """Returns how many bytes of data may stay on the device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0]) // SHARE
    return min(_machine(), _container()) // SHARE


def _machine(path: Path = Path("/proc/meminfo")) -> int:
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", path.read_text(), re.MULTILINE)
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else UNKNOWN


def _container(folder: Path = Path("/sys/fs/cgroup")) -> int:
    # A container's limit does not show in /proc/meminfo; exceeding it ends the kernel without a message.
    try:
        limit, used = (folder / "memory.max").read_text(), (folder / "memory.current").read_text()
        return max(int(limit) - int(used), 0)
    except (OSError, ValueError):
        return _machine()
