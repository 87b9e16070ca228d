"""Fits the surrogate to observations, with or without landmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.surrogate.features import Feature, Features, chosen_rows
from oneshot_lab.search.surrogate.model import Model
from oneshot_lab.search.surrogate.observations import Distances, Observations
from oneshot_lab.search.surrogate.places import Places
from oneshot_lab.search.surrogate.posterior import Posterior
from oneshot_lab.search.surrogate.process import Targets
from oneshot_lab.search.surrogate.scale import Scale
from oneshot_lab.search.surrogate.sorting import Coder, Landmarks, Scores, sort_scores, sort_trainings

Floats = NDArray[np.float64]

SPREAD = 0.125
"""Expected deviation of accuracies between candidates, as a share of their mean error."""

LEAST_SPREAD = 0.001
"""That deviation at least, where nearly no error is left."""

VERSIONS = 2
"""Scores of so many versions of the supernet count, the newest ones."""

FEWEST = 4
"""A version with fewer scores than this tells nothing of its scale, and does not count."""


def fit(observations: Observations, architecture: Architecture) -> Posterior:
    """Fits the surrogate to scores and landmarks.

    Observations that cannot be used are left out, and the notes of the result count them with the reason: masks that
    are no networks of the architecture, losses and accuracies that are not finite. Few observations, or none, give wide
    intervals rather than an error. Equal observations give equal results.

    Args:
        observations: The scores of candidates and the trainings of landmarks.
        architecture: The architecture whose candidates they are.
    """
    notes: list[str] = []
    coder = Coder.of(architecture)
    landmarks = sort_trainings(observations.trainings, coder, notes)
    versions = sort_scores(observations.scores, coder, notes)
    if not landmarks.masks:
        model = _smooth(versions, coder, notes)
        return Posterior(architecture, tuple(notes), landmarks, coder, Places.none(), Scale.plain(), model)
    places = _places(observations.distances, landmarks.masks, notes)
    features = Features(tuple(_features(versions, notes)))
    inputs = features.inputs(landmarks.signs, places.of(landmarks.masks))
    spread = _expected_spread(landmarks)
    scale = Scale.of(landmarks.accuracies, spread=spread)
    _note_guesses(landmarks, architecture, notes)
    model = Model.fit(features, inputs, _targets(landmarks, scale, spread))
    return Posterior(architecture, tuple(notes), landmarks, coder, places, scale, model)


def _targets(landmarks: Landmarks, scale: Scale, spread: float) -> Targets:
    accuracies = landmarks.accuracies
    scatter = landmarks.scatter * scale.slope(accuracies) ** 2
    return Targets(scale.draw_in(accuracies), landmarks.counts, scatter, spread)


def _expected_spread(landmarks: Landmarks) -> float:
    error = 1.0 - float(landmarks.accuracies @ landmarks.counts / landmarks.counts.sum())
    return max(SPREAD * error, LEAST_SPREAD)


def _features(versions: Mapping[int, Scores], notes: list[str]) -> Sequence[Feature]:
    """Returns accuracy and loss by each version that counts; by the logarithm of the loss, which is never negative."""
    enough = [scores for scores in versions.values() if len(scores.losses) >= FEWEST]
    found = [
        feature
        for scores in enough[:VERSIONS]
        for kind in (scores.accuracies, -np.log(scores.losses + 1e-8))
        if (feature := Feature.of(scores.signs, kind)) is not None
    ]
    if versions and not enough:
        notes.append(f"The scores do not count yet: fewer than {FEWEST} candidates have one.")
    elif enough and not found:
        notes.append("The scores do not count: all candidates have the same.")
    return found


def _smooth(versions: Mapping[int, Scores], coder: Coder, notes: list[str]) -> Model:
    """Returns a model of the one-shot accuracies themselves; without scores, one that knows nothing."""
    scores = next((each for each in versions.values() if len(each.losses) >= FEWEST), None)
    scores = scores or next(iter(versions.values()), None)
    features = Features(())
    if scores is None:
        notes.append("There are neither scores nor landmarks: nothing is known of any candidate.")
        guess = 1.0 / coder.architecture.classes
        # One imagined observation in the middle, with the deviation of even odds from guessing to perfect.
        targets = Targets.single(np.array([(1.0 + guess) / 2.0]), scale=max((1.0 - guess) / 12**0.5, LEAST_SPREAD))
        signs = np.zeros((1, len(coder.columns)))
        return Model.fit(features, features.inputs(signs), targets)
    if len(scores.accuracies) > 1 and np.ptp(scores.accuracies) == 0:
        notes.append("The scores tell no candidates apart: all have the same accuracy.")
    rows = chosen_rows(len(scores.accuracies))
    values = scores.accuracies[rows]
    targets = Targets.single(values, scale=max(SPREAD * (1.0 - float(values.mean())), LEAST_SPREAD))
    return Model.fit(features, features.inputs(scores.signs[rows]), targets)


def _places(distances: Distances | None, landmarks: Sequence[Mask], notes: list[str]) -> Places:
    places = Places.of_landmarks(distances, landmarks)
    if distances is not None and not places.columns:
        notes.append("The distances do not count: they hold none of the landmarks.")
    return places


def _note_guesses(landmarks: Landmarks, architecture: Architecture, notes: list[str]) -> None:
    """Notes landmarks that learned nothing: they are true observations, but widen all intervals."""
    guessing = 1.2 / architecture.classes
    count = int((landmarks.accuracies <= guessing).sum()) if architecture.classes > 1 else 0
    if count and (landmarks.accuracies > guessing).any():
        names = "1 landmark is" if count == 1 else f"{count} landmarks are"
        notes.append(f"{names} no better than guessing, which widens all intervals.")
