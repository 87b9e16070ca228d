"""What is said about candidates and regions of the map, in plain text."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from oneshot_lab.architecture.mask import natural
from oneshot_lab.space.region import Region
from oneshot_lab.views.candidate import in_short
from oneshot_lab.views.map_info import Dot

MOST_BLOCKS = 12
"""That are named in one line."""


def facts(dot: Dot) -> str:
    """Returns the numbers of a candidate, as lines; the first one stands out."""
    size = f"{in_short(dot.parameters)}parameters · {in_short(dot.macs)}multiply-adds"
    generation = "" if dot.generation is None else f"generation {dot.generation} · "
    return "\n".join([scores(dot), size, generation + listed(sorted(dot.mask.blocks, key=natural))])


def scores(dot: Dot) -> str:
    """Returns a candidate's accuracy and loss, or why there are none."""
    if dot.loss is None or dot.accuracy is None:
        return "not evaluated"
    found = f"accuracy {dot.accuracy:.3f} · loss {dot.loss:.3f}"
    return f"not evaluated since the last training or edit (it had {found})" if dot.stale else found


def described(dots: Collection[Dot]) -> str:
    """Returns how many candidates there are, how many of them evaluated, and the best accuracy."""
    evaluated = [dot for dot in dots if dot.evaluated]
    parts = [counted(len(dots), "candidate"), f"{len(evaluated)} evaluated"]
    best = min(evaluated, key=lambda dot: dot.loss, default=None)
    return " · ".join([*parts, *([] if best is None else [f"best {best.accuracy:.3f}"])])


def of_region(region: Region, dots: Iterable[Dot], *, focused: bool) -> str:
    """Returns what a region holds, and what to do if it holds nothing."""
    inside = [dot for dot in dots if dot.mask in region]
    goes = " · the search goes here" if focused else ""
    if not inside:
        wants = "the search finds none to start from; " if focused else ""
        return f"{region.name}: no candidates · {wants}draw it wider, or undo the edit that took them{goes}"
    return f"{region.name}: {described(inside)}{goes}"


def of_blocks(operation: str, region: Region, blocks: Collection[str]) -> str:
    """Returns the blocks that a set operation on a region gives."""
    found = [block for block in region.block_ids if block in blocks]
    return f"{operation} of {region.name}: {listed(found) if found else 'no blocks'}"


def counted(number: int, noun: str) -> str:
    """Returns a number of things in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(blocks: Collection[str]) -> str:
    """Returns the ids of blocks in one line, of many the first ones."""
    ids = list(blocks)
    more = f" and {len(ids) - MOST_BLOCKS} more" if len(ids) > MOST_BLOCKS else ""
    return " ".join(ids[:MOST_BLOCKS]) + more
