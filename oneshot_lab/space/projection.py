"""The map of the search space: a place for each candidate, from the distances between them (§5.3, Figure 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.space.area import Place
from oneshot_lab.space.blas import one_thread
from oneshot_lab.space.placement import beside, spread

Floats = NDArray[np.float64]

FEWEST = 10
"""The number of different networks that t-SNE needs: with fewer, perplexity < n/3 leaves it two neighbours."""

PERPLEXITY = 30.0
"""t-SNE's perplexity, if there are enough candidates for it."""

MOST_EXACT = 300
"""With more dots, t-SNE's gradient is approximated (Barnes–Hut), which is faster from this number on."""


@dataclass(frozen=True)
class Projection:
    """The places of candidates on the map. It is immutable: placing candidates returns a new one.

    Attributes:
        places: x and y of each candidate, in the order in which they were added.
        quality: Trustworthiness of the layout (Venna and Kaski 2001): 1 if neighbours on the map are neighbours by
            distance, about 0.5 for a random layout. It covers the dots that were laid out, not those placed since; None
            for fewer than three.
        note: A message if the layout had to deviate from t-SNE; empty otherwise.
    """

    places: Mapping[Mask, Place] = field(default_factory=dict)
    quality: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", MappingProxyType(dict(self.places)))

    def __contains__(self, mask: object) -> bool:
        return mask in self.places

    def __getitem__(self, mask: Mask) -> Place:
        return self.places[mask]

    def __iter__(self) -> Iterator[Mask]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def coordinates(self, masks: Iterable[Mask] | None = None) -> Floats:
        """Returns places as rows, (n, 2): those of these candidates, or of all in order."""
        chosen = self.places if masks is None else masks
        return np.array([self.places[mask] for mask in chosen], dtype=np.float64).reshape(-1, 2)

    def only(self, keep: Callable[[Mask], bool]) -> Projection:
        """Returns the map with only these candidates, at their places."""
        return replace(self, places={mask: place for mask, place in self.places.items() if keep(mask)})

    def over(self, other: Projection) -> Projection:
        """Returns this map, extended by the candidates of another one that this one lacks."""
        return replace(self, places={**self.places, **{mask: other[mask] for mask in other if mask not in self}})


def project(masks: Sequence[Mask], distances: Floats, *, seed: int, start: Projection | None = None) -> Projection:
    """Lays candidates out with t-SNE on their distances (§5.3).

    Candidates with equal graphs share a place in the layout and then lie side by side around it, so that no dot covers
    another. Fewer than `FEWEST` different networks are laid out by classical scaling instead, and `note` says so.

    Args:
        masks: The candidates, each once.
        distances: Between them, (n, n), symmetric, 0 on the diagonal.
        seed: Seed for t-SNE, and for the noise that makes its start less regular.
        start: An earlier map. Its candidates start from their old places, others beside their neighbours.

    Returns:
        The map; equal arguments give an equal map.

    Raises:
        SessionError: The matrix does not hold distances between these candidates.
    """
    _check(masks, distances, (len(masks), len(masks)))
    if len(set(masks)) < len(masks):
        raise SessionError("a candidate is given twice", where="masks", expected="each once")
    if np.diagonal(distances).any():
        raise SessionError("a candidate is not at 0 from itself", where="distances", expected="0 on the diagonal")
    # The candidate that is laid out for each one: the first with the same network.
    first = np.array([int(np.flatnonzero(row == 0)[0]) for row in distances], dtype=np.int64)
    different = np.unique(first)
    old = _old_places([masks[index] for index in different], start)
    with one_thread():
        layout = _lay_out(distances[np.ix_(different, different)], old, seed)
    points = spread(layout[np.searchsorted(different, first)], taken=np.empty((0, 2)))
    return Projection(_named(masks, points), _quality(points, distances), _note(len(masks), len(different)))


def place(projection: Projection, masks: Sequence[Mask], distances: Floats) -> Projection:
    """Places new candidates near their nearest neighbours by distance; existing dots do not move.

    t-SNE cannot place new candidates. Each gets the place around its nearest neighbours with the smallest t-SNE cost
    for it alone: the mean of the neighbours, which lie far apart, would often be near none of them. If there is a dot
    already, such as that of an equal network, the new one lies beside it.

    Args:
        projection: The map, with at least one dot.
        masks: The new candidates; those that have a place keep it.
        distances: From each of them to each dot of the map in its order, (new candidates, dots).

    Raises:
        SessionError: The map is empty, or the matrix does not hold such distances.
    """
    if not len(projection):
        raise SessionError("the map is empty", where="place", remedy="lay candidates out with project()")
    _check(masks, distances, (len(masks), len(projection)))
    rows = {mask: row for row, mask in enumerate(masks) if mask not in projection}
    if not rows:
        return projection
    dots = projection.coordinates()
    points = spread(beside(distances[list(rows.values())], dots), taken=dots)
    return replace(projection, places={**projection.places, **_named(rows, points)})


def _named(masks: Iterable[Mask], points: Floats) -> dict[Mask, Place]:
    return {mask: (float(x), float(y)) for mask, (x, y) in zip(masks, points, strict=True)}


def _check(masks: Sequence[Mask], distances: Floats, shape: tuple[int, int]) -> None:
    if distances.shape != shape or not np.isfinite(distances).all() or (distances < 0).any():
        raise SessionError(
            f"a matrix of shape {distances.shape}",
            where=f"distances of {len(masks)} candidates",
            expected=f"numbers ≥ 0 of shape {shape}",
        )


def _old_places(masks: Sequence[Mask], start: Projection | None) -> Floats:
    """Returns a row for each candidate; NaN if it had no place."""
    nowhere = (np.nan, np.nan)
    places = [nowhere if start is None else start.places.get(mask, nowhere) for mask in masks]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def _lay_out(distances: Floats, old: Floats, seed: int) -> Floats:
    """Returns places for different networks, (n, 2); `old` holds NaN for those without a place."""
    known = ~np.isnan(old[:, 0])
    if len(distances) < FEWEST:
        return _aligned(_scaled(distances), old, known)
    if known.any():
        begin = old.copy()
        begin[~known] = beside(distances[np.ix_(~known, known)], old[known])
    else:
        # Start from an approximation of the result, scaled down as t-SNE expects.
        begin = _scaled(distances)
        begin *= 1e-4 / max(float(begin.std()), 1e-12)
    # Two dots at one place would always be pulled in the same direction.
    begin += np.random.default_rng(seed).normal(scale=1e-2 * float(begin.std()) + 1e-9, size=begin.shape)
    from sklearn.manifold import TSNE  # slow to load, so only when it is needed

    tsne = TSNE(
        metric="precomputed",
        init=begin,
        perplexity=min(PERPLEXITY, (len(distances) - 1) / 3),
        # Early exaggeration, which forms clusters at first, would tear existing clusters apart.
        early_exaggeration=1.0 if known.any() else 12.0,
        method="exact" if len(distances) <= MOST_EXACT else "barnes_hut",
        random_state=seed,
    )
    # t-SNE squares its input in place.
    return np.asarray(tsne.fit_transform(distances.copy()), dtype=np.float64)


def _scaled(distances: Floats) -> Floats:
    """Returns the plane that preserves distances best (classical scaling, Torgerson 1952), for any number of rows."""
    count = len(distances)
    if count == 0:
        return np.empty((0, 2))
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centring @ distances**2 @ centring / 2)
    points = vectors[:, ::-1][:, :2] * np.sqrt(np.clip(values[::-1][:2], 0, None))
    # The sign of an eigenvector is arbitrary; this makes it the same on every machine.
    signs = np.sign(points[np.abs(points).argmax(axis=0), range(points.shape[1])])
    points = points * np.where(signs == 0, 1, signs)
    return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))


def _aligned(points: Floats, old: Floats, known: NDArray[np.bool_]) -> Floats:
    """Returns places rotated and shifted so that known candidates lie near their old places (Procrustes)."""
    if not known.any():
        return points
    here, there = points[known].mean(axis=0), old[known].mean(axis=0)
    left, _, right = np.linalg.svd((points[known] - here).T @ (old[known] - there))
    turned: Floats = (points - here) @ left @ right + there
    return turned


def _quality(points: Floats, distances: Floats) -> float | None:
    neighbours = min(5, (len(points) - 1) // 2)
    if neighbours < 1:
        return None
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(distances, points, n_neighbors=neighbours, metric="precomputed"))


def _note(candidates: int, different: int) -> str:
    if candidates == 0:
        return "there is no candidate to lay out"
    if different == 1 < candidates:
        return f"all {candidates} candidates are the same network: their dots lie side by side in no order"
    if different < FEWEST:
        only = "1 network is" if different == 1 else f"{different} different networks are"
        return f"{only} too few for t-SNE: laid out by classical scaling"
    return ""
