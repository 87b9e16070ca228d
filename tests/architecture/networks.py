"""Small architectures, written out or drawn at random, for the tests of this layer."""

import re
from collections.abc import Callable, Collection
from dataclasses import fields
from typing import TypeVar

from hypothesis import strategies as st

from oneshot_lab.architecture.catalogue import KINDS, Param, get_kind
from oneshot_lab.architecture.chain import Chain
from oneshot_lab.architecture.edits import EDITS, Edit
from oneshot_lab.architecture.model import INPUT, MERGES, Architecture, Block, Component, Layer, Link, check
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.errors import OneShotError

T = TypeVar("T")


def network(
    *layers: str, shape: tuple[int, ...] = (1, 28, 28), classes: int = 10, links: str = "", merge: str = "sum"
) -> Architecture:
    """An architecture from text: `|` between blocks, `;` between components, links as `input-L3 L1-L4`.

    network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU; MaxPool2d(2)", "Linear") has layers L1 to L3, blocks B1 to
    B4 and components C1 to C5. `merge` holds for layers of several blocks.
    """
    counts = {"L": 0, "B": 0, "C": 0, "K": 0}

    def new(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    def component(text: str) -> Component:
        kind, params = re.fullmatch(r"(\w+)(?:\((.*)\))?", text.strip()).groups()
        return Component(new("C"), kind, tuple(parse_params(get_kind(kind), params or "").items()))

    def layer(text: str) -> Layer:
        layer_id = new("L")
        blocks = tuple(Block(new("B"), tuple(map(component, block.split(";")))) for block in text.split("|"))
        return Layer(layer_id, blocks, merge if len(blocks) > 1 else "sum")

    built = tuple(map(layer, layers))
    joined = tuple(Link(new("K"), *link.split("-")) for link in links.split())
    numbers = (counts["L"] + 1, counts["B"] + 1, counts["C"] + 1, counts["K"] + 1)
    return check(Architecture("net", built, joined, shape, classes, numbers))


def chains(text: str, shape: tuple[int, ...] = (1, 28, 28), keep: Collection[tuple[str, str]] = ()) -> list[Chain]:
    """The blocks of one layer at work, from text as in `network`."""
    layer = network(text, shape=shape).layers[0]
    return [
        Chain(block.components, shape, where=f"layer L1, block {block.id}", block=block.id, keep=frozenset(keep))
        for block in layer.blocks
    ]


def component(architecture: Architecture, component_id: str) -> Component:
    """A component of a block or a projection, by its id."""
    return next(component for component in architecture.components() if component.id == component_id)


def value(architecture: Architecture, component_id: str, name: str) -> object:
    """The value of a component's parameter; None for a blank."""
    return component(architecture, component_id).values.get(name)


def tried(call: Callable[..., T], *args: object) -> tuple[T | None, OneShotError | None]:
    """What a call gives and the error that it raises: one of the two. Any other error is a failure."""
    try:
        return call(*args), None
    except OneShotError as error:
        return None, error


_NUMBERS = st.one_of(st.integers(1, 6), st.integers(-1, 12), st.sampled_from([2.5, 0.4, 3.0, 40]))
_BY_TYPE = {
    "int": _NUMBERS,
    "size": st.one_of(_NUMBERS, st.tuples(_NUMBERS, _NUMBERS)),
    "shape": st.one_of(_NUMBERS, st.lists(_NUMBERS, min_size=1, max_size=3).map(tuple)),
    "float": st.floats(-0.5, 1.5),
    "bool": st.one_of(st.booleans(), st.sampled_from([0, 1])),
}


def values_of(param: Param) -> st.SearchStrategy[object]:
    """Values of a parameter's type: fitting ones and ones to be corrected."""
    return st.sampled_from(param.choices) if param.type == "choice" else _BY_TYPE[param.type]


@st.composite
def values_for(draw: st.DrawFn, kind: str) -> tuple[tuple[str, object], ...]:
    """Parameters of a kind, right or wrong, some of them left blank."""
    chosen = {param.name: draw(values_of(param)) for param in get_kind(kind).params if draw(st.booleans())}
    return tuple(chosen.items())


def shapes_for(kind: str) -> st.SearchStrategy[tuple[int, ...]]:
    """Input shapes that a kind takes."""
    ranks = get_kind(kind).ranks
    return st.sampled_from(ranks).flatmap(lambda rank: st.tuples(*[st.integers(1, 12)] * rank))


_ANY = st.sampled_from(sorted(KINDS))
_OF_RANK = {
    # Convolutions and what goes with them come up more often.
    3: st.one_of(
        st.sampled_from(["Conv2d", "MaxPool2d", "ReLU", "BatchNorm2d"]),
        st.sampled_from([kind.name for kind in KINDS.values() if 3 in kind.ranks and kind.name != "Flatten"]),
    ),
    1: st.sampled_from([kind.name for kind in KINDS.values() if 1 in kind.ranks]),
}


class _Drawing:
    """One random network in the making."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers = {"L": 0, "B": 0, "C": 0, "K": 0}

    def new(self, letter: str) -> str:
        self.numbers[letter] += 1
        return f"{letter}{self.numbers[letter]}"

    def component(self, kind: str) -> Component:
        return Component(self.new("C"), kind, self.draw(values_for(kind)))

    def block(self, rank: int, *first: str) -> Block:
        kinds = [*first, *self.draw(st.lists(_OF_RANK[rank], min_size=0 if first else 1, max_size=2))]
        if self.draw(st.integers(0, 15)) == 0:
            kinds.append(self.draw(_ANY))  # now and then one that may not fit at all
        return Block(self.new("B"), tuple(map(self.component, kinds)))

    def layer(self, rank: int, *first: str) -> Layer:
        blocks = tuple(self.block(rank, *first) for _ in range(self.draw(st.integers(1, 3))))
        return Layer(self.new("L"), blocks, self.draw(st.sampled_from(MERGES)))

    def layers(self) -> tuple[Layer, ...]:
        layers = [self.layer(3) for _ in range(self.draw(st.integers(0, 3)))]
        if self.draw(st.booleans()):
            layers.append(self.layer(1, "Linear"))
        layers.append(Layer(self.new("L"), (Block(self.new("B"), (self.component("Linear"),)),)))
        return tuple(layers)

    def links(self, layers: tuple[Layer, ...]) -> tuple[Link, ...]:
        names = [INPUT, *(layer.id for layer in layers)]
        pairs = [(names[source], names[target]) for target in range(len(names)) for source in range(target - 1)]
        chosen = self.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3)) if pairs else []
        return tuple(Link(self.new("K"), source, target) for source, target in chosen)


@st.composite
def networks(draw: st.DrawFn) -> Architecture:
    """Networks of random kinds and parameters, right or wrong, that end in a Linear; with links and merges."""
    drawing = _Drawing(draw)
    layers = drawing.layers()
    links = drawing.links(layers)
    shape = draw(st.tuples(st.integers(1, 6), st.integers(4, 12), st.integers(4, 12)))
    next_numbers = tuple(count + 1 for count in drawing.numbers.values())
    return check(Architecture("random", layers, links, shape, draw(st.integers(2, 5)), next_numbers))


_TEXTS = st.sampled_from(["", "3", ", 8, 3", ", 4, 5, padding=2", "2, 2", "kernel_size=(3, 5)", "oops", ",,2.5"])
_INDICES = st.one_of(st.none(), st.integers(-1, 6))


@st.composite
def edits(draw: st.DrawFn, lego: Architecture) -> Edit:
    """An edit that mostly names what is there."""
    layers = [*lego.layer_index, "L99"]
    items = [*layers, *lego.block_ids, "B99", *(part.id for part in lego.components()), "L1.B1", "L2.B1", "?"]
    places = [layer for layer in layers if layer != "input"]
    names = {
        "layer": st.sampled_from(places),
        "block": st.sampled_from([*lego.block_ids, "B99", "L1.B1"]),
        "component": st.sampled_from([part.id for part in lego.components()]),
        "to": st.one_of(st.none(), st.sampled_from(items)),
        "source": st.sampled_from(layers),
        "target": st.sampled_from(layers),
        "kind": st.sampled_from([*KINDS, "Conv9d"]),
        "params": _TEXTS,
        "merge": st.sampled_from(["sum", "mean", "concat", "max"]),
    }
    edit = draw(st.sampled_from(sorted(EDITS)))
    values = {}
    for field in fields(EDITS[edit]):
        if field.name == "index":
            values["index"] = draw(_INDICES if edit != "MoveLayer" else st.integers(-1, 6))
        else:
            values[field.name] = draw(names[field.name])
    return EDITS[edit](**values)
