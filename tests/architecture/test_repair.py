import pytest
from hypothesis import given, settings

from oneshot_lab.architecture.catalogue import get_kind
from oneshot_lab.architecture.edits import AddLayer, SetParams, apply, revise
from oneshot_lab.architecture.params import check_values
from oneshot_lab.architecture.repair import misfit, projection, projection_text, repair
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import ShapeError
from tests.architecture import oracle
from tests.architecture.networks import component, network, networks, tried, value


def _values(lego, name, *components):
    return [value(lego, component_id, name) for component_id in components]


def test_siblings_get_the_padding_that_makes_their_sizes_equal():
    lego, repairs = repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5) | Conv2d(, 6, 7)", "Linear"))
    assert _values(lego, "padding", "C1", "C2", "C3") == [None, 1, 2]
    told = [str(change) for change in repairs if change.name == "padding"]
    assert told == [
        "layer L1, block B2, Conv2d C2: padding blank → 1: same size as B1",
        "layer L1, block B3, Conv2d C3: padding blank → 2: same size as B1",
    ]


def test_channels_are_carried_through_the_network():
    lego, repairs = repair(
        network(
            "Conv2d(9, 12, 3)", "BatchNorm2d(7)", "ReLU", "MaxPool2d(2)", "GroupNorm(3, 5)", "Conv2d(1, 8, 3)", "Linear"
        )
    )
    assert _values(lego, "in_channels", "C1", "C6") == [1, 12]
    assert value(lego, "C2", "num_features") == value(lego, "C5", "num_channels") == 12
    changed = next(change for change in repairs if change.item == "C2")
    assert (changed.old, changed.new, changed.reason) == (7, 12, "its input has 12 channels")
    assert value(lego, "C7", "in_features") == 8 * 11 * 11


def test_a_flatten_goes_before_a_linear_that_gets_an_image_and_only_there():
    lego, repairs = repair(network("Conv2d(, 6, 3)", "Linear(, 84) | Flatten; Linear(, 120); Linear(, 84)", "Linear"))
    assert [[part.kind for part in block.components] for block in lego.blocks] == [
        ["Conv2d"],
        ["Flatten", "Linear"],
        ["Flatten", "Linear", "Linear"],
        ["Linear"],
    ]
    told = [change for change in repairs if change.name == "component"]
    assert [(change.new, change.old, change.where) for change in told] == [
        ("Flatten", None, "layer L2, block B2, Flatten C7")
    ]
    assert lego.take_id("C")[1] == "C8"


def test_the_last_weights_give_the_classes_even_before_a_pool():
    lego, _ = repair(network("Conv2d(, 6, 3)", "ReLU", "AdaptiveAvgPool2d; Flatten", "Softmax", classes=7))
    assert value(lego, "C1", "out_channels") == 7
    lego, _ = repair(network("Linear(, 84)", "ReLU", classes=4, shape=(30,)))
    assert value(lego, "C1", "out_features") == 4


def test_halves_become_the_nearest_whole_number():
    lego, repairs = repair(network("Conv2d(1, 6.4, 2.5)", "Linear"))
    assert _values(lego, "out_channels", "C1") == [6]
    assert _values(lego, "kernel_size", "C1") == [3]
    assert {(change.old, change.new, change.reason) for change in repairs if change.item == "C1"} == {
        (6.4, 6, "the nearest whole number"),
        (2.5, 3, "the nearest whole number"),
    }


def test_groups_become_the_nearest_divisor():
    lego, _ = repair(network("Conv2d(, 12, 1)", "Conv2d(, 18, 3, groups=4)", "Linear"))
    assert value(lego, "C2", "groups") == 3


def test_what_is_written_otherwise_but_the_same_is_no_change():
    fitting, _ = repair(network("Conv2d(1, 6, 3)", "Linear"))
    same = (
        fitting.layers[0]
        .blocks[0]
        .components[0]
        .with_values({"in_channels": 1.0, "out_channels": 6, "kernel_size": (3, 3)})
    )
    spelt, repairs = repair(_with_first(fitting, same))
    assert repairs == ()
    assert spelt == fitting


def _with_first(lego, first):
    text = ", ".join(f"{name}={given}" for name, given in first.params)
    return apply(lego, SetParams(first.id, text))


LINKS = {
    "alike": ("ReLU", "Conv2d(, 4, 3, padding=1)", None),
    "other channels": ("Conv2d(, 6, 3, padding=1)", "ReLU", [("Conv2d", {"kernel_size": 1, "out_channels": 6})]),
    "strided": ("Conv2d(, 6, 3, 2, 1)", "ReLU", [("Conv2d", {"stride": 2})]),
    "strided apart": ("Conv2d(, 6, 3, (2, 1), 1)", "ReLU", [("Conv2d", {"stride": (2, 1)})]),
    "strided by 3": ("Conv2d(, 5, 4, 3, 1)", "ReLU", [("Conv2d", {"stride": 3})]),
    # A stride of 12 would look at one pixel of 144.
    "to one pixel": ("AdaptiveAvgPool2d(1)", "ReLU", [("AdaptiveAvgPool2d", {"output_size": 1})]),
    "pooled": ("Conv2d(, 4, 3)", "ReLU", [("AdaptiveAvgPool2d", {"output_size": 10})]),
    "pooled, other channels": (
        "Conv2d(, 6, 3)",
        "ReLU",
        [("AdaptiveAvgPool2d", {"output_size": 10}), ("Conv2d", {"out_channels": 6})],
    ),
    "larger": ("ConvTranspose2d(, 4, 2, 2)", "ReLU", [("AdaptiveAvgPool2d", {"output_size": 24})]),
    "to features": (
        "Linear(, 7)",
        "ReLU",
        [("AdaptiveAvgPool2d", {"output_size": 1}), ("Flatten", {}), ("Linear", {"in_features": 4, "out_features": 7})],
    ),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_between_unlike_shapes_gets_a_projection(name):
    first, second, expected = LINKS[name]
    lego, repairs = repair(network(first, second, "Linear", shape=(4, 12, 12), links="input-L3"))
    made = lego.links[0].projection
    assert [part.kind for part in made] == [kind for kind, _ in expected or []]
    for part, (_, values) in zip(made, expected or [], strict=True):
        assert values.items() <= part.values.items()
    told = [change for change in repairs if change.name == "projection"]
    assert [change.item for change in told] == (["K1"] if expected else [])
    oracle.run(lego)


def test_a_link_between_features_gets_a_linear():
    lego, _ = repair(network("Linear(, 7)", "ReLU", "Linear", shape=(30,), links="input-L3"))
    (made,) = lego.links[0].projection
    assert (made.kind, made.values["in_features"], made.values["out_features"]) == ("Linear", 30, 7)


def test_features_cannot_be_linked_to_an_image():
    with pytest.raises(ShapeError, match="link from a layer before the Flatten"):
        projection((84,), (6, 4, 4), where="link L1→L3")


def test_a_projection_keeps_its_ids_while_it_can_and_goes_when_it_is_not_needed():
    lego, _ = repair(network("Conv2d(, 6, 3, padding=1)", "ReLU", "Linear", shape=(4, 8, 8), links="input-L3"))
    (made,) = lego.links[0].projection
    wider, repairs = revise(lego, SetParams("C1", "4, 9, 3, padding=1"))
    (kept,) = wider.links[0].projection
    assert (kept.id, kept.values["out_channels"]) == (made.id, 9)
    assert any(change.item == "K1" and "out_channels=9" in change.new for change in repairs)
    alike, repairs = revise(lego, SetParams("C1", "4, 4, 3, padding=1"))
    assert alike.links[0].projection == ()
    told = next(change for change in repairs if change.item == "K1")
    assert (told.new, told.reason) == ("none", "both ends have the same shape")


def test_what_was_just_typed_is_kept_and_the_siblings_follow():
    lego, _ = repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5) | Conv2d(, 6, 7)", "Conv2d(, 16, 3)", "Linear"))
    wider, repairs = revise(lego, SetParams("C2", "1, 9, 5, padding=2"))
    assert _values(wider, "out_channels", "C1", "C2", "C3") == [9, 9, 9]
    assert _values(wider, "padding", "C1", "C2", "C3") == [1, 2, 3]
    assert value(wider, "C4", "in_channels") == 9
    assert not any(change.item == "C2" for change in repairs)


def test_a_flatten_that_was_put_in_stays_when_it_is_no_longer_first():
    lego, _ = repair(network("Linear(, 84)", "Linear"))
    longer, repairs = revise(lego, AddLayer("ReLU", index=1))
    assert [layer.blocks[0].components[-1].kind for layer in longer.layers] == ["Linear", "ReLU", "Linear"]
    assert repairs == ()


@pytest.mark.parametrize(
    ("layers", "options", "where", "remedy"),
    [
        (("Linear(, 84)", "Conv2d(, 6, 3)"), {}, "layer L2, block B2", "move it before the Flatten or Linear"),
        (("Conv2d(, 6, 3)",), {}, "layer L1", "end it with a Linear to 10"),
        (("Linear(, 5) | Linear(, 6)",), {"merge": "concat"}, "layer L1", "end it with a Linear to 10"),
        (("Conv2d(, 6, 3)", "BatchNorm1d", "Linear"), {}, "layer L2, block B2", "use BatchNorm2d"),
    ],
)
def test_what_no_small_change_makes_fit_is_an_error_with_a_remedy(layers, options, where, remedy):
    with pytest.raises(ShapeError) as caught:
        repair(network(*layers, **options))
    assert caught.value.where == where
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("layers", [("Conv2d(, 6, 3)",), ("Linear(, 5) | Linear(, 6)",)])
def test_a_network_that_lacks_its_end_is_whole_with_a_linear(layers):
    lego = network(*layers, merge="concat")
    repair(apply(lego, AddLayer("Linear")))


@given(networks())
@settings(max_examples=120)
def test_a_repaired_network_runs_in_torch_and_all_changes_are_told(before):
    repaired, error = tried(repair, before)
    if error:
        assert isinstance(error, ShapeError)
        assert error.where
        assert error.remedy
        return
    after, repairs = repaired
    infer(after)
    output, *_ = oracle.run(after)
    assert tuple(output.shape) == (oracle.BATCH, before.classes)
    assert repair(after) == (after, ())
    assert _replayed(before, after, repairs) == _told(after)
    assert all(change.reason and change.where == after.address(change.item) for change in repairs)


def _told(lego):
    """What there is to tell of an architecture, by item."""
    told = {part.id: (part.kind, dict(part.values)) for block in lego.blocks for part in block.components}
    return told | {link.id: projection_text(link) or "none" for link in lego.links}


def _replayed(before, after, repairs):
    state = _told(before)
    for part_id, told in state.items():
        if isinstance(told, tuple):
            kind = get_kind(told[0])
            state[part_id] = (told[0], check_values(kind, told[1]))
    for change in repairs:
        if change.name == "projection":
            assert (change.old or "none") == state[change.item]
            state[change.item] = change.new
        elif change.name == "component":
            assert change.item not in state
            state[change.item] = (change.new, {})
        else:
            assert state[change.item][1].get(change.name) == change.old
            state[change.item][1][change.name] = change.new
    return state


@given(networks())
def test_repair_leaves_names_order_and_kinds_as_they_are(before):
    repaired, error = tried(repair, before)
    if error:
        return
    after, repairs = repaired
    inserted = {change.item for change in repairs if change.name == "component"}
    assert [layer.id for layer in after.layers] == [layer.id for layer in before.layers]
    assert after.block_ids == before.block_ids
    assert [link.id for link in after.links] == [link.id for link in before.links]
    for block, was in zip(after.blocks, before.blocks, strict=True):
        assert [part.id for part in block.components if part.id not in inserted] == [part.id for part in was.components]
    assert all(component(after, item).kind == "Flatten" for item in inserted)


# misfit --------------------------------------------------------------------------------------------------------------


def test_what_fits_has_no_misfit():
    assert misfit(repair(network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "Linear"))[0]) is None


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (("Conv2d(, 6, 3)", "Linear"), "in_channels is blank"),
        (("Conv2d(, 6, 3)", "Linear", "Conv2d"), "Conv2d gets 4056 features"),
        (("Flatten; Linear(784, 65536)", "Linear(65536, 65536)", "Linear(65536, 10)"), "at most 536,870,912"),
    ],
)
def test_what_cannot_be_repaired_goes_before_what_can(layers, says):
    assert says in str(misfit(network(*layers)))


@given(networks())
@settings(max_examples=60)
def test_a_misfit_is_what_repair_says_where_it_says_anything(lego):
    repaired, error = tried(repair, lego)
    _, strict = tried(infer, lego)
    found = misfit(lego)
    assert str(found) == str(error or strict)
    if repaired:
        assert misfit(repaired[0]) is None
