"""Retrains a sub-network from scratch, and measures it on the test split once (§3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.editing import Drawn
from oneshot_lab.session.actions.finalists import Contest
from oneshot_lab.session.actions.source import keywords, mask_code, recipe_code
from oneshot_lab.session.actions.train import recipe_argument
from oneshot_lab.session.checks import check_count, check_fits
from oneshot_lab.session.choosing import choose, fit_blocks
from oneshot_lab.session.finalists import MOST
from oneshot_lab.session.finalizing import retrain
from oneshot_lab.session.ranking import best
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.final import Final
from oneshot_lab.session.state.state import State
from oneshot_lab.supernet.recipes import Recipe, get_recipe


def finalize(
    _session: Drawn,
    mask: Mask | Candidate | str | Sequence[object] | None = None,
    *,
    threshold: float | None = None,
    best_of: int | None = None,
    epochs: int = 3,
    seeds: int = 1,
    recipe: str | Recipe = "whole",
) -> Action[Final]:
    """Retrains a sub-network from scratch and measures it on the test split, once for each seed (§3).

    If an image proves to be broken after the training, the network is kept without its measures, and `measure` tries
    again.

    Args:
        mask: The sub-network, also as a candidate, a row of bits, or text, as in `candidates`; by default the best
            candidate, as `best` is.
        threshold: Instead of a mask, takes every block with at least this fitness.
        best_of: Instead of a mask, takes the best of so many finalists: the candidate of the highest posterior mean,
            others that cannot be told apart from it but differ much, and then those of the next highest means. Those
            that are no landmarks yet are trained for a few epochs, the better half by the posterior stays, its first
            two are trained with another seed, and the one of the highest posterior mean is trained in full. All short
            trainings are landmarks, which are kept if it is stopped.
        epochs: Passes over the training images.
        seeds: The number of trainings with different seeds; the result gives mean and spread.
        recipe: How to train.

    Returns:
        The final network, which is also appended to `finals`.

    Raises:
        MaskError: The mask does not give a network of this architecture.
        DataError: A validation or test image cannot be read; this is checked before the training.
        SessionError: There is no candidate yet, no network reaches the threshold, the trainings of all finalists
            diverged, or it was stopped.
    """
    epochs, seeds = check_count("epochs", epochs), check_count("seeds", seeds)
    training, given = get_recipe(recipe), None if mask is None else choose(_session.architecture, mask)
    if given is not None and threshold is not None:
        raise SessionError("both a mask and a threshold", where="finalize", remedy="give one of them")
    if best_of is not None and not (given is None and threshold is None):
        other = "a threshold" if given is None else "a mask"
        raise SessionError(f"both best_of and {other}", where="finalize", remedy="give one of them")
    finalists = None if best_of is None else check_count("best_of", best_of, high=MOST)
    return Finalize(given, threshold, epochs, seeds, training, finalists)


@dataclass(frozen=True)
class Finalize(Action[Final]):
    """A retraining and measurement of a sub-network."""

    verb = "finalize"
    label = "Finalize"
    status = "finalizing"

    mask: Mask | None
    threshold: float | None
    epochs: int
    seeds: int
    recipe: Recipe
    best_of: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {
            "mask": None if self.mask is None else sorted(self.mask.blocks),
            **({} if self.threshold is None else {"threshold": self.threshold}),
            **({} if self.best_of is None else {"best_of": self.best_of}),
            "epochs": self.epochs,
            "seeds": self.seeds,
            "recipe": recipe_argument(self.recipe),
        }

    def run(self, context: Context) -> Final:
        """Runs it."""
        state, settings = context.state, context.settings
        check_fits(state, "finalize")
        contest = Contest(context, self.best_of or 0, then=self.epochs * self.seeds)
        mask = contest.winner() if self.best_of else self._chosen(state)
        # The mask is sufficient; in a replay, other blocks may reach the threshold, and finalists are in the log.
        context.resolve(mask=mask, threshold=None, best_of=None)
        before = contest.epochs / self.epochs
        final = retrain(
            state.architecture,
            mask,
            settings.data,
            recipe=self.recipe,
            epochs=self.epochs,
            seeds=range(settings.seed, settings.seed + self.seeds),
            device=settings.device,
            progress=lambda finished, progress: context.training(
                self._run(finished), progress, finished=finished + before, runs=self.seeds + before
            ),
            should_stop=context.should_stop,
            bar=False,
        )
        if final is None:
            raise StoppedError("stopped before the end", where="finalize", remedy="call it again")
        state.finals = (*state.finals, final)
        context.publish(message=f"{final.summary}{contest.said}")
        return final

    def _run(self, finished: int) -> str:
        return f"final model, run {finished + 1} of {self.seeds}" if self.seeds > 1 else "final model"

    def _chosen(self, state: State) -> Mask:
        if self.threshold is None:
            return choose(state.architecture, best(state) if self.mask is None else self.mask)
        return fit_blocks(state.architecture, dict(state.strategy.scores), self.threshold)

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        values = dict(arguments)
        mask = mask_code(values.pop("mask"))
        recipe, more = recipe_code(values.pop("recipe"))
        return "\n".join([*more, f"final = session.{verb}({mask}, {keywords(values)}, recipe={recipe})"])
