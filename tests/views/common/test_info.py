import json

import pytest
from hypothesis import given, settings

from oneshot_lab.architecture.catalogue import KINDS, get_kind
from oneshot_lab.architecture.edits import AddComponent, AddLayer, RemoveLayer, SetParams, apply, revise
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.architecture.repair import misfit, repair
from oneshot_lab.architecture.shapes import infer, shape_text
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.views.common.info import (
    BlockInfo,
    ComponentInfo,
    LayerInfo,
    LinkInfo,
    NetworkInfo,
    Problem,
    RepairInfo,
    catalogue_info,
    network_info,
    problem_info,
    to_json,
)
from tests.architecture.networks import network, networks, tried

LEGO, _ = repair(
    network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Conv2d(, 16, 3)", "ReLU", "Linear", links="L1-L4")
)


def everything(info):
    """All layers, blocks and components."""
    for layer in info.layers:
        yield layer
        for block in layer.blocks:
            yield block
            yield from block.components


def problems(info):
    """What is outlined, by id."""
    return {item.id: item.problem for item in everything(info) if item.problem}


def repairs(info):
    return {item.id: item.repairs for item in everything(info) if isinstance(item, ComponentInfo) and item.repairs}


# What fits -----------------------------------------------------------------------------------------------------------


def test_a_network_as_it_is_drawn():
    lego, _ = repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Linear", links="input-L3", merge="mean"))
    first = BlockInfo(
        "B1", "6×26×26", 60, 36_504, None, False, None, [ComponentInfo("C1", "Conv2d", "1, 6, 3", 60, None, [])]
    )
    second = BlockInfo(
        "B2",
        "6×26×26",
        156,
        101_400,
        None,
        False,
        None,
        [
            ComponentInfo("C2", "Conv2d", "1, 6, 5, padding=1", 156, None, []),
            ComponentInfo("C3", "ReLU", "", 0, None, []),
        ],
    )
    info = network_info(lego)
    assert info.layers[0] == LayerInfo("L1", "mean", "1×28×28", "6×26×26", 216, None, [first, second])
    assert [(layer.id, layer.merge, layer.input, layer.output, layer.parameters) for layer in info.layers[1:]] == [
        ("L2", "sum", "6×26×26", "6×26×26", 0),
        ("L3", "sum", "6×26×26", "10 features", 40_570),
    ]
    # 6 for the projection of the link.
    assert info._replace(layers=[]) == NetworkInfo(
        "net",
        "1×28×28",
        10,
        "10 features",
        216 + 40_570 + 6,
        infer(lego).macs,
        [],
        [LinkInfo("K1", "input", "L3", "AdaptiveAvgPool2d 26, Conv2d 1, 6, 1, bias=False")],
        None,
    )


@given(networks())
@settings(max_examples=40)
def test_shapes_counts_and_params_are_those_of_the_architecture(lego):
    repaired, _ = tried(repair, lego)
    if repaired is None:
        return
    lego, told = repaired
    found, info = infer(lego), network_info(lego, repairs=told)
    assert (info.output, info.parameters, info.macs) == (shape_text(found.outputs), found.parameters, found.macs)
    assert [layer.id for layer in info.layers] == [layer.id for layer in lego.layers]
    for layer, drawn in zip(lego.layers, info.layers, strict=True):
        assert (drawn.input, drawn.output) == tuple(
            map(shape_text, (found.layers[layer.id].inputs, found.layers[layer.id].outputs))
        )
        assert drawn.parameters == found.layers[layer.id].parameters
        for block, row in zip(layer.blocks, drawn.blocks, strict=True):
            assert (row.output, row.parameters) == (
                shape_text(found.blocks[block.id].outputs),
                found.blocks[block.id].parameters,
            )
            for component, field in zip(block.components, row.components, strict=True):
                assert (field.id, field.kind) == (component.id, component.kind)
                assert parse_params(get_kind(field.kind), field.params) == component.values
                assert field.parameters == found.components[component.id].parameters
    assert problems(info) == {}
    assert sum(map(len, repairs(info).values())) == len(told), "every repair is shown somewhere"


def test_fitness_and_untrained_blocks_are_shown_at_their_blocks():
    info = network_info(LEGO, fitness={"B1": 0.75, "B2": 0.0, "B99": 1.0}, untrained=("B2", "B4"))
    blocks = {item.id: item for item in everything(info) if isinstance(item, BlockInfo)}
    assert {name: block.fitness for name, block in blocks.items()} == {
        "B1": 0.75,
        "B2": 0.0,
        "B3": None,
        "B4": None,
        "B5": None,
        "B6": None,
    }
    assert [name for name, block in blocks.items() if block.untrained] == ["B2", "B4"]


# Repairs -------------------------------------------------------------------------------------------------------------


def test_a_repair_is_shown_at_its_component():
    lego, told = revise(LEGO, SetParams("C1", "1, 8, 3"), AddComponent("B4", "BatchNorm2d"))
    shown = repairs(network_info(lego, repairs=told))
    assert RepairInfo("out_channels", "6", "8", "same width as B1") in shown["C2"]
    assert RepairInfo("num_features", None, "16", "its input has 16 channels") in shown["C11"]
    lego, told = repair(network("Linear"))
    assert repairs(network_info(lego, repairs=told))["C2"] == [
        RepairInfo("component", None, "Flatten", "Linear takes features, not an image")
    ]


def test_a_repair_of_a_link_is_shown_where_the_link_ends():
    lego, told = revise(LEGO, SetParams("C1", "1, 8, 3"))
    (shown,) = repairs(network_info(lego, repairs=told))["C6"]
    assert shown.name == "projection of link L1→L4"
    assert (shown.old, shown.new) != (None, None)
    assert "in_channels=8" in shown.new


@pytest.mark.parametrize(
    ("lost", "links", "at"),
    [
        (["L4"], "L1-L4", "C1"),  # the link's target is gone: where it began
        (["L1"], "L1-L4", "C5"),
        (["L2", "L3"], "L1-L4", "C5"),  # neighbours now
        (["L4"], "input-L4", "C1"),
        (["L1", "L4"], "L1-L4", "C3"),  # both are gone: where the network begins
    ],
)
def test_a_link_that_was_lost_is_told_at_an_end_that_is_left(lost, links, at):
    lego, _ = repair(network("ReLU | SiLU", "Tanh", "ELU", "GELU", "Linear", links=links))
    lego, told = revise(lego, *map(RemoveLayer, lost))
    ((shown_at, (shown, *_)),) = repairs(network_info(lego, repairs=[told[0]])).items()
    assert shown_at == at
    assert (shown.name, shown.old, shown.new) == ("link", links.replace("-", "→"), "none")


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_has_shapes_up_to_the_misfit_and_none_behind():
    draft = apply(LEGO, AddLayer("Flatten", index=2))
    info = network_info(draft, problem=misfit(draft))
    assert [(layer.id, layer.input, layer.output) for layer in info.layers] == [
        ("L1", "1×28×28", "6×26×26"),
        ("L2", "6×26×26", "6×26×26"),
        ("L6", "6×26×26", "4056 features"),
        ("L3", "4056 features", None),
        ("L4", None, None),
        ("L5", None, None),
    ]
    assert (info.output, info.parameters, info.macs) == (None, None, None)
    assert info.problem == Problem(
        "B4",
        "Conv2d gets 4056 features",
        "an image (channels×height×width)",
        "move it before the Flatten or Linear that makes features",
        None,
    )
    assert problems(info) == {"B4": info.problem}
    behind = [item for layer in info.layers[3:] for item in (layer, *layer.blocks, *layer.blocks[0].components)]
    assert {item.parameters for item in behind} == {None}


def test_a_problem_is_shown_at_its_layer_and_carries_its_fix():
    draft = apply(LEGO, RemoveLayer("L5"))
    info = network_info(draft, problem=misfit(draft))
    assert problems(info) == {"L4": info.problem}
    assert info.problem == Problem(
        "L4",
        "the network's output is 10×24×24",
        "10 features, one for each class",
        "end it with a Linear to 10",
        [{"edit": "AddLayer", "kind": "Linear", "params": "out_features=10"}],
    )


def test_a_problem_is_shown_at_the_innermost_item_that_its_place_names():
    lego, _ = repair(network(*["ReLU"] * 9, "ReLU | SiLU; Tanh", "Linear"))
    for item in ("L1", "L10", "B1", "B10", "B11", "C1", "C11", "C12", "L11"):
        error = ArchitectureError("wrong", where=lego.address(item))
        assert problem_info(lego, error).item == item
        assert list(problems(network_info(lego, problem=error))) == [item]


@pytest.mark.parametrize(
    ("where", "item"),
    [
        (None, None),
        ("net", None),
        ("layer L99", None),
        ("link L2→L3", None),
        ("layer L1, block B99", "L1"),
        ("layer L1, block B99, Conv2d C1", "L1"),
    ],
)
def test_a_place_that_is_not_there_is_outlined_as_far_as_it_is(where, item):
    assert problem_info(LEGO, ArchitectureError("wrong", where=where)) == Problem(item, "wrong", None, None, None)


def test_a_problem_of_a_link_is_where_it_ends():
    lego = network("Flatten", "Identity", "Linear(784, 10)", "Identity", links="L2-L4")
    error = misfit(apply(lego, SetParams("C3", "784, 10")))
    assert error.where == "link L2→L4"
    assert problem_info(lego, error).item == "L4"


@given(networks())
@settings(max_examples=60)
def test_any_draft_can_be_drawn(lego):
    problem = misfit(lego)
    info = network_info(lego, problem=problem)
    assert json.loads(json.dumps(to_json(info))) == to_json(info)
    assert (info.problem is None) == (problem is None) == (info.parameters is not None)
    place = info.problem and info.problem.item
    assert problems(info) == ({place: info.problem} if place else {})


# The catalogue, and JSON ---------------------------------------------------------------------------------------------


def test_the_catalogue_holds_all_kinds_and_templates():
    catalogue = catalogue_info()
    assert [kind["name"] for kind in catalogue["kinds"]] == list(KINDS)
    conv = catalogue["kinds"][0]
    assert {name: conv[name] for name in ("name", "label", "family", "colour")} == {
        "name": "Conv2d",
        "label": "Conv",
        "family": "convolution",
        "colour": "#0072B2",
    }
    assert conv["params"][:3] == ["in_channels", "out_channels", "kernel_size"]
    assert conv["hint"].startswith("in_channels, out_channels, kernel_size, stride=1")
    assert {kind["family"] for kind in catalogue["kinds"]} == {family["name"] for family in catalogue["families"]}
    assert catalogue["merges"] == ["sum", "mean", "concat"]
    assert set(catalogue["templates"]) >= {"lenet", "vgg19", "resnet18"}
    assert json.loads(json.dumps(catalogue)) == catalogue


def test_json_has_the_fields_by_name():
    data = to_json(network_info(load_template("lenet5")))
    assert list(data) == list(NetworkInfo._fields)
    assert list(data["layers"][0]) == list(LayerInfo._fields)
    assert list(data["layers"][0]["blocks"][0]) == list(BlockInfo._fields)
    assert list(data["layers"][0]["blocks"][0]["components"][0]) == list(ComponentInfo._fields)
    assert to_json({"a": (1, [Problem(None, "m", None, None, [{"edit": "x"}])])}) == {
        "a": [1, [{"item": None, "message": "m", "expected": None, "remedy": None, "fix": [{"edit": "x"}]}]]
    }
