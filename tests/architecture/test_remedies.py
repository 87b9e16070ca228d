import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import AddComponent, SetParams, apply, revise
from oneshot_lab.architecture.params import format_params, parse_params
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import edit_from_json
from oneshot_lab.errors import ShapeError
from tests.architecture.networks import network, networks, tried


def follow(lego, remedy):
    """Does what a remedy says, as a person reading it would."""
    if found := re.fullmatch(r"use (\w+) with (.+) in (B\d+)", remedy):
        kind, text, block = found.groups()
        chosen = next(b for b in lego.blocks if b.id == block)
        sizing = [c for c in chosen.components if "padding" in [p.name for p in get_kind(c.kind).params]][-1]
        assert sizing.kind == kind
        values = {**sizing.values, **parse_params(get_kind(kind), text)}
        return apply(lego, SetParams(sizing.id, format_params(get_kind(kind), values)))
    kind, text, block = re.fullmatch(r"add (\w+)\((.*)\) at the end of (B\d+)", remedy).groups()
    return apply(lego, AddComponent(block, kind, text))


@pytest.mark.parametrize(
    ("layer", "remedy"),
    [
        ("Conv2d(, 6, 3) | Conv2d(, 6, 2)", "use Conv2d with kernel_size=3, stride=1, padding=0 in B2"),
        ("Conv2d(, 6, 3, padding=1) | Conv2d(, 6, 4)", "use Conv2d with kernel_size=3, stride=1, padding=1 in B2"),
        ("MaxPool2d(2) | Conv2d(, 6, 3); ReLU", "use Conv2d with kernel_size=3, stride=2, padding=1 in B2"),
        ("Conv2d(, 6, 2) | ReLU", "use Conv2d with kernel_size=1, stride=1, padding=0 in B1"),
        ("ReLU | Conv2d(, 6, 5, 4)", "use Conv2d with kernel_size=5, stride=1, padding=2 in B2"),
        ("ReLU | AdaptiveAvgPool2d(5)", "add AdaptiveAvgPool2d(28) at the end of B2"),
        ("ReLU | AdaptiveAvgPool2d((5, 6))", "add AdaptiveAvgPool2d(28) at the end of B2"),
    ],
)
def test_the_remedy_for_sizes_is_near_and_fits(layer, remedy):
    lego = network(layer, "Linear")
    with pytest.raises(ShapeError) as caught:
        repair(lego)
    assert caught.value.remedy == remedy
    repair(follow(lego, remedy))


@pytest.mark.parametrize(
    ("layers", "remedy"),
    [
        (("Flatten; Linear(, 84) | Flatten",), "add Linear(out_features=10) at the end of B2"),
        (("Flatten | Flatten; Linear(, 84)",), "add Linear(out_features=10) at the end of B1"),
        (
            ("Conv2d(, 3, 3) | Conv2d(, 3, 3); Flatten", "Linear"),
            "add a Flatten to the block that gives an image",
        ),
        (
            ("Conv2d(, 6, 3); Flatten | Conv2d(, 6, 5); Flatten", "Linear"),
            f"add Linear(out_features={6 * 26 * 26}) at the end of B2",
        ),
        (
            ("Conv2d(, 12, 1) | ReLU", "AdaptiveAvgPool2d(1); Flatten"),
            "add Conv2d(out_channels=10, kernel_size=1) at the end of B2",
        ),
    ],
)
def test_the_remedy_for_widths_fits(layers, remedy):
    lego = network(*layers)
    with pytest.raises(ShapeError) as caught:
        repair(lego)
    assert caught.value.remedy == remedy
    repair(apply(lego, AddComponent("B1", "Flatten")) if "a Flatten" in remedy else follow(lego, remedy))


_SIZING = st.builds(
    "{}({})".format,
    st.sampled_from(["Conv2d", "MaxPool2d", "AvgPool2d", "ConvTranspose2d"]),
    st.builds("kernel_size={}, stride={}".format, st.integers(1, 6), st.integers(1, 4)),
)


@given(
    st.lists(st.one_of(_SIZING, st.builds("AdaptiveAvgPool2d({})".format, st.integers(1, 9))), min_size=2, max_size=2)
)
@settings(max_examples=40)
def test_every_remedy_for_two_blocks_fits_at_once(blocks):
    lego = network(" | ".join(blocks), "Linear", shape=(2, 12, 11))
    try:
        repair(lego)
    except ShapeError as error:
        repair(follow(lego, error.remedy))
    else:
        assume(False)


# Fixes: the remedies as edits, for one click -------------------------------------------------------------------------


def mended(lego, error):
    """What the fix of an error makes of a draft."""
    edited = lego
    for edit in map(edit_from_json, error.fix):
        edited = apply(edited, edit)
    return edited


@pytest.mark.parametrize(
    ("layers", "fix"),
    [
        (
            ("Conv2d(, 6, 3) | Conv2d(, 6, 2, bias=False)", "Linear"),
            {
                "edit": "SetParams",
                "component": "C2",
                "params": "1, 6, 3, 1, 0, bias=False",
            },
        ),
        (
            ("ReLU | AdaptiveAvgPool2d((5, 6))", "Linear"),
            {"edit": "AddComponent", "block": "B2", "kind": "AdaptiveAvgPool2d", "params": "28"},
        ),
        (
            ("Flatten; Linear(, 84) | Flatten",),
            {"edit": "AddComponent", "block": "B2", "kind": "Linear", "params": "out_features=10"},
        ),
        (
            ("Conv2d(, 12, 1) | ReLU", "AdaptiveAvgPool2d(1); Flatten"),
            {"edit": "AddComponent", "block": "B2", "kind": "Conv2d", "params": "out_channels=10, kernel_size=1"},
        ),
    ],
)
def test_the_fix_does_what_the_remedy_says(layers, fix):
    lego = network(*layers)
    _, error = tried(repair, lego)
    assert error.fix == (fix,)
    assert tried(repair, mended(lego, error))[1] is None
    assert repair(mended(lego, error))[0].layers == repair(follow(lego, error.remedy))[0].layers


@given(networks())
@settings(max_examples=150)
def test_every_fix_mends_its_place_in_any_network(lego):
    seen = []
    _, error = tried(repair, lego)
    while error is not None and error.fix:
        # It never comes back to where it was: another click leads on until it fits, or there is nothing to click.
        assert str(error) not in seen
        assert len(seen) < 40
        seen.append(str(error))
        lego = mended(lego, error)
        repaired, error = tried(revise, lego)
        assert (repaired is None) != (error is None)
