import subprocess
import sys

import pytest
import torch

from oneshot_lab.architecture.catalogue import KINDS
from oneshot_lab.architecture.model import Component
from oneshot_lab.errors import ArchitectureError, ExhaustedError
from oneshot_lab.supernet.components import MODULES, build

LINEAR = (("in_features", 4), ("out_features", 3))


def test_every_kind_of_the_catalogue_has_its_torch_class():
    assert {name: module.__name__ for name, module in MODULES.items()} == {name: name for name in KINDS}


def test_parameters_reach_torch():
    component = Component(
        "C1", "Conv2d", (("in_channels", 2), ("out_channels", 4), ("kernel_size", (3, 5)), ("groups", 2))
    )
    module = build(component, seed=0)
    assert (module.in_channels, module.out_channels, module.kernel_size, module.groups) == (2, 4, (3, 5), 2)


def test_the_start_depends_on_seed_and_id_alone():
    start = build(Component("C1", "Linear", LINEAR), seed=0).weight
    torch.rand(5)
    assert torch.equal(start, build(Component("C1", "Linear", LINEAR), seed=0).weight)
    assert not torch.equal(start, build(Component("C2", "Linear", LINEAR), seed=0).weight)
    assert not torch.equal(start, build(Component("C1", "Linear", LINEAR), seed=1).weight)


def test_the_start_is_the_same_in_another_process():
    code = (
        "from oneshot_lab.architecture.model import Component; from oneshot_lab.supernet.components import build; "
        f"print(build(Component('C1', 'Linear', {LINEAR}), seed=7).weight.tolist())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert there.strip() == str(build(Component("C1", "Linear", LINEAR), seed=7).weight.tolist())


def test_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    build(Component("C1", "Linear", LINEAR), seed=0)
    assert torch.equal(before, torch.random.get_rng_state())


def test_an_unknown_kind_gets_a_hint():
    with pytest.raises(ArchitectureError, match="Conv3 C1: unknown component kind; did you mean 'Conv2d'"):
        build(Component("C1", "Conv3"), seed=0)


@pytest.mark.parametrize("params", [(), (("in_features", 4), ("out_features", -3)), (("colour", 1),)])
def test_what_torch_refuses_is_an_error_with_a_place(params):
    with pytest.raises(ArchitectureError, match=r"Linear C1: torch refuses .*; repair the architecture first"):
        build(Component("C1", "Linear", params), seed=0)


def test_what_has_no_room_says_so_rather_than_that_its_parameters_are_refused():
    huge = (("in_features", 2**30), ("out_features", 2**30))
    with pytest.raises(ExhaustedError, match=r"^memory: .*you tried to allocate 4611686018427387904 bytes"):
        build(Component("C1", "Linear", huge), seed=0)
