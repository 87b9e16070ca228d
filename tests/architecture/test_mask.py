import pickle
import subprocess
import sys
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import (
    Mask,
    check_mask,
    complement,
    intersection,
    is_bypassed,
    is_valid,
    live_by_id,
    live_layers,
    locked_blocks,
    prune,
    union,
)
from oneshot_lab.errors import MaskError
from tests.architecture.networks import tried
from tests.strategies import architectures, block_sets, chain

# Equation 1: the paper's row of zeros and ones, one for each block in template order.
LENET_LIKE = chain(3, 1, 3, 1, 2, 1, 1)


def test_a_row_of_bits_is_a_mask():
    row = (1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1)
    mask = Mask.from_bits(LENET_LIKE, row)
    assert mask == Mask.of("B1", "B3", "B4", "B6", "B8", "B9", "B11", "B12")
    assert mask.bits(LENET_LIKE) == tuple(map(bool, row))


@given(architectures(), st.data())
def test_bits_and_masks_say_the_same(architecture, data):
    mask = data.draw(block_sets(architecture))
    assert Mask.from_bits(architecture, mask.bits(architecture)) == mask


@pytest.mark.parametrize("length", [0, 11, 13])
def test_a_row_of_another_length_is_refused(length):
    with pytest.raises(MaskError, match=f"mask: {length} bits; expected 12, one for each block"):
        Mask.from_bits(LENET_LIKE, [1] * length)


def test_masks_are_sets_that_outlive_edits():
    mask = Mask.of("B3", "B12", "B1")
    assert mask == Mask.of("B1", "B3", "B12")
    assert len({mask, Mask.of("B12", "B1", "B3"), Mask.of("B1")}) == 2
    assert repr(mask) == "Mask(B1, B3, B12)"
    assert "B3" in mask
    assert "B2" not in mask
    assert len(mask) == 3
    assert Mask.full(chain(2, 1)) == Mask.of("B1", "B2", "B3")


IDS = st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True)


@given(st.frozensets(IDS).map(Mask))
def test_a_mask_comes_back_from_whatever_says_it(mask):
    code = f"osl.Mask.of({', '.join(map(repr, sorted(mask.blocks)))})"
    for text in (str(mask), repr(mask), code, code.replace("'", '"'), f"  {mask}\n", ",".join(mask.blocks)):
        assert Mask.parse(text) == mask
    assert Mask.parse(mask) is mask
    assert str(Mask.parse(str(mask))) == str(mask)


def test_as_text_a_masks_blocks_are_in_their_order():
    assert str(Mask.of("B12", "B3", "B1")) == "B1 B3 B12"


@given(st.one_of(st.text(), st.floats(), st.binary(), st.none(), st.lists(st.integers()), st.integers()))
def test_what_is_no_mask_is_refused_as_ours(value):
    try:
        mask = Mask.parse(value)
    except MaskError:
        return
    assert all(block.isalnum() for block in mask.blocks)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), r"Mask\.parse: an empty cell; expected text such as 'B1 B4 B12'; leave out rows .*dropna\(\)"),
        (3, r"Mask\.parse: a number; expected text"),
        (None, r"Mask\.parse: nothing; expected text"),
        ("B1 L1.B3", r"Mask\.parse: the id 'L1\.B3'; expected block ids"),
        ("Mask(B1", r"Mask\.parse: the id 'Mask\(B1'; expected block ids"),
        ("B1; import os", r"the id 'B1;'"),
        ("B" * 101, "101 characters; expected block ids"),
        ("B1 " * 100_000, "300,000 characters; expected 208,000 at most"),
    ],
)
def test_an_error_says_what_is_no_mask(value, words):
    with pytest.raises(MaskError, match=words):
        Mask.parse(value)


def test_a_mask_from_another_process_is_found_in_a_set():
    made = "import pickle, sys; from oneshot_lab.architecture.mask import Mask; m = Mask.of('B1', 'B2'); hash(m); "
    made += "sys.stdout.buffer.write(pickle.dumps(m))"
    sent = subprocess.run([sys.executable, "-c", made], capture_output=True, check=True).stdout
    assert pickle.loads(sent) in {Mask.of("B1", "B2")}


def _reachable(architecture, mask):
    """The oracle: layers on a path from input to output in the graph of non-empty layers."""
    graph = nx.DiGraph()
    names = ["input", *(layer.id for layer in architecture.layers)]
    graph.add_edges_from(pairwise(names))
    graph.add_edges_from((link.source, link.target) for link in architecture.links)
    for layer in architecture.layers:
        if not any(block.id in mask for block in layer.blocks):
            graph.remove_node(layer.id)
    last = architecture.layers[-1].id
    if last not in graph:
        return set()
    return (nx.descendants(graph, "input") | {"input"}) & (nx.ancestors(graph, last) | {last}) - {"input"}


@given(architectures(), st.data())
def test_live_layers_lie_on_a_path_from_input_to_output(architecture, data):
    mask = data.draw(block_sets(architecture))
    path = _reachable(architecture, mask)
    assert live_layers(architecture, mask) == tuple(layer.id in path for layer in architecture.layers)
    assert is_valid(architecture, mask) == (architecture.layers[-1].id in path)
    assert live_by_id(architecture, mask) == {"input": True} | {
        layer.id: layer.id in path for layer in architecture.layers
    }


@given(architectures(), st.data())
def test_pruning_leaves_the_blocks_that_matter(architecture, data):
    mask = data.draw(block_sets(architecture))
    path = _reachable(architecture, mask)
    pruned = prune(architecture, mask)
    assert pruned.blocks == {block for block in mask.blocks if architecture.layer_of[block].id in path}
    assert prune(architecture, pruned) == pruned


@given(architectures())
def test_locked_blocks_are_those_that_no_valid_mask_lacks(architecture):
    full = Mask.full(architecture)
    needed = {block for block in full.blocks if not is_valid(architecture, Mask(full.blocks - {block}))}
    assert locked_blocks(architecture) == needed


def test_a_link_bypasses_the_layers_between_its_ends():
    skip = chain(1, 1, 1, 1, links=((-1, 2),))
    assert [is_bypassed(skip, layer) for layer in skip.layers] == [True, True, False, False]


@pytest.mark.parametrize(
    ("architecture", "mask", "layer", "remedy"),
    [
        (chain(2, 2, 2), Mask.of("B1", "B5"), "L2", "switch on B3 or B4"),
        (chain(2, 2, 2), Mask.of(), "L1", "switch on B1 or B2"),
        (chain(2, 2, 2), Mask.of("B1", "B3"), "L3", "switch on B5 or B6"),
        # Each of L2 and L3 may be empty, but not both.
        (chain(1, 1, 1, 1, links=((-1, 2), (1, 3))), Mask.of("B1", "B4"), "L2", "switch on B2"),
    ],
)
def test_a_cut_is_named_with_what_would_mend_it(architecture, mask, layer, remedy):
    with pytest.raises(MaskError) as caught:
        check_mask(architecture, mask)
    assert caught.value.where == f"mask, layer {layer}"
    assert caught.value.remedy == remedy


@given(architectures(), st.data())
def test_following_the_remedies_ends_at_a_network(architecture, data):
    mask = data.draw(block_sets(architecture))
    for _ in architecture.layers:
        _, error = tried(check_mask, architecture, mask)
        assert is_valid(architecture, mask) == (error is None)
        if error:
            missing = set(error.remedy.removeprefix("switch on ").split(" or "))
            assert not missing & mask.blocks
            mask = Mask(mask.blocks | missing)
    assert check_mask(architecture, mask) is mask


def test_unknown_blocks_are_named():
    with pytest.raises(MaskError, match="chain has no block B8, B9"):
        check_mask(chain(1, 1), Mask.of("B1", "B2", "B9", "B8"))
    assert not is_valid(chain(1), Mask.of("B1", "B9"))


@given(architectures(), st.data())
def test_union_intersection_and_complement_count_blocks(architecture, data):
    masks = data.draw(st.lists(block_sets(architecture), max_size=4))
    having = {block: sum(block in mask for mask in masks) for block in architecture.block_ids}
    assert union(masks) == {block for block, count in having.items() if count}
    assert intersection(masks) == (
        {block for block, count in having.items() if count == len(masks)} if masks else set()
    )
    assert complement(architecture, masks) == {block for block, count in having.items() if not count}
