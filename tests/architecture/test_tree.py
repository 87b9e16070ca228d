import pytest
from hypothesis import given

from oneshot_lab.architecture.model import Block, Component, Layer, check
from oneshot_lab.architecture.tree import drop_empty, find, find_item, put, renamed, swap, take
from oneshot_lab.errors import ArchitectureError
from tests.architecture.networks import network
from tests.strategies import architectures, chain

LEGO = network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Linear", links="input-L3")


def _shape(lego):
    """The tree in short: [[[kinds of a block], …], …]."""
    return [[[part.kind for part in block.components] for block in layer.blocks] for layer in lego.layers]


@pytest.mark.parametrize(
    ("path", "level", "found"),
    [
        ("L1", Layer, "L1"),
        ("B2", Block, "B2"),
        ("L1.B2", Block, "B2"),
        ("C3", Component, "C3"),
        ("B2.C3", Component, "C3"),
        ("L1.B2.C3", Component, "C3"),
    ],
)
def test_items_are_found_by_id_or_path(path, level, found):
    assert find(LEGO, path, level).id == found


@pytest.mark.parametrize(
    ("path", "level", "says"),
    [
        ("L2.B2", Block, "B2 is not there; it is at L1.B2"),
        ("L1.C3", Component, "it is at L1.B2.C3"),
        ("L1.L1", Layer, "it is at L1"),
        ("B9", Block, "there is no block 'B9'; expected one of B1, B2, B3, B4"),
        ("B1", Layer, "there is no layer 'B1'"),
        ("", Block, "there is no block ''"),
        (".", Layer, "there is no layer ''"),
    ],
)
def test_a_wrong_path_says_where_the_item_is_or_what_there_is(path, level, says):
    with pytest.raises(ArchitectureError) as caught:
        find(LEGO, path, level)
    assert says in str(caught.value)


def test_either_of_two_levels_will_do_where_asked():
    assert find_item(LEGO, "B1", (Layer, Block)).id == "B1"
    with pytest.raises(ArchitectureError, match="there is no layer or block 'C1'"):
        find_item(LEGO, "C1", (Layer, Block))


def test_long_lists_of_what_there_is_are_cut():
    with pytest.raises(ArchitectureError, match="B20…"):
        find(chain(*[1] * 30), "B99", Block)


def test_a_renamed_copy_has_new_ids_at_all_levels():
    numbered, copy = renamed(LEGO, LEGO.layers[0])
    assert copy.id == "L4"
    assert [block.id for block in copy.blocks] == ["B5", "B6"]
    assert [part.id for block in copy.blocks for part in block.components] == ["C6", "C7", "C8"]
    assert [part.params for part in copy.blocks[1].components] == [
        part.params for part in LEGO.layers[0].blocks[1].components
    ]
    assert numbered.layers == LEGO.layers


def test_swap_replaces_or_leaves_out_and_keeps_the_rest():
    tanh = Component("C3", "Tanh")
    assert _shape(swap(LEGO, "C3", tanh))[0] == [["Conv2d"], ["Conv2d", "Tanh"]]
    assert _shape(swap(LEGO, "L2", None)) == [_shape(LEGO)[0], _shape(LEGO)[2]]
    assert _shape(swap(LEGO, "C4", None))[1] == [[]]  # an empty parent stays


def test_what_is_left_empty_goes_with_the_links_that_ended_there():
    lego = network("ReLU", "ReLU", "ReLU", "Linear", links="L1-L3 L1-L4 input-L4")
    slim = drop_empty(swap(lego, "C3", None))
    assert [layer.id for layer in slim.layers] == ["L1", "L2", "L4"]
    assert [link.id for link in slim.links] == ["K2", "K3"]


def test_links_between_layers_that_become_neighbours_go():
    lego = network("ReLU", "ReLU", "ReLU", "Linear", links="L1-L3 L1-L4 input-L4")
    slim = take(lego, lego.layers[1])
    assert [link.id for link in slim.links] == ["K2", "K3"]


def test_the_last_layer_cannot_be_taken():
    lego = chain(1)
    with pytest.raises(ArchitectureError, match="no layer would be left"):
        take(lego, lego.layers[0])


@given(architectures())
def test_every_item_can_be_taken_alone(lego):
    for item in (*lego.layers, *lego.blocks, *lego.components()):
        try:
            slim = check(take(lego, item))
        except ArchitectureError:
            assert len(lego.layers) == 1
            continue
        with pytest.raises(ArchitectureError):
            slim.address(item)


def test_an_item_becomes_what_its_new_parent_holds():
    tanh = Component("C9", "Tanh")
    in_block = put(LEGO, tanh, to="B1", index=0)
    assert _shape(in_block)[0] == [["Tanh", "Conv2d"], ["Conv2d", "ReLU"]]
    in_layer = put(LEGO, tanh, to="L1", index=None)
    assert _shape(in_layer)[0] == [["Conv2d"], ["Conv2d", "ReLU"], ["Tanh"]]
    assert in_layer.layers[0].blocks[2].id == "B5"
    in_network = put(LEGO, tanh, to=None, index=1)
    assert _shape(in_network)[1] == [["Tanh"]]
    assert (in_network.layers[1].id, in_network.layers[1].blocks[0].id) == ("L4", "B5")


@pytest.mark.parametrize(("item", "to"), [(LEGO.layers[0], "L2"), (LEGO.layers[0], "B1"), (LEGO.blocks[0], "B2")])
def test_an_item_cannot_go_into_one_of_its_own_level_or_below(item, to):
    with pytest.raises(ArchitectureError, match="cannot go into a"):
        put(LEGO, item, to=to, index=None)


@pytest.mark.parametrize("index", [-1, 4, 10**9])
def test_a_position_out_of_range_is_refused(index):
    with pytest.raises(ArchitectureError, match=r"layers: position .*; expected 0 to 3"):
        put(LEGO, Component("C9", "Tanh"), to=None, index=index)
