import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddLayer, apply
from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.architecture.model import check
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.errors import ArchitectureError, MaskError
from tests.architecture import oracle
from tests.architecture.networks import component, network, networks, tried, value
from tests.strategies import architectures, block_sets


def _repaired(*layers, **options):
    return repair(network(*layers, **options))[0]


LEGO = _repaired("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "ReLU", "Conv2d(, 16, 3, 2) | Conv2d(, 16, 5, 2)", "Linear")


def test_the_active_blocks_are_kept_with_their_ids_and_parameters():
    small = select(LEGO, Mask.of("B2", "B3", "B4", "B6"))
    assert small.block_ids == ("B2", "B3", "B4", "B6")
    assert component(small, "C2") == component(LEGO, "C2")
    assert [layer.id for layer in small.layers] == ["L1", "L2", "L3", "L4"]


def test_the_full_mask_selects_everything():
    assert select(LEGO, Mask.full(LEGO)) == LEGO


def test_a_mask_that_names_no_network_is_refused():
    with pytest.raises(MaskError):
        select(LEGO, Mask.of("B1"))


def test_a_link_past_an_empty_layer_is_the_plain_connection():
    lego = _repaired("Conv2d(, 6, 3)", "ReLU", "Linear", links="L1-L3")
    small = select(lego, Mask.of("B1", "B3"))
    assert [layer.id for layer in small.layers] == ["L1", "L3"]
    assert small.links == ()
    oracle.run(small)


def test_a_projection_past_an_empty_layer_is_a_layer():
    lego = _repaired("Conv2d(, 6, 3, padding=1)", "Conv2d(, 8, 3, 2)", "Linear", links="L1-L3")
    assert lego.links[0].projection
    small = select(lego, Mask.of("B1", "B3"))
    assert [layer.id for layer in small.layers] == ["L1", "K1", "L3"]
    assert small.layers[1].blocks[0].components == lego.links[0].projection
    oracle.run(small)


def test_links_that_carry_nothing_are_gone_and_others_stay():
    lego = _repaired("Conv2d(, 1, 1)", "ReLU", "Tanh", "Linear", links="input-L3 L1-L3 L1-L4")
    small = select(lego, Mask.of("B1", "B2", "B4"))  # L3 is empty, so L2 leads nowhere either
    assert [layer.id for layer in small.layers] == ["L1", "L4"]
    assert small.links == ()
    small = select(lego, Mask.of("B1", "B3", "B4"))
    assert [(link.source, link.target) for link in small.links] == [("input", "L3"), ("L1", "L4")]


def test_branches_side_by_side_are_refused():
    lego = _repaired("Conv2d(, 1, 1)", "ReLU", "Tanh", "Linear", links="input-L3 L1-L4")
    with pytest.raises(ArchitectureError, match="L1 and L3 would be parallel branches") as caught:
        select(lego, Mask.of("B1", "B3", "B4"))
    assert "switch on a block" in caught.value.remedy


def test_a_concatenation_holds_the_active_blocks_only():
    lego = _repaired("Conv2d(, 6, 3) | Conv2d(, 4, 5)", "BatchNorm2d", "Linear", merge="concat")
    assert value(lego, "C3", "num_features") == 10
    small = select(lego, Mask.of("B2", "B3", "B4"))
    assert value(small, "C3", "num_features") == 4
    oracle.run(small)


@given(networks(), st.data())
@settings(max_examples=80)
def test_a_selected_network_runs_and_costs_what_the_mask_does(lego, data):
    repaired, _ = tried(repair, lego)
    assume(repaired)
    lego, _ = repaired
    mask = data.draw(st.one_of(st.just(Mask.full(lego)), block_sets(lego)))
    small, error = tried(select, lego, mask)
    if error:
        return
    found = infer(small)
    *_, parameters = oracle.run(small)
    assert found.parameters == parameters
    assert set(small.block_ids) >= prune(lego, mask).blocks
    if all(layer.merge != "concat" or len(layer.blocks) == 1 for layer in lego.layers):
        expected = cost(lego, mask)
        assert (found.parameters, found.macs) == (expected.parameters, expected.macs)


@given(architectures(), st.data())
def test_any_valid_mask_selects_its_live_blocks_or_is_refused_for_its_branches(lego, data):
    mask = data.draw(block_sets(lego))
    lego, _ = repair(_with_classifier(lego))
    mask = Mask(mask.blocks | {lego.block_ids[-1]})
    small, error = tried(select, lego, mask)
    if error:
        assert isinstance(error, MaskError) or "would be parallel branches" in error.message
        return
    assert check(small) is small
    assert [block for block in small.block_ids if block in lego.layer_of] == [
        block for block in lego.block_ids if block in prune(lego, mask)
    ]


def _with_classifier(lego):
    return apply(lego, AddLayer("Linear"))
