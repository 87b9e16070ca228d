from dataclasses import FrozenInstanceError, replace

import pytest

from oneshot_lab.architecture.model import Architecture, Block, Component, Layer, Link, check
from oneshot_lab.errors import ArchitectureError
from tests.architecture.networks import network
from tests.strategies import chain


def test_blocks_stand_in_template_order():
    lego = chain(3, 1, 2)
    assert lego.block_ids == ("B1", "B2", "B3", "B4", "B5", "B6")
    assert lego.layer_of["B4"].id == "L2"
    assert lego.layer_index == {"input": -1, "L1": 0, "L2": 1, "L3": 2}


def test_components_come_in_template_order_then_those_of_projections():
    lego = chain(1, 1, 1, links=((-1, 2),))
    projected = replace(lego, links=(replace(lego.links[0], projection=(Component("C9", "Identity"),)),))
    assert [component.id for component in projected.components()] == ["C1", "C2", "C3", "C9"]


def test_links_are_found_by_their_target():
    lego = chain(1, 1, 1, links=((-1, 2), (0, 2)))
    assert [link.source for link in lego.links_into["L3"]] == ["input", "L1"]
    assert "L2" not in lego.links_into


def test_nothing_can_be_changed_in_place():
    lego = chain(1)
    with pytest.raises(FrozenInstanceError):
        lego.name = "other"
    with pytest.raises(FrozenInstanceError):
        lego.layers[0].blocks[0].components[0].kind = "ReLU"


def test_equal_descriptions_are_equal_and_hash_alike():
    assert chain(2, 1) == chain(2, 1)
    assert hash(chain(2, 1)) == hash(chain(2, 1))
    assert chain(2, 1) != chain(1, 2)


def test_ids_are_counted_apart_and_only_grow():
    lego = chain(2, 1)
    once, first = lego.take_id("B")
    twice, second = once.take_id("B")
    assert (first, second, twice.take_id("L")[1]) == ("B4", "B5", "L3")
    assert lego.next_numbers == chain(2, 1).next_numbers


def test_every_item_has_an_address_in_words():
    lego = network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Linear", links="input-L3")
    projected = replace(lego, links=(replace(lego.links[0], projection=(Component("C9", "Flatten"),)),))
    assert projected.address("L1") == "layer L1"
    assert projected.address(projected.blocks[1]) == "layer L1, block B2"
    assert projected.address("C3") == "layer L1, block B2, ReLU C3"
    assert projected.address("K1") == projected.address("C9") == "link input→L3"
    with pytest.raises(ArchitectureError, match="there is no item 'B99'"):
        projected.address("B99")


def test_a_components_values_are_read_by_name_and_set_as_a_whole():
    conv = Component("C1", "Conv2d", (("out_channels", 6), ("kernel_size", 3)))
    assert conv.values == {"out_channels": 6, "kernel_size": 3}
    assert conv.with_values({"kernel_size": 5}).params == (("kernel_size", 5),)


def _block(block: str = "B1", component: str = "C1") -> Block:
    return Block(block, (Component(component, "Identity"),))


ONE, TWO, THREE = Layer("L1", (_block(),)), Layer("L2", (_block("B2", "C2"),)), Layer("L3", (_block("B3", "C3"),))

BAD = {
    "no layers": (Architecture("net", ()), "there are no layers"),
    "a layer without blocks": (Architecture("net", (Layer("L1", ()),)), "layer L1: it has no blocks"),
    "a block without components": (
        Architecture("net", (Layer("L1", (Block("B1", ()),)),)),
        "layer L1, block B1: it has no components",
    ),
    "a merge of another name": (
        Architecture("net", (Layer("L1", (_block(),), "max"),)),
        "use one of sum, mean, concat",
    ),
    "a layer's id twice": (Architecture("net", (ONE, replace(TWO, id="L1"))), "the id 'L1' is used twice"),
    "a block with a component's id": (
        Architecture("net", (Layer("L1", (_block("C1"),)),)),
        "the id 'C1' is used twice",
    ),
    "the input's id": (Architecture("net", (replace(ONE, id="input"),)), "'input' is the network's input"),
    "a link from nowhere": (Architecture("net", (ONE, TWO), (Link("K1", "L9", "L2"),)), "there is no layer 'L9'"),
    "a link back": (Architecture("net", (ONE, TWO, THREE), (Link("K1", "L3", "L1"),)), "does not lead forward"),
    "a link to itself": (Architecture("net", (ONE, TWO), (Link("K1", "L2", "L2"),)), "does not lead forward"),
    "a link to the input": (Architecture("net", (ONE, TWO), (Link("K1", "L1", "input"),)), "does not lead forward"),
    "a link between neighbours": (Architecture("net", (ONE, TWO), (Link("K1", "L1", "L2"),)), "connected already"),
    "a link to the first layer": (Architecture("net", (ONE, TWO), (Link("K1", "input", "L1"),)), "connected already"),
    "a link twice": (
        Architecture("net", (ONE, TWO, THREE), (Link("K1", "L1", "L3"), Link("K2", "L1", "L3"))),
        "this link exists already",
    ),
    "a link with a layer's id": (Architecture("net", (ONE, TWO, THREE), (Link("L1", "L1", "L3"),)), "used twice"),
    "no channels": (Architecture("net", (ONE,), input_shape=(0, 28, 28)), "the input shape"),
    "two sizes": (Architecture("net", (ONE,), input_shape=(28, 28)), "the input shape"),
    "half a pixel": (Architecture("net", (ONE,), input_shape=(1, 2.5, 3)), "the input shape"),
    "a gigantic input": (Architecture("net", (ONE,), input_shape=(3, 10**6, 10**6)), "the input shape"),
    "no classes": (Architecture("net", (ONE,), classes=0), "0 classes"),
    "classes that are no number": (Architecture("net", (ONE,), classes=True), "True classes"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_well_formed_is_named(name):
    architecture, says = BAD[name]
    with pytest.raises(ArchitectureError) as caught:
        check(architecture)
    assert says in str(caught.value)
    assert caught.value.where


def test_what_is_well_formed_comes_back_as_it_is():
    lego = chain(2, 1, 3, links=((-1, 1), (0, 2)))
    assert check(lego) is lego
