import inspect
import re

import pytest
import torch

from oneshot_lab.architecture.catalogue import FAMILIES, KINDS, get_kind
from oneshot_lab.errors import ArchitectureError

PROMISED = (
    "Conv2d ConvTranspose2d MaxPool2d AvgPool2d AdaptiveAvgPool2d BatchNorm2d BatchNorm1d GroupNorm LayerNorm ReLU "
    "LeakyReLU ELU GELU SiLU Sigmoid Tanh Softmax Dropout Dropout2d Flatten Linear Identity"
)


def test_the_promised_kinds_are_there():
    assert set(KINDS) == set(PROMISED.split())


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_parameters_stand_in_torchs_order_under_torchs_names(kind):
    signature = inspect.signature(getattr(torch.nn, kind.name).__init__).parameters
    # Identity takes anything; Flatten's dimensions are fixed, as shapes here have no others.
    theirs = [name for name in signature if name not in ("self", "args", "kwargs")]
    ours = [param.name for param in kind.params]
    assert [name for name in theirs if name in ours] == ours


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_parameter_typed_by_position_is_torchs_at_that_position(kind):
    signature = inspect.signature(getattr(torch.nn, kind.name).__init__).parameters
    theirs = [name for name, parameter in signature.items() if parameter.kind is parameter.POSITIONAL_OR_KEYWORD][1:]
    ours = [param.name for param in kind.params if not param.keyword]
    assert theirs[: len(ours)] == ours


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_defaults_are_torchs(kind):
    signature = inspect.signature(getattr(torch.nn, kind.name).__init__).parameters
    for param in kind.params:
        theirs = signature[param.name].default
        theirs = None if theirs is inspect.Parameter.empty else theirs
        assert param.default == theirs, param.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_required_parameter_can_be_filled_in(kind):
    signature = inspect.signature(getattr(torch.nn, kind.name).__init__).parameters
    required = {name for name, parameter in signature.items() if parameter.default is inspect.Parameter.empty}
    fillable = {param.name for param in kind.params if param.default is not None or param.blank is not None}
    assert required - {"self", "args", "kwargs"} <= fillable


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_has_the_colour_of_its_family_and_a_short_name(kind):
    assert kind.colour == FAMILIES[kind.family]
    assert re.fullmatch("#[0-9A-F]{6}", kind.colour)
    assert 2 <= len(kind.label) <= 7


def test_families_that_differ_in_meaning_differ_in_colour():
    telling = [colour for family, colour in FAMILIES.items() if family not in ("dropout", "shape")]
    assert len(set(telling)) == len(telling)


def test_a_pools_stride_is_its_kernel_unless_it_is_given():
    assert get_kind("MaxPool2d").complete({"kernel_size": (2, 3)})["stride"] == (2, 3)
    assert get_kind("MaxPool2d").complete({"kernel_size": 3, "stride": 2})["stride"] == 2
    assert get_kind("Conv2d").complete({"kernel_size": 3})["stride"] == 1


@pytest.mark.parametrize(("typed", "meant"), [("conv2d", "Conv2d"), ("Relu", "ReLU"), ("MaxPool", "MaxPool2d")])
def test_an_unknown_kind_comes_with_a_hint(typed, meant):
    with pytest.raises(ArchitectureError) as caught:
        get_kind(typed)
    assert caught.value.remedy == f"did you mean {meant!r}?"


def test_an_unknown_parameter_comes_with_a_hint():
    with pytest.raises(ArchitectureError, match="did you mean 'kernel_size'") as caught:
        get_kind("Conv2d").param("kernal_size")
    assert caught.value.where == "Conv2d"
    with pytest.raises(ArchitectureError, match="it takes no parameters"):
        get_kind("ReLU").param("inplace")
