import pytest
import torch

from oneshot_lab.errors import SessionError
from oneshot_lab.supernet.device import choose_device, mixed_precision


def test_a_named_device_is_taken():
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_the_fastest_device_is_chosen(monkeypatch, cuda, mps, chosen):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device().type == chosen


@pytest.mark.parametrize("name", ["gpu", "cpu:x", "xla"])
def test_a_device_that_is_not_there_is_an_error(name):
    with pytest.raises(SessionError, match=f"device: this machine has no '{name}'"):
        choose_device(name)


def test_on_the_cpu_all_is_float32():
    with mixed_precision(torch.device("cpu")):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


@pytest.mark.parametrize(("native", "half"), [(True, True), (False, False)])
def test_a_gpu_multiplies_in_bfloat16_if_it_can(monkeypatch, native, half):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native)
    monkeypatch.setattr(torch, "autocast", lambda device, dtype: (device, dtype))
    context = mixed_precision(torch.device("cuda"))
    assert (context == ("cuda", torch.bfloat16)) is half
