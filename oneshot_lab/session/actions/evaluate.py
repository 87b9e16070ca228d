"""Evaluates sub-networks that the user chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oneshot_lab.architecture.mask import Mask, check_mask
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.editing import Drawn
from oneshot_lab.session.actions.evaluating import evaluated
from oneshot_lab.session.actions.mapping import place
from oneshot_lab.session.actions.source import mask_code, spread
from oneshot_lab.session.checks import check_fits
from oneshot_lab.session.state.evaluations import Candidate


def evaluate(_session: Drawn, *masks: Mask | str) -> Action[tuple[Candidate, ...]]:
    """Evaluates sub-networks of your own choice with the present weights; they join the candidates.

    Args:
        masks: The sub-networks; also as text, as in `candidates`.

    Returns:
        Their candidates, in the same order; blocks without effect are not in a candidate's mask.

    Raises:
        MaskError: A value is not a mask, or does not give a network of this architecture.
        SessionError: As `step`.
    """
    return Evaluate(tuple(check_mask(_session.architecture, Mask.parse(mask)) for mask in masks))


@dataclass(frozen=True)
class Evaluate(Action[tuple[Candidate, ...]]):
    """An evaluation of chosen candidates."""

    verb = "evaluate"
    label = "Evaluate candidates"
    status = "evaluating"

    masks: tuple[Mask, ...]

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"masks": [sorted(mask.blocks) for mask in self.masks]}

    def run(self, context: Context) -> tuple[Candidate, ...]:
        """Runs it."""
        check_fits(context.state, "evaluate")
        for mask in self.masks:
            check_mask(context.state.architecture, mask)
        found = evaluated(context, self.masks, generation=None)
        place(context.state, self.masks)
        context.publish(progress=1.0)
        return found

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        return spread(f"session.{verb}", [mask_code(blocks) for blocks in arguments["masks"]])
