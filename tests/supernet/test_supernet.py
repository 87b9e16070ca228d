import pickle

import numpy as np
import pytest
import torch
from torch import nn

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, SetParams, revise
from oneshot_lab.architecture.mask import Mask, live_layers
from oneshot_lab.architecture.model import INPUT
from oneshot_lab.architecture.select import select
from oneshot_lab.errors import MaskError
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import block_dropout
from oneshot_lab.supernet.supernet import Supernet
from tests.supernet.networks import LINKS, MERGES, every_kind, first_batch, images, lenet, normed

X, _ = first_batch(images(6), 6)


def masks(architecture, count=12, seed=0):
    rng = np.random.default_rng(seed)
    return [Mask.full(architecture), *(block_dropout(architecture, 0.5, rng) for _ in range(count))]


def by_hand(supernet, x, mask):
    """The semantics, said once more in the plainest way: every block computed, absent ones left out of the merge."""
    architecture, outputs = supernet.architecture, {INPUT: x}
    before = INPUT
    live = dict(zip((layer.id for layer in architecture.layers), live_layers(architecture, mask), strict=True))

    def run(components, h):
        return nn.Sequential(*(supernet.components[component.id] for component in components))(h)

    for layer in architecture.layers:
        terms = [outputs[before]] if before in outputs else []
        links = [link for link in architecture.links if link.target == layer.id and link.source in outputs]
        terms += [run(link.projection, outputs[link.source]) for link in links]
        before = layer.id
        if not live[layer.id]:
            continue
        results = {block.id: run(block.components, sum(terms)) for block in layer.blocks}
        kept = [result for block, result in results.items() if block in mask]
        if layer.merge == "concat":
            outputs[layer.id] = torch.cat([r if b in mask else torch.zeros_like(r) for b, r in results.items()], 1)
        else:
            outputs[layer.id] = sum(kept) / (len(kept) if layer.merge == "mean" else 1)
    return outputs[architecture.layers[-1].id]


@pytest.mark.parametrize("name", every_kind())
@pytest.mark.parametrize("gradients", [True, False])
def test_forward_equals_the_plainest_way(name, gradients):
    architecture = every_kind()[name]
    supernet = Supernet(architecture).eval()
    with torch.set_grad_enabled(gradients):
        for mask in masks(architecture):
            torch.testing.assert_close(supernet(X, mask), by_hand(supernet, X, mask), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("architecture", [lenet(), lenet(*LINKS), normed(), normed(*LINKS)])
def test_a_masked_supernet_is_the_network_of_the_selected_parts(architecture):
    supernet = Supernet(architecture, seed=3).eval()
    for mask in masks(architecture):
        selected = to_module(select(architecture, mask), seed=3).eval()
        torch.testing.assert_close(supernet(X, mask), selected(X), atol=1e-5, rtol=1e-5)


def test_absent_blocks_are_not_computed():
    supernet = Supernet(lenet(*LINKS))
    run = set()
    for component_id, module in supernet.components.items():
        module.register_forward_hook(lambda *_, component_id=component_id: run.add(component_id))
    mask = Mask.of("B1", "B4", "B8", "B9", "B11", "B12")  # L3 is empty: the link L2→L4 leads around it.
    supernet(X, mask)
    expected = {c.id for block in supernet.architecture.blocks if block.id in mask for c in block.components}
    projections = {link.id: {c.id for c in link.projection} for link in supernet.architecture.links}
    links = {(link.source, link.target): projections[link.id] for link in supernet.architecture.links}
    assert run == expected | links["L2", "L4"]


def test_absent_blocks_get_no_gradient():
    supernet = Supernet(lenet())
    supernet(X, Mask.of("B1", "B2", "B4", "B5", "B8", "B9", "B11", "B12")).sum().backward()
    without = {name.split(".")[1] for name, parameter in supernet.named_parameters() if parameter.grad is None}
    assert without == {
        c.id
        for b in supernet.architecture.blocks
        if b.id in {"B3", "B6", "B7", "B10"}
        for c in b.components
        if list(supernet.components[c.id].parameters())
    }


@pytest.mark.parametrize("mask", [Mask.of("B1"), Mask.of(), Mask.of("B99", *lenet().block_ids)])
def test_a_mask_that_names_no_network_is_an_error(mask):
    with pytest.raises(MaskError, match="mask"):
        Supernet(lenet())(X, mask)


def test_an_edit_elsewhere_leaves_the_start_as_it_was():
    before = Supernet(lenet(), seed=5)
    after = Supernet(lenet(RemoveBlock("B3"), AddComponent("B9", "ReLU")), seed=5)
    for name, tensor in after.state_dict().items():
        assert torch.equal(tensor, before.state_dict()[name])


def test_weights_and_buffers_are_inherited_where_they_fit():
    old = Supernet(normed(), seed=1)
    old.train()(X)
    edited, _ = revise(
        normed(), SetParams("C5", "out_channels=12"), RemoveBlock("B1"), AddComponent("B10", "Linear", "9")
    )
    new = Supernet(edited, seed=2)
    fresh_start = {name: tensor.clone() for name, tensor in new.state_dict().items()}
    inherited = new.inherit(old)
    with_weights = {name for name, module in new.components.items() if module.state_dict()}
    assert {*inherited.kept, *inherited.fresh} == with_weights
    assert not {*inherited.kept} & {*inherited.fresh}
    assert "C2" in inherited.kept
    assert "C5" in inherited.fresh
    for name, tensor in new.state_dict().items():
        source = old.state_dict() if name.split(".")[1] in inherited.kept else fresh_start
        assert torch.equal(tensor, source[name])


def test_inheriting_shares_no_memory():
    old = Supernet(lenet(), seed=1)
    new = Supernet(lenet(), seed=2)
    assert new.inherit(old).fresh == ()
    with torch.no_grad():
        new.components["C1"].weight.zero_()
    assert old.components["C1"].weight.abs().sum() > 0


def test_a_copy_is_independent():
    supernet = Supernet(lenet(*LINKS, *MERGES)).eval()
    twin = pickle.loads(pickle.dumps(supernet))
    assert torch.equal(twin(X), supernet(X))
    with torch.no_grad():
        twin.components["C1"].weight.mul_(2)
    assert not torch.equal(twin(X), supernet(X))
