"""The posterior of a session: fitted to its scores and landmarks when it is asked for, and kept until they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.surrogate import Observations, Posterior, fit
from oneshot_lab.session.state.evaluations import Evaluations
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.supernet.recipes import Recipe


class Calibrated(NamedTuple):
    """A posterior, and what it was fitted to.

    Attributes:
        posterior: The posterior of an architecture's candidates.
        landmarks: The landmarks that count.
        notes: Sentences about what was left out, and why.
    """

    posterior: Posterior
    landmarks: tuple[Landmark, ...]
    notes: tuple[str, ...]


@dataclass
class Calibration:
    """The posterior that was asked for last, and what it depends on.

    Attributes:
        told: What was told last of all candidates, with the posterior and the version of the weights that it is of.
            Several views ask after each change.
    """

    told: tuple[Posterior, int, Any] | None = None
    _known: tuple[Architecture, int, tuple[Landmark, ...], Calibrated] | None = None

    def of(self, architecture: Architecture, evaluations: Evaluations, landmarks: tuple[Landmark, ...]) -> Calibrated:
        """Returns the posterior of an architecture's candidates.

        Scores count whichever weights they were measured with: the surrogate takes those of the newest ones.

        Args:
            architecture: The network as it is now.
            evaluations: All evaluations so far.
            landmarks: All landmarks so far; those whose network does not exist now do not count.
        """
        # One value, taken out once: a cell may ask while the worker evaluates.
        known, count = self._known, len(evaluations.candidates)
        if known is None or known[0] is not architecture or known[1] != count or known[2] is not landmarks:
            fitted = _fitted(architecture, evaluations, count, landmarks)
            known = self._known = architecture, count, landmarks, fitted
        return known[3]


def _fitted(
    architecture: Architecture, evaluations: Evaluations, count: int, landmarks: tuple[Landmark, ...]
) -> Calibrated:
    present = [each for each in landmarks if each.network == evaluations.network(architecture, each.mask)]
    chosen, notes = comparable(present)
    scores = [
        each for each in evaluations.candidates[:count] if each.network == evaluations.network(architecture, each.mask)
    ]
    posterior = fit(Observations(scores, chosen), architecture)
    return Calibrated(posterior, chosen, (*notes, *posterior.notes))


def comparable(landmarks: Sequence[Landmark]) -> tuple[tuple[Landmark, ...], tuple[str, ...]]:
    """Returns the landmarks that can be compared: those that were trained in the same way and did not diverge.

    Of several ways, that of most landmarks counts, and of equally many the newest.

    Returns:
        The landmarks, oldest first, and a sentence about each kind that was left out.
    """
    sound = [landmark for landmark in landmarks if not landmark.has_diverged]
    groups: dict[tuple[int, Recipe], list[Landmark]] = {}
    for landmark in reversed(sound):
        groups.setdefault((landmark.epochs, landmark.recipe), []).insert(0, landmark)
    chosen = max(groups.values(), key=len, default=[])
    notes = []
    if len(sound) < len(landmarks):
        notes.append(f"{_count(len(landmarks) - len(sound))} left out: the training diverged.")
    if len(chosen) < len(sound):
        left = len(sound) - len(chosen)
        notes.append(f"{_count(left)} left out: most were trained with other epochs or another recipe.")
    return tuple(chosen), tuple(notes)


def _count(number: int) -> str:
    return "1 landmark was" if number == 1 else f"{number} landmarks were"
