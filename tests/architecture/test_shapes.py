import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from oneshot_lab.architecture.catalogue import KINDS, get_kind
from oneshot_lab.architecture.edits import revise
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Component
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import edit_from_json
from oneshot_lab.architecture.shapes import MOST_FEATURES, Cost, cost, fit, infer, shape_text, survey
from oneshot_lab.errors import MaskError, ShapeError
from tests.architecture import oracle
from tests.architecture.networks import network, networks, shapes_for, tried, values_for


def _fit(kind, shape, **values):
    return fit(Component("C1", kind, tuple(values.items())), shape, where="layer L1, block B1")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_a_fitted_component_runs_in_torch_with_its_shape_and_its_parameters(kind, data):
    shape = data.draw(shapes_for(kind))
    component, outputs, _ = fit(Component("C1", kind, data.draw(values_for(kind))), shape, where="here")
    module = oracle.module(component)
    with FlopCounterMode(display=False) as counter:
        assert tuple(module(oracle.image(shape)).shape) == (oracle.BATCH, *outputs)
    complete = get_kind(kind).complete(component.values)
    assert get_kind(kind).parameters(complete, shape, outputs) == oracle.count([module])
    assert get_kind(kind).macs(complete, shape, outputs) * 2 * oracle.BATCH == counter.get_total_flops()


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_a_fitted_component_fits(kind, data):
    shape = data.draw(shapes_for(kind))
    given_component = Component("C1", kind, data.draw(values_for(kind)))
    component, outputs, changes = fit(given_component, shape, where="here")
    assert fit(component, shape, where="here") == (component, outputs, ())
    # Nothing changes but what is told, and what is told is so.
    told = {change.name: change.new for change in changes}
    assert component.values == {**component.values, **told}
    for name, value in given_component.values.items():
        assert name in told or component.values[name] == (value[0] if value in _twins(value) else value)
    assert all(change.old != change.new and change.reason for change in changes)


def _twins(value):
    return [(value[0], value[0])] if isinstance(value, tuple) and len(value) == 2 else []


def test_blanks_are_filled_from_the_input():
    component, outputs, changes = _fit("Conv2d", (3, 8, 8))
    assert component.params == (("in_channels", 3), ("out_channels", 3), ("kernel_size", 3))
    assert outputs == (3, 6, 6)
    assert [(change.name, change.old) for change in changes] == [
        ("in_channels", None),
        ("out_channels", None),
        ("kernel_size", None),
    ]


def test_a_filled_blank_that_does_not_fit_is_told_once():
    _, _, changes = _fit("GroupNorm", (6, 4, 4))
    assert [(change.name, change.old, change.new) for change in changes] == [
        ("num_groups", None, 6),
        ("num_channels", None, 6),
    ]


@pytest.mark.parametrize("kind", ["BatchNorm1d", "LayerNorm", "Linear"])
def test_more_features_than_a_person_may_type_come_out_of_a_flatten(kind):
    features = (128 * 32 * 32,)
    component, outputs, _ = fit(Component("C1", kind), features, where="here")
    assert fit(component, features, where="here") == (component, outputs, ())


@pytest.mark.parametrize(
    ("kind", "shape", "remedy"),
    [
        ("Conv2d", (84,), "move it before the Flatten or Linear"),
        ("MaxPool2d", (84,), "move it before the Flatten or Linear"),
        ("BatchNorm2d", (84,), "use BatchNorm1d"),
        ("Dropout2d", (84,), "use Dropout"),
        ("BatchNorm1d", (6, 4, 4), "use BatchNorm2d"),
        ("Linear", (6, 4, 4), "put a Flatten before it"),
    ],
)
def test_an_input_of_another_rank_is_refused_with_what_would_do(kind, shape, remedy):
    with pytest.raises(ShapeError) as caught:
        _fit(kind, shape)
    assert remedy in caught.value.remedy
    assert caught.value.where == "layer L1, block B1"
    assert shape_text(shape) in caught.value.message


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("Conv2d", {"out_channels": 65_536, "kernel_size": 1}),
        ("ConvTranspose2d", {"out_channels": 1, "kernel_size": 1, "stride": 65_536}),
        ("AdaptiveAvgPool2d", {"output_size": 65_536}),
        ("Conv2d", {"out_channels": 64, "padding": 65_536}),
    ],
)
def test_a_gigantic_output_is_refused(kind, values):
    with pytest.raises(ShapeError, match=f"{MOST_FEATURES:,}"):
        _fit(kind, (3, 28, 28), **values)


def test_gigantic_weights_are_refused():
    huge = network("Flatten", "Linear(3072, 65536)", "Linear(65536, 65536)", "Linear", shape=(3, 32, 32))
    with pytest.raises(ShapeError, match="parameters; expected at most 536,870,912"):
        repair(huge)


def test_lenet5_by_hand():
    lego = network(
        "Conv2d(1, 6, 5, padding=2)",
        "ReLU; MaxPool2d(2)",
        "Conv2d(6, 16, 5)",
        "ReLU; MaxPool2d(2)",
        "Flatten; Linear(400, 120)",
        "Linear(120, 84)",
        "Linear(84, 10)",
    )
    found = infer(lego)
    # 1·6·25+6, 6·16·25+16, 400·120+120, 120·84+84, 84·10+10
    assert found.parameters == 156 + 2416 + 48_120 + 10_164 + 850 == 61_706
    assert found.macs == 150 * 28 * 28 + 2400 * 10 * 10 + 48_000 + 10_080 + 840
    assert found.layers["L3"].inputs == (6, 14, 14)
    assert found.blocks["B4"].outputs == (16, 5, 5)
    assert found.components["C7"].outputs == (400,)
    assert found.outputs == (10,)


def test_totals_hold_all_blocks_and_projections():
    lego, _ = repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU", "Linear", links="input-L3"))
    found = infer(lego)
    for counted in ("parameters", "macs"):
        items = [*found.layers.values(), *found.links.values()]
        assert getattr(found, counted) == sum(getattr(info, counted) for info in items)
        blocks = [found.blocks["B1"], found.blocks["B2"]]
        assert getattr(found.layers["L1"], counted) == sum(getattr(info, counted) for info in blocks)
    assert found.links["K1"].parameters == 6  # 1×1 from 1 channel to 6, without bias


def test_a_concatenation_is_as_wide_as_its_blocks_together():
    lego = network("Conv2d(1, 6, 3) | Conv2d(1, 4, 3)", "Flatten; Linear(6760, 10)", merge="concat")
    assert infer(lego).layers["L1"].outputs == (10, 26, 26)


@pytest.mark.parametrize(
    ("layers", "where", "says"),
    [
        (("Conv2d(1, 6)", "Linear"), "layer L1, block B1", "kernel_size is blank; expected 3"),
        (("Conv2d(3, 6, 3)", "Linear"), "layer L1, block B1", "in_channels is 3; expected 1"),
        (("Conv2d(1, 6, 3)", "Linear"), "layer L2, block B2", "put a Flatten before it"),
        (("Conv2d(1, 6, 3) | Conv2d(1, 6, 5)", "Flatten"), "layer L1, block B2", "6×24×24; expected 6×26×26"),
        (
            ("Conv2d(1, 6, 3) | Conv2d(1, 7, 3)", "Flatten"),
            "layer L1, block B2",
            "give both the same number of channels",
        ),
        (("Flatten | Identity", "Flatten"), "layer L1, block B2", "add a Flatten to the block that gives an image"),
        (("Flatten; Linear(784, 11)",), "layer L1", "end it with a Linear to 10"),
        (("Conv2d(1, 6, 3)",), "layer L1", "the network's output is 6×26×26; expected 10 features"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_the_place(layers, where, says):
    with pytest.raises(ShapeError) as caught:
        infer(network(*layers))
    assert caught.value.where == where
    assert says in str(caught.value)


def test_an_unlike_link_is_named():
    lego = network("Conv2d(1, 6, 3)", "ReLU", "Flatten; Linear(4056, 10)", links="input-L3")
    with pytest.raises(ShapeError, match="link input→L3: it brings 1×28×28; expected 6×26×26"):
        infer(lego)


@given(networks())
@settings(max_examples=80)
def test_what_is_inferred_is_what_torch_gives(lego):
    repaired, error = tried(repair, lego)
    if error:
        return
    lego, _ = repaired
    found = infer(lego)
    output, shapes, parameters = oracle.run(lego)
    assert tuple(output.shape) == (oracle.BATCH, *found.outputs)
    assert {layer: info.outputs for layer, info in found.layers.items()} == {
        name: shape for name, shape in shapes.items() if name != "input"
    }
    assert found.parameters == parameters


@given(networks())
def test_an_unrepaired_network_is_inferred_or_refused_in_words(lego):
    _, error = tried(infer, lego)
    assert error is None or (error.where and error.expected)


# survey --------------------------------------------------------------------------------------------------------------


def test_a_survey_of_what_fits_is_all_that_is_inferred():
    lego, _ = repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU", "Linear", links="input-L3"))
    found, inferred = survey(lego), infer(lego)
    assert found.problem is None
    for group in ("components", "blocks", "layers", "links"):
        assert getattr(found, group) == getattr(inferred, group)
    assert found.inputs == {layer: info.inputs for layer, info in inferred.layers.items()}


def test_a_survey_goes_up_to_the_first_misfit():
    lego = network("Conv2d(1, 6, 3)", "ReLU | Conv2d(6, 6, 5); ReLU", "Conv2d(6, 8, 3)", "Linear")
    found = survey(lego)
    assert found.problem.where == "layer L2, block B3"
    assert {layer: shape_text(shape) for layer, shape in found.inputs.items()} == {"L1": "1×28×28", "L2": "6×26×26"}
    assert list(found.layers) == ["L1"]
    assert {block: shape_text(info.outputs) for block, info in found.blocks.items()} == {
        "B1": "6×26×26",
        "B2": "6×26×26",
        "B3": "6×22×22",
    }


@given(networks())
@settings(max_examples=60)
def test_a_survey_says_what_infer_says(lego):
    inferred, error = tried(infer, lego)
    found = survey(lego)
    if inferred:
        assert (found.problem, found.blocks, found.layers) == (None, inferred.blocks, inferred.layers)
        return
    assert str(found.problem) == str(error)
    layers = [layer.id for layer in lego.layers]
    known = list(found.layers)
    assert known == layers[: len(known)]
    assert list(found.inputs) == layers[: len(known) + 1]


def test_the_fix_for_images_beside_features_flattens_each_image():
    lego = network("Conv2d(1, 3, 3) | Conv2d(1, 3, 3); Flatten | Conv2d(1, 3, 3)", "Flatten", merge="concat")
    with pytest.raises(ShapeError) as caught:
        infer(lego)
    assert caught.value.fix == tuple(
        {"edit": "AddComponent", "block": block, "kind": "Flatten"} for block in ("B1", "B3")
    )


def test_the_fix_for_another_output_ends_the_network():
    for last in ("Flatten; Linear(784, 11)", "Conv2d(1, 6, 3)"):
        lego = network(last)
        with pytest.raises(ShapeError) as caught:
            infer(lego)
        mended, _ = revise(lego, *map(edit_from_json, caught.value.fix))
        assert infer(mended).outputs == (10,)


def test_a_subnetwork_costs_its_live_blocks_and_links():
    lego, _ = repair(network("Conv2d(, 6, 3, padding=1) | Conv2d(, 6, 5)", "ReLU", "Linear", links="input-L3"))
    found = infer(lego)
    full = cost(lego, Mask.full(lego))
    assert full == Cost(found.parameters, found.macs)
    one = cost(lego, Mask.of("B1", "B3", "B4"), inference=found)
    assert full.parameters - one.parameters == 156  # the 5×5: 25 weights for each of 6 channels, and 6 biases
    past = cost(lego, Mask.of("B1", "B4"))  # without the ReLU nothing flows out of L1: only the link and L3 live
    assert past.parameters == found.links["K1"].parameters + found.blocks["B4"].parameters
    with pytest.raises(MaskError):
        cost(lego, Mask.of("B1"))


def test_shapes_are_written_as_people_do():
    assert shape_text((6, 26, 26)) == "6×26×26"
    assert shape_text((84,)) == "84 features"


def test_meta_tensors_hold_no_numbers():
    assert oracle.image((3, 4, 4)).device == torch.device("meta")
