"""Graph edit distances between sub-networks: against networkx, and matrices of 100 random masks."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import networkx as nx
import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template, widen_choices
from oneshot_lab.search.operators import random_mask
from oneshot_lab.space.distance import Distances, distances
from oneshot_lab.space.graph import subgraph
from tests.benchmarks.registry import Figure, benchmark, seconds

ORACLE_PAIRS = 12
ROUNDS = 5

FIRST_CALL = """
from time import perf_counter
import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.distance import distances

lenet = osl.load_template("lenet")
masks = [Mask.full(lenet), Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")]
start = perf_counter()
distances(lenet, masks)
print(perf_counter() - start)
"""


@benchmark(
    "ged_compile_s",
    "ged_compiled_before_s",
    "ged_lenet_vs_networkx",
    "ged_lenet_matrix_100_s",
    "ged_alexnet_exact_share",
    "ged_alexnet_matrix_100_s",
    "ged_vgg16_gap",
    "ged_vgg16_matrix_100_s",
)
def distance() -> Iterator[Figure]:
    """All figures of the distances."""
    with tempfile.TemporaryDirectory() as folder:
        yield Figure("ged_compile_s", _first_call(folder), "s")
        yield Figure("ged_compiled_before_s", _first_call(folder), "s")
    lenet = load_template("lenet")
    yield Figure("ged_lenet_vs_networkx", _against_networkx(lenet), "x", 1000)
    took, _ = _matrix(lenet)
    yield Figure("ged_lenet_matrix_100_s", took, "s", 0.5, at_most=True)
    took, found = _matrix(load_template("alexnet", input_shape=(3, 32, 32)))
    upper = np.triu_indices(len(found.exact), k=1)
    yield Figure("ged_alexnet_exact_share", float(found.exact[upper].mean()), "", 0.99)
    yield Figure("ged_alexnet_matrix_100_s", took, "s", 10, at_most=True)
    took, found = _matrix(widen_choices(load_template("vgg16", input_shape=(3, 32, 32))))
    gaps = (found.upper - found.lower)[upper] / np.maximum(found.upper[upper], 1.0)
    yield Figure("ged_vgg16_gap", float(gaps.mean()), "", 0.15, at_most=True)
    yield Figure("ged_vgg16_matrix_100_s", took, "s", 20, at_most=True)


def _first_call(cache: str) -> float:
    """Returns the seconds of the first distances in a new process, with this folder for what is compiled."""
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    command = [sys.executable, "-c", FIRST_CALL]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _against_networkx(architecture: Architecture) -> float:
    """Returns how many times networkx takes for the pairs of a few masks, once the values are seen to be equal."""
    masks = list(dict.fromkeys(_masks(architecture, 3 * ORACLE_PAIRS)))
    ones, others = masks[:ORACLE_PAIRS], masks[ORACLE_PAIRS : 2 * ORACLE_PAIRS]
    theirs: dict[tuple[Mask, Mask], float] = {}

    def ask_networkx() -> None:
        for one, other in zip(ones, others, strict=True):
            first, second = subgraph(architecture, one), subgraph(architecture, other)
            theirs[one, other] = nx.graph_edit_distance(first, second, node_match=lambda a, b: a["label"] == b["label"])

    their = seconds(ask_networkx) / ORACLE_PAIRS
    found = distances(architecture, masks)
    for (one, other), value in theirs.items():
        place = masks.index(one), masks.index(other)
        if not found.exact[place] or found.values[place] != value:
            raise AssertionError(f"{one} and {other}: networkx says {value}, we say {found.values[place]}")
    pairs = len(masks) * (len(masks) - 1) / 2
    our = statistics.median(seconds(lambda: distances(architecture, masks)) for _ in range(ROUNDS)) / pairs
    return their / our


def _matrix(architecture: Architecture) -> tuple[float, Distances]:
    """Returns the seconds for the matrix of 100 random masks, and the matrix."""
    masks = _masks(architecture, 100)
    found: list[Distances] = []
    took = seconds(lambda: found.append(distances(architecture, masks)))
    return took, found[0]


def _masks(architecture: Architecture, count: int) -> list[Mask]:
    rng = np.random.default_rng(0)
    return [random_mask(architecture, rng=rng) for _ in range(count)]
