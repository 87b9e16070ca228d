"""What the Block Information View says in words about a region's blocks."""

from __future__ import annotations

import math

from oneshot_lab.architecture.mask import is_bypassed
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.search.fitness import Marginal
from oneshot_lab.views.block_table import BlockRow, BlockTable

FREQUENT = 0.5
"""Share of the candidates from which on a block counts as common."""

DOUBT = 1.5
"""Times its 95 % margin that an effect must be from zero to be pointed out: of a dozen blocks that do nothing, one is
beyond its margin nearly every other time."""


def heading(table: BlockTable) -> str:
    """Returns what is looked at."""
    return f"Blocks in {table.region}" if table.region else "Blocks of all candidates"


def counts(table: BlockTable) -> str:
    """Returns how many candidates there are, and how many of them have a loss that holds."""
    return f"{_count(table.candidates, 'candidate')} · {table.evaluated} evaluated"


def lack(table: BlockTable) -> str | None:
    """Returns why there is nothing to draw or to compare, and what to do about it; None if there is enough."""
    where = "in this region" if table.region else "yet"
    if not table.candidates and table.region:
        return "No candidate is inside. Choose a larger region, or search here."
    if not table.candidates:
        return "Nothing to show yet. Train the supernet, then step the search."
    if table.evaluated == 0:
        return f"No loss that holds {where}. Train the supernet if it is not, then step the search."
    if table.evaluated == 1:
        return f"One evaluated candidate {where}: no block can be compared. Search on, or choose a larger region."
    return None


def titles(table: BlockTable) -> tuple[str, str, str]:
    """Returns what the three charts show: frequency, fitness and effect."""
    whose = "the candidates in the region" if table.region else "all candidates"
    if table.generation is None:
        fitness = "from the first step of the search on"
    elif table.inside:
        inside = f"{_count(table.inside, 'candidate')}{' inside' if table.region else ''}"
        fitness = f"share of generation {table.generation}, {inside}"
    else:
        fitness = f"generation {table.generation} has no candidate inside"
    faint = "; faint: earlier" if table.rows and table.rows[0].earlier_frequency else ""
    return (
        f"frequency · share of {whose}{faint}",
        f"fitness · {fitness}{faint}",
        "effect on the loss, 95 % interval · ▲ helps  ▼ harms  ● not sure",
    )


def detail(table: BlockTable, row: BlockRow) -> str:
    """Returns all that is known of a block, on a line."""
    parts = [f"{row.label}", f"in {row.count} of {_count(table.candidates, 'candidate')}"]
    if row.frequency is not None:
        parts[-1] += f" ({row.frequency:.0%})"
    if row.fitness is not None:
        parts.append(f"fitness {row.fitness:.2f}")
    return " · ".join([*parts, _effect(row.effect)])


def hint(architecture: Architecture, table: BlockTable) -> tuple[str, str] | None:
    """Returns the block that a person would take out first, and why; None if nothing speaks for it.

    That is one which most candidates have, and with which they are surely worse (cf. the paper on Figure 10).
    """
    common = [row for row in table.rows if (row.frequency or 0) >= FREQUENT]
    weak = [row for row in common if row.effect.effect < -DOUBT * _margin(row.effect)]
    if not weak:
        return None
    row = min(weak, key=lambda row: row.effect.high)
    text = f"is frequent ({row.frequency:.0%}) and weak ({_effect(row.effect, counted=False)})"
    spared = share_of_space(architecture, row.block)
    return row.block, text if spared is None else f"{text}: removing it would take away {spared:.0%} of the space"


def share_of_space(architecture: Architecture, block: str) -> float | None:
    """Returns the share of all valid masks that have a block and so would go with it; None where that is unknown.

    A layer that no link bypasses has any of its blocks but not none of them, whatever the others have.
    """
    layer = architecture.layer_of[block]
    blocks = len(layer.blocks)
    if blocks == 1 or is_bypassed(architecture, layer):
        return None
    return 2 ** (blocks - 1) / (2**blocks - 1)


def _effect(effect: Marginal, *, counted: bool = True) -> str:
    if effect.with_count + effect.without_count == 0:
        return "nothing is evaluated"
    if math.isnan(effect.effect):
        return f"no effect to tell: {'all' if effect.without_count == 0 else 'none'} of the evaluated have it"
    size = f"effect {_signed(effect.effect)}"
    if not math.isnan(effect.low):
        size += f" ± {_margin(effect):.2g}"
    return f"{size} ({effect.with_count} with, {effect.without_count} without)" if counted else size


def _margin(effect: Marginal) -> float:
    return (effect.high - effect.low) / 2


def _signed(value: float) -> str:
    return f"{value:+.2g}".replace("-", "−")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
