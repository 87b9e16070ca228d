import math
from pathlib import Path

import hypothesis.strategies as st
import pytest
import torch
import torchvision
from hypothesis import given, settings

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.serial import loads
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import fit_template, list_templates, load_template, widen_choices
from oneshot_lab.errors import ArchitectureError, ShapeError
from tests.architecture import oracle
from tests.architecture.networks import network, value

FOLDER = Path(__file__).parents[2] / "templates"
CIFAR = (3, 32, 32)


def _parameters(name, **options):
    return infer(load_template(name, **options)).parameters


def _kinds(lego):
    return [[[part.kind for part in block.components] for block in layer.blocks] for layer in lego.layers]


def test_the_promised_templates_are_there():
    assert list_templates() == ("alexnet", "lenet", "lenet5", "resnet18", "vgg11", "vgg13", "vgg16", "vgg19")


@pytest.mark.parametrize("name", list_templates())
@pytest.mark.parametrize("width", [1.0, 0.5, 0.25])
@pytest.mark.parametrize("shape", [(1, 28, 28), (1, 8, 8), CIFAR, (3, 64, 64)])
def test_every_template_fits_any_images_classes_and_width(name, width, shape):
    lego = load_template(name, input_shape=shape, classes=7, width=width)
    assert repair(lego) == (lego, ())
    found = infer(lego)
    assert (found.layers["L1"].inputs, found.outputs) == (shape, (7,))


@pytest.mark.parametrize("name", list_templates())
def test_every_template_runs_in_torch(name):
    lego = load_template(name, input_shape=CIFAR, width=0.25)
    output, _, parameters = oracle.run(lego)
    assert tuple(output.shape) == (oracle.BATCH, 10)
    assert parameters == infer(lego).parameters


def test_width_scales_channels_and_features_but_not_classes():
    lego = load_template("lenet5", width=0.5)
    assert [value(lego, part, "out_channels") for part in ("C1", "C4")] == [3, 8]
    assert infer(lego).outputs == (10,)
    assert value(load_template("lenet5", width=0.01), "C1", "out_channels") == 1


def test_lenet_has_the_twelve_blocks_of_figure_11():
    lego = load_template("lenet")
    conv, relu = ["Conv2d"], ["ReLU"]
    assert len(lego.blocks) == 12
    assert _kinds(lego) == [
        [conv, conv, conv],
        [relu],
        [conv, conv, conv],
        [relu],
        [["Flatten", "Linear"], ["Flatten", "Linear", "Linear"]],
        [relu],
        [["Linear"]],
    ]
    for layer, channels in ((lego.layers[0], 6), (lego.layers[2], 16)):
        parts = [block.components[0].values for block in layer.blocks]
        assert [(part["out_channels"], part["kernel_size"]) for part in parts] == [(channels, k) for k in (3, 5, 7)]


def test_lenet5_by_hand():
    # 1·6·25+6, 6·16·25+16, 400·120+120, 120·84+84, 84·10+10
    assert _parameters("lenet5") == 156 + 2416 + 48_120 + 10_164 + 850 == 61_706


def test_alexnet_of_one_choice_by_hand():
    lego = load_template("alexnet", input_shape=CIFAR)
    chosen = [block for layer in lego.layers for block in layer.blocks[:1]]
    assert [value(lego, block.components[0].id, "kernel_size") for block in chosen[:5]] == [3] * 5
    alone = infer(select(lego, Mask(frozenset(block.id for block in chosen))))
    # 32×32 halves to 15×15, 7×7 and 3×3, so 256·3·3 = 2304 features reach the first Linear (§6.2.1).
    assert alone.layers["L6"].inputs == (256, 3, 3)
    convolutions = [(3, 64), (64, 192), (192, 384), (384, 256), (256, 256)]
    linears = [(2304, 4096), (4096, 4096), (4096, 10)]
    by_hand = sum(9 * a * b + b for a, b in convolutions) + sum(a * b + b for a, b in linears)
    assert alone.parameters == by_hand


def test_alexnets_choices_are_kernels_and_widths():
    lego = load_template("alexnet", input_shape=CIFAR)
    assert [len(layer.blocks) for layer in lego.layers] == [3, 3, 3, 3, 3, 2, 2, 1]
    assert [infer(lego).layers[f"L{n}"].outputs[0] for n in range(1, 9)] == [64, 192, 384, 256, 256, 4096, 4096, 10]


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
@pytest.mark.parametrize("classes", [10, 100])
def test_vggs_are_torchvisions_features_and_one_linear(depth, classes):
    with torch.device("meta"):
        features = getattr(torchvision.models, f"vgg{depth}_bn")(weights=None, init_weights=False).features
    theirs = sum(parameter.numel() for parameter in features.parameters())
    assert _parameters(f"vgg{depth}", input_shape=CIFAR, classes=classes) == theirs + 512 * classes + classes


def test_resnet18_is_torchvisions_with_a_small_stem_and_plain_projections():
    with torch.device("meta"):
        theirs = torchvision.models.resnet18(weights=None, num_classes=10)
    count = sum(parameter.numel() for parameter in theirs.parameters())
    # On 32×32 the first convolution is 3×3 rather than 7×7; its pool has no weights.
    stem = 3 * 64 * 7 * 7 - 3 * 64 * 3 * 3
    # The projections are 1×1 convolutions; torchvision's have a batch norm after them.
    norms = 2 * (128 + 256 + 512)
    assert _parameters("resnet18", input_shape=CIFAR) == count - stem - norms


def test_resnet18s_links_are_the_eight_shortcuts():
    lego = load_template("resnet18", input_shape=CIFAR)
    assert len(lego.links) == 8
    projections = [link for link in lego.links if link.projection]
    assert [[part.kind for part in link.projection] for link in projections] == [["Conv2d"]] * 3
    assert [infer(lego).links[link.id].outputs for link in projections] == [(128, 16, 16), (256, 8, 8), (512, 4, 4)]


@pytest.mark.parametrize(("typed", "meant"), [("LeNet", "lenet"), ("vgg-16", "vgg16"), ("resnet", "resnet18")])
def test_an_unknown_template_comes_with_a_hint(typed, meant):
    with pytest.raises(ArchitectureError, match=f"did you mean '{meant}'"):
        load_template(typed)


@pytest.mark.parametrize("name", ["../pyproject", "", "lenet.json", "/etc/passwd", 7])
def test_a_template_is_a_name_not_a_path(name):
    with pytest.raises(ArchitectureError, match="unknown template"):
        load_template(name)


@pytest.mark.parametrize("width", [0, -1, math.nan, math.inf, 65])
def test_a_width_out_of_range_is_refused(width):
    with pytest.raises(ArchitectureError, match="expected above 0, at most 64"):
        load_template("lenet", width=width)


@pytest.mark.parametrize(
    "options",
    [
        {"input_shape": (28, 28)},
        {"input_shape": (0, 28, 28)},
        {"input_shape": (1, 28.5, 28)},
        {"input_shape": (3, 10**6, 10**6)},
        {"classes": 0},
        {"classes": -3},
        {"classes": 2.5},
    ],
)
def test_impossible_images_and_classes_are_refused(options):
    with pytest.raises(ArchitectureError, match="the input shape"):
        load_template("lenet", **options)


def test_features_are_no_images():
    with pytest.raises(ShapeError, match="layer L1, block B1: Conv2d gets 64 features"):
        load_template("lenet", input_shape=(64,))


def test_what_a_template_has_to_give_up_for_the_data_is_told():
    _, repairs = fit_template("vgg16", input_shape=(1, 8, 8))
    assert [str(repair) for repair in repairs] == [
        "layer L14, block B14, MaxPool2d C34: kernel_size 2 → 1: the input is only 1×1",
        "layer L18, block B18, MaxPool2d C44: kernel_size 2 → 1: the input is only 1×1",
    ]
    for name in list_templates():
        assert fit_template(name, input_shape=(3, 32, 32), width=0.25)[1] == ()


def settings_of(architecture):
    """Each parameter that is not blank, by component and name."""
    components = [component for block in architecture.blocks for component in block.components]
    return {(component.id, name): value for component in components for name, value in component.params}


@settings(max_examples=40)
@given(st.sampled_from(list_templates()), st.integers(1, 4), st.integers(1, 64), st.integers(1, 64), st.integers(2, 20))
def test_every_change_of_what_a_template_says_is_told_and_nothing_else(name, channels, height, width, classes):
    shape = (channels, height, width)
    fitted, repairs = fit_template(name, input_shape=shape, classes=classes)
    assert fitted == load_template(name, input_shape=shape, classes=classes)
    before, after = settings_of(loads((FOLDER / f"{name}.json").read_text("utf-8"), where=name)), settings_of(fitted)
    changed = {place for place, value in before.items() if after[place] != value}
    assert {(repair.item, repair.name) for repair in repairs} == changed


def test_widening_gives_each_convolution_layer_of_vgg16_three_blocks():
    plain = load_template("vgg16", input_shape=CIFAR)
    wide = widen_choices(plain)
    convolving = [layer for layer in wide.layers if layer.blocks[0].components[0].kind == "Conv2d"]
    assert [len(layer.blocks) for layer in convolving] == [3] * 13
    assert len(wide.blocks) == len(plain.blocks) + 26
    assert [layer.blocks[0] for layer in wide.layers] == [layer.blocks[0] for layer in plain.layers]
    assert [layer.id for layer in wide.layers] == [layer.id for layer in plain.layers]
    for layer in convolving:
        values = [block.components[0].values for block in layer.blocks]
        assert [(part["kernel_size"], part["padding"]) for part in values] == [(3, 1), (5, 2), (7, 3)]
    assert repair(wide) == (wide, ())
    assert widen_choices(wide) == wide


def test_widening_changes_nothing_that_is_there():
    wide = load_template("lenet")
    assert widen_choices(wide) == wide
    wider = widen_choices(wide, kernels=(9, 9))
    assert [len(layer.blocks) for layer in wider.layers] == [4, 1, 4, 1, 2, 1, 1]


def test_widening_keeps_each_convolutions_size_even_two_in_a_block():
    lego = widen_choices(load_template("resnet18", input_shape=CIFAR, width=0.25), kernels=(3, 5))
    first = lego.layers[1].blocks
    assert [[part.values["padding"] for part in block.components if part.kind == "Conv2d"] for block in first] == [
        [1, 1],
        [2, 2],
    ]


def test_widening_leaves_linears_pools_and_1x1_convolutions_alone():
    lego, _ = repair(network("Conv2d(, 6, 1)", "MaxPool2d(2)", "Linear"))
    assert widen_choices(lego) == lego


@pytest.mark.parametrize("kernels", [(), (0,), (2.5,), (True,), ("3",)])
def test_kernels_that_are_no_sizes_are_refused(kernels):
    with pytest.raises(ArchitectureError, match="expected positive whole numbers"):
        widen_choices(load_template("lenet5"), kernels=kernels)


def test_an_even_kernel_beside_odd_ones_is_refused_with_what_would_fit():
    with pytest.raises(ShapeError, match=r"use Conv2d with kernel_size=\d"):
        widen_choices(load_template("lenet5"), kernels=(4,))
