"""Data sets: finds, checks and splits images, and serves them in batches."""

from __future__ import annotations

from oneshot_lab.supernet.data.load import Data, load_data
from oneshot_lab.supernet.data.split import Split

__all__ = ["Data", "Split", "load_data"]
