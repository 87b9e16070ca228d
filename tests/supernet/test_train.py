import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from oneshot_lab.architecture.edits import AddComponent
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.supernet import train as training
from oneshot_lab.supernet.evaluate import evaluate, evaluate_module
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import RECIPES, Recipe
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.supernet.networks import LINKS, MERGES, as_split, first_batch, images, lenet, normed

TRAIN = images(96)


def weights(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


def quietly(network, split=TRAIN, **options):
    return train(network, split, bar=False, device="cpu", **options)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_learns(recipe):
    supernet = Supernet(normed(*LINKS, *MERGES))
    losses = quietly(supernet, recipe=replace(RECIPES[recipe], batch_size=16), epochs=6)
    assert len(losses) == 6
    assert losses[-1] < losses[0]
    full = Mask.full(supernet.architecture)
    assert evaluate(supernet, [full], TRAIN, device="cpu", calibration=TRAIN)[full].accuracy > 0.8
    assert not supernet.training


@pytest.mark.parametrize("recipe", ["sandwich", "paper"])
def test_equal_seeds_give_equal_losses_and_weights(recipe):
    runs = []
    for seed in (1, 1, 2):
        supernet = Supernet(lenet(AddComponent("B9", "Dropout", "0.5")))
        runs.append((quietly(supernet, recipe=recipe, epochs=2, seed=seed), weights(supernet)))
        torch.rand(3)
    assert runs[0][0] == runs[1][0] != runs[2][0]
    assert same(runs[0][1], runs[1][1])
    assert not same(runs[0][1], runs[2][1])


def test_two_trainings_at_once_draw_each_its_own_numbers():
    def run(seed):
        supernet = Supernet(lenet(AddComponent("B9", "Dropout", "0.5")), seed=seed)
        return quietly(supernet, recipe="paper", epochs=3, seed=seed), weights(supernet)

    alone = [run(seed) for seed in range(3)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(run, range(3)))
    for (losses, learned), (others, learned_too) in zip(alone, together, strict=True):
        assert losses == others
        assert same(learned, learned_too)


def test_a_step_is_sgd_with_momentum_on_the_summed_gradients():
    recipe = Recipe("two", ("whole", "whole"), 0.1, momentum=0.5, weight_decay=0.01, batch_size=96, clip=0.5)
    supernet = Supernet(lenet())
    twin = copy.deepcopy(supernet)
    quietly(supernet, recipe=recipe, epochs=3)
    x, y = first_batch(TRAIN, 96)
    optimizer = torch.optim.SGD(twin.parameters(), 0.1, 0.5, weight_decay=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        (2 * F.cross_entropy(twin(x), y)).backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in twin.parameters()))
        assert norm > 0.5
        for parameter in twin.parameters():
            parameter.grad *= 0.5 / norm
        optimizer.step()
    for name, tensor in twin.state_dict().items():
        torch.testing.assert_close(supernet.state_dict()[name], tensor, atol=1e-5, rtol=1e-4)


def test_the_whole_network_teaches_the_others():
    recipe = Recipe("taught", ("whole", "single"), 0.1, momentum=0.0, batch_size=96, clip=1e6, distil=True)
    supernet = Supernet(lenet())
    twin = copy.deepcopy(supernet)
    (told,) = quietly(supernet, recipe=recipe, epochs=1)
    x, y = first_batch(TRAIN, 96)
    _, single = recipe.masks(twin.architecture, rng=np.random.default_rng(0))
    logits = twin(x)
    taught = -(logits.detach().softmax(1) * twin(x, single).log_softmax(1)).sum(1).mean()
    learned = F.cross_entropy(logits, y)
    (learned + taught).backward()
    assert told == pytest.approx((learned + taught).item() / 2)
    for name, parameter in twin.named_parameters():
        expected = parameter if parameter.grad is None else parameter - 0.1 * parameter.grad
        torch.testing.assert_close(supernet.state_dict()[name], expected.detach(), atol=1e-5, rtol=1e-4)


def test_blocks_that_were_not_drawn_are_not_changed():
    supernet = Supernet(lenet())
    before = weights(supernet)
    quietly(supernet, recipe=replace(RECIPES["single"], draw="epoch"), epochs=1)
    changed = {
        name.split(".")[1] for name, tensor in weights(supernet).items() if not torch.equal(tensor, before[name])
    }
    convolutions = {c.id for layer in (0, 2) for b in supernet.architecture.layers[layer].blocks for c in b.components}
    assert len(changed & convolutions) == 2


@pytest.mark.parametrize(("draw", "distinct"), [("batch", 6), ("epoch", 2)])
def test_masks_are_drawn_per_batch_or_per_epoch(draw, distinct, monkeypatch):
    drawn = []
    original = Recipe.masks
    monkeypatch.setattr(Recipe, "masks", lambda self, *a, **k: drawn.append(original(self, *a, **k)) or drawn[-1])
    quietly(Supernet(lenet()), recipe=replace(RECIPES["paper"], draw=draw, batch_size=32), epochs=2)
    assert len(drawn) == distinct


def test_the_schedule_spans_all_epochs(monkeypatch):
    rates = []
    step = torch.optim.SGD.step
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self: rates.append(self.param_groups[0]["lr"]) or step(self))
    quietly(Supernet(lenet()), recipe=replace(RECIPES["sandwich"], learning_rate=1e-3, batch_size=48), epochs=2)
    assert rates == pytest.approx([1e-3, 0.8536e-3, 0.5e-3, 0.1464e-3], rel=1e-3)


def test_progress_is_reported_after_each_batch():
    seen = []
    losses = quietly(Supernet(lenet()), recipe=replace(RECIPES["paper"], batch_size=40), epochs=2, progress=seen.append)
    assert [(p.epoch, p.epochs, p.batch, p.batches) for p in seen] == [(e, 2, b, 3) for e in (0, 1) for b in (1, 2, 3)]
    assert [seen[2].loss, seen[5].loss] == pytest.approx(losses)


def test_the_bar_shows_the_loss_and_can_be_turned_off(capsys):
    train(Supernet(lenet()), TRAIN, epochs=1, device="cpu")
    assert "loss=" in capsys.readouterr().err
    quietly(Supernet(lenet()), epochs=1)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("batches", "epochs_begun"), [(0, 0), (2, 1), (3, 1), (4, 2)])
def test_training_stops_before_the_next_batch(batches, epochs_begun):
    done = []
    stopped, whole = Supernet(lenet()), Supernet(lenet())
    recipe = replace(RECIPES["paper"], batch_size=32)
    losses = quietly(stopped, recipe=recipe, epochs=2, progress=done.append, should_stop=lambda: len(done) >= batches)
    assert len(done) == batches
    assert len(losses) == epochs_begun
    states = [weights(whole)]
    quietly(whole, recipe=recipe, epochs=2, progress=lambda _: states.append(weights(whole)))
    assert same(weights(stopped), states[batches])
    assert not stopped.training


def test_an_interrupt_leaves_the_last_whole_step():
    supernet, states = Supernet(lenet()), []

    def interrupt(progress):
        states.append(weights(supernet))
        if progress.batch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quietly(supernet, recipe=replace(RECIPES["paper"], batch_size=32), progress=interrupt)
    assert same(weights(supernet), states[-1])
    assert not supernet.training


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_at_once_and_brings_the_weights_back(bad):
    x, y = first_batch(images(96), 96)
    x[60] = bad
    supernet, states = Supernet(normed()), []
    recipe = replace(RECIPES["whole"], batch_size=32)
    before = weights(supernet)
    with pytest.raises(SessionError, match=r"epoch 1, batch \d: the loss is no longer a .*learning rate .* or less"):
        quietly(supernet, as_split(x, y), recipe=recipe, progress=lambda _: states.append(weights(supernet)))
    assert len(states) < 3
    assert same(weights(supernet), before)
    assert not supernet.training


def test_divergence_in_a_later_epoch_keeps_the_epochs_before():
    supernet, ends = Supernet(lenet()), []

    def spoil(progress):
        if progress.batch == progress.batches:
            ends.append(weights(supernet))
        if (progress.epoch, progress.batch) == (1, 1):
            with torch.no_grad():
                supernet.components["C13"].weight.fill_(float("nan"))

    with pytest.raises(SessionError, match="epoch 2, batch 2"):
        quietly(supernet, recipe=replace(RECIPES["whole"], batch_size=32), progress=spoil)
    assert same(weights(supernet), ends[0])


def test_weights_spoilt_by_the_last_step_are_found():
    supernet = Supernet(lenet())
    before = weights(supernet)
    with pytest.raises(SessionError, match="epoch 1, batch 1"):
        quietly(supernet, recipe=replace(RECIPES["whole"], learning_rate=1e39, batch_size=96), epochs=1)
    assert same(weights(supernet), before)


def test_too_high_a_learning_rate_is_told():
    supernet = Supernet(lenet())
    with pytest.raises(SessionError, match="at learning rate 1e"):
        quietly(supernet, recipe=replace(RECIPES["paper"], learning_rate=1e6, clip=1e12, batch_size=16), epochs=5)
    assert all(tensor.isfinite().all() for tensor in supernet.state_dict().values())


def test_a_plain_network_is_trained_with_the_whole_recipe():
    network = to_module(lenet())
    quietly(network, recipe="whole", epochs=5)
    assert evaluate_module(network, TRAIN, device="cpu").accuracy > 0.8
    assert not network.training


def test_a_plain_network_has_no_blocks_to_drop():
    with pytest.raises(SessionError, match="the recipe 'paper' needs a supernet; use 'whole'"):
        quietly(to_module(lenet()), recipe="paper")


def test_a_network_without_weights_is_an_error_of_torch():
    with pytest.raises(ValueError, match="empty parameter list"):
        quietly(nn.Identity(), recipe="whole")


def test_an_epoch_knows_no_architecture():
    network = nn.Sequential(nn.Flatten(), nn.Linear(256, 3))
    losses = training.train_epoch(
        network,
        TRAIN.batches(32),
        draw=lambda: [()],
        optimizer=torch.optim.SGD(network.parameters(), 1.0),
        rates=[0.1, 0.1, 0.1],
        report=lambda batch, loss: None,
    )
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("batches", [1, 2, 6])
def test_a_loss_far_above_that_of_guessing_is_no_result(batches):
    """Such as 8e7: finite, and the network is lost all the same."""
    supernet = Supernet(lenet())
    recipe = replace(RECIPES["whole"], learning_rate=100.0, clip=1e6, batch_size=96 // batches, schedule="constant")
    epochs = []
    with pytest.raises(
        SessionError, match=r"the loss is .* whereas guessing gives 1\.1: .* diverged, .* rate 100.*20 or"
    ):
        quietly(supernet, recipe=recipe, epochs=20, progress=lambda p: epochs.append((p.epoch, weights(supernet))))
    last = epochs[-1][0]
    kept = [state for epoch, state in epochs if epoch == last - 1]
    assert same(weights(supernet), kept[-1] if kept else weights(Supernet(lenet())))


def test_an_epoch_that_begins_badly_and_ends_well_is_a_result(monkeypatch):
    told = iter([1e6, 80.0, 3.0, 1.0, 1.0, 1.0])
    original = F.cross_entropy
    monkeypatch.setattr(F, "cross_entropy", lambda *args: original(*args) * 0 + next(told))
    assert len(quietly(Supernet(lenet()), recipe=replace(RECIPES["whole"], batch_size=16), epochs=1)) == 1


@pytest.mark.parametrize("images_left", [96, 1])
def test_batches_of_one_image_are_told_where_batch_norm_cannot_learn_from_them(images_left):
    supernet = Supernet(lenet(AddComponent("B11", "BatchNorm1d")))
    before = weights(supernet)
    recipe = replace(RECIPES["whole"], batch_size=1)
    with pytest.raises(SessionError, match=r"epoch 1: each batch holds one image, .* batch_size of 2 or more"):
        quietly(supernet, images(images_left), recipe=recipe)
    assert same(weights(supernet), before)


def test_an_image_that_is_left_over_is_learned_from_with_batch_norm():
    supernet = Supernet(lenet(AddComponent("B11", "BatchNorm1d")))
    assert len(quietly(supernet, images(33), recipe=replace(RECIPES["whole"], batch_size=16), epochs=1)) == 1
    full = Mask.full(supernet.architecture)
    assert evaluate(supernet, [full], images(1), device="cpu", calibration=images(1))[full].loss > 0
