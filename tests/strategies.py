"""Random architectures and masks for property tests."""

from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import INPUT, Architecture, Block, Component, Layer, Link, check


def chain(*widths: int, links: tuple[tuple[int, int], ...] = ()) -> Architecture:
    """An architecture of Identity blocks: so many in each layer, and links from layer to layer by index (-1: input).

    Layers are L1, L2, …; blocks B1, B2, … in template order; links K1, K2, ….
    """
    numbers = iter(range(1, sum(widths) + 1))
    layers = tuple(
        Layer(f"L{index}", tuple(_identity(next(numbers)) for _ in range(width)))
        for index, width in enumerate(widths, start=1)
    )
    joined = tuple(
        Link(f"K{number}", INPUT if source < 0 else layers[source].id, layers[target].id)
        for number, (source, target) in enumerate(links, start=1)
    )
    blocks = sum(widths)
    next_numbers = (len(widths) + 1, blocks + 1, blocks + 1, len(links) + 1)
    return check(Architecture("chain", layers, joined, input_shape=(1, 4, 4), classes=2, next_numbers=next_numbers))


def _identity(number: int) -> Block:
    return Block(f"B{number}", (Component(f"C{number}", "Identity"),))


@st.composite
def architectures(draw: st.DrawFn, max_layers: int = 6, max_blocks: int = 3) -> Architecture:
    """Random architectures of Identity blocks, with any set of links."""
    widths = draw(st.lists(st.integers(1, max_blocks), min_size=1, max_size=max_layers))
    pairs = [(source, target) for target in range(len(widths)) for source in range(-1, target - 1)]
    links = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return chain(*widths, links=tuple(links))


def block_sets(architecture: Architecture) -> st.SearchStrategy[Mask]:
    """Any subset of the blocks, whether it is a network or not."""
    return st.frozensets(st.sampled_from(architecture.block_ids)).map(Mask)
