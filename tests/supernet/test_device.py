from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from oneshot_lab.errors import SessionError
from oneshot_lab.supernet.device import Stream, choose_device, mixed_precision, seeded


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


def test_seeded_draws_repeat_and_leave_no_trace():
    before = torch.random.get_rng_state()
    draws = []
    for seed in (3, 3, 4):
        with seeded(seed):
            draws.append(torch.rand(4).tolist())
    assert draws[0] == draws[1] != draws[2]
    assert torch.equal(before, torch.random.get_rng_state())


def test_streams_draw_their_own_numbers_whoever_else_draws():
    def draws(stream, between=lambda: None):
        drawn = []
        for _ in range(3):
            between()
            with stream.drawing():
                drawn += torch.rand(2).tolist()
        return drawn

    cpu = torch.device("cpu")
    one, other = draws(Stream(3, device=cpu)), Stream(4, device=cpu)
    before = torch.random.get_rng_state()

    def disturb():
        torch.rand(1)
        with seeded(7), other.drawing():
            torch.rand(1)

    assert draws(Stream(3, device=cpu), disturb) == one
    assert len({*one}) == 6
    torch.random.set_rng_state(before)
    with Stream(3, device=cpu).drawing():
        torch.rand(1)
    assert torch.equal(before, torch.random.get_rng_state())


def test_threads_do_not_draw_each_others_numbers():
    def weights(seed):
        with seeded(seed):
            return [torch.rand(50).sum().item() for _ in range(20)]

    alone = [weights(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(weights, range(8))) == alone
