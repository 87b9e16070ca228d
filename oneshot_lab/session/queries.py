"""What a session can tell; each function is a method of `SearchSession`."""

from __future__ import annotations

from typing import Any

from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.effects import posterior_effects
from oneshot_lab.search.fitness import Marginal
from oneshot_lab.session.attention import blocks_by
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.finalists import MOST, Finalists
from oneshot_lab.session.finalists import finalists as finalists_in
from oneshot_lab.session.landmark_cost import landmark_seconds as seconds_of_landmarks
from oneshot_lab.session.landmark_cost import newest_recipe
from oneshot_lab.session.posteriors import Given, Posteriors, posteriors
from oneshot_lab.session.ranking import front
from oneshot_lab.session.saving.checkpoint import Checkpoint
from oneshot_lab.session.saving.replay import to_python as code_of
from oneshot_lab.session.state import finding
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.trust import Trust
from oneshot_lab.session.trust import trust as trust_in


def summary(self: Any) -> str:
    """Returns the session in a line, as `repr` shows it."""
    parts = [
        f"{self.architecture.name}, {len(self.architecture.blocks)} blocks",
        f"data {self.data.name}",
        f"{len(self.training_losses)} epochs",
        f"{len(self.generations)} generations",
        f"{len(self.state.evaluations.candidates)} evaluations",
    ]
    return f"SearchSession({'; '.join(parts)})"


# ---- its candidates ------------------------------------------------------------------------------------------------


def is_calibrated(self: Any) -> bool:
    """Whether landmarks of the current network give the posterior its scale, so that it counts for rankings."""
    return any(not landmark.has_diverged for landmark in self.trained_landmarks)


def current_candidates(self: Any) -> list[Candidate]:
    """Returns the candidates whose evaluation still holds, in its order: same network, same weights."""
    found: list[Candidate] = self.state.current_candidates()
    return found


def pareto(self: Any, measure: str = "parameters") -> tuple[Candidate, ...]:  # noqa: D417 - a method
    """Returns the candidates that no other one equals or beats in both size and accuracy, the smallest first.

    With landmarks that count, accuracy is the posterior mean, as in `best`, and landmarks are among the candidates;
    without any, it is that of the scores. A landmark without an evaluation has NaN as loss and accuracy.

    Args:
        measure: What size is: `parameters` or `macs`.

    Raises:
        SessionError: There is no such measure.
    """
    return front(self.state, Constraint(measure).measure)


def marginal_effects(self: Any) -> dict[str, Marginal]:
    """Returns what each block does, over all candidates whose evaluation still holds, and its 95 % interval.

    Beside the paper's block fitness, which moves in steps of 1/n: the mean loss without the block minus the mean loss
    with it. With landmarks that count it is an effect on accuracy instead, over landmarks too: the mean of the
    posterior means with the block minus that without it, where 0.004 is 0.4 points. Positive helps in both cases.
    """
    if not self.state.is_calibrated:
        return finding.marginal_effects(self.state)
    known = posteriors(self.state)
    return posterior_effects(known.posterior, known.masks)


def posterior(self: Any, masks: Given | None = None) -> Posteriors:  # noqa: D417 - a method
    """Returns what scores and landmarks tell of candidates: mean and 95 % interval of their accuracy when trained.

    Without landmarks the scores are smoothed, and the scale is theirs; `is_calibrated` says so. With landmarks
    that count, `best` is the candidate of the highest mean. The search does not use the posterior.

    Args:
        masks: The candidates, also of no evaluation, each also as a row of bits or text; by default all whose
            evaluation still holds, and landmarks.

    Raises:
        MaskError: A value does not give a network of this architecture.
    """
    return posteriors(self.state, masks)


def trust(self: Any) -> Trust:
    """Returns how far the ranking of candidates can be trusted, as its landmarks show it.

    Each landmark is predicted without its own trainings: how many intervals hold what was trained, how well the
    predictions rank, and whether scores and simple counts rank as well; and in words what that means, and what would
    help most. With fewer than two landmarks it says what is missing.
    """
    return trust_in(self.state, recipe=newest_recipe(self.log, self.recipe).name)


def landmark_seconds(self: Any, count: int = 8, *, epochs: int = 3) -> float | None:  # noqa: D417 - a method
    """Returns how long `landmarks` will take, from the speed of this session's trainings; None without any.

    Args:
        count: How many landmarks.
        epochs: Passes over the training images, for each.

    Raises:
        SessionError: A value is no count.
    """
    count, epochs = check_count("count", count), check_count("epochs", epochs)
    return seconds_of_landmarks(self.state, self.settings, self.log, count=count, epochs=epochs)


def finalists(self: Any, count: int = 6) -> Finalists:  # noqa: D417 - a method
    """Returns the candidates that `finalize(best_of=count)` would train for a few epochs now, before it trains one.

    They are the candidate of the highest posterior mean, others that cannot be told apart from it but differ much, and
    then those of the next highest means; fewer if there are no more.

    Args:
        count: How many.

    Raises:
        SessionError: The value is no count.
    """
    return finalists_in(self.state, check_count("count", count, high=MOST))


def region_blocks(self: Any) -> frozenset[str]:
    """Returns the blocks that `set_operation` gives for `selected_region`; none if either is missing."""
    return blocks_by(self.set_operation, self.regions.get(self.selected_region))


def to_python(self: Any) -> list[str]:
    """Returns the code of cells that reproduce this session, from the log (§6.1.2)."""
    return code_of(self.log)


# ---- its files -----------------------------------------------------------------------------------------------------


def usual_checkpoint(self: Any) -> str:
    """Returns the file for a session without a given one: the one it was loaded from, or one in this folder."""
    path: str = self._checkpoints.usual()
    return path


def usual_file(self: Any) -> str:
    """Returns the default file to save to: the last one, or a new one in this folder."""
    path: str = self._checkpoints.usual_file()
    return path


def earlier_checkpoint(self: Any) -> Checkpoint | None:
    """Returns the newest checkpoint that a session which has ended left where this one is kept, or was to be.

    It may have been put aside by now. None for a session that comes from a checkpoint itself.
    """
    found: Checkpoint | None = self._checkpoints.earlier()
    return found
