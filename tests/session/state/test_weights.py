import pytest
import torch
from torch import nn

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, SetParams, revise
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.session.state.weights import Weights, filled, with_weights

LENET = load_template("lenet", width=0.25, input_shape=(1, 12, 12))


@pytest.fixture
def learned():
    """Weights that count as trained, with values that no start gives."""
    weights = Weights(LENET, seed=0)
    with torch.no_grad():
        for parameter in weights.supernet.parameters():
            parameter.add_(1.0)
    weights.trained()
    return weights


def revised(weights, *edits):
    """What an edit makes of the weights."""
    weights.become(*weights.fitted(revise(weights.supernet.architecture, *edits)[0]))


def values(weights):
    return {name: tensor.clone() for name, tensor in weights.supernet.components.state_dict().items()}


def test_all_is_untrained_at_first_and_nothing_after_training():
    weights = Weights(LENET, seed=0)
    assert weights.version == 0
    assert weights.untrained == set(with_weights(weights.supernet))
    assert weights.untrained_blocks() == ("B1", "B2", "B3", "B5", "B6", "B7", "B9", "B10", "B12")
    weights.trained()
    assert weights.version == 1
    assert weights.untrained_blocks() == ()


def test_an_edit_keeps_what_did_not_change(learned):
    before = values(learned)
    revised(learned, AddComponent("B4", "BatchNorm2d"))
    after = values(learned)
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert learned.untrained_blocks() == ("B4",)
    assert learned.version == 1


def test_what_an_edit_fits_is_not_yet_taken(learned):
    before, supernet = values(learned), learned.supernet
    learned.fitted(revise(LENET, RemoveBlock("B3"))[0])
    assert learned.supernet is supernet
    assert learned.retired == {}
    assert all(torch.equal(tensor, before[name]) for name, tensor in values(learned).items())


def test_weights_that_an_edit_took_come_back(learned):
    before = values(learned)
    revised(learned, RemoveBlock("B3"), SetParams("C1", "1, 3, 3"))
    assert {component.id for component in learned.retired} >= {"C1", "C3"}
    learned.become(*learned.fitted(LENET))
    assert learned.untrained_blocks() == ()
    assert values(learned).keys() == before.keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in values(learned).items())


def test_weights_that_learned_nothing_are_not_kept(learned):
    revised(learned, AddComponent("B4", "BatchNorm2d"))
    learned.become(*learned.fitted(LENET))
    assert learned.retired == {}


def test_an_id_given_again_is_not_taken_for_the_old_one(learned):
    revised(learned, AddComponent("B4", "BatchNorm2d"))
    learned.trained()
    learned.become(*learned.fitted(LENET))
    assert [component.kind for component in learned.retired] == ["BatchNorm2d"]
    revised(learned, AddComponent("B4", "Conv2d", "2, 2, 1"))
    assert learned.untrained_blocks() == ("B4",)


def test_tensors_are_named_by_place(learned):
    revised(learned, RemoveBlock("B3"))
    tensors = learned.tensors()
    assert "net.C1.weight" in tensors
    assert {name for name in tensors if name.startswith("attic.")} == {"attic.0.weight", "attic.0.bias"}
    assert torch.equal(tensors["attic.0.weight"], next(iter(learned.retired.values())).weight)


def test_a_module_is_filled_without_a_start_of_its_own():
    state = nn.Linear(3, 2).state_dict()
    module = filled(lambda: nn.Linear(3, 2), state)
    assert torch.equal(module.weight, state["weight"])
    assert module.weight.requires_grad
    assert module.weight.data_ptr() != state["weight"].data_ptr()


def test_a_gigantic_description_asks_for_no_memory():
    with pytest.raises(RuntimeError, match="size mismatch"):
        filled(lambda: nn.Linear(10**7, 10**7), nn.Linear(3, 2).state_dict())


def test_weights_of_another_type_are_refused():
    state = {name: tensor.double() for name, tensor in nn.Linear(3, 2).state_dict().items()}
    with pytest.raises(ValueError, match="float64"):
        filled(lambda: nn.Linear(3, 2), state)
    with pytest.raises(RuntimeError, match="Missing key"):
        filled(lambda: nn.Linear(3, 2), {})
