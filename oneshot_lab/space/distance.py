"""Graph edit distances between sub-networks: exact if they can be proven, otherwise between proven bounds (§5.3).

The distance of two masks is the fewest edits that turn one's graph (`graph.subgraph`) into the other's: a node
added, removed or given another label, an edge added or removed, each counted once. It is what
`networkx.graph_edit_distance` gives for nodes that match when their labels are equal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import StoppedError
from oneshot_lab.space.distance_cache import DistanceCache, Key
from oneshot_lab.space.graph import Subgraph, label_of, template_graph

LARGE = 3_600
"""The number of node pairs, such as 60 × 60, above which two graphs are too large for an exact solution."""

EXPANSIONS = 2_000
"""The default number of steps spent on a pair of graphs, at most (see `distances`)."""

EXPANSIONS_LARGE = 8
"""The same for graphs that are `LARGE`: enough for bounds that mostly differ by less than a tenth."""

_NODE_PAIRS_AT_ONCE = 20_000  # a chunk of pairs takes some hundredths of a second


class Distances(NamedTuple):
    """Graph edit distances between n and m masks.

    Attributes:
        lower: A lower bound: no edit path is shorter, (n, m) float64.
        upper: An upper bound: the length of an edit path that was found, (n, m) float64.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Whether the bounds are equal, so that the distance is exact, (n, m) bool."""
        return np.equal(self.lower, self.upper)

    @property
    def values(self) -> NDArray[np.float64]:
        """The distance if it is exact, otherwise `upper`, the shortest edit path known, (n, m) float64."""
        return self.upper


def distances(
    architecture: Architecture,
    masks: Sequence[Mask],
    others: Sequence[Mask] | None = None,
    *,
    expansions: int | None = None,
    cache: DistanceCache | None = None,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Distances:
    """Computes the distances between masks of one architecture (§5.3).

    Equal graphs are computed once. The result depends on the masks and `expansions` alone, not on how fast the
    machine is, and the distance from a to b is that from b to a.

    Args:
        architecture: The architecture of the masks.
        masks: The masks of the rows.
        others: The masks of the columns; None takes the same masks, which gives a symmetric matrix.
        expansions: The number of steps spent on a pair, at most; the first one is always done. The bounds of a pair
            that is not solved by then are returned. A step is one assignment problem over the nodes of both graphs.
            None means `EXPANSIONS`, with which nearly all graphs of up to 60 nodes are solved, and `EXPANSIONS_LARGE`
            for larger ones.
        cache: The cache of distances from earlier calls, for this architecture or another. It is used and extended,
            also by a call that is stopped. A call without `others` removes all graphs but its own.
        progress: Called from time to time with the share that is done, in ascending order, the last time with 1.
        should_stop: Called from time to time, in the calling thread.

    Raises:
        MaskError: A mask is not valid for this architecture.
        StoppedError: `should_stop` returned True.
    """
    columns = masks if others is None else others
    graphs, places = _distinct(architecture, [*masks, *columns])
    rows_at, columns_at = places[: len(masks)], places[len(masks) :]
    pairs, different, at = _pairs(rows_at, columns_at, len(graphs))
    found = _bounds(
        graphs,
        pairs,
        _steps(graphs, pairs, expansions),
        cache=_with_room(cache, list(graphs), alone=others is None),
        report=progress or _ignore,
        should_stop=should_stop,
    )
    bounds = np.zeros((2, len(masks), len(columns)))
    bounds[:, different] = found[:, at]
    return Distances(*bounds)


def _ignore(share: float) -> None:
    """Ignores a progress report."""


def _distinct(architecture: Architecture, masks: Sequence[Mask]) -> tuple[dict[Key, Subgraph], NDArray[np.int64]]:
    """Returns the distinct graphs of the masks in a canonical order, and the position of each mask's graph among them.

    Blocks with the same components make different masks with equal graphs.
    """
    template = template_graph(architecture)
    # The number of a label belongs to its template: another template may give it to another label.
    spelled: dict[int, str] = {}
    for number, component in zip(template.labels.tolist(), template.components, strict=True):
        spelled.setdefault(number, repr(label_of(component)))
    by_mask = {mask: template.select(mask) for mask in dict.fromkeys(masks)}
    keys = {mask: _key(graph, spelled) for mask, graph in by_mask.items()}
    by_key = {keys[mask]: graph for mask, graph in by_mask.items()}
    # The order of the graphs in a pair can affect bounds that are not exact. The keys decide the order, so that the
    # other masks have no influence.
    order = {key: place for place, key in enumerate(sorted(by_key))}
    return {key: by_key[key] for key in order}, np.array([order[keys[mask]] for mask in masks], dtype=np.int64)


def _key(graph: Subgraph, spelled: Mapping[int, str]) -> Key:
    labels = tuple(spelled[number] for number in graph.labels.tolist())
    return labels, graph.adjacency.tobytes(), graph.chains.tobytes(), graph.layers.tobytes()


def _with_room(cache: DistanceCache | None, keys: Sequence[Key], *, alone: bool) -> DistanceCache:
    if cache is None:
        return DistanceCache()  # a cache without room for any graph keeps nothing
    if alone:
        cache.only(keys)
    else:
        cache.add(keys)
    return cache


def _pairs(
    rows: NDArray[np.int64], columns: NDArray[np.int64], graphs: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Returns the pairs of different graphs that are needed, each once, in order, (k, 2).

    Also returns where in the matrix the graphs differ, (n, m), and the index of the pair for each of these places. No
    table of all graphs is needed: a few new candidates on a large map make a few rows.
    """
    first, second = np.minimum.outer(rows, columns), np.maximum.outer(rows, columns)
    different = first != second
    numbers, at = np.unique((first * graphs + second)[different], return_inverse=True)
    return np.stack(np.divmod(numbers, graphs), axis=1), different, at


def _steps(graphs: Mapping[Key, Subgraph], pairs: NDArray[np.int64], expansions: int | None) -> NDArray[np.int64]:
    """Returns the number of steps that may be spent on each pair, (k,)."""
    if expansions is not None:
        return np.full(len(pairs), expansions, dtype=np.int64)
    return np.where(_node_pairs(graphs.values(), pairs) > LARGE, EXPANSIONS_LARGE, EXPANSIONS).astype(np.int64)


def _node_pairs(graphs: Iterable[Subgraph], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    sizes = np.array([len(graph.nodes) for graph in graphs], dtype=np.int64)
    counts: NDArray[np.int64] = sizes[pairs].prod(axis=1)
    return counts


def _bounds(
    graphs: Mapping[Key, Subgraph],
    pairs: NDArray[np.int64],
    steps: NDArray[np.int64],
    *,
    cache: DistanceCache,
    report: Callable[[float], None],
    should_stop: Callable[[], bool] | None,
) -> NDArray[np.float64]:
    """Returns lower and upper bounds of the pairs, (2, k), from the cache, or computed and then cached."""
    keys = list(graphs)
    found = cache.recall(keys, pairs, steps)
    left = np.flatnonzero(np.isnan(found[0]))
    report(0.0)
    done = 0
    try:
        for chunk, solved in _solve(list(graphs.values()), pairs[left], steps[left], should_stop):
            found[:, left[chunk]] = solved
            done += len(chunk)
            if done < len(left):
                report(done / len(left))
    finally:
        cache.learn(keys, pairs, steps, found)
    report(1.0)
    return found


def _solve(
    graphs: Sequence[Subgraph],
    pairs: NDArray[np.int64],
    steps: NDArray[np.int64],
    should_stop: Callable[[], bool] | None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yields chunks of pairs, by position, with their bounds as they are done, from one thread for each core."""
    if not len(pairs):
        return
    from oneshot_lab.space.ged import batch  # compiled code: slow to load, so only when it is needed

    packed = batch.pack(graphs)
    node_pairs = _node_pairs(graphs, pairs)
    ends = np.flatnonzero(np.diff(node_pairs.cumsum() // _NODE_PAIRS_AT_ONCE)) + 1
    with ThreadPoolExecutor(_threads()) as pool:
        running: dict[Future[NDArray[np.float64]], NDArray[np.int64]] = {}
        for chunk in np.split(np.arange(len(pairs)), ends):
            running[pool.submit(batch.solve, packed, pairs[chunk], steps[chunk])] = chunk
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
