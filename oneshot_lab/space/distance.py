"""Graph edit distances between sub-networks: exact where they can be proven, else between proven bounds (§5.3).

The distance of two masks is the fewest edits that turn one's graph (`graph.subgraph`) into the other's: a node
added, removed or given another label, an edge added or removed, each counted once. It is what
`networkx.graph_edit_distance` gives for nodes that match when their labels are equal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import StoppedError
from oneshot_lab.space.graph import Subgraph, template_graph

LARGE = 3_600
"""Node pairs, such as 60 × 60, beyond which two graphs are too large to be worked on until they are solved."""

EXPANSIONS = 2_000
"""Steps of work spent on a pair of graphs, at most, if nothing else is asked for (see `distances`)."""

EXPANSIONS_LARGE = 8
"""The same for graphs that are `LARGE`: enough for bounds that are mostly within a tenth of each other."""

_NODE_PAIRS_AT_ONCE = 20_000  # a chunk of pairs takes some hundredths of a second


class Distances(NamedTuple):
    """Graph edit distances between n and m masks.

    Attributes:
        lower: No edit path is shorter, (n, m) float64.
        upper: The length of an edit path that was found, (n, m) float64.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Where the bounds meet, so that the distance is known, (n, m) bool."""
        return np.equal(self.lower, self.upper)

    @property
    def values(self) -> NDArray[np.float64]:
        """The distance where it is exact; elsewhere `upper`, the shortest edit path known, (n, m) float64."""
        return self.upper


def distances(
    architecture: Architecture,
    masks: Sequence[Mask],
    others: Sequence[Mask] | None = None,
    *,
    expansions: int | None = None,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Distances:
    """Computes the distances between masks of one architecture (§5.3).

    Equal graphs are computed once. The result depends on the masks and `expansions` alone, not on how fast the
    machine is, and the distance from a to b is that from b to a.

    Args:
        architecture: Whose masks.
        masks: The rows.
        others: The columns; None: the same masks, which gives a symmetric matrix.
        expansions: Steps of work spent on a pair, at most, before its bounds are taken as they are; the first is
            always made. A step is one assignment problem over the nodes of both graphs. None: `EXPANSIONS`, with
            which nearly all graphs of up to 60 nodes are solved, and `EXPANSIONS_LARGE` beyond.
        progress: Called now and then with the share that is done, ascending, at last with 1.
        should_stop: Asked now and then, in the calling thread.

    Raises:
        MaskError: A mask is not valid for this architecture.
        StoppedError: `should_stop` said so.
    """
    columns = masks if others is None else others
    graphs, places = _distinct(architecture, [*masks, *columns])
    rows_at, columns_at = places[: len(masks)], places[len(masks) :]
    pairs = _pairs(rows_at, columns_at, len(graphs))
    bounds = np.zeros((2, len(graphs), len(graphs)))
    report = progress or _ignore
    report(0.0)
    done = 0
    for chunk, found in _solve(graphs, pairs, expansions, should_stop):
        bounds[:, chunk[:, 0], chunk[:, 1]] = found
        bounds[:, chunk[:, 1], chunk[:, 0]] = found
        done += len(chunk)
        if done < len(pairs):
            report(done / len(pairs))
    report(1.0)
    lower, upper = bounds[:, rows_at[:, None], columns_at[None, :]]
    return Distances(lower, upper)


def _ignore(share: float) -> None:
    """Takes a report that nobody asked for."""


def _distinct(architecture: Architecture, masks: Sequence[Mask]) -> tuple[list[Subgraph], NDArray[np.int64]]:
    """Returns the different graphs among those of the masks, in an order of their own, and each mask's place there.

    Blocks with the same components make different masks with equal graphs.
    """
    template = template_graph(architecture)
    by_mask = {mask: template.select(mask) for mask in dict.fromkeys(masks)}
    keys = {mask: tuple(part.tobytes() for part in graph[1:]) for mask, graph in by_mask.items()}
    by_key = {keys[mask]: graph for mask, graph in by_mask.items()}
    # Which graph of a pair comes first can make a difference where the distance stays open. The keys decide that,
    # not the other masks.
    order = {key: place for place, key in enumerate(sorted(by_key))}
    return [by_key[key] for key in order], np.array([order[keys[mask]] for mask in masks], dtype=np.int64)


def _pairs(rows: NDArray[np.int64], columns: NDArray[np.int64], graphs: int) -> NDArray[np.int64]:
    """Returns the pairs of different graphs that are asked for, each once, (k, 2)."""
    wanted = np.zeros((graphs, graphs), dtype=bool)
    wanted[rows[:, None], columns[None, :]] = True
    return np.argwhere(np.triu(wanted | wanted.T, k=1))


def _solve(
    graphs: Sequence[Subgraph],
    pairs: NDArray[np.int64],
    expansions: int | None,
    should_stop: Callable[[], bool] | None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yields chunks of the pairs with their bounds, as they are done, from as many threads as there are cores."""
    if not len(pairs):
        return
    from oneshot_lab.space.ged import batch  # compiled code: slow to load, so only when it is needed

    packed = batch.pack(graphs)
    sizes = np.array([len(graph.nodes) for graph in graphs], dtype=np.int64)
    node_pairs = sizes[pairs].prod(axis=1)
    steps = np.where(node_pairs > LARGE, EXPANSIONS_LARGE, EXPANSIONS) if expansions is None else expansions
    steps = np.broadcast_to(steps, len(pairs)).astype(np.int64)
    ends = np.flatnonzero(np.diff(node_pairs.cumsum() // _NODE_PAIRS_AT_ONCE)) + 1
    with ThreadPoolExecutor(_threads()) as pool:
        running: dict[Future[NDArray[np.float64]], NDArray[np.int64]] = {}
        for chunk in np.split(np.arange(len(pairs)), ends):
            running[pool.submit(batch.solve, packed, pairs[chunk], steps[chunk])] = pairs[chunk]
            if len(running) > _threads():
                yield from _finished(running)
            if should_stop and should_stop():
                for future in running:
                    future.cancel()
                raise StoppedError("stopped before all pairs were done", where="distances")
        while running:
            yield from _finished(running)


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _finished(
    running: dict[Future[NDArray[np.float64]], NDArray[np.int64]],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Waits until at least one chunk is done, and yields those that are."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()
