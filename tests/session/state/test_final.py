import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, recall_score
from torch import fx, nn

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.select import select
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.session.saving import storage
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.final import Final, Run, completed
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.preprocessing import Preprocessing
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.plain import to_module
from tests.session.sessions import Spy, at_batch, is_usable, small

SINGLE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


@pytest.fixture(scope="module")
def trained(copy):
    """A session with two finals: of the best candidate with two seeds, of a single path with one."""
    session = copy()
    session.finalize(epochs=2, seeds=2)
    session.finalize(SINGLE, epochs=2)
    return session


def test_the_best_candidate_is_retrained(trained):
    final = trained.finals[1]
    assert final.mask == trained.best.mask
    assert final.architecture == select(trained.architecture, final.mask)
    assert final.epochs == 2
    assert final.seconds > 0
    price = cost(trained.architecture, final.mask)
    assert (final.parameters, final.macs) == (price.parameters, price.macs)


def test_several_seeds_give_mean_and_spread(trained):
    final = trained.finals[1]
    assert [run.seed for run in final.runs] == [0, 1]
    one, other = (run.test_accuracy for run in final.runs)
    assert final.test_accuracy == pytest.approx((one + other) / 2)
    assert final.test_accuracy_spread == pytest.approx(abs(one - other) / math.sqrt(2))
    assert final.test_loss == pytest.approx(sum(run.test_loss for run in final.runs) / 2)
    assert all(len(run.losses) == 2 for run in final.runs)
    assert final.runs[0].losses != final.runs[1].losses
    assert math.isnan(trained.finals[2].test_accuracy_spread)


def test_the_module_is_the_run_that_validated_best(trained, data):
    final = trained.finals[1]
    best = max(final.runs, key=lambda run: run.validation_accuracy)
    assert evaluate_module(final.module, data.validation, device="cpu").accuracy == best.validation_accuracy
    assert evaluate_module(final.module, data.test, device="cpu").accuracy == best.test_accuracy


@pytest.mark.parametrize("index", [1, 2])
def test_the_module_is_plain_torch(trained, index):
    final = trained.finals[index]
    assert isinstance(final.module, nn.Sequential if index == 2 else fx.GraphModule)
    assert not any(type(module).__module__.startswith("oneshot_lab") for module in final.module.modules())
    assert not any(module.training for module in final.module.modules())
    assert all(parameter.device.type == "cpu" for parameter in final.module.parameters())
    assert final.parameters == sum(parameter.numel() for parameter in final.module.parameters())


@pytest.mark.parametrize("index", [1, 2])
def test_its_saved_weights_load_into_a_fresh_module(trained, data, tmp_path, index):
    final = trained.finals[index]
    x, _ = next(data.test.batches(16))
    torch.save(final.module.state_dict(), tmp_path / "final.pt")
    safetensors.torch.save_file(final.module.state_dict(), tmp_path / "final.safetensors")
    for state in (
        torch.load(tmp_path / "final.pt", weights_only=True),
        safetensors.torch.load_file(tmp_path / "final.safetensors"),
    ):
        fresh = to_module(final.architecture, seed=99).eval()
        assert not torch.equal(fresh(x), final.module(x))
        fresh.load_state_dict(state)
        assert torch.equal(fresh(x), final.module(x))


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"seeds": 0}, {"seeds": 1.5}, {"recipe": "hole"}])
def test_its_arguments_are_checked(shared, wrong):
    with pytest.raises(SessionError, match=next(iter(wrong))):
        shared.finalize(**wrong)


def test_a_recipe_that_draws_masks_does_not_fit(session):
    with pytest.raises(SessionError, match="use 'whole' for a plain network"):
        session.finalize(recipe="sandwich")
    assert len(session.finals) == 1


def test_the_test_split_is_looked_at_once_for_each_run(data, tmp_path):
    spied = replace(data, test=Spy(data.test))
    session = small(spied)
    session.train(1)
    list(session.evolve(2))
    session.edit()
    session.save(tmp_path / "a.oneshot")
    assert spied.test.looks == 0
    session.finalize(epochs=1)
    assert spied.test.looks == 1
    session.finalize(epochs=1, seeds=3)
    assert spied.test.looks == 4


@pytest.mark.parametrize("batch", [2, 9])  # in the first run, in the second
def test_a_stopped_one_gives_no_half_result_and_no_look_at_the_test_split(data, batch):
    spied = replace(data, test=Spy(data.test))
    session = small(spied)
    session.train(1)
    session.step()
    at_batch(session, batch, session.stop)
    with pytest.raises(StoppedError, match="stopped before the end"):
        session.finalize(epochs=1, seeds=2)
    assert session.finals == ()
    assert spied.test.looks == 0
    assert session.log[-1].outcome == "stopped"
    assert is_usable(session)


def test_the_supernet_is_left_alone(session):
    before = {name: tensor.clone() for name, tensor in session.state.weights.tensors().items()}
    session.finalize(epochs=1)
    assert all(torch.equal(before[name], tensor) for name, tensor in session.state.weights.tensors().items())


def test_a_final_comes_back_from_json(trained):
    for final in trained.finals:
        back = Final.from_json(final.to_json(), final.module.state_dict())
        assert back == final
        assert not back.module.training
        assert all(torch.equal(a, b) for a, b in zip(back.module.parameters(), final.module.parameters(), strict=True))


def test_accuracy_by_class_stands_beside_accuracy(trained, data):
    final = trained.finals[1]
    x, true = next(data.test.batches(len(data.test)))
    best = max(final.runs, key=lambda run: run.validation_accuracy)
    predicted = final.module(x).argmax(1)
    assert best.confusion == tuple(map(tuple, confusion_matrix(true, predicted, labels=range(10)).tolist()))
    assert best.balanced_accuracy == pytest.approx(balanced_accuracy_score(true, predicted))
    assert best.class_accuracy == pytest.approx(recall_score(true, predicted, average=None, zero_division=0).tolist())
    one, other = final.runs
    assert final.balanced_accuracy == pytest.approx((one.balanced_accuracy + other.balanced_accuracy) / 2)
    spread = abs(one.balanced_accuracy - other.balanced_accuracy) / math.sqrt(2)
    assert final.balanced_accuracy_spread == pytest.approx(spread)
    assert np.array(final.confusion).sum() == 2 * len(data.test)
    assert final.class_names == data.class_names
    assert math.isnan(trained.finals[2].balanced_accuracy_spread)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_raw_test_images_are_predicted_as_well_as_measured(trained, data, index):
    final = trained.finals[index]
    raw = data.test.images.read(data.test.rows)
    found = final.predict(raw)
    best = max(final.runs, key=lambda run: run.validation_accuracy)
    assert (found.labels == data.test.labels.numpy()).mean() == best.test_accuracy
    assert found.names == tuple(data.class_names[label] for label in found.labels)
    if len(final.runs) == 1:
        assert (final.predict(list(raw.numpy())).labels == data.test.labels.numpy()).mean() == final.test_accuracy


def test_outside_it_tells_what_its_module_takes(trained, data):
    final = trained.finals[2]
    assert (final.mean, final.std) == (pytest.approx(data.mean), pytest.approx(data.std))
    assert (final.input_shape, final.class_names) == (data.input_shape, data.class_names)
    byte = small(load_data((np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype=np.uint8), np.arange(60) % 2)))
    final = byte.finalize(SINGLE, epochs=1)
    assert final.mean == pytest.approx(byte.data.mean)
    raw = byte.data.test.images.read(byte.data.test.rows)
    x = (raw / 255 - torch.tensor(final.mean)) / torch.tensor(final.std)
    assert torch.allclose(final.module(x), final.standalone()(raw), atol=1e-4)


@pytest.mark.parametrize("index", [1, 2])
def test_a_module_that_stands_alone_takes_raw_pixels(trained, data, tmp_path, index):
    final = trained.finals[index]
    raw, (x, _) = data.test.images.read(data.test.rows), next(data.test.batches(1000))
    alone = final.standalone()
    assert torch.allclose(alone(raw), final.module(x), atol=1e-5)
    assert not any(type(module).__module__.startswith("oneshot_lab") for module in alone.modules())
    assert not any(module.training for module in alone.modules())
    torch.save(alone, tmp_path / "alone.pt")
    torch.save(raw, tmp_path / "raw.pt")
    code = (
        "import sys, torch; sys.modules['oneshot_lab'] = None; "
        "alone = torch.load('alone.pt', weights_only=False); print(alone(torch.load('raw.pt')).argmax(1).tolist())"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == final.predict(raw).labels.tolist()


def test_how_images_are_read_is_kept_with_the_session(trained, data, tmp_path):
    trained.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    raw = data.test.images.read(data.test.rows)
    for final, other in zip(trained.finals, back.finals, strict=True):
        assert other.preprocessing == final.preprocessing == Preprocessing.of(data)
        assert np.array_equal(final.predict(raw).probabilities, other.predict(raw).probabilities)


def test_a_final_of_before_says_what_is_missing_and_its_session_knows(trained, data):
    final = trained.finals[2]
    state = final.to_json()
    del state["preprocessing"], state["class_names"]
    old = Final.from_json(state, final.module.state_dict())
    raw = data.test.images.read(data.test.rows)
    for ask in (lambda: old.predict(raw), old.standalone, lambda: old.mean, lambda: old.std):
        with pytest.raises(SessionError, match=r"file is too old to hold how its images were read.*load its session"):
            ask()
    (known,) = completed([old], data)
    assert known == final
    assert known.predict(raw).names == final.predict(raw).names


def test_a_session_whose_file_is_of_before_knows_how_its_images_were_read(trained, data, tmp_path):
    trained.save(tmp_path / "a.oneshot")
    state, tensors = storage.read(tmp_path / "a.oneshot")
    for final in state["finals"]:
        del final["preprocessing"]
    storage.write(tmp_path / "b.oneshot", state, tensors)
    back = SearchSession.load(tmp_path / "b.oneshot", data=data, device="cpu", bar=False)
    assert back.finals == trained.finals


def test_a_final_for_other_images_than_its_network_takes_is_refused(trained):
    state = trained.finals[2].to_json()
    state["preprocessing"] |= {"shape": [1, 9, 9]}
    with pytest.raises(ValueError, match="for a network that takes"):
        Final.from_json(state, trained.finals[2].module.state_dict())


def test_a_network_that_predicts_one_class_is_told_as_such():
    """95 : 5 of pictures that are all alike, so that nothing but the share of the classes can be learned."""
    alike = np.full((400, 8, 8), 7, np.uint8)
    session = small(load_data((alike, np.array((["healthy"] * 95 + ["ill"] * 5) * 4))))
    final = session.finalize(Mask.full(session.architecture), epochs=2)
    assert (final.test_accuracy, final.balanced_accuracy) == (0.95, 0.5)
    assert final.class_accuracy == (1.0, 0.0)
    assert final.confusion == ((76, 0), (4, 0))
    told = "test accuracy 95.00%, balanced 50.00%; predicts only class 'healthy'"
    assert final.summary == session.message == told
    assert told in repr(final)


def test_a_file_of_before_loads_and_tells_what_it_knows(trained):
    final = trained.finals[1]
    old = final.to_json()
    del old["class_names"]
    for run in old["runs"]:
        del run["confusion"]
    back = Final.from_json(old, final.module.state_dict())
    assert (back.confusion, back.class_accuracy, back.class_names, back.remark) == ((), (), (), "")
    assert math.isnan(back.balanced_accuracy)
    assert math.isnan(back.balanced_accuracy_spread)
    assert back.summary == f"test accuracy {final.test_accuracy:.2%}"
    assert back.runs[0] == replace(final.runs[0], confusion=())


@pytest.mark.parametrize("wrong", [{"class_names": ["a", "b"]}, {"confusion": [[1, 2], [3, 4]]}])
def test_a_file_whose_classes_are_others_is_refused(trained, wrong):
    state = trained.finals[2].to_json()
    if "confusion" in wrong:
        state["runs"][0] |= wrong
    else:
        state |= wrong
    with pytest.raises(ValueError, match="the classes are not the 10 of the network"):
        Final.from_json(state, trained.finals[2].module.state_dict())


def test_a_run_must_be_made_of_numbers():
    run = {"seed": 0, "test_accuracy": 0.5, "test_loss": 1.0, "validation_accuracy": 0.5, "losses": [1.0]}
    assert Run.from_json(run) == Run(0, 0.5, 1.0, 0.5, (1.0,))
    for name in run:
        with pytest.raises((TypeError, ValueError)):
            Run.from_json(run | {name: ["x"]})
