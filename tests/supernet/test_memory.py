import pytest
import torch
from torch import nn

from oneshot_lab.errors import ExhaustedError
from oneshot_lab.supernet.evaluate import evaluate_module
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.supernet.networks import images, lenet


def test_what_does_not_fit_into_memory_says_so_and_what_to_do():
    with pytest.raises(ExhaustedError, match=r"^memory: .*you tried to allocate 4503599627370496 bytes.*; close what"):
        within_memory(torch.empty)(2**50)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 1 GiB free. Advice. More."),
        RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
    ],
)
def test_every_kind_of_machine_has_its_words(error):
    def fail():
        raise error

    with pytest.raises(ExhaustedError) as caught:
        within_memory(fail)()
    assert "Advice" not in str(caught.value)
    # The error that was raised holds what had been computed.
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_other_errors_stay_what_they_are():
    with pytest.raises(RuntimeError, match="inconsistent tensor size"):
        within_memory(lambda: torch.ones(2) @ torch.ones(3))()


class Greedy(nn.Linear):
    """Asks for all there is at the third batch."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        if self.calls == 3:
            torch.empty(2**50)
        return super().forward(x.flatten(1))


def test_a_training_ends_after_a_whole_step():
    network = Greedy(256, 3)
    with pytest.raises(ExhaustedError):
        train(network, images(96), recipe="whole", epochs=4, bar=False, device="cpu")
    assert network.calls == 3
    assert all(parameter.isfinite().all() for parameter in network.parameters())
    assert not network.training
    network.calls = 2
    with pytest.raises(ExhaustedError):
        evaluate_module(network, images(96), device="cpu")


def test_a_supernet_that_had_no_room_can_be_tried_again(monkeypatch):
    supernet = Supernet(lenet())
    with monkeypatch.context() as patch:
        patch.setattr(torch.nn.functional, "cross_entropy", lambda *_: torch.empty(2**50))
        with pytest.raises(ExhaustedError):
            train(supernet, images(96), bar=False, device="cpu")
    assert len(train(supernet, images(96), bar=False, device="cpu", epochs=1)) == 1
