import subprocess
import sys

import pytest
import torch
from torch import fx, nn

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.serial import from_json, to_json
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.supernet.plain import to_module, with_normalisation
from oneshot_lab.supernet.supernet import Supernet
from tests.architecture.networks import network
from tests.supernet.networks import every_kind, first_batch, images, lenet

X, _ = first_batch(images(6), 6)


@pytest.mark.parametrize("name", every_kind())
def test_it_computes_what_the_whole_supernet_computes(name):
    architecture = every_kind()[name]
    supernet, plain = Supernet(architecture, seed=4).eval(), to_module(architecture, seed=4).eval()
    torch.testing.assert_close(plain(X), supernet(X), atol=1e-5, rtol=1e-5)


def test_a_chain_is_a_sequential_named_by_component_ids():
    chain = select(lenet(), Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12"))
    module = to_module(chain)
    assert isinstance(module, nn.Sequential)
    assert [name for name, _ in module.named_children()] == [component.id for component in chain.components()]


def test_links_survive():
    module = to_module(load_template("resnet18", input_shape=(3, 16, 16), width=0.125)).eval()
    assert isinstance(module, fx.GraphModule)
    assert module(torch.zeros(2, 3, 16, 16)).shape == (2, 10)


@pytest.mark.parametrize("name", ["sum", "links and merges"])
def test_saved_weights_load_and_give_the_same_outputs(name, tmp_path):
    first, second = to_module(every_kind()[name], seed=0).eval(), to_module(every_kind()[name], seed=1).eval()
    assert not torch.equal(first(X), second(X))
    torch.save(first.state_dict(), tmp_path / "weights.pt")
    second.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
    assert torch.equal(first(X), second(X))


def test_it_runs_without_this_package(tmp_path):
    module = to_module(lenet()).eval()
    torch.save((module, X, module(X)), tmp_path / "module.pt")
    code = (
        "import sys, torch; module, x, y = torch.load('module.pt', weights_only=False); "
        "assert torch.equal(module(x), y); assert not any('oneshot' in name for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_the_normalisation_can_be_put_into_it():
    network = to_module(lenet(), seed=4).eval()
    raw = torch.randint(0, 256, (5, *lenet().input_shape), dtype=torch.uint8)
    mean, std = (7.0,) * raw.shape[1], (60.0,) * raw.shape[1]
    alone = with_normalisation(network, mean=mean, std=std)
    expected = network((raw.float() - 7) / 60)
    torch.testing.assert_close(alone(raw), expected)
    torch.testing.assert_close(alone(raw.float()), expected)
    names = {f"network.{name}" for name in network.state_dict()}
    assert set(alone.state_dict()) == {"mean", "std"} | names


@pytest.mark.parametrize("name", ["pop", "training", "forward", "graph", "keys"])
def test_a_component_may_be_called_as_something_of_torchs(name):
    linked = network("Flatten; Linear", "Linear", "Linear", links="input-L3", shape=(1, 4, 4), classes=2)
    for lego in (network("Flatten; Linear", shape=(1, 4, 4), classes=2), linked):
        data = to_json(lego)
        data["layers"][0]["blocks"][0]["components"][1]["id"] = name
        called, _ = repair(from_json(data))
        supernet, plain = Supernet(called, seed=4).eval(), to_module(called, seed=4).eval()
        assert f"components.{name}.weight" in supernet.state_dict()
        assert any(key.startswith(name) for key in plain.state_dict())
        images = torch.rand(3, 1, 4, 4)
        torch.testing.assert_close(plain(images), supernet(images))
