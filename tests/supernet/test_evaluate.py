import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import confusion_matrix
from torch import nn

from oneshot_lab.architecture.edits import AddComponent
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import MaskError, StoppedError
from oneshot_lab.supernet import shortcuts
from oneshot_lab.supernet.evaluate import evaluate, evaluate_module
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import block_dropout
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.supernet.networks import LINKS, MERGES, candidate_logits, every_kind, first_batch, images, lenet, normed

SPLIT = images(50)
X, Y = first_batch(SPLIT, 50)


def masks(architecture, count=25, seed=0):
    rng = np.random.default_rng(seed)
    return list(
        dict.fromkeys([Mask.full(architecture), *(block_dropout(architecture, 0.5, rng) for _ in range(count))])
    )


@pytest.mark.parametrize("name", every_kind())
def test_logits_equal_one_forward_for_each_candidate(name):
    supernet = Supernet(every_kind()[name]).eval()
    candidates = masks(supernet.architecture)
    logits = candidate_logits(supernet, candidates, X)
    assert list(logits) == candidates
    for mask in candidates:
        torch.testing.assert_close(logits[mask], supernet(X, mask), atol=1e-5, rtol=1e-5)


def test_a_network_whose_layers_can_vanish():
    supernet = Supernet(load_template("resnet18", input_shape=(3, 8, 8), classes=3, width=0.0625)).eval()
    x = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    candidates = masks(supernet.architecture)
    assert min(len(mask) for mask in candidates) < len(supernet.architecture.blocks)
    for mask, logits in candidate_logits(supernet, candidates, x).items():
        torch.testing.assert_close(logits, supernet(x, mask), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("batch_size", [7, 50, None])
def test_scores_are_mean_loss_and_accuracy(batch_size):
    supernet = Supernet(lenet(*LINKS, *MERGES)).eval()
    scores = evaluate(supernet, masks(supernet.architecture), SPLIT, device="cpu", batch_size=batch_size)
    for mask, score in scores.items():
        logits = supernet(X, mask)
        assert score.loss == pytest.approx(F.cross_entropy(logits, Y).item(), abs=1e-5)
        assert score.accuracy == pytest.approx((logits.argmax(1) == Y).float().mean().item())


def test_each_block_is_computed_once_for_each_distinct_prefix(monkeypatch):
    supernet = Supernet(lenet())
    runs = []
    apply = shortcuts.apply
    monkeypatch.setattr(shortcuts, "apply", lambda module, x: runs.append(module) or apply(module, x))
    common = ("B4", "B8", "B11", "B12")
    candidates = [
        Mask.of("B1", "B5", "B9", *common),
        Mask.of("B1", "B6", "B9", *common),
        Mask.of("B1", "B5", "B6", "B9", *common),
        Mask.of("B1", "B5", "B10", *common),
        Mask.of("B2", "B5", "B9", *common),
    ]
    evaluate(supernet, candidates, SPLIT, device="cpu", batch_size=50)
    times = {component: runs.count(module) for component, module in supernet.components.items()}
    assert [times[c] for c in ("C1", "C2", "C3")] == [1, 1, 0]
    assert [times[c] for c in ("C5", "C6", "C7")] == [2, 1, 0]  # For two prefixes; B6 for one of them.
    assert [times[c] for c in ("C9", "C10")] == [4, 1]


def test_masks_that_name_the_same_network_are_computed_once_and_scored_alike(monkeypatch):
    supernet = Supernet(lenet(*LINKS))
    # L3 and the links around it: without L4, what L3 computes goes to L7 alone.
    first, second = Mask.of("B1", "B4", "B5", "B12"), Mask.of("B1", "B4", "B5", "B12", "B11")
    calls = []
    apply = shortcuts.apply
    monkeypatch.setattr(shortcuts, "apply", lambda module, x: calls.append(module) or apply(module, x))
    scores = evaluate(supernet, [first, second, first], SPLIT, device="cpu", batch_size=50)
    assert list(scores) == [first, second]
    assert scores[first] == scores[second]
    assert calls.count(supernet.components["C13"]) == 1


def calibrated_by_hand(supernet, mask, x, calibration):
    twin = Supernet(supernet.architecture)
    twin.load_state_dict(supernet.state_dict())
    for module in twin.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    twin.train()
    twin(calibration, mask)
    return twin.eval()(x, mask)


@pytest.mark.parametrize("edits", [(), (*LINKS, *MERGES)])
def test_batch_norm_is_recalibrated_for_each_candidate(edits):
    supernet = Supernet(normed(*edits))
    train(supernet, SPLIT, epochs=1, device="cpu", bar=False)
    calibration = X[:20] * 2 + 1
    candidates = masks(supernet.architecture, count=10)
    before = {name: tensor.clone() for name, tensor in supernet.state_dict().items()}
    calibrated = candidate_logits(supernet, candidates, X, calibration=calibration)
    plain = candidate_logits(supernet, candidates, X)
    for mask in candidates:
        expected = calibrated_by_hand(supernet, mask, X, calibration)
        torch.testing.assert_close(calibrated[mask], expected, atol=1e-4, rtol=1e-4)
        assert not torch.allclose(calibrated[mask], plain[mask], atol=1e-2)
    assert all(torch.equal(tensor, before[name]) for name, tensor in supernet.state_dict().items())


def test_calibration_makes_no_difference_without_batch_norm_and_is_the_same_each_time():
    supernet, candidates = Supernet(lenet()), masks(lenet())
    assert evaluate(supernet, candidates, SPLIT, device="cpu") == evaluate(
        supernet, candidates, SPLIT, device="cpu", calibration=SPLIT
    )
    supernet = Supernet(normed())
    scores = [evaluate(supernet, candidates, SPLIT, device="cpu", calibration=images(300)) for _ in range(2)]
    assert scores[0] == scores[1] != evaluate(supernet, candidates, SPLIT, device="cpu")
    for mask in candidates[:3]:
        assert evaluate(supernet, [mask], SPLIT, device="cpu", calibration=images(300)) == {mask: scores[0][mask]}


def test_dropout_is_off_and_the_mode_comes_back():
    supernet = Supernet(lenet(AddComponent("B9", "Dropout", "0.5"))).train()
    candidates = masks(supernet.architecture)
    assert evaluate(supernet, candidates, SPLIT, device="cpu") == evaluate(supernet, candidates, SPLIT, device="cpu")
    assert all(module.training for module in supernet.modules())


def test_progress_and_stop():
    supernet, seen = Supernet(lenet()), []
    evaluate(supernet, masks(lenet()), SPLIT, device="cpu", batch_size=20, progress=lambda *done: seen.append(done))
    assert seen == [(20, 50), (40, 50), (50, 50)]
    with pytest.raises(StoppedError, match="stopped after 20 of 50 images"):
        evaluate(
            supernet,
            masks(lenet()),
            SPLIT,
            device="cpu",
            batch_size=20,
            progress=lambda *done: seen.append(done),
            should_stop=lambda: len(seen) > 3,
        )


def test_no_candidates_no_scores():
    assert evaluate(Supernet(lenet()), [], SPLIT, device="cpu") == {}


def test_a_mask_that_names_no_network_is_an_error():
    with pytest.raises(MaskError):
        evaluate(Supernet(lenet()), [Mask.of("B1")], SPLIT, device="cpu")


def test_a_network_that_gives_nan_has_a_loss_of_nan():
    supernet = Supernet(lenet())
    with torch.no_grad():
        supernet.components["C1"].weight.fill_(float("nan"))
    full = Mask.full(lenet())
    assert np.isnan(evaluate(supernet, [full], SPLIT, device="cpu")[full].loss)


def test_a_plain_module_scores_like_its_supernet():
    module, supernet, full = to_module(lenet(), seed=0).train(), Supernet(lenet(), seed=0), Mask.full(lenet())
    score = evaluate_module(module, SPLIT, device="cpu", batch_size=20)
    expected = evaluate(supernet, [full], SPLIT, device="cpu")[full]
    assert score.loss == pytest.approx(expected.loss, abs=1e-5)
    assert score.accuracy == expected.accuracy
    assert module.training


def test_a_plain_module_tells_which_classes_it_takes_for_which():
    module = to_module(lenet(), seed=0)
    score = evaluate_module(module, SPLIT, device="cpu", batch_size=20)
    x, true = first_batch(SPLIT, len(SPLIT))
    predicted = module(x).argmax(1)
    assert score.confusion == tuple(map(tuple, confusion_matrix(true, predicted, labels=range(3)).tolist()))
    assert sum(row[label] for label, row in enumerate(score.confusion)) / len(SPLIT) == score.accuracy
    json.dumps(score.confusion)
