import pytest

from oneshot_lab.architecture.matching import match_channels, match_sizes
from oneshot_lab.errors import ShapeError
from tests.architecture.networks import chains


def _widths(chains, **kwargs):
    match_channels(chains, **{"classes": None, **kwargs})
    return [chain.width for chain in chains]


def test_the_width_is_what_most_blocks_have_else_the_firsts():
    assert _widths(chains("Conv2d(, 6, 3) | Conv2d(, 8, 3) | Conv2d(, 8, 3)")) == [8, 8, 8]
    assert _widths(chains("Conv2d(, 6, 3) | Conv2d(, 8, 3)")) == [6, 6]


def test_a_blank_width_follows_a_typed_one():
    assert _widths(chains("Conv2d | Conv2d | Conv2d(, 8, 3)")) == [8, 8, 8]


def test_a_block_that_cannot_change_sets_the_width():
    assert _widths(chains("Conv2d(, 6, 3) | Conv2d(, 6, 3) | MaxPool2d(2)", shape=(3, 8, 8))) == [3, 3, 3]


def test_what_has_just_been_typed_sets_the_width():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 9, 3)"
    assert _widths(chains(text, keep={("C3", "out_channels")})) == [9, 9, 9]


def test_a_typed_width_inside_a_block_is_not_the_blocks():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 4, 1); Conv2d(, 9, 3)"
    assert _widths(chains(text, keep={("C3", "out_channels")})) == [6, 6, 6]


def test_the_last_layer_is_as_wide_as_there_are_classes():
    blocks = chains("Linear(, 84) | Linear(, 120); Linear(, 84)", shape=(400,))
    assert _widths(blocks, classes=10) == [10, 10]
    assert blocks[1].components[0].values["out_features"] == 120
    assert blocks[0].reasons["C1", "out_features"] == "the data has 10 classes"


def test_a_block_without_weights_that_should_change_is_named():
    with pytest.raises(ShapeError, match="layer L1, block B2") as caught:
        match_channels(chains("Linear(, 84) | Identity", shape=(400,)), classes=10)
    assert caught.value.remedy == "add Linear(out_features=10) at the end of B2"


def test_images_beside_features_are_left_to_the_merge():
    blocks = chains("Conv2d(, 6, 3) | Flatten; Linear(, 84)")
    assert _widths(blocks) == [6, 84]
    match_sizes(blocks)
    assert [chain.outputs for chain in blocks] == [(6, 26, 26), (84,)]


def _sizes(chains):
    match_sizes(chains)
    return [chain.outputs[1:] for chain in chains]


def test_three_kernels_meet_by_their_padding():
    blocks = chains("Conv2d(, 6, 3) | Conv2d(, 6, 5) | Conv2d(, 6, 7)")
    assert _sizes(blocks) == [(26, 26)] * 3
    assert [chain.components[0].values.get("padding", 0) for chain in blocks] == [0, 1, 2]
    assert blocks[1].reasons["C2", "padding"] == "same size as B1"


def test_the_size_that_most_blocks_have_stays():
    assert _sizes(chains("Conv2d(, 6, 3) | Conv2d(, 6, 5, padding=2) | ReLU")) == [(28, 28)] * 3


def test_a_typed_padding_counts_more_than_a_blank_one():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 6, 5, padding=2)"
    assert _sizes(chains(text)) == [(28, 28)] * 3


def test_what_has_just_been_typed_sets_the_size():
    text = "Conv2d(, 6, 3, padding=0) | Conv2d(, 6, 5, padding=2) | Conv2d(, 6, 7, padding=3)"
    assert _sizes(chains(text, keep={("C1", "padding")})) == [(26, 26)] * 3


def test_even_kernels_and_strides_meet_where_that_is_possible():
    assert _sizes(chains("Conv2d(, 6, 4, 2, 1) | Conv2d(, 6, 3, 2, 1) | MaxPool2d(2)")) == [(14, 14)] * 3
    assert _sizes(chains("Conv2d(, 6, 2) | Conv2d(, 6, 4)")) == [(27, 27)] * 2
    assert _sizes(chains("Conv2d(, 6, 2, dilation=2) | Conv2d(, 6, 3)")) == [(26, 26)] * 2


def test_blocks_that_cannot_meet_are_both_named():
    with pytest.raises(ShapeError) as caught:
        match_sizes(chains("Conv2d(, 6, 3) | Conv2d(, 6, 2)"))
    assert caught.value.where == "layer L1, block B2"
    assert "Conv2d(1, 6, 2) gives 6×27×27" in caught.value.message
    assert "sibling B1, where Conv2d(1, 6, 3) gives 6×26×26" in caught.value.expected
