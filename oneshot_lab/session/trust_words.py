"""How far a ranking can be trusted, and what would help most, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oneshot_lab.architecture.redundancy import Redundancy
from oneshot_lab.search.surrogate import Agreement, HeldOut
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE

FEWEST = 5
"""Landmarks that can tell a ranking from chance, at least.

Of four, one order in 24 is perfect by chance, more than the 2.5 % that a 95 % interval leaves on one side; of five, one
in 120.
"""

ENOUGH = 8
"""With fewer landmarks the advice is to train more: as many as a session trains by default."""

MORE = 4
"""How many more landmarks are advised where there are enough to tell."""

OTHER_RECIPE = "wide"
"""The recipe to try after the usual one."""

SHARE = 0.95
"""Of the intervals should hold."""

UNLIKELY = 0.025
"""Fewer intervals that held than are expected with this probability are too few."""


@dataclass(frozen=True)
class Facts:
    """What the sentences rest on.

    Attributes:
        landmarks: How many landmarks count.
        posterior: How well the posterior ranks them, each predicted by the others.
        scores: How well scores do, by accuracy and by loss.
        parameters: How well their numbers of parameters do.
        tied: How many candidates cannot be told apart from the best, that one included.
        candidates: Of how many.
        is_trained: Whether the supernet is trained.
        redundancies: The blocks that add no function to each other.
        recipe: The name of the recipe that the supernet was trained with.
    """

    landmarks: int
    posterior: Agreement
    scores: tuple[Agreement, ...]
    parameters: Agreement
    tied: int
    candidates: int
    is_trained: bool
    redundancies: Sequence[Redundancy]
    recipe: str


def sentences(facts: Facts) -> tuple[str, str]:
    """Returns how far to trust the ranking, and what would help most."""
    return verdict(facts.landmarks, facts.posterior), advice(facts)


def verdict(count: int, agreement: Agreement) -> str:
    """Returns how far to trust the ranking.

    Args:
        count: How many landmarks there are.
        agreement: How well they are ranked, each predicted by the others.
    """
    if count == 0:
        return "Nothing tells how well the scores rank the candidates: there are no landmarks to compare them with."
    if count == 1:
        return "One landmark does not tell how well the scores rank the candidates: it takes several."
    if count < FEWEST:
        return f"{count} landmarks are too few to tell whether the ranking is better than chance."
    if math.isnan(agreement.tau):
        return f"The {count} landmarks cannot tell how good the ranking is: they, or their predictions, are all equal."
    if agreement.high <= 0:
        return f"The ranking is no better than chance, as far as {count} landmarks can tell (τ {interval(agreement)})."
    if not agreement.low > 0:
        return f"{count} landmarks cannot tell whether the ranking is better than chance (τ {interval(agreement)})."
    right = f"of two landmarks, the one predicted to be better was better in {_pairs(agreement)}"
    return f"The ranking is better than chance: {right}."


def advice(facts: Facts) -> str:
    """Returns what would help most."""
    if facts.landmarks == 0:
        return f"Train {ENOUGH} landmarks: candidates that are trained by themselves."
    if facts.landmarks < ENOUGH:
        return f"Train {landmarks(ENOUGH - facts.landmarks, more=True)}: fewer than {ENOUGH} tell little."
    if not facts.is_trained:
        return "Train the supernet: it gives every candidate a score, which landmarks then calibrate."
    found = [each for each in facts.redundancies if each.edits]
    if found:
        return _activations(found)
    if (weak := _weak_scores(facts)) is not None:
        other = OTHER_RECIPE if facts.recipe == DEFAULT_RECIPE else DEFAULT_RECIPE
        both = f"τ {number(weak.tau)} and {number(facts.parameters.tau)}"
        return (
            f"The scores rank the landmarks no better than counting parameters does ({both}): train the supernet with "
            f'another recipe, as session.train(3, recipe="{other}") does.'
        )
    if facts.tied > 1:
        return (
            f"{facts.tied} of {facts.candidates} candidates cannot be told apart from the best: {MORE} more landmarks "
            "would help most, chosen among those that may be the best."
        )
    if not facts.posterior.low > 0:
        return f"{MORE} more landmarks would help most."
    return "The best candidate stands out from all others: it can be finalized."


def _weak_scores(facts: Facts) -> Agreement | None:
    """Returns how well the better score ranks, if counting parameters ranks the same landmarks as well; else None."""
    known = [each for each in facts.scores if not math.isnan(each.tau)]
    best = max(known, key=lambda each: each.tau, default=None)
    if best is None or best.count != facts.parameters.count or not best.tau <= facts.parameters.tau:
        return None
    return best


def _activations(found: Sequence[Redundancy]) -> str:
    first, more = found[0], len(found) - 1
    others = f" The same goes for {more} other group{'' if more == 1 else 's'} of blocks." if more else ""
    do = first.remedy[:1].lower() + first.remedy[1:]
    return f"{first.what}, and no ranking can tell such networks apart: {do}.{others}"


def _pairs(agreement: Agreement) -> str:
    """Returns in how many pairs of landmarks the order was right, by τ; about, since ties count half."""
    share, low, high = (50 * (1 + value) for value in (agreement.tau, agreement.low, agreement.high))
    # A bootstrap of a perfect order finds no other, which is no certainty.
    if low == high:
        return f"all pairs of these {agreement.count}" if share == 100 else f"about {share:.0f} % of the pairs"
    return f"about {share:.0f} % of the pairs (95 % interval: {low:.0f} to {high:.0f} %)"


def notes(held_out: HeldOut, *, missing: int) -> Iterator[str]:
    """Yields what else has to be known.

    Args:
        held_out: The landmarks as predicted by the others.
        missing: How many of them have no score by the present weights.
    """
    rows, held = len(held_out.rows), held_out.held
    if rows and chance_of_at_most(held, of=rows) < UNLIKELY:
        yield f"The intervals are too narrow: {held} of {rows} held, where {SHARE:.0%} should.".replace("%", " %")
    if missing:
        have = "landmark has" if missing == 1 else "landmarks have"
        yield f"{missing} {have} no score by the present weights; the next landmark that is trained brings it."


def chance_of_at_most(held: int, *, of: int) -> float:
    """Returns the probability that so many intervals or fewer hold, if each holds with 95 %."""
    return math.fsum(math.comb(of, n) * SHARE**n * (1 - SHARE) ** (of - n) for n in range(held + 1))


def landmarks(count: int, *, more: bool = False) -> str:
    """Returns a number of landmarks in words: `1 landmark`, `7 more landmarks`."""
    return f"{count} {'more ' if more else ''}landmark{'' if count == 1 else 's'}"


def interval(agreement: Agreement) -> str:
    """Returns τ with its interval, as far as they are known: `0.64, 0.21 to 0.86`."""
    if math.isnan(agreement.tau):
        return "unknown"
    if math.isnan(agreement.low):
        return number(agreement.tau)
    return f"{number(agreement.tau)}, {number(agreement.low)} to {number(agreement.high)}"


def number(value: float) -> str:
    """Returns a τ with two digits, and a minus sign as printed."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")
