"""The sentences of the Block Information View about a region's blocks."""

from __future__ import annotations

import math

from oneshot_lab.architecture.mask import is_bypassed
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.fitness import Marginal
from oneshot_lab.views.blocks.table import BlockRow, BlockTable

FREQUENT = 0.5
"""A block counts as common if at least this share of the candidates has it."""

DOUBT = 1.5
"""Times its 95 % margin that an effect must be from zero to be pointed out: of a dozen blocks that do nothing, one is
beyond its margin nearly every other time."""


def heading(table: BlockTable) -> str:
    """Returns the heading: the region, or all candidates."""
    return f"Blocks in {table.region}" if table.region else "Blocks of all candidates"


def counts(table: BlockTable) -> str:
    """Returns how many candidates there are, and of how many of them a current loss or a posterior is known."""
    return f"{_count(table.candidates, 'candidate')} · {table.evaluated} {_known(table)}"


def lack(table: BlockTable) -> str | None:
    """Returns why there is nothing to draw or to compare, and what to do about it; None if there is enough."""
    where = "in this region" if table.region else "yet"
    if not table.candidates and table.region:
        return "No candidate is inside. Choose a larger region, or search here."
    if not table.candidates:
        return "Nothing to show yet. Train the supernet, then step the search."
    if table.evaluated == 0 and table.in_points:
        return f"No landmark or evaluated candidate {where}. Choose a larger region, or search here."
    if table.evaluated == 0:
        return f"No current loss {where}. Train the supernet if it is untrained, then step the search."
    if table.evaluated == 1:
        only = f"One {_known(table)} candidate {where}"
        return f"{only}: blocks cannot be compared. Search on, or choose a larger region."
    return None


def titles(table: BlockTable) -> tuple[str, str, str]:
    """Returns the titles of the three charts: frequency, fitness and effect."""
    whose = "the candidates in the region" if table.region else "all candidates"
    if table.generation is None:
        fitness = "available after the first step of the search"
    elif table.inside:
        inside = f"{_count(table.inside, 'candidate')}{' inside' if table.region else ''}"
        fitness = f"share of generation {table.generation}, {inside}"
    else:
        fitness = f"generation {table.generation} has no candidate inside"
    quality = "accuracy in points, by the posterior" if table.in_points else "loss"
    faint = "; faint: earlier" if table.rows and table.rows[0].earlier_frequency else ""
    return (
        f"frequency · share of {whose}{faint}",
        f"fitness · {fitness}{faint}",
        f"effect on the {quality}, 95 % interval · ▲ helps  ▼ harms  ● not sure",
    )


def detail(table: BlockTable, row: BlockRow) -> str:
    """Returns the values of a block on one line."""
    parts = [f"{row.label}", f"in {row.having} of {_count(table.candidates, 'candidate')}"]
    if row.frequency is not None:
        parts[-1] += f" ({row.frequency:.0%})"
    if row.fitness is not None:
        parts.append(f"fitness {row.fitness:.2f}")
    return " · ".join([*parts, f"{_effect(row.effect, table)}{_counted(row.effect)}"])


def hint(architecture: Architecture, table: BlockTable) -> tuple[str, str] | None:
    """Returns the block to remove first, and why; None if there is no such block.

    That is a block that most candidates have and that clearly makes them worse (cf. the paper on Figure 10).
    """
    common = [row for row in table.rows if (row.frequency or 0) >= FREQUENT]
    weak = [row for row in common if row.effect.effect < -DOUBT * _margin(row.effect)]
    if not weak:
        return None
    row = min(weak, key=lambda row: row.effect.high)
    text = f"is frequent ({row.frequency:.0%}) and weak ({_effect(row.effect, table)})"
    spared = share_of_space(architecture, row.block)
    return row.block, text if spared is None else f"{text}: removing it would shrink the search space by {spared:.0%}"


def share_of_space(architecture: Architecture, block: str) -> float | None:
    """Returns the share of all valid masks that have a block and so would go with it; None where that is unknown.

    A layer that no link bypasses has any of its blocks but not none of them, whatever the others have.
    """
    layer = architecture.layer_of[block]
    blocks = len(layer.blocks)
    if blocks == 1 or is_bypassed(architecture, layer):
        return None
    return (1 << blocks - 1) / ((1 << blocks) - 1)


def _effect(effect: Marginal, table: BlockTable) -> str:
    known = _known(table)
    if effect.with_count + effect.without_count == 0:
        return f"nothing is {known}"
    if math.isnan(effect.effect):
        return f"no effect known: {'all' if effect.without_count == 0 else 'none'} of the {known} have it"
    digits = ".1f" if table.in_points else ".2g"
    size = f"effect {effect.effect:+{digits}}".replace("-", "−")
    if not math.isnan(effect.low):
        size += f" ± {_margin(effect):{digits}}"
    return f"{size} points" if table.in_points else size


def _counted(effect: Marginal) -> str:
    """Returns how many candidates an effect is of; empty if there is none."""
    return "" if math.isnan(effect.effect) else f" ({effect.with_count} with, {effect.without_count} without)"


def _known(table: BlockTable) -> str:
    """Returns the word for the candidates that effects are of."""
    return "estimated" if table.in_points else "evaluated"


def _margin(effect: Marginal) -> float:
    return (effect.high - effect.low) / 2


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
