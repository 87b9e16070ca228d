import pytest

from oneshot_lab.architecture.chain import MOST_PADDING
from tests.architecture.networks import chains


def _chain(text, shape=(1, 28, 28)):
    return chains(text, shape)[0]


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
