"""The operators of the search: draw, choose parents, cross, mutate, repair (§3.1, Algorithms 2 and 3).

Blocks are always visited in template order, never in the order of a set: that order differs between two
runs of Python, and the same seed has to give the same masks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, product

import numpy as np
from numpy.typing import NDArray

from oneshot_lab.architecture.mask import Mask, is_bypassed, is_valid, locked_blocks, prune
from oneshot_lab.architecture.model import Architecture, Layer


def draw_blocks(
    architecture: Architecture, *, rng: np.random.Generator, probabilities: Mapping[str, float] | None = None
) -> Mask:
    """Draws a row of zeros and ones (§3.1.1, Equation 1), which need not be a network.

    Args:
        architecture: Whose blocks.
        rng: Source of chance.
        probabilities: The chance of each block by its id; 0.5 for all when left out.

    Returns:
        The blocks that came up, such as the random mask of Algorithm 2.
    """
    chances = [0.5 if probabilities is None else probabilities[block] for block in architecture.block_ids]
    return Mask.from_bits(architecture, (rng.random(len(chances)) < np.asarray(chances)).tolist())


def random_mask(
    architecture: Architecture, *, rng: np.random.Generator, probabilities: Mapping[str, float] | None = None
) -> Mask:
    """Draws a candidate (§3.1.1): each block with its probability, then repaired.

    Args:
        architecture: Whose blocks.
        rng: Source of chance.
        probabilities: The chance of each block by its id; 0.5 for all when left out.

    Returns:
        A valid mask without dead blocks.
    """
    drawn = draw_blocks(architecture, rng=rng, probabilities=probabilities)
    return repair_mask(architecture, drawn, rng=rng, weights=probabilities)


def every_mask(architecture: Architecture, *, most: int) -> tuple[Mask, ...] | None:
    """Returns all candidates: the valid masks without dead blocks, each network once, in template order.

    Args:
        architecture: Whose blocks.
        most: Masks that are looked at.

    Returns:
        The candidates; None: more masks than `most` would have to be looked at.
    """
    choices = [(layer, is_bypassed(architecture, layer)) for layer in architecture.layers]
    if math.prod(2 ** len(layer.blocks) - (not may_be_empty) for layer, may_be_empty in choices) > most:
        return None
    rows = product(*(tuple(_subsets(layer, may_be_empty)) for layer, may_be_empty in choices))
    masks = (Mask(frozenset(chain.from_iterable(row))) for row in rows)
    return tuple(dict.fromkeys(prune(architecture, mask) for mask in masks if is_valid(architecture, mask)))


def _subsets(layer: Layer, may_be_empty: bool) -> Iterator[tuple[str, ...]]:
    blocks = [block.id for block in layer.blocks]
    return chain.from_iterable(combinations(blocks, size) for size in range(not may_be_empty, len(blocks) + 1))


def choose_parents(
    population: Sequence[Mask], fitness: Sequence[float] | NDArray[np.float64], *, rng: np.random.Generator
) -> tuple[Mask, Mask]:
    """Draws father and mother with probabilities proportional to their fitness (§3.1.3).

    The mother is drawn from the candidates other than the father, so the two differ whenever two distinct
    candidates have a fitness above 0. A candidate of fitness 0 is never drawn.

    Args:
        population: The candidates; copies of a mask add up.
        fitness: One number ≥ 0 for each, at least one of them above 0.
        rng: Source of chance.
    """
    shares: dict[Mask, float] = {}
    for mask, share in zip(population, fitness, strict=True):
        if share > 0:
            shares[mask] = shares.get(mask, 0.0) + float(share)
    father = _draw(shares, rng)
    others = {mask: share for mask, share in shares.items() if mask != father}
    return father, _draw(others, rng) if others else father


def _draw(shares: Mapping[Mask, float], rng: np.random.Generator) -> Mask:
    masks = list(shares)
    weights = np.array(list(shares.values()))
    return masks[int(rng.choice(len(masks), p=weights / weights.sum()))]


def crossover(father: Mask, mother: Mask, *, chooser: Mask) -> Mask:
    """Crosses two masks (Algorithm 2): the mother's bit where the chooser is 1, the father's where it is 0.

    Args:
        father: One parent.
        mother: The other.
        chooser: The paper's "randomly generated mask", from `draw_blocks`. Drawn from the block fitness of the
            last generation (§3.1.4), or with 0.5 for all for a uniform crossover.

    Returns:
        The child, before mutation and repair.
    """
    return Mask((father.blocks - chooser.blocks) | (mother.blocks & chooser.blocks))


def mutate(architecture: Architecture, mask: Mask, *, rng: np.random.Generator, rate: float = 0.1) -> Mask:
    """Flips each bit with probability `rate` (Algorithm 3), except those of locked blocks.

    The algorithm as printed uses childMask before it is defined; what it computes otherwise is this flip.

    Returns:
        The mutant, before repair.
    """
    flips = rng.random(len(architecture.block_ids)) < rate
    flipped = {block for block, flip in zip(architecture.block_ids, flips, strict=True) if flip}
    return Mask(mask.blocks ^ (flipped - locked_blocks(architecture)))


def repair_mask(
    architecture: Architecture, mask: Mask, *, rng: np.random.Generator, weights: Mapping[str, float] | None = None
) -> Mask:
    """Turns a mask into a network, switching on as few blocks as possible.

    The paper asks for a block in the first and in the last layer (§3.1.1), which lets the middle vanish. Here
    a path has to lead from input to output, through active blocks and links. Where none does, the path with
    the fewest empty layers is taken (drawn evenly at ties) and one block of each of those is switched on.
    Every path passes the layers that no link bypasses, so their blocks are filled and locked blocks are on.

    Args:
        architecture: What the mask is for.
        mask: Any set of blocks; unknown ones are dropped.
        rng: Source of chance; not used if the mask is valid.
        weights: How likely each block is to be the one switched on, by its id; equal by default.

    Returns:
        A valid mask without dead blocks (those that no signal reaches, or whose output is not used), so that equal
        networks are equal candidates.
    """
    blocks = mask.blocks & architecture.layer_of.keys()
    if not is_valid(architecture, Mask(blocks)):
        filled = [_draw_block(layer, rng, weights) for layer in _layers_to_fill(architecture, blocks, rng)]
        blocks = blocks.union(filled)
    return prune(architecture, Mask(blocks))


def _draw_block(layer: Layer, rng: np.random.Generator, weights: Mapping[str, float] | None) -> str:
    shares = np.array([1.0 if weights is None else weights[block.id] for block in layer.blocks])
    if not shares.any():
        shares = np.ones(len(layer.blocks))
    return layer.blocks[int(rng.choice(len(layer.blocks), p=shares / shares.sum()))].id


def _layers_to_fill(architecture: Architecture, blocks: frozenset[str], rng: np.random.Generator) -> list[Layer]:
    """Returns the empty layers on the path from input to output with the fewest of them."""
    index = architecture.layer_index
    empty = [not any(block.id in blocks for block in layer.blocks) for layer in architecture.layers]
    costs = {-1: 0}  # empty layers on the best path up to and with each layer; the input is at -1
    before: dict[int, list[int]] = {}
    for here, layer in enumerate(architecture.layers):
        sources = [here - 1, *(index[link.source] for link in architecture.links_into.get(layer.id, ()))]
        least = min(costs[source] for source in sources)
        before[here] = [source for source in sources if costs[source] == least]
        costs[here] = least + empty[here]
    path = [len(architecture.layers) - 1]
    while path[-1] >= 0:
        ways = before[path[-1]]
        path.append(ways[int(rng.integers(len(ways)))] if len(ways) > 1 else ways[0])
    return [architecture.layers[here] for here in path if here >= 0 and empty[here]]
