"""Python's own interpreter is the oracle: the code is run."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddComponent, AddLayer, apply
from oneshot_lab.architecture.model import Architecture, Block, Component, Layer
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.source import python_source
from oneshot_lab.architecture.templates import list_templates, load_template
from tests.architecture.networks import network, networks, tried


def run(code):
    names = {}
    exec(code, names)
    return names["architecture"]


@pytest.mark.parametrize("name", list_templates())
def test_a_template_comes_back(name):
    lego = load_template(name, input_shape=(3, 64, 64), classes=7)
    assert run(python_source(lego)) == lego


@given(networks())
@settings(max_examples=40)
def test_any_network_comes_back_repaired_or_not(lego):
    assert run(python_source(lego)) == lego
    repaired, _ = tried(repair, lego)
    if repaired:
        assert run(python_source(repaired[0])) == repaired[0]


@given(st.text(min_size=1, max_size=30))
def test_a_name_is_text_and_never_code(name):
    lego = Architecture(name, (Layer("L1", (Block("B1", (Component("C1", "Identity"),)),)),))
    assert run(python_source(lego)) == lego


def test_a_draft_comes_back_and_gives_the_same_next_ids():
    lego = apply(load_template("lenet"), AddLayer("Conv2d"))
    again = run(python_source(lego))
    assert again == lego
    assert apply(again, AddComponent("B1", "ReLU")) == apply(lego, AddComponent("B1", "ReLU"))


def test_it_reads_as_a_person_would_write_it():
    lego = network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU", "Flatten; Linear", links="input-L3", merge="mean")
    lego, _ = repair(lego)
    assert (
        python_source(lego)
        == """\
from oneshot_lab import Architecture, Block, Component, Layer, Link

architecture = Architecture(
    name='net',
    input_shape=(1, 28, 28),
    classes=10,
    next_numbers=(4, 5, 8, 2),
    layers=(
        Layer('L1', (
            Block('B1', (Component('C1', 'Conv2d', (('in_channels', 1), ('out_channels', 6), ('kernel_size', 3))),)),
            Block('B2', (Component('C2', 'Conv2d', (('in_channels', 1), ('out_channels', 6), ('kernel_size', 5), \
('padding', 1))),)),
        ), merge='mean'),
        Layer('L2', (
            Block('B3', (Component('C3', 'ReLU'),)),
        )),
        Layer('L3', (
            Block('B4', (Component('C4', 'Flatten'), Component('C5', 'Linear', \
(('in_features', 4056), ('out_features', 10))))),
        )),
    ),
    links=(
        Link('K1', 'input', 'L3', (Component('C6', 'AdaptiveAvgPool2d', (('output_size', 26),)), \
Component('C7', 'Conv2d', (('in_channels', 1), ('out_channels', 6), ('kernel_size', 1), ('bias', False))))),
    ),
)
"""
    )


def test_it_needs_the_package_alone():
    code = python_source(load_template("lenet")) + "print(len(architecture.blocks))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "12\n"
