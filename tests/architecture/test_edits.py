import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import (
    AddBlock,
    AddComponent,
    AddLayer,
    AddLink,
    CopyBlock,
    CopyComponent,
    CopyLayer,
    Edit,
    MoveBlock,
    MoveComponent,
    MoveLayer,
    RemoveBlock,
    RemoveComponent,
    RemoveLayer,
    RemoveLink,
    SetMerge,
    SetParams,
    apply,
    revise,
)
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import check
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import dumps, edit_from_json, edit_to_json
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import ArchitectureError, ShapeError
from tests.architecture.networks import edits, network, tried, value

LEGO, _ = repair(
    network("Conv2d(, 6, 3) | Conv2d(, 6, 5); ReLU", "ReLU", "Conv2d(, 16, 3)", "ReLU", "Linear", links="L1-L4")
)


def _ids(lego):
    """The tree in ids: {layer: {block: components}}."""
    return {
        layer.id: {block.id: " ".join(part.id for part in block.components) for block in layer.blocks}
        for layer in lego.layers
    }


def _all_ids(lego):
    items = [*lego.layers, *lego.blocks, *lego.components(), *lego.links]
    return {item.id for item in items}


# §5.1: "Choosing a component X while adding a layer will add a new layer with a single block containing the single
# component X. Adding a block with a component X will add a new block with a single component X. Adding a component X
# will add this component inside the same block after the existing components."


def test_adding_a_layer_adds_a_block_of_one_component():
    lego = apply(LEGO, AddLayer("MaxPool2d", "2", index=2))
    assert list(_ids(lego)) == ["L1", "L2", "L6", "L3", "L4", "L5"]
    assert _ids(lego)["L6"] == {"B7": "C11"}
    assert value(lego, "C11", "kernel_size") == 2
    assert list(_ids(apply(LEGO, AddLayer("Softmax"))))[-1] == "L6"


def test_adding_a_block_adds_a_block_of_one_component():
    lego = apply(LEGO, AddBlock("L3", "Conv2d", ", 16, 5"))
    assert _ids(lego)["L3"] == {"B4": "C5", "B7": "C11"}
    assert list(_ids(apply(LEGO, AddBlock("L3", "Conv2d", index=0)))["L3"]) == ["B7", "B4"]


def test_adding_a_component_puts_it_after_the_existing_ones():
    lego = apply(LEGO, AddComponent("B2", "BatchNorm2d"))
    assert _ids(lego)["L1"]["B2"] == "C2 C3 C11"
    assert _ids(apply(LEGO, AddComponent("L1.B2", "BatchNorm2d", index=1)))["L1"]["B2"] == "C2 C11 C3"


def test_removing_takes_what_it_leaves_empty():
    assert _ids(apply(LEGO, RemoveBlock("L1.B2")))["L1"] == {"B1": "C1"}
    assert _ids(apply(LEGO, RemoveComponent("C2")))["L1"]["B2"] == "C3"
    for edit in (RemoveLayer("L2"), RemoveBlock("B3"), RemoveComponent("C4")):
        assert "L2" not in _ids(apply(LEGO, edit))


def test_the_last_layer_stays():
    lego = network("Linear")
    for edit in (RemoveLayer("L1"), RemoveBlock("B1"), RemoveComponent("C1")):
        with pytest.raises(ArchitectureError, match="no layer would be left"):
            apply(lego, edit)


def test_moving_within_a_level():
    lego = network("ReLU", "Tanh | SiLU", "GELU; ELU; Sigmoid")
    assert list(_ids(apply(lego, MoveLayer("L3", 0)))) == ["L3", "L1", "L2"]
    assert list(_ids(apply(lego, MoveLayer("L1", 2)))) == ["L2", "L3", "L1"]
    assert _ids(apply(lego, MoveBlock("B3", "L2", 0)))["L2"] == {"B3": "C3", "B2": "C2"}
    assert _ids(apply(lego, MoveBlock("B3", "L1")))["L1"] == {"B1": "C1", "B3": "C3"}
    assert _ids(apply(lego, MoveComponent("C6", "B4", 0)))["L3"] == {"B4": "C6 C4 C5"}
    assert _ids(apply(lego, MoveComponent("C5", "B1", 0)))["L1"] == {"B1": "C5 C1"}
    assert apply(lego, MoveLayer("L2", 1)) == lego
    assert apply(lego, MoveBlock("B1", "L1", 0)) == lego  # an only child keeps its parent
    assert apply(lego, MoveComponent("C1", "B1")) == lego


def test_moving_across_levels():
    lego = network("ReLU", "Tanh | SiLU", "GELU; ELU")
    as_block = apply(lego, MoveComponent("C5", "L1", 0))
    assert _ids(as_block) == {"L1": {"B5": "C5", "B1": "C1"}, "L2": {"B2": "C2", "B3": "C3"}, "L3": {"B4": "C4"}}
    as_layer = apply(lego, MoveComponent("C5", index=1))
    assert _ids(as_layer)["L4"] == {"B5": "C5"}
    assert list(_ids(as_layer)) == ["L1", "L4", "L2", "L3"]
    block_as_layer = apply(lego, MoveBlock("B3", index=0))
    assert _ids(block_as_layer) == {"L4": {"B3": "C3"}, "L1": {"B1": "C1"}, "L2": {"B2": "C2"}, "L3": {"B4": "C4 C5"}}
    with pytest.raises(ArchitectureError, match="a block cannot go into a block; put it one level up"):
        apply(lego, MoveBlock("B3", "B1"))


def test_a_move_that_empties_its_parents_takes_them_away():
    lego = network("ReLU", "Tanh | SiLU", "GELU; ELU")
    assert _ids(apply(lego, MoveComponent("C1", "B4", 0))) == {"L2": {"B2": "C2", "B3": "C3"}, "L3": {"B4": "C1 C4 C5"}}


def test_a_copy_has_new_ids_and_the_original_stays():
    copied = apply(LEGO, CopyLayer("L1"))
    assert list(_ids(copied)) == ["L1", "L6", "L2", "L3", "L4", "L5"]
    assert _ids(copied)["L6"] == {"B7": "C11", "B8": "C12 C13"}
    assert list(_ids(apply(LEGO, CopyLayer("L1", 5))))[-1] == "L6"
    assert _ids(apply(LEGO, CopyBlock("B2", "L1", 0)))["L1"] == {"B7": "C11 C12", "B1": "C1", "B2": "C2 C3"}
    assert _ids(apply(LEGO, CopyBlock("B2", index=0)))["L6"] == {"B7": "C11 C12"}
    assert _ids(apply(LEGO, CopyComponent("C3", "B1")))["L1"]["B1"] == "C1 C11"
    assert _ids(apply(LEGO, CopyComponent("C3", "L2")))["L2"] == {"B3": "C4", "B7": "C11"}


def test_parameters_left_out_become_blank():
    lego = apply(LEGO, SetParams("C5", "6, 16, 5, padding=2"))
    assert lego.layers[2].blocks[0].components[0].values == {
        "in_channels": 6,
        "out_channels": 16,
        "kernel_size": 5,
        "padding": 2,
    }
    assert value(apply(lego, SetParams("C5", ", 16")), "C5", "kernel_size") is None


def test_the_merge_is_set_or_refused():
    assert apply(LEGO, SetMerge("L1", "concat")).layers[0].merge == "concat"
    with pytest.raises(ArchitectureError, match="use one of sum, mean, concat"):
        apply(LEGO, SetMerge("L1", "max"))


def test_links_are_added_and_removed_by_their_ends():
    lego = apply(LEGO, AddLink("input", "L5"))
    assert [(link.id, link.source, link.target) for link in lego.links][-1] == ("K2", "input", "L5")
    assert apply(lego, RemoveLink("input", "L5")).links == LEGO.links
    with pytest.raises(ArchitectureError, match="there is no such link; expected L1→L4"):
        apply(LEGO, RemoveLink("L2", "L4"))


@pytest.mark.parametrize(
    "edit", [AddLink("L1", "L2"), AddLink("L4", "L1"), AddLink("L1", "L4"), AddLink("L9", "L4"), AddLink("L1", "input")]
)
def test_a_link_that_leads_nowhere_new_is_refused(edit):
    with pytest.raises(ArchitectureError) as caught:
        apply(LEGO, edit)
    assert caught.value.where == f"link {edit.source}→{edit.target}"
    assert caught.value.remedy


@pytest.mark.parametrize("edit", [MoveLayer("L1", 4), MoveLayer("L4", 0)])
def test_a_move_that_turns_a_link_round_is_refused_and_can_be_done_without_it(edit):
    with pytest.raises(ArchitectureError, match="link L1→L4: the link does not lead forward") as caught:
        apply(LEGO, edit)
    assert "remove it first" in caught.value.remedy
    apply(apply(LEGO, RemoveLink("L1", "L4")), edit)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (AddLayer("Conv2D"), "did you mean 'Conv2d'?"),
        (AddLayer("Conv2d", "kernal_size=3"), "did you mean 'kernel_size'?"),
        (AddLayer("ReLU", index=6), "position 6; expected 0 to 5"),
        (AddLayer("ReLU", index=-1), "position -1"),
        (AddBlock("B1", "ReLU"), "there is no layer 'B1'; expected one of L1, L2"),
        (AddBlock("L3", "ReLU", index=2), "layer L3: position 2; expected 0 to 1"),
        (AddComponent("L1", "ReLU"), "there is no block 'L1'"),
        (RemoveBlock("L2.B1"), "B1 is not there; it is at L1.B1"),
        (MoveLayer("L1", 5), "position 5; expected 0 to 4"),
        (MoveComponent("C1", "C2"), "there is no layer or block 'C2'"),
        (SetParams("C99", ""), "there is no component 'C99'"),
        (SetParams("C1", "six"), "in_channels cannot be 'six'"),
        (Edit(), "Edit is not an edit"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(edit, says):
    before = dumps(LEGO)
    with pytest.raises(ArchitectureError) as caught:
        apply(LEGO, edit)
    assert says in str(caught.value)
    assert dumps(LEGO) == before


# Any edits, in any order ------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=100)
def test_any_edits_leave_a_well_formed_architecture_or_are_refused(data):
    lego = LEGO
    given_ids = _all_ids(lego)
    for _ in range(data.draw(st.integers(1, 8))):
        edit = data.draw(edits(lego))
        if getattr(edit, "index", None) != -1:
            assert edit_from_json(edit_to_json(edit)) == edit
        before, text = lego, dumps(lego)
        after, error = tried(apply, before, edit)
        assert dumps(before) == text
        if error:
            assert error.where is not None
            continue
        lego = check(after)
        new = _all_ids(lego) - _all_ids(before)
        assert not new & given_ids  # an id is never given twice, even when what had it is gone
        given_ids |= new


@given(st.data())
@settings(max_examples=40)
def test_any_edits_are_revised_into_a_network_that_fits_or_are_refused(data):
    lego = LEGO
    for _ in range(data.draw(st.integers(1, 4))):
        edit = data.draw(edits(lego))
        revised, error = tried(revise, lego, edit)
        if error:
            assert error.where
            assert error.expected or error.remedy
            continue
        after, repairs = revised
        infer(after)
        assert repair(after) == (after, ())
        assert all(change.reason for change in repairs)
        lego = after


# revise -----------------------------------------------------------------------------------------------------------


def test_revise_applies_all_edits_and_repairs_once():
    lego, repairs = revise(LEGO, SetParams("C1", "1, 8, 3"), AddComponent("B2", "BatchNorm2d"))
    assert value(lego, "C2", "out_channels") == value(lego, "C11", "num_features") == 8
    assert {change.item for change in repairs} == {"C2", "C5", "C11", "K1"}


def test_revise_is_all_or_nothing():
    with pytest.raises(ArchitectureError):
        revise(LEGO, RemoveBlock("B1"), RemoveBlock("B99"))
    with pytest.raises(ShapeError):
        revise(LEGO, RemoveBlock("B1"), AddLayer("Conv2d"))


def test_a_new_choice_follows_its_siblings():
    lego, repairs = revise(LEGO, AddBlock("L1", "Conv2d", ", 99, 7"))
    assert (value(lego, "C11", "out_channels"), value(lego, "C11", "padding")) == (6, 2)
    told = {(change.name, change.old, change.new, change.reason) for change in repairs}
    assert ("out_channels", 99, 6, "same width as B1") in told


def test_links_that_are_lost_on_the_way_are_told():
    lego, repairs = revise(LEGO, RemoveLayer("L4"))
    assert lego.links == ()
    assert str(repairs[0]) == "link L1→L4: link L1→L4 → none: L4 was removed"
    lego, repairs = revise(LEGO, RemoveLayer("L2"), RemoveLayer("L3"))
    assert [change.reason for change in repairs if change.name == "link"] == ["L1 and L4 are neighbours now"]
    _, repairs = revise(LEGO, RemoveLink("L1", "L4"))
    assert not [change for change in repairs if change.name == "link"]


def test_masks_and_weights_outlive_edits_by_their_ids():
    lego, _ = revise(LEGO, RemoveBlock("B2"), AddLayer("MaxPool2d", "2", index=2))
    assert Mask.of("B1", "B3").bits(lego) == (True, True, False, False, False, False)
    assert {part.id for part in LEGO.components()} - {part.id for part in lego.components()} >= {"C2", "C3"}


def test_the_study_users_steps_end_at_lenet5():
    """§6.1: MaxPool after the ReLUs, then one choice a layer."""
    lego, _ = repair(
        network(
            "Conv2d(, 6, 3) | Conv2d(, 6, 5) | Conv2d(, 6, 7)",
            "ReLU",
            "Conv2d(, 16, 3) | Conv2d(, 16, 5) | Conv2d(, 16, 7)",
            "ReLU",
            "Linear(, 84) | Linear(, 120); Linear(, 84)",
            "ReLU",
            "Linear",
        )
    )
    lego, _ = revise(lego, AddComponent("B4", "MaxPool2d", "2"), AddComponent("B8", "MaxPool2d", "2"))
    lego, _ = revise(lego, *(RemoveBlock(block) for block in ("B1", "B3", "B5", "B7", "B9")))
    lego, _ = revise(lego, SetParams("C2", "1, 6, 5, padding=2"), SetParams("C6", "6, 16, 5"))
    assert infer(lego).parameters == 61_706
