"""One iteration of the search (Algorithm 1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from oneshot_lab.errors import SessionError
from oneshot_lab.search.generation import Generation
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.evaluating import evaluate_at_once, evaluated
from oneshot_lab.session.actions.mapping import place, renew_map
from oneshot_lab.session.actions.proposing import Proposals
from oneshot_lab.session.checks import check_fits, check_trained


def step(_session: object) -> Action[Generation]:
    """Runs one iteration of the search (Algorithm 1) and returns its generation.

    Candidates with a current evaluation are not evaluated again. With a `focus` they come from its region, and if there
    is a map they are placed on it. If the strategy has no candidate left, `message` says so, and the newest generation
    is returned again.

    Raises:
        SessionError: The supernet was never trained, or `stop` was called. Nothing has changed, and the next step draws
            the same population.
    """
    return Step()


@dataclass(frozen=True)
class Step(Action[Generation]):
    """One generation."""

    verb = "step"
    label = "Step the search"
    status = "searching"

    def run(self, context: Context) -> Generation:
        """Runs it."""
        state, strategy = context.state, context.state.strategy
        check_fits(state, "step")
        check_trained(state)
        renew_map(context)
        with _trying(context):
            focus = state.map.focus
            proposals = None if focus is None else Proposals(context, focus)
            population = strategy.ask(
                None if proposals is None else proposals.propose,
                calibrated=lambda: state.posterior().posterior if state.is_calibrated else None,
            )
            if not population:
                return _exhausted(context)
            found = evaluated(context, population, generation=len(strategy.generations))
            # What calibrates the new scores needs scores of the same weights.
            evaluate_at_once(context, [landmark.mask for landmark in state.current_landmarks()])
            place(state, population)
            generation = strategy.tell([candidate.loss for candidate in found])
        drawn = "" if proposals is None else proposals.said
        said = f"generation {generation.index}: best loss {generation.loss_min:.4f}{drawn}"
        said += f"; {strategy.remark}" if strategy.remark else ""
        context.publish(message=said, progress=1.0)
        return generation


def _exhausted(context: Context) -> Generation:
    """Tells that there is no candidate left; that is an answer, and no error."""
    strategy = context.state.strategy
    remark = strategy.remark or f"{strategy.name}: there is no candidate to evaluate"
    if not strategy.generations:
        raise SessionError(remark, where="step", remedy="take another strategy")
    context.publish(message=remark, progress=1.0)
    return strategy.generations[-1]


@contextmanager
def _trying(context: Context) -> Iterator[None]:
    """Takes back what a generation that is not finished has drawn: its population, on the map and in regions."""
    state, before = context.state, context.state.map
    context.interim = lambda: (replace(state, map=before), None)
    try:
        with state.strategy.trying():
            yield
    except BaseException:
        state.map = before
        context.publish()
        raise
    finally:
        context.interim = None
