"""Graph edit distances between sub-networks: exact where they can be proven, else between proven bounds (§5.3).

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
from oneshot_lab.space.graph import Subgraph, label_of, template_graph
from oneshot_lab.space.known import Key, Known

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
    known: Known | None = None,
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
        known: What earlier calls worked out, for this architecture or another, is not worked out again; what this
            one does is added, also when it is stopped. A call without `others` forgets all graphs but its own.
        progress: Called now and then with the share that is done, ascending, at last with 1.
        should_stop: Asked now and then, in the calling thread.

    Raises:
        MaskError: A mask is not valid for this architecture.
        StoppedError: `should_stop` said so.
    """
    columns = masks if others is None else others
    graphs, places = _distinct(architecture, [*masks, *columns])
    rows_at, columns_at = places[: len(masks)], places[len(masks) :]
    pairs, different, at = _pairs(rows_at, columns_at, len(graphs))
    found = _bounds(
        graphs,
        pairs,
        _steps(graphs, pairs, expansions),
        known=_with_room(known, list(graphs), alone=others is None),
        report=progress or _ignore,
        should_stop=should_stop,
    )
    bounds = np.zeros((2, len(masks), len(columns)))
    bounds[:, different] = found[:, at]
    return Distances(*bounds)


def _ignore(share: float) -> None:
    """Takes a report that nobody asked for."""


def _distinct(architecture: Architecture, masks: Sequence[Mask]) -> tuple[dict[Key, Subgraph], NDArray[np.int64]]:
    """Returns the different graphs among those of the masks, in an order of their own, and each mask's place there.

    Blocks with the same components make different masks with equal graphs.
    """
    template = template_graph(architecture)
    # A label's number is the template's own: another template may give it to another label.
    spelled: dict[int, str] = {}
    for number, component in zip(template.labels.tolist(), template.components, strict=True):
        spelled.setdefault(number, repr(label_of(component)))
    by_mask = {mask: template.select(mask) for mask in dict.fromkeys(masks)}
    keys = {mask: _key(graph, spelled) for mask, graph in by_mask.items()}
    by_key = {keys[mask]: graph for mask, graph in by_mask.items()}
    # Which graph of a pair comes first can make a difference where the distance stays open. The keys decide that,
    # not the other masks.
    order = {key: place for place, key in enumerate(sorted(by_key))}
    return {key: by_key[key] for key in order}, np.array([order[keys[mask]] for mask in masks], dtype=np.int64)


def _key(graph: Subgraph, spelled: Mapping[int, str]) -> Key:
    labels = tuple(spelled[number] for number in graph.labels.tolist())
    return labels, graph.adjacency.tobytes(), graph.chains.tobytes(), graph.layers.tobytes()


def _with_room(known: Known | None, keys: Sequence[Key], *, alone: bool) -> Known:
    if known is None:
        return Known()  # without room for any graph, it keeps nothing
    if alone:
        known.only(keys)
    else:
        known.add(keys)
    return known


def _pairs(
    rows: NDArray[np.int64], columns: NDArray[np.int64], graphs: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Returns the pairs of different graphs that are asked for, each once, in order, (k, 2).

    And where in the matrix the graphs differ, (n, m), and which of the pairs each of these places is. It takes no
    table of all graphs: a few newcomers to a large map make a few rows.
    """
    first, second = np.minimum.outer(rows, columns), np.maximum.outer(rows, columns)
    different = first != second
    numbers, at = np.unique((first * graphs + second)[different], return_inverse=True)
    return np.stack(np.divmod(numbers, graphs), axis=1), different, at


def _steps(graphs: Mapping[Key, Subgraph], pairs: NDArray[np.int64], expansions: int | None) -> NDArray[np.int64]:
    """Returns the steps of work that may be spent on each pair, (k,)."""
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
    known: Known,
    report: Callable[[float], None],
    should_stop: Callable[[], bool] | None,
) -> NDArray[np.float64]:
    """Returns lower and upper bounds of the pairs, (2, k): recalled, or else worked out and kept."""
    keys = list(graphs)
    found = known.recall(keys, pairs, steps)
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
        known.learn(keys, pairs, steps, found)
    report(1.0)
    return found


def _solve(
    graphs: Sequence[Subgraph],
    pairs: NDArray[np.int64],
    steps: NDArray[np.int64],
    should_stop: Callable[[], bool] | None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yields chunks of the pairs, by position, with their bounds, as they are done, from one thread for each core."""
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
