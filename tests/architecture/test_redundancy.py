"""What is called redundant, against torch: whether one convolution, or one Linear, computes the same."""

from itertools import combinations_with_replacement

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import AddComponent, AddLink, SetMerge, revise
from oneshot_lab.architecture.model import Architecture, Block, Component, Layer
from oneshot_lab.architecture.params import parse_params
from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ShapeError
from oneshot_lab.supernet.supernet import Supernet

CONVOLUTIONS = (
    "Conv2d kernel_size=3, padding=1",
    "Conv2d kernel_size=5, padding=2",
    "Conv2d kernel_size=(3, 5), padding=(1, 2)",
    "Conv2d kernel_size=(5, 3), padding=(2, 1)",
    "Conv2d kernel_size=3, padding=2, dilation=2",
    "Conv2d kernel_size=4, padding=2, stride=2",
    "Conv2d kernel_size=3, padding=1, groups=2",
    "Conv2d kernel_size=3, padding=1, bias=false",
    "Conv2d kernel_size=3, padding=1; ReLU",
    "Conv2d kernel_size=3, padding=1; Tanh; Conv2d kernel_size=1",
    "Conv2d kernel_size=3, padding=1; AvgPool2d 3, stride=1, padding=1",
    "Conv2d kernel_size=5, padding=2; AvgPool2d 3, stride=1, padding=1",
    "Conv2d kernel_size=3, padding=1; MaxPool2d 3, stride=1, padding=1",
    "Identity; Conv2d kernel_size=3, padding=1",
    "MaxPool2d 3, stride=1, padding=1",
)
LINEAR = (
    "Linear 5",
    "Linear 9; Linear 5",
    "Linear 9; ReLU; Linear 5",
    "Linear 5; Tanh",
    "Identity; Linear 5; Identity",
)


def made(*layers, input_shape=(2, 6, 6), classes=5):
    """An architecture from the texts of its blocks: components between semicolons."""
    blocks, components = iter(range(1, 1000)), iter(range(1, 1000))

    def block(text):
        pairs = (part.strip().partition(" ") for part in text.split(";"))
        return Block(f"B{next(blocks)}", tuple(component(kind, params) for kind, _, params in pairs))

    def component(kind, params):
        params = f", {params}" if kind == "Linear" else params
        return Component(f"C{next(components)}", kind, tuple(parse_params(get_kind(kind), params).items()))

    rows = tuple(Layer(f"L{place}", tuple(map(block, texts))) for place, texts in enumerate(layers, start=1))
    return repair(Architecture("made", rows, input_shape=input_shape, classes=classes))[0]


def supernet_of(architecture):
    return Supernet(architecture).double()


def images(architecture, count=10):
    return torch.randn(
        count, *architecture.input_shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )


def summed(supernet, x):
    """The output of the first layer."""
    layer = supernet.architecture.layers[0]
    return supernet.merge(layer, {block.id: supernet.run(block.id, x) for block in layer.blocks})


def computes_the_sum(supernet, block, x):
    """Whether a block of the first layer with other weights gives the sum of all: they are solved for by least squares.

    What a block gives has to be linear in its weights: it may hold one convolution and poolings, say.
    """
    weighted = [module for module in supernet.sequence(block) if any(True for _ in module.parameters())]
    if len(weighted) != 1:
        return False
    wanted = summed(supernet, x).flatten()
    parameters = [*weighted[0].parameters()]

    def run(row):
        for parameter, part in zip(parameters, row.split([p.numel() for p in parameters]), strict=True):
            parameter.data = part.view(parameter.shape)
        return supernet.run(block, x).flatten()

    with torch.no_grad():
        count = sum(parameter.numel() for parameter in parameters)
        columns = torch.stack([run(row) for row in torch.eye(count, dtype=torch.float64)], 1)
        solution = torch.linalg.lstsq(columns, wanted[:, None]).solution[:, 0]
        return torch.allclose(run(solution), wanted, atol=1e-8)


@pytest.mark.parametrize("first", CONVOLUTIONS)
def test_convolutions_are_redundant_where_one_computes_the_sum(first):
    for second in CONVOLUTIONS[CONVOLUTIONS.index(first) :]:
        try:
            architecture = made([first, second], ["Flatten; Linear 5"])
        except ShapeError:
            continue
        x = images(architecture)
        truly = any(computes_the_sum(supernet_of(architecture), block, x) for block in ("B1", "B2"))
        found = [each for each in find_redundancies(architecture) if each.layer == "L1"]
        assert [each.blocks for each in found] == ([("B1", "B2")] if truly else []), second


@pytest.mark.parametrize(("first", "second"), [*combinations_with_replacement(LINEAR, 2)])
def test_linear_blocks_are_redundant_where_their_sum_is_linear(first, second):
    architecture = made([first, second], ["Tanh"], input_shape=(6,))
    supernet, x = supernet_of(architecture), images(architecture)
    zero = summed(supernet, torch.zeros_like(x))
    truly = torch.allclose(summed(supernet, 3 * x) - zero, 3 * (summed(supernet, x) - zero))
    found = [each.blocks for each in find_redundancies(architecture)]
    assert (("B1", "B2") in found) == truly


def test_the_pooled_lenet_is_redundant_three_times():
    architecture = load_template("lenet")
    found = find_redundancies(architecture)
    assert [(each.layer, each.blocks) for each in found] == [
        ("L1", ("B1", "B2", "B3")),
        ("L3", ("B5", "B6", "B7")),
        ("L5", ("B9", "B10")),
    ]
    assert (found[0].what, found[0].reason) == (
        "B1, B2 and B3 are one convolution together",
        "they are added up with nothing non-linear between, and B3 alone can compute as much",
    )
    assert (found[2].what, found[2].reason) == (
        "B9 and B10 are one Linear together",
        "they hold nothing non-linear and are added up",
    )
    mended, _ = revise(architecture, *(edit for each in found for edit in each.edits))
    assert find_redundancies(mended) == ()
    kinds = [[component.kind for component in block.components] for block in mended.layers[4].blocks]
    assert kinds == [["Flatten", "Linear", "ReLU"], ["Flatten", "Linear", "ReLU", "Linear", "ReLU"]]


@given(
    st.lists(
        st.sampled_from(["Linear 4", "Linear 6; Linear 4", "Linear 4; Tanh"]),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.sampled_from(["Linear 5", "ReLU; Linear 5", "Linear 3; Linear 5"]), min_size=1, max_size=3),
)
def test_the_edits_leave_nothing_that_an_activation_could_mend(first, second):
    architecture = made(first, second, input_shape=(6,))
    found = find_redundancies(architecture)
    edits = [edit for each in found for edit in each.edits]
    mended, _ = revise(architecture, *edits)
    assert all(each.edits == () and each.layer == "L2" for each in find_redundancies(mended))
    named = [block for each in found for block in each.blocks]
    assert len({*named}) == len(named)


def test_linear_behind_linear_is_found_within_a_block_and_between_layers():
    within = made(["Linear 9; Identity; Linear 7; Tanh"], ["Linear 5"], input_shape=(6,))
    (found,) = find_redundancies(within)
    assert (found.what, found.reason) == (
        "B1 holds Linear directly behind Linear",
        "one Linear can compute the same",
    )
    assert found.edits == (AddComponent("B1", "ReLU", index=2),)
    between = made(["Tanh; Linear 7", "Linear 7; Tanh"], ["Linear 5"], input_shape=(6,))
    (found,) = find_redundancies(between)
    assert found.blocks == ("B1",)
    assert found.what == "B1 ends in Linear, and the next layer begins with Linear"
    assert found.edits == (AddComponent("B1", "ReLU", index=2),)


def test_the_blocks_of_a_layer_with_one_fault_are_told_together():
    layer = ["Linear 9; Linear 7; Tanh", "Tanh; Linear 7", "Linear 8; Linear 7; Tanh", "Tanh; Linear 9; Linear 7"]
    within, continued = find_redundancies(made(layer, ["Linear 5"], input_shape=(6,)))
    assert within.what == "B1, B3 and B4 hold Linear directly behind Linear"
    assert continued.what == "B2 ends in Linear, and the next layer begins with Linear"
    # B1 and B3 end in Tanh: nothing has to follow that.
    assert within.edits == (
        AddComponent("B1", "ReLU", index=1),
        AddComponent("B3", "ReLU", index=1),
        AddComponent("B4", "ReLU", index=3),
        AddComponent("B4", "ReLU", index=2),
    )


ALONE = {
    ("3, padding=1", "5, padding=2"): "B2 alone can compute as much",
    ("5, padding=2", "5, padding=2", "3, padding=1"): "one of them alone can compute as much",
    ("(3, 5), padding=(1, 2)", "3, padding=1", "(5, 3), padding=(2, 1)"): "another one can compute all that B2 does",
    ("(3, 5), padding=(1, 2)", "3, padding=1", "3, padding=1", "(5, 3), padding=(2, 1)"): (
        "another one can compute all that each of B2 and B3 does"
    ),
}


@pytest.mark.parametrize("kernels", ALONE)
def test_it_is_told_which_block_is_enough(kernels):
    (found,) = find_redundancies(made([f"Conv2d kernel_size={kernel}" for kernel in kernels], ["Flatten; Linear 5"]))
    assert found.reason == f"they are added up with nothing non-linear between, and {ALONE[kernels]}"


def test_of_many_blocks_a_sentence_names_the_first():
    (found,) = find_redundancies(made([CONVOLUTIONS[0]] * 11, ["Flatten; Linear 5"]))
    assert found.what == "B1, B2, B3, B4, B5, B6 and 5 more are one convolution together"
    assert len(found.blocks) == len(found.edits) == 11


def test_an_activation_never_cuts_the_networks_outputs():
    architecture = made(["Linear 5", "Linear 8; Linear 5"], input_shape=(6,))
    (found,) = find_redundancies(architecture)
    assert found.edits == (AddComponent("B2", "ReLU", index=1),)
    (found,) = find_redundancies(made(["Linear 5", "Linear 5"], input_shape=(6,)))
    assert found.edits == ()


def test_a_concatenation_and_a_link_keep_blocks_apart():
    alike = made([CONVOLUTIONS[0], CONVOLUTIONS[1]], ["Flatten; Linear 5"])
    assert [each.layer for each in find_redundancies(alike)] == ["L1"]
    assert find_redundancies(revise(alike, SetMerge("L1", "concat"))[0]) == ()
    assert len(find_redundancies(revise(alike, SetMerge("L1", "mean"))[0])) == 1
    stacked = made(["Tanh; Linear 7"], ["Linear 5"], input_shape=(6,))
    assert len(find_redundancies(stacked)) == 1
    longer = made(["Linear 7; Tanh; Linear 7"], ["Linear 7"], ["Linear 5"], input_shape=(6,))
    assert [each.layer for each in find_redundancies(longer)] == ["L1", "L2"]
    linked = revise(longer, AddLink("L1", "L3"))[0]
    assert find_redundancies(linked) == ()
