"""Candidates: the results of all evaluations, over all generations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oneshot_lab.architecture.mask import Mask, is_valid, live_by_id
from oneshot_lab.architecture.model import Architecture


@dataclass(frozen=True)
class Candidate:
    """A mask and its evaluation on the validation split.

    Attributes:
        mask: The sub-network.
        loss: Mean cross-entropy in nats.
        accuracy: Share of images classified right.
        parameters: Trainable parameters.
        macs: Multiply-adds for one image.
        generation: The generation that it was evaluated for; None when asked for outside the search.
        parents: Father and mother, where it was bred.
        version: How often the supernet had been trained.
        network: Digest of the sub-network, see `digest`.
    """

    mask: Mask
    loss: float
    accuracy: float
    parameters: int
    macs: int
    generation: int | None
    parents: tuple[Mask, Mask] | None
    version: int
    network: str

    def to_json(self) -> dict[str, Any]:
        """Returns the candidate as values that JSON can hold; a loss that is not finite as text."""
        return {
            "blocks": sorted(self.mask.blocks),
            "loss": repr(self.loss),
            "accuracy": self.accuracy,
            "parameters": self.parameters,
            "macs": self.macs,
            "generation": self.generation,
            "parents": None if self.parents is None else [sorted(parent.blocks) for parent in self.parents],
            "version": self.version,
            "network": self.network,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Candidate:
        """Reads a candidate that `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError: The data does not have that form.
        """
        parents, network = data["parents"], check_digest(data["network"])
        pair = None if parents is None else (_mask(parents[0]), _mask(parents[1]))
        generation = None if data["generation"] is None else int(data["generation"])
        return cls(
            _mask(data["blocks"]),
            float(data["loss"]),
            float(data["accuracy"]),
            int(data["parameters"]),
            int(data["macs"]),
            generation,
            pair,
            int(data["version"]),
            network,
        )


_DIGEST = re.compile("[0-9a-f]{24}")


def check_digest(value: object) -> str:
    """Returns a digest of a network from a file.

    Raises:
        ValueError: The value is not a digest.
    """
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError("an invalid digest of a network")
    return value


def _mask(blocks: object) -> Mask:
    if not isinstance(blocks, list) or not all(isinstance(block, str) for block in blocks):
        raise TypeError("a mask that is not a list of block ids")
    return Mask.of(*blocks)


def digest(architecture: Architecture, mask: Mask) -> str:
    """Returns a short text that is equal for two masks, or for one before and after an edit, if the networks are equal.

    What counts is what `forward` computes: the live blocks with their components and parameters, how they are
    merged, and the live links. A concatenation also depends on the blocks that are absent, which leave zeros.
    """
    live = live_by_id(architecture, mask)
    layers = [
        (
            layer.id,
            layer.merge,
            [b for b in layer.blocks if b.id in mask.blocks],
            layer.merge == "concat" and layer.blocks,
        )
        for layer in architecture.layers
        if live[layer.id]
    ]
    links = [link for link in architecture.links if live[link.source] and live[link.target]]
    return hashlib.sha256(repr((layers, links)).encode()).hexdigest()[:24]


class Evaluations:
    """All evaluations so far. A network is evaluated once for each set of weights (cf. Algorithm 1, line 6)."""

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self.candidates: list[Candidate] = []
        self._known: dict[tuple[int, str], Candidate] = {}
        self._networks: tuple[Architecture | None, dict[Mask, str | None]] = None, {}
        self._texts: dict[Mask, str] = {}
        for candidate in candidates:
            self.add(candidate)

    def add(self, candidate: Candidate) -> None:
        """Adds a candidate."""
        self.candidates.append(candidate)
        self._known[candidate.version, candidate.network] = candidate

    def find(self, architecture: Architecture, mask: Mask, version: int) -> Candidate | None:
        """Returns the evaluation of a sub-network with one version of the weights, if there is one."""
        return self._known.get((version, self.network(architecture, mask) or ""))

    def current(self, architecture: Architecture, version: int) -> list[Candidate]:
        """Returns the candidates with a current evaluation: with the same network and the same weights."""
        return [candidate for candidate in self.candidates if self._holds(candidate, architecture, version)]

    def table(self, architecture: Architecture, version: int) -> pd.DataFrame:
        """Returns one row for each evaluation, in order; `stale` where weights or network have changed since.

        All columns are plain numbers and texts, which any file can hold: `mask`, and `father` and `mother` of a
        candidate that was bred, are block ids between spaces. `Mask.parse` makes masks of them.
        """
        candidates = tuple(self.candidates)
        parents = [candidate.parents or (None, None) for candidate in candidates]
        columns: dict[str, list[Any]] = {
            "mask": [self._text(candidate.mask) for candidate in candidates],
            **{name: [getattr(candidate, name) for candidate in candidates] for name in _NUMBERS},
            "father": [self._text(father) for father, _ in parents],
            "mother": [self._text(mother) for _, mother in parents],
            "stale": [not self._holds(candidate, architecture, version) for candidate in candidates],
        }
        return pd.DataFrame({name: pd.array(values, dtype=_DTYPES[name]) for name, values in columns.items()})

    def network(self, architecture: Architecture, mask: Mask) -> str | None:
        """Returns `digest`, or None for a mask that no longer gives a network; cached until the next edit."""
        # One value for both, taken out once: a cell may ask while the worker edits.
        known, networks = self._networks
        if architecture is not known:
            networks = {}
            self._networks = architecture, networks
        if mask not in networks:
            networks[mask] = digest(architecture, mask) if is_valid(architecture, mask) else None
        return networks[mask]

    def _text(self, mask: Mask | None) -> str | None:
        if mask is None:
            return None
        if mask not in self._texts:
            self._texts[mask] = str(mask)
        return self._texts[mask]

    def _holds(self, candidate: Candidate, architecture: Architecture, version: int) -> bool:
        return candidate.version == version and candidate.network == self.network(architecture, candidate.mask)


_NUMBERS = {"loss": "float64", "accuracy": "float64", "parameters": "int64", "macs": "int64", "generation": "Int64"}
_DTYPES = {"mask": "string", **_NUMBERS, "father": "string", "mother": "string", "stale": "bool"}
