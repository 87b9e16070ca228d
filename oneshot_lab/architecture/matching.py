"""Gives the blocks of one layer the same width, so that they can be added, and by padding the same size (§3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from oneshot_lab.architecture import remedies
from oneshot_lab.architecture.chain import Chain
from oneshot_lab.architecture.rules import Shape


def match_channels(chains: Sequence[Chain], *, classes: int | None) -> None:
    """Gives the blocks of a summed layer one width by changing the last component with weights of each.

    The width is, first that applies: the number of classes (`classes`, for the layer that ends the network);
    that of a block which cannot change; what a person has just typed; what most blocks have; the first's.

    Raises:
        ShapeError: A block has no weights that could change its width; the message says what to add.
    """
    if len({len(chain.outputs) for chain in chains}) > 1:
        return  # images beside features: `merge_shapes` reports it
    wanted, reason = _wanted_width(chains, classes)
    for chain in chains:
        if chain.width == wanted:
            continue
        if chain.setter is None:
            raise remedies.fixed_width(chain, wanted, reason)
        position, name = chain.setter
        chain.set(position, name, wanted, reason)


def _wanted_width(chains: Sequence[Chain], classes: int | None) -> tuple[int, str]:
    if classes is not None:
        return classes, f"the data has {classes} classes"
    for chain in chains:
        if chain.setter is None:
            return chain.width, f"same width as {chain.block}"
    kept = [chain for chain in chains if chain.is_width_kept]
    voters = kept or [chain for chain in chains if chain.is_width_typed] or chains
    wanted = Counter(chain.width for chain in voters).most_common(1)[0][0]
    model = next(chain for chain in voters if chain.width == wanted)
    return wanted, f"same width as {model.block}"


def match_sizes(chains: Sequence[Chain]) -> None:
    """Gives the outputs of a layer's blocks one height and width by padding: 3×3 with 0 beside 5×5 with 1.

    Raises:
        ShapeError: No padding achieves it; the message names two blocks and what would fit.
    """
    if any(len(chain.outputs) != 3 for chain in chains) or len({chain.outputs[1:] for chain in chains}) < 2:
        return
    size = _common_size(chains)
    if size is None:
        raise remedies.no_common_size(chains)
    model = next((chain for chain in chains if chain.outputs[1:] == size), chains[0])
    for chain in chains:
        found = chain.padding_for(size)
        if chain.outputs[1:] != size and found is not None:
            chain.set(found[0], "padding", found[1], f"same size as {model.block}")


def _common_size(chains: Sequence[Chain]) -> Shape | None:
    """Returns the size that all blocks can reach and most have; at ties one just typed, then one typed, the first."""
    now = [chain.outputs[1:] for chain in chains]
    reach = {(height, width) for chain in chains for hs, ws in chain.sizes.values() for height in hs for width in ws}
    common = [size for size in reach.union(now) if all(chain.reaches(size) for chain in chains)]

    def rank(size: Shape) -> tuple[int, int, int, int, Shape]:
        having = [chain for chain, mine in zip(chains, now, strict=True) if mine == size]
        kept = sum(chain.is_size_kept for chain in having)
        typed = sum(chain.is_size_typed for chain in having)
        first = -now.index(size) if having else -len(now)
        return kept, typed, len(having), first, size

    return max(common, key=rank, default=None)
