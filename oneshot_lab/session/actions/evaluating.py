"""Evaluates candidates with the present weights, except those that have a current evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.checks import check_trained
from oneshot_lab.session.state.evaluations import Candidate, digest
from oneshot_lab.supernet.evaluate import evaluate


def evaluated(context: Context, masks: Sequence[Mask], *, generation: int | None) -> tuple[Candidate, ...]:
    """Returns the candidates of masks, evaluating those without an evaluation with the present weights.

    Args:
        context: The search.
        masks: The masks; blocks without effect are not in a candidate's.
        generation: The number of the generation that they are evaluated for, or None.

    Raises:
        SessionError: The supernet was never trained, or it was stopped.
    """
    state = context.state
    check_trained(state)
    pruned = {mask: prune(state.architecture, mask) for mask in masks}
    unknown = [mask for mask in pruned.values() if state.known(mask) is None]
    if unknown:
        _evaluate(
            context,
            unknown,
            generation=generation,
            progress=lambda done, total: context.share(done / total),
            should_stop=context.should_stop,
        )
    known = (state.known(pruned[mask]) for mask in masks)
    return tuple(candidate for candidate in known if candidate is not None)


def evaluate_at_once(context: Context, masks: Iterable[Mask]) -> None:
    """Evaluates those of some candidates that are not evaluated with the present weights, without a report or a stop.

    Does nothing if the supernet was never trained.

    Args:
        context: The search.
        masks: A few masks without dead blocks.
    """
    unknown = [mask for mask in dict.fromkeys(masks) if context.state.known(mask) is None]
    if unknown and context.state.weights.version:
        _evaluate(context, unknown, generation=None)


def _evaluate(
    context: Context,
    masks: Sequence[Mask],
    *,
    generation: int | None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Evaluates networks, and notes what was found when all is done."""
    state, settings = context.state, context.settings
    scores = evaluate(
        state.weights.supernet,
        masks,
        settings.data.validation,
        device=settings.device,
        calibration=settings.data.train,
        progress=progress,
        should_stop=should_stop,
    )
    inference = infer(state.architecture)
    parents = state.strategy.parents if generation is not None else {}
    for mask, score in scores.items():
        price = cost(state.architecture, mask, inference=inference)
        state.evaluations.add(
            Candidate(
                mask,
                score.loss,
                score.accuracy,
                price.parameters,
                price.macs,
                generation,
                parents.get(mask),
                state.weights.version,
                digest(state.architecture, mask),
            )
        )
