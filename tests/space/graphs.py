"""Small architectures whose sub-networks' graphs are quick to compare for anyone, and their random masks."""

import networkx as nx
import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.operators import random_mask
from tests.architecture.networks import network

SMALL = {
    "kernels": network("Conv2d(,4,3) | Conv2d(,4,5)", "ReLU", "Conv2d(,4,3) | Conv2d(,4,5); ReLU", "Flatten; Linear"),
    "wide": network("ReLU | Tanh | Identity", "ReLU | ReLU | Tanh", "Tanh | ReLU"),
    "chains": network("Identity; Tanh | Identity; Identity | Tanh", "Tanh; ReLU | ReLU; Tanh"),
    "links": network("ReLU", "ReLU | Tanh", "ReLU | Tanh", "ReLU", "Tanh | ReLU; ReLU", links="L1-L3 L2-L4 input-L3"),
    "bypassed": network("Tanh", "ReLU | ReLU", "Tanh", "ReLU; Tanh", "ReLU", links="L1-L3 L3-L5 input-L2"),
    "projection": repair(
        network("Conv2d(,2,3)", "Conv2d(,4,3,padding=1) | ReLU; Conv2d(,4,1)", "ReLU", "Flatten; Linear", links="L1-L3")
    )[0],
    "lenet5": load_template("lenet5"),
}


def masks(architecture: Architecture, count: int, *, seed: int = 0) -> list[Mask]:
    """Random masks, some of them equal."""
    rng = np.random.default_rng(seed)
    return [random_mask(architecture, rng=rng) for _ in range(count)]


def alike(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two nodes match: their labels are equal."""
    return one["label"] == other["label"]


def oracle(one: nx.DiGraph, other: nx.DiGraph) -> float:
    """The graph edit distance by networkx."""
    return nx.graph_edit_distance(one, other, node_match=alike)
