"""The sentences about candidates and regions of the map."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from oneshot_lab.architecture.mask import natural
from oneshot_lab.space.region import Region
from oneshot_lab.views.common.numbers import in_percent, in_short, with_interval
from oneshot_lab.views.map.info import Dot

MOST_BLOCKS = 12
"""How many blocks one line names, at most."""


def facts(dot: Dot) -> str:
    """Returns the numbers of a candidate, as lines; the first one stands out."""
    size = f"{in_short(dot.parameters)}parameters · {in_short(dot.macs)}multiply-adds"
    generation = "" if dot.generation is None else f"generation {dot.generation} · "
    return "\n".join([*quality(dot), size, generation + listed(sorted(dot.mask.blocks, key=natural))])


def quality(dot: Dot) -> list[str]:
    """Returns what is known of a candidate's quality: its posterior, its scores, and what it reached when trained."""
    estimate = [] if dot.estimate is None else [f"posterior {with_interval(*dot.estimate)}"]
    return [*estimate, scores(dot), *([trained(dot)] if dot.trainings else [])]


def scores(dot: Dot) -> str:
    """Returns a candidate's accuracy and loss, or why there are none."""
    if dot.loss is None or dot.accuracy is None:
        return "not evaluated"
    # Beside an accuracy in percent, the score is in percent too.
    found = f"accuracy {dot.accuracy:.3f}" if dot.estimate is None else f"score: accuracy {in_percent(dot.accuracy)}"
    found += f" · loss {dot.loss:.3f}"
    return f"not evaluated since the last training or edit (it had {found})" if dot.stale else found


def trained(dot: Dot) -> str:
    """Returns what a candidate reached when it was trained by itself."""
    sound = [each for each in dot.trainings if not each.has_diverged]
    diverged = len(dot.trainings) - len(sound)
    parts = [f"{in_percent(each.accuracy)}, loss {each.loss:.3f}" for each in sound]
    parts += [f"{diverged} of {len(dot.trainings)} trainings diverged"] if diverged and sound else []
    return f"trained by itself: {' · '.join(parts) if parts else 'the training diverged'}"


def described(dots: Collection[Dot], *, is_calibrated: bool = False) -> str:
    """Returns how many candidates there are, how many of them evaluated, and the best accuracy.

    Args:
        dots: The candidates.
        is_calibrated: Whether the best one is that of the posterior rather than of the lowest loss.
    """
    evaluated = [dot for dot in dots if dot.evaluated]
    landmarks = sum(dot.is_landmark for dot in dots)
    parts = [counted(len(dots), "candidate"), f"{len(evaluated)} evaluated"]
    parts += [counted(landmarks, "landmark")] if landmarks else []
    if is_calibrated:
        estimates = [dot.estimate for dot in dots if dot.estimate is not None and (dot.evaluated or dot.is_landmark)]
        return " · ".join([*parts, *([f"best {with_interval(*max(estimates))}"] if estimates else [])])
    best = min(evaluated, key=lambda dot: math.inf if dot.loss is None else dot.loss, default=None)
    return " · ".join([*parts, *([] if best is None else [f"best {best.accuracy:.3f}"])])


def of_region(region: Region, dots: Iterable[Dot], *, focused: bool, is_calibrated: bool = False) -> str:
    """Returns what a region holds, and what to do if it holds nothing."""
    inside = [dot for dot in dots if dot.mask in region]
    goes = " · the search goes here" if focused else ""
    if not inside:
        wants = "the search finds none to start from; " if focused else ""
        return f"{region.name}: no candidates · {wants}draw a larger one, or undo the edit that removed them{goes}"
    return f"{region.name}: {described(inside, is_calibrated=is_calibrated)}{goes}"


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
