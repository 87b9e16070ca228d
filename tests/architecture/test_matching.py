import pytest

from oneshot_lab.architecture.matching import MOST_PADDING, Chain, match_channels, match_sizes
from oneshot_lab.errors import ShapeError
from tests.architecture.networks import network

IMAGE = (1, 28, 28)


def _chains(text, shape=IMAGE, keep=()):
    layer = network(text, shape=shape).layers[0]
    return [
        Chain(block.components, shape, where=f"layer L1, block {block.id}", block=block.id, keep=frozenset(keep))
        for block in layer.blocks
    ]


def _chain(text, shape=IMAGE):
    return _chains(text, shape)[0]


def test_a_chain_fits_its_components_one_after_the_other():
    chain = _chain("Conv2d(, 6, 5); ReLU; MaxPool2d(2)")
    assert chain.shapes == ((1, 28, 28), (6, 24, 24), (6, 24, 24), (6, 12, 12))
    assert (chain.outputs, chain.width) == ((6, 12, 12), 6)
    assert chain.reasons == {("C1", "in_channels"): "its input has 1 channels"}


@pytest.mark.parametrize(
    ("text", "setter"),
    [
        ("Conv2d(, 6, 5); ReLU", (0, "out_channels")),
        ("Conv2d(, 6, 5); Conv2d(, 8, 5); BatchNorm2d", (1, "out_channels")),
        ("MaxPool2d(2)", None),
        ("Conv2d(, 6, 5); Flatten", None),  # 6·24·24 features follow from more than the channels
        ("Conv2d(, 6, 5); AdaptiveAvgPool2d(1); Flatten", (0, "out_channels")),
        ("Flatten; Linear(, 84); ReLU", (1, "out_features")),
    ],
)
def test_the_last_weights_set_the_width(text, setter):
    assert _chain(text).setter == setter


def test_what_follows_a_changed_parameter_is_fitted_again():
    chain = _chain("Conv2d(, 6, 5); BatchNorm2d")
    chain.set(0, "out_channels", 8, "same width as B2")
    assert chain.components[1].values["num_features"] == 8
    assert chain.reasons["C1", "out_channels"] == "same width as B2"
    assert chain.reasons["C2", "num_features"] == "its input has 8 channels"


def test_a_kernel_that_was_cut_grows_back_with_padding():
    chain = _chain("Conv2d(, 6, 7)", shape=(1, 5, 5))
    assert chain.components[0].values["kernel_size"] == 5
    chain.set(0, "padding", 3, "same size as B2")
    assert chain.components[0].values["kernel_size"] == 7
    assert chain.outputs == (6, 5, 5)


@pytest.mark.parametrize(
    ("text", "size", "padding"),
    [
        ("Conv2d(, 6, 5)", (26, 26), (0, 1)),
        ("Conv2d(, 6, 7)", (26, 26), (0, 2)),
        ("Conv2d(, 6, (3, 5))", (26, 26), (0, (0, 1))),
        ("Conv2d(, 6, 4, 2)", (14, 14), (0, 1)),
        ("Conv2d(, 6, 3, dilation=2)", (28, 28), (0, 2)),
        ("Conv2d(, 6)", (28, 28), (0, 1)),  # a blank kernel is 3
        ("Conv2d(, 6, 2.6)", (28, 28), (0, 1)),  # and so is this one
        ("Conv2d(, 6, 5); Conv2d(, 6, 5)", (24, 24), (1, 2)),  # the last one that can
        ("Conv2d(, 6, 5); ReLU; MaxPool2d(2)", (13, 13), (2, 1)),
        ("Conv2d(, 6, 5); ReLU; MaxPool2d(2)", (14, 14), (0, 2)),
        ("MaxPool2d(3, 2)", (14, 14), (0, 1)),
        ("ReLU", (26, 26), None),
        ("Conv2d(, 6, 2)", (26, 26), None),
        ("MaxPool2d(2)", (16, 16), None),  # padding is at most half the kernel
    ],
)
def test_padding_reaches_sizes(text, size, padding):
    assert _chain(text).padding_for(size) == padding


@pytest.mark.parametrize("values", ["65536", "3, dilation=65536", "(1, 65536), dilation=2"])
def test_gigantic_kernels_are_not_padded_for_ever(values):
    sizes = _chain(f"Conv2d(, 1, {values})").sizes
    assert max(map(len, sizes[0])) <= MOST_PADDING + 1


def _widths(chains, **kwargs):
    match_channels(chains, **{"classes": None, **kwargs})
    return [chain.width for chain in chains]


def test_the_width_is_what_most_blocks_have_else_the_firsts():
    assert _widths(_chains("Conv2d(, 6, 3) | Conv2d(, 8, 3) | Conv2d(, 8, 3)")) == [8, 8, 8]
    assert _widths(_chains("Conv2d(, 6, 3) | Conv2d(, 8, 3)")) == [6, 6]


def test_a_blank_width_follows_a_typed_one():
    assert _widths(_chains("Conv2d | Conv2d | Conv2d(, 8, 3)")) == [8, 8, 8]


def test_a_block_that_cannot_change_sets_the_width():
    assert _widths(_chains("Conv2d(, 6, 3) | Conv2d(, 6, 3) | MaxPool2d(2)", shape=(3, 8, 8))) == [3, 3, 3]


def test_what_has_just_been_typed_sets_the_width():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 9, 3)"
    assert _widths(_chains(text, keep={("C3", "out_channels")})) == [9, 9, 9]


def test_a_typed_width_inside_a_block_is_not_the_blocks():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 4, 1); Conv2d(, 9, 3)"
    assert _widths(_chains(text, keep={("C3", "out_channels")})) == [6, 6, 6]


def test_the_last_layer_is_as_wide_as_there_are_classes():
    chains = _chains("Linear(, 84) | Linear(, 120); Linear(, 84)", shape=(400,))
    assert _widths(chains, classes=10) == [10, 10]
    assert chains[1].components[0].values["out_features"] == 120
    assert chains[0].reasons["C1", "out_features"] == "the data has 10 classes"


def test_a_block_without_weights_that_should_change_is_named():
    with pytest.raises(ShapeError, match="layer L1, block B2") as caught:
        match_channels(_chains("Linear(, 84) | Identity", shape=(400,)), classes=10)
    assert caught.value.remedy == "add Linear(out_features=10) at the end of B2"


def test_images_beside_features_are_left_to_the_merge():
    chains = _chains("Conv2d(, 6, 3) | Flatten; Linear(, 84)")
    assert _widths(chains) == [6, 84]
    match_sizes(chains)
    assert [chain.outputs for chain in chains] == [(6, 26, 26), (84,)]


def _sizes(chains):
    match_sizes(chains)
    return [chain.outputs[1:] for chain in chains]


def test_three_kernels_meet_by_their_padding():
    chains = _chains("Conv2d(, 6, 3) | Conv2d(, 6, 5) | Conv2d(, 6, 7)")
    assert _sizes(chains) == [(26, 26)] * 3
    assert [chain.components[0].values.get("padding", 0) for chain in chains] == [0, 1, 2]
    assert chains[1].reasons["C2", "padding"] == "same size as B1"


def test_the_size_that_most_blocks_have_stays():
    assert _sizes(_chains("Conv2d(, 6, 3) | Conv2d(, 6, 5, padding=2) | ReLU")) == [(28, 28)] * 3


def test_a_typed_padding_counts_more_than_a_blank_one():
    text = "Conv2d(, 6, 3) | Conv2d(, 6, 3) | Conv2d(, 6, 5, padding=2)"
    assert _sizes(_chains(text)) == [(28, 28)] * 3


def test_what_has_just_been_typed_sets_the_size():
    text = "Conv2d(, 6, 3, padding=0) | Conv2d(, 6, 5, padding=2) | Conv2d(, 6, 7, padding=3)"
    assert _sizes(_chains(text, keep={("C1", "padding")})) == [(26, 26)] * 3


def test_even_kernels_and_strides_meet_where_that_is_possible():
    assert _sizes(_chains("Conv2d(, 6, 4, 2, 1) | Conv2d(, 6, 3, 2, 1) | MaxPool2d(2)")) == [(14, 14)] * 3
    assert _sizes(_chains("Conv2d(, 6, 2) | Conv2d(, 6, 4)")) == [(27, 27)] * 2
    assert _sizes(_chains("Conv2d(, 6, 2, dilation=2) | Conv2d(, 6, 3)")) == [(26, 26)] * 2


def test_blocks_that_cannot_meet_are_both_named():
    with pytest.raises(ShapeError) as caught:
        match_sizes(_chains("Conv2d(, 6, 3) | Conv2d(, 6, 2)"))
    assert caught.value.where == "layer L1, block B2"
    assert "Conv2d(1, 6, 2) gives 6×27×27" in caught.value.message
    assert "sibling B1, where Conv2d(1, 6, 3) gives 6×26×26" in caught.value.expected
