"""How far a ranking can be trusted: landmarks as predicted by the others, and simple counts beside that."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.search.surrogate import Agreement, HeldOut, HeldOutRow
from oneshot_lab.session import trust_words as words
from oneshot_lab.session.posteriors import posteriors
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.state import State

POSTERIOR, ACCURACY, LOSS = "posterior", "one-shot accuracy", "one-shot loss"
BLOCKS, PARAMETERS, MACS = "active blocks", "parameters", "multiply-adds"

COUNTS: Mapping[str, Callable[[Landmark], float]] = MappingProxyType(
    {
        BLOCKS: lambda landmark: len(landmark.mask),
        PARAMETERS: lambda landmark: landmark.parameters,
        MACS: lambda landmark: landmark.macs,
    }
)
"""What ranks landmarks without any training of a supernet: more is taken for better."""

SCORES: Mapping[str, Callable[[Candidate], float]] = MappingProxyType(
    {ACCURACY: lambda candidate: candidate.accuracy, LOSS: lambda candidate: -candidate.loss}
)


@dataclass(frozen=True, eq=False)
class Trust:
    """How far the landmarks show that the ranking of candidates can be trusted.

    Each landmark is predicted without its own trainings, and what is predicted is held against what was trained.
    Accuracies are shares of the validation split, as everywhere.

    Attributes:
        landmarks: How many landmarks count.
        held_out: All of them as predicted by the others, `rows`, and how many intervals `held`; no rows with fewer than
            two landmarks.
        rankings: How well the landmarks are ranked by each of `posterior`, `one-shot accuracy`, `one-shot loss`,
            `active blocks`, `parameters` and `multiply-adds`: Kendall's τ with its 95 % interval. Scores are those by
            the present weights. A posterior that knows nothing predicts each landmark by the mean of all others, which
            ranks them backwards: its τ is below 0, and says no more than that it is not above.
        tied: How many candidates cannot be told apart from the best, that one included; 0 if nothing is known.
        candidates: Of how many: all whose evaluation still holds, and landmarks.
        sentences: How far to trust the ranking, and what would help most, in words.
        notes: Sentences about what was left out, and about intervals that are too narrow.
        table: One row for each landmark that was predicted: `mask` as text, the accuracy as `trained`, the predicted
            `mean`, `low`, `high`, and whether the interval `held` it; then what else ranks it: `accuracy` and `loss`
            as scores, NaN without one, `blocks`, `parameters` and `macs`.
    """

    landmarks: int
    held_out: HeldOut
    rankings: Mapping[str, Agreement]
    tied: int
    candidates: int
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    table: pd.DataFrame

    def __repr__(self) -> str:
        parts = [words.landmarks(self.landmarks)]
        if self.held_out.rows:
            parts += [self.held_out.sentence, f"τ {words.interval(self.rankings[POSTERIOR])}"]
        return f"Trust({'; '.join(parts)}. {' '.join(self.sentences)})"

    @property
    def rows(self) -> tuple[HeldOutRow, ...]:
        """The landmarks as predicted by the others."""
        return self.held_out.rows


def trust(state: State, *, recipe: str) -> Trust:
    """Returns how far the ranking can be trusted.

    Args:
        state: The state of the session.
        recipe: The name of the recipe that the supernet was trained with.
    """
    if not state.current_landmarks():
        # Without any, no posterior is fitted to say so.
        return _of(state, HeldOut(()), landmarks=0, tied=0, candidates=0, notes=(), recipe=recipe)
    known = posteriors(state)
    posterior = known.posterior
    return _of(
        state,
        posterior.held_out,
        landmarks=len(posterior.landmarks),
        tied=len(posterior.ties(known.masks)) if posterior.calibrated else 0,
        candidates=len(known),
        notes=known.notes,
        recipe=recipe,
    )


def _of(
    state: State,
    held_out: HeldOut,
    *,
    landmarks: int,
    tied: int,
    candidates: int,
    notes: tuple[str, ...],
    recipe: str,
) -> Trust:
    # What is there now comes last, and stays.
    trained = {each.mask: each for each in (*state.landmarks, *state.current_landmarks())}
    counted = [trained[row.mask] for row in held_out.rows]
    scores = [state.known(row.mask) for row in held_out.rows]
    columns: dict[str, list[float]] = {POSTERIOR: [row.mean for row in held_out.rows]}
    columns |= {name: [math.nan if one is None else of(one) for one in scores] for name, of in SCORES.items()}
    columns |= {name: [of(landmark) for landmark in counted] for name, of in COUNTS.items()}
    rankings = {name: held_out.agreement_of(values) for name, values in columns.items()}
    facts = words.Facts(
        landmarks=landmarks,
        posterior=rankings[POSTERIOR],
        scores=(rankings[ACCURACY], rankings[LOSS]),
        parameters=rankings[PARAMETERS],
        tied=tied,
        candidates=candidates,
        is_trained=bool(state.training_losses),
        redundancies=find_redundancies(state.architecture) if landmarks else (),
        recipe=recipe,
    )
    missing = sum(score is None for score in scores) if state.training_losses else 0
    return Trust(
        landmarks=landmarks,
        held_out=held_out,
        rankings=MappingProxyType(rankings),
        tied=tied,
        candidates=candidates,
        sentences=words.sentences(facts),
        notes=(*notes, *words.notes(held_out, missing=missing)),
        table=_table(held_out, columns),
    )


def _table(held_out: HeldOut, columns: Mapping[str, list[float]]) -> pd.DataFrame:
    rows = held_out.rows
    numbers = {name: [getattr(row, name) for row in rows] for name in ("trained", "mean", "low", "high")}
    counts = {"blocks": columns[BLOCKS], "parameters": columns[PARAMETERS], "macs": columns[MACS]}
    return pd.DataFrame(
        {
            "mask": pd.array([str(row.mask) for row in rows], dtype="string"),
            **{name: pd.array(values, dtype="float64") for name, values in numbers.items()},
            "held": pd.array([row.held for row in rows], dtype="bool"),
            "accuracy": pd.array(columns[ACCURACY], dtype="float64"),
            "loss": pd.array([-value for value in columns[LOSS]], dtype="float64"),
            **{name: pd.array(values, dtype="int64") for name, values in counts.items()},
        }
    )
