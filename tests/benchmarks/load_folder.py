"""Loading a folder of pictures with all that is looked at, against opening, decoding and stacking each once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from oneshot_lab.supernet.data import load_data
from tests.benchmarks.registry import Figure, benchmark, compare

CLASSES, EACH, SIDE = 10, 400, 64


def _write(folder: Path) -> list[Path]:
    rng = np.random.default_rng(0)
    paths = []
    for label in range(CLASSES):
        (folder / str(label)).mkdir()
        for index in range(EACH):
            paths.append(folder / str(label) / f"{index}.png")
            Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)).save(paths[-1])
    return paths


@benchmark("load_folder_vs_pillow")
def load_folder() -> Iterator[Figure]:
    """Headers, sizes, depth, transparency, orientation and what lies beside the pictures, beside one bare decoding.

    The ratio of processor times was 2.4 before pictures were looked at so closely, and 2.4 after it, on one machine in
    one hour; the goal is 1.3 times that.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = _write(folder)
        theirs = lambda: np.stack([np.asarray(Image.open(path)) for path in paths])  # noqa: E731
        ratio, ours, bare = compare(lambda: load_data(folder), theirs, rounds=5)
    yield Figure("load_folder_vs_pillow", 1 / ratio, "x", 3.1, at_most=True)
    yield Figure("  ours", ours, "s")
    yield Figure("  Pillow alone", bare, "s")
