from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from oneshot_lab.architecture.catalogue import KINDS
from oneshot_lab.architecture.edits import AddComponent
from oneshot_lab.architecture.model import Component
from oneshot_lab.supernet.components import MODULES, build
from oneshot_lab.supernet.drawing import Drawing, drops
from oneshot_lab.supernet.recipes import get_recipe
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.supernet.networks import images, lenet

REQUIRED = {
    "Conv2d": {"in_channels": 3, "out_channels": 4, "kernel_size": 3},
    "ConvTranspose2d": {"in_channels": 3, "out_channels": 4, "kernel_size": 3},
    "MaxPool2d": {"kernel_size": 2},
    "AvgPool2d": {"kernel_size": 2},
    "AdaptiveAvgPool2d": {"output_size": 1},
    "BatchNorm2d": {"num_features": 3},
    "BatchNorm1d": {"num_features": 3},
    "GroupNorm": {"num_groups": 3, "num_channels": 3},
    "LayerNorm": {"normalized_shape": (3, 8, 8)},
    "Linear": {"in_features": 3, "out_features": 4},
    "Softmax": {"dim": 1},
}
DROPS = {"Dropout": F.dropout, "Dropout2d": F.dropout2d}


@contextmanager
def cell_that_draws() -> Iterator[None]:
    """Draws from torch's own generator in another thread all the while, and seeds it now and then."""
    ended, drew = Event(), Event()

    def draw():
        while not ended.is_set():
            torch.manual_seed(1)
            torch.rand(3)
            drew.set()

    before = torch.random.get_rng_state()
    thread = Thread(target=draw)
    thread.start()
    drew.wait()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        torch.random.set_rng_state(before)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_touches_the_process_s_generator(kind):
    module = MODULES[kind](**REQUIRED.get(kind, {}))
    rank = 3 if 3 in KINDS[kind].ranks else 1
    x = torch.rand(4, 3, 8, 8) if rank == 3 else torch.rand(4, 3)
    before = torch.random.get_rng_state()
    with Drawing(0):
        MODULES[kind](**REQUIRED.get(kind, {}))
        module.train()(x)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].family == "dropout"])
def test_what_drops_is_known_as_such(kind):
    assert drops(nn.Sequential(nn.Linear(1, 1), MODULES[kind]()))
    assert not drops(nn.Sequential(nn.Linear(1, 1), nn.ReLU()))


@pytest.mark.parametrize("kind", DROPS)
@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_dropout_is_torch_s_number_for_number(kind, p, layout):
    x = torch.randn(8, 6, 5, 5).to(memory_format=layout)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        torchs = [DROPS[kind](x, p, True) for _ in range(2)]
    with Drawing(7):
        ours = [MODULES[kind](p).train()(x) for _ in range(2)]
    assert all(torch.equal(one, other) for one, other in zip(torchs, ours, strict=True))


@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d", "Linear"])
def test_weights_start_as_torch_s_own_do(kind):
    with torch.random.fork_rng():
        torch.manual_seed(7)
        torchs = MODULES[kind](**REQUIRED[kind]).state_dict()
    with Drawing(7):
        ours = MODULES[kind](**REQUIRED[kind]).state_dict()
    assert all(torch.equal(torchs[name], ours[name]) for name in torchs)


@given(p=st.sampled_from([0.1, 0.5, 0.9]), seed=st.integers(0, 2**31))
def test_dropout_drops_its_share_and_makes_up_for_it(p, seed):
    x = torch.ones(200, 200)
    with Drawing(seed):
        y = F.dropout(x, p, True)
    kept = y != 0
    # Six standard deviations of the share over 40,000 draws.
    assert abs(kept.float().mean().item() - (1 - p)) < 6 * (p * (1 - p) / x.numel()) ** 0.5
    torch.testing.assert_close(y[kept], torch.full_like(y[kept], 1 / (1 - p)))


def test_dropout2d_drops_whole_channels_and_the_gradient_follows():
    x = torch.ones(50, 20, 3, 3, requires_grad=True)
    with Drawing(0):
        y = F.dropout2d(x, 0.5, True)
    y.sum().backward()
    assert {*y.flatten(2).sum(2).unique().tolist()} == {0.0, 18.0}
    assert torch.equal(x.grad, y.detach())


def test_in_place_and_eval_are_as_in_torch():
    x = torch.ones(100)
    with Drawing(0):
        assert F.dropout(x, 0.5, False) is x
        assert F.dropout(x, 0.5, True, True) is x
    assert (x == 0).any()


def test_the_generator_goes_on_from_one_use_to_the_next():
    def draw(drawing):
        with drawing:
            return F.dropout(torch.ones(50), 0.5, True)

    one, other = Drawing(3), Drawing(3)
    first, second = draw(one), draw(one)
    assert torch.equal(first, draw(other))
    assert torch.equal(second, draw(other))
    assert not torch.equal(first, second)


def test_other_threads_draw_from_torch_s_own_meanwhile():
    inside, drawn = Event(), []

    def cell():
        inside.wait()
        drawn.append(torch.nn.functional.dropout(torch.ones(50), 0.5, True))

    thread = Thread(target=cell)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        thread.start()
        with Drawing(9):
            inside.set()
            thread.join()
        torch.manual_seed(5)
        assert torch.equal(drawn[0], F.dropout(torch.ones(50), 0.5, True))


def test_a_training_with_dropout_and_a_cell_that_draws_leave_each_other_alone():
    def learn():
        network = Supernet(lenet(AddComponent("B9", "Dropout", "0.5")))
        train(network, images(96), recipe=get_recipe("paper"), epochs=3, device="cpu", bar=False)
        return network.state_dict()

    alone = learn()
    with cell_that_draws():
        together = learn()
    assert all(torch.equal(alone[name], together[name]) for name in alone)


def test_a_cell_draws_the_same_numbers_whether_or_not_a_training_runs():
    def learn():
        network = Supernet(lenet(AddComponent("B9", "Dropout", "0.5")))
        train(network, images(96), recipe=get_recipe("paper"), epochs=2, device="cpu", bar=False)

    with torch.random.fork_rng():
        torch.manual_seed(2)
        alone = [torch.rand(2).tolist() for _ in range(200)]
        torch.manual_seed(2)
        thread, drawn = Thread(target=learn), []
        thread.start()
        while thread.is_alive():
            drawn.append(torch.rand(2).tolist())
        assert drawn[:200] == alone[: len(drawn)]


def test_a_component_starts_alike_while_a_cell_draws():
    component = Component("C1", "Linear", (("in_features", 40), ("out_features", 30)))
    alone = build(component, seed=3).weight
    with cell_that_draws():
        assert all(torch.equal(build(component, seed=3).weight, alone) for _ in range(50))
