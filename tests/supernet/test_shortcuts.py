import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from oneshot_lab.supernet import shortcuts


@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    size=st.tuples(st.integers(4, 12), st.integers(4, 12)),
    padding=st.integers(0, 1),
    dilation=st.integers(1, 2),
    ceil_mode=st.booleans(),
)
def test_max_pool_without_gradients_equals_torch(kernel, stride, size, padding, dilation, ceil_mode):
    assume(padding * 2 <= min(kernel))
    assume(all(dilation * (k - 1) < s + 2 * padding for k, s in zip(kernel, size, strict=True)))
    pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil_mode)
    x = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(shortcuts.apply(pool, x), pool(x))


def test_max_pool_lets_nan_through():
    x = torch.zeros(1, 1, 4, 4)
    x[0, 0, 1, 1] = float("nan")
    with torch.no_grad():
        assert shortcuts.apply(nn.MaxPool2d(2), x).isnan().sum() == 1


def test_relu_goes_behind_max_pool_with_the_same_result_and_gradient():
    plain = [nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten()]
    ordered = shortcuts.reorder(plain)
    assert [type(module).__name__ for module in ordered] == ["Conv2d", "MaxPool2d", "ReLU", "ReLU", "Flatten"]
    x = torch.randn(4, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    results = []
    for modules in (plain, ordered):
        plain[0].zero_grad()
        y = nn.Sequential(*modules)(x)
        y.square().sum().backward()
        results.append((y.detach(), plain[0].weight.grad.clone()))
    assert torch.equal(results[0][0], results[1][0])
    torch.testing.assert_close(results[0][1], results[1][1])


@given(
    pads=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4),
    reach=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    groups=st.sampled_from([1, 2]),
    biases=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_joined_convolutions_equal_their_sum_with_gradients(pads, reach, stride, groups, biases):
    convs = [
        nn.Conv2d(2, 4, (reach[0] + 2 * p, reach[1] + 2 * q), stride, (p, q), groups=groups, bias=bias).double()
        for (p, q), bias in zip(pads, biases, strict=False)
    ]
    assert len({shortcuts.alignment([conv]) for conv in convs}) == 1
    x = torch.randn(2, 2, 9, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    parameters = [x, *(parameter for conv in convs for parameter in conv.parameters())]
    apart, joined = sum(conv(x) for conv in convs), shortcuts.joined_convolution(convs, x)
    torch.testing.assert_close(joined, apart)
    for ours, theirs in zip(
        torch.autograd.grad(joined.square().sum(), parameters),
        torch.autograd.grad(apart.square().sum(), parameters),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize(
    "other",
    [
        nn.Conv2d(2, 4, 3, padding=1),
        nn.Conv2d(2, 4, 5, padding=1, stride=2),
        nn.Conv2d(2, 4, 5, padding=1, groups=2),
        nn.Conv2d(2, 6, 5, padding=1),
    ],
)
def test_convolutions_that_slide_differently_are_not_joined(other):
    assert shortcuts.alignment([nn.Conv2d(2, 4, 3)]) != shortcuts.alignment([other])


@pytest.mark.parametrize(
    "modules",
    [
        [],
        [nn.Conv2d(2, 4, 3), nn.ReLU()],
        [nn.Linear(2, 4)],
        [nn.Conv2d(2, 4, 3, dilation=2)],
        [nn.Conv2d(2, 4, 3, padding="same")],
        [nn.Conv2d(2, 4, 3, padding=1, padding_mode="reflect")],
    ],
)
def test_only_single_plain_convolutions_can_be_joined(modules):
    assert shortcuts.alignment(modules) is None
