"""The state of a session: everything that its actions change and its file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.session.state.calibration import Calibrated, Calibration
from oneshot_lab.session.state.drawing import Drawing
from oneshot_lab.session.state.evaluations import Candidate, Evaluations
from oneshot_lab.session.state.final import Final
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.map_state import MapState
from oneshot_lab.session.state.pace import Pace
from oneshot_lab.session.state.weights import Weights
from oneshot_lab.space.distance_cache import DistanceCache
from oneshot_lab.space.projection import Projection
from oneshot_lab.space.region import Region


@dataclass
class State:
    """The state of a session. Actions change it in the worker; all others read the traits that show it.

    Attributes:
        drawing: The network, with its undo.
        weights: Its supernet.
        strategy: The strategy, with its population and generations.
        rng: The generator for the seed of each training.
        evaluations: All candidates.
        map: The map, its regions and the focus.
        training_losses: Mean training loss of each epoch of the supernet, all trainings.
        finals: All final models, oldest first.
        landmarks: All landmarks, oldest first, also of networks that an edit removed.
        distances: Distances between candidates that have been worked out; no file holds them.
        calibration: The posterior that was asked for last; no file holds it.
        pace: How fast the supernet was trained last; None: not in this process. No file holds it.
    """

    drawing: Drawing
    weights: Weights
    strategy: Strategy
    rng: np.random.Generator
    evaluations: Evaluations = field(default_factory=Evaluations)
    map: MapState = field(default_factory=MapState)
    training_losses: tuple[float, ...] = ()
    finals: tuple[Final, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    distances: DistanceCache = field(default_factory=DistanceCache)
    calibration: Calibration = field(default_factory=Calibration)
    pace: Pace | None = None
    _dots: tuple[Projection | None, Architecture | None, Projection] = (None, None, Projection())

    @property
    def architecture(self) -> Architecture:
        """The network as it is now."""
        return self.drawing.architecture

    def become(self, architecture: Architecture) -> None:
        """Adapts everything that depends on the network to an edited one, completely or not at all."""
        # Do everything that can fail before changing anything.
        supernet, untrained = self.weights.fitted(architecture)
        self.strategy.adapt(architecture)
        self.weights.become(supernet, untrained)
        self.drawing.architecture = architecture
        self.map = self.map.fitted(architecture)

    def known(self, mask: Mask) -> Candidate | None:
        """Returns the evaluation of a mask with the present weights; None if there is none."""
        return self.evaluations.find(self.architecture, mask, self.weights.version)

    def current_candidates(self) -> list[Candidate]:
        """Returns the candidates whose evaluation still holds, in its order: same network, same weights."""
        return self.evaluations.current(self.architecture, self.weights.version)

    def current_landmarks(self) -> tuple[Landmark, ...]:
        """Returns the landmarks whose network exists in the current architecture, oldest first."""
        return tuple(each for each in self.landmarks if each.network == self.network(each.mask))

    @property
    def is_calibrated(self) -> bool:
        """Whether landmarks of the current network give the posterior its scale, so that it counts for rankings."""
        return any(not landmark.has_diverged for landmark in self.current_landmarks())

    def posterior(self) -> Calibrated:
        """Returns the posterior of the current architecture's candidates, by their scores and the landmarks."""
        return self.calibration.of(self.architecture, self.evaluations, self.landmarks)

    def network(self, mask: Mask) -> str | None:
        """Returns the digest of a sub-network; None for a mask that gives no network."""
        return self.evaluations.network(self.architecture, mask)

    # ---- the map ---------------------------------------------------------------------------------------------------

    def dots(self) -> Projection:
        """Returns the map of the candidates that exist in the current architecture."""
        known, fitting, dots = self._dots
        if known is not self.map.atlas or fitting is not self.architecture:
            dots = (self.map.atlas or Projection()).only(self.exists)
            self._dots = self.map.atlas, self.architecture, dots
        return dots

    def exists(self, mask: Mask) -> bool:
        """Returns whether a mask is a candidate of the current architecture, without dead blocks."""
        return is_valid(self.architecture, mask) and prune(self.architecture, mask) == mask

    def region(self, name: str) -> Region:
        """Returns a region with the candidates inside it now."""
        return self.map.regions[name].on(self.dots(), self.architecture)

    # ---- traits ---------------------------------------------------------------------------------------------

    def published(self) -> dict[str, Any]:
        """Returns the traits that show the state."""
        return {
            **self.drawing.published(),
            **self.published_map(),
            "generations": tuple(self.strategy.generations),
            "block_fitness": dict(self.strategy.scores),
            "candidates": self.evaluations.table(self.architecture, self.weights.version),
            "untrained_blocks": self.weights.untrained_blocks(),
            "constraint": self.strategy.sizing.constraint,
            "training_losses": self.training_losses,
            "finals": self.finals,
            "trained_landmarks": self.current_landmarks(),
        }

    def published_map(self) -> dict[str, Any]:
        """Returns the traits that show the map, for when nothing else has changed."""
        regions = {name: self.region(name) for name in self.map.regions}
        return {
            "projection": None if self.map.atlas is None else self.dots(),
            "regions": regions,
            "focused": None if self.map.focus is None else regions[self.map.focus],
        }
