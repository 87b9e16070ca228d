import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture import rules
from oneshot_lab.architecture.catalogue import get_kind

# Sizes and counts against torch itself are in test_shapes.py; here are the numbers that a person can check.


def _outputs(kind, shape, **values):
    return get_kind(kind).outputs(get_kind(kind).complete(values), shape)


@pytest.mark.parametrize(
    ("kind", "values", "shape", "outputs"),
    [
        ("Conv2d", {"out_channels": 6, "kernel_size": 5}, (1, 28, 28), (6, 24, 24)),
        ("Conv2d", {"out_channels": 6, "kernel_size": (3, 5), "padding": (1, 2)}, (1, 28, 20), (6, 28, 20)),
        ("Conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3}, (3, 224, 224), (64, 112, 112)),
        ("Conv2d", {"out_channels": 8, "kernel_size": 3, "dilation": 2}, (3, 10, 10), (8, 6, 6)),
        ("ConvTranspose2d", {"out_channels": 3, "kernel_size": 4, "stride": 2, "padding": 1}, (8, 7, 7), (3, 14, 14)),
        ("MaxPool2d", {"kernel_size": 3, "stride": 2}, (64, 32, 32), (64, 15, 15)),
        ("MaxPool2d", {"kernel_size": 3, "stride": 2, "ceil_mode": True}, (64, 32, 32), (64, 16, 16)),
        # The last window would start in the padding, so torch leaves it out.
        ("AvgPool2d", {"kernel_size": 2, "stride": 3, "ceil_mode": True, "padding": 1}, (1, 5, 5), (1, 2, 2)),
        ("AdaptiveAvgPool2d", {"output_size": (2, 3)}, (8, 7, 7), (8, 2, 3)),
        ("Flatten", {}, (16, 5, 5), (400,)),
        ("Linear", {"out_features": 10}, (84,), (10,)),
        ("ReLU", {}, (6, 4, 4), (6, 4, 4)),
    ],
)
def test_sizes_by_hand(kind, values, shape, outputs):
    assert _outputs(kind, shape, **values) == outputs


@pytest.mark.parametrize(
    ("kind", "values", "shape", "parameters", "macs"),
    [
        # LeNet's second convolution: 6·16·5·5 + 16, and 2400 weights at 10·10 places.
        ("Conv2d", {"in_channels": 6, "out_channels": 16, "kernel_size": 5}, (6, 14, 14), 2416, 240_000),
        (
            "Conv2d",
            {"in_channels": 8, "out_channels": 8, "kernel_size": 3, "groups": 8, "bias": False},
            (8, 5, 5),
            72,
            648,
        ),
        (
            "ConvTranspose2d",
            {"in_channels": 8, "out_channels": 3, "kernel_size": 4, "stride": 2},
            (8, 7, 7),
            387,
            18_816,
        ),
        ("Linear", {"in_features": 400, "out_features": 120}, (400,), 48_120, 48_000),
        ("Linear", {"in_features": 400, "out_features": 120, "bias": False}, (400,), 48_000, 48_000),
        ("BatchNorm2d", {"num_features": 6}, (6, 4, 4), 12, 0),
        ("BatchNorm1d", {"num_features": 6, "affine": False}, (6,), 0, 0),
        ("GroupNorm", {"num_groups": 2, "num_channels": 6}, (6, 4, 4), 12, 0),
        ("LayerNorm", {"normalized_shape": (4, 4)}, (6, 4, 4), 32, 0),
        ("LayerNorm", {"normalized_shape": 4, "bias": False}, (6, 4, 4), 4, 0),
        ("MaxPool2d", {"kernel_size": 2}, (6, 4, 4), 0, 0),
    ],
)
def test_costs_by_hand(kind, values, shape, parameters, macs):
    kind = get_kind(kind)
    complete = kind.complete(values)
    outputs = kind.outputs(complete, shape)
    assert kind.parameters(complete, shape, outputs) == parameters
    assert kind.macs(complete, shape, outputs) == macs


@pytest.mark.parametrize(
    ("kind", "values", "shape", "corrections"),
    [
        ("Conv2d", {"in_channels": 6, "out_channels": 16, "kernel_size": 3, "groups": 5}, (6, 9, 9), {"groups": 2}),
        ("Conv2d", {"in_channels": 6, "out_channels": 6, "kernel_size": 3, "groups": 6}, (6, 9, 9), {}),
        ("Conv2d", {"in_channels": 1, "out_channels": 6, "kernel_size": 7}, (1, 4, 5), {"kernel_size": (4, 5)}),
        (
            "Conv2d",
            {"in_channels": 1, "out_channels": 6, "kernel_size": 7, "padding": 1},
            (1, 4, 4),
            {"kernel_size": 6},
        ),
        ("MaxPool2d", {"kernel_size": 2, "padding": 2}, (1, 8, 8), {"padding": 1}),
        ("AvgPool2d", {"kernel_size": 9}, (1, 8, 8), {"kernel_size": 8}),
        (
            "ConvTranspose2d",
            {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "output_padding": 2, "stride": 2},
            (2, 4, 4),
            {"output_padding": 1},
        ),
        (
            "ConvTranspose2d",
            {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "padding": 4},
            (2, 4, 4),
            {"padding": 2},
        ),
        ("GroupNorm", {"num_groups": 8, "num_channels": 6}, (6, 4, 4), {"num_groups": 6}),
        ("LayerNorm", {"normalized_shape": 9}, (6, 4, 5), {"normalized_shape": 5}),
        ("LayerNorm", {"normalized_shape": (6, 9)}, (6, 4, 5), {"normalized_shape": (4, 5)}),
        ("LayerNorm", {"normalized_shape": (6, 4, 5)}, (120,), {"normalized_shape": 120}),
        ("Softmax", {"dim": 0}, (6, 4, 4), {"dim": 1}),
        ("Softmax", {"dim": 3}, (6,), {"dim": 1}),
        ("Softmax", {"dim": -1}, (6,), {}),
    ],
)
def test_what_an_input_makes_illegal_is_corrected_with_a_reason(kind, values, shape, corrections):
    kind = get_kind(kind)
    found = list(kind.legal(kind.complete(values), shape))
    assert {name: value for name, value, _ in found} == corrections
    assert all(reason for *_, reason in found)


@given(st.integers(1, 500), st.integers(1, 500))
def test_the_nearest_divisor_divides_and_none_is_nearer(value, number):
    nearest = rules.nearest_divisor(value, number)
    divisors = [divisor for divisor in range(1, number + 1) if number % divisor == 0]
    assert nearest in divisors
    assert abs(nearest - value) == min(abs(divisor - value) for divisor in divisors)


def test_sizes_are_numbers_or_pairs():
    assert rules.pair(3) == (3, 3)
    assert rules.pair((3, 5)) == (3, 5)
    assert rules.single(3, 3) == 3
    assert rules.single(3, 5) == (3, 5)
    assert rules.as_tuple(7) == (7,)
    assert rules.as_tuple((7, 8)) == (7, 8)
