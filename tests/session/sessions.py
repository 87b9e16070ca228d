"""Small sessions, and what can be compared about them."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch

from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, Split

PRESSES = ("pause", "resume", "stop")

SMALL: dict[str, Any] = {"width": 0.25, "population_size": 5, "bar": False, "device": "cpu"}


def weights(session: SearchSession) -> dict[str, torch.Tensor]:
    """A copy of the supernet's weights and buffers, by name."""
    return {name: tensor.clone() for name, tensor in session._weights.supernet.components.state_dict().items()}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Whether two sets of weights are the same, bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def portrait(session: SearchSession) -> dict[str, Any]:
    """All that makes a session what it is, but weights and times, in values that compare exactly."""
    table = session.candidates
    return {
        "architecture": session.architecture,
        "traits": (session.status, session.block_fitness, session.untrained_blocks, session.can_undo, session.can_redo),
        "losses": session.training_losses,
        "evolution": session._evolution.state(),
        "candidates": [tuple(map(repr, row)) for row in table.itertuples(index=False)],
        "generator": session._rng.bit_generator.state,
        "version": session._weights.version,
        "finals": tuple(replace(final, seconds=0.0) for final in session.finals),
    }


def actions(session: SearchSession, known: int = 1) -> list[tuple[str, str]]:
    """What was done after so many entries of the log, and how it ended; without what was asked of a running job."""
    return [(entry.action, entry.outcome) for entry in session.log[known:] if entry.action not in PRESSES]


def is_usable(session: SearchSession) -> bool:
    """Whether the session takes the next action."""
    assert session.status == IDLE
    return len(session.train(1)) == 1


ENDLESS = 10**6
"""Epochs or generations that no machine gets through before a test has stopped them."""


@contextmanager
def held(session: SearchSession) -> Iterator[None]:
    """Holds the worker before the first batch of all that comes, until the block ends."""
    go_on = threading.Event()
    at_batch(session, 1, go_on.wait)
    try:
        yield
    finally:
        go_on.set()


def at_batch(session: SearchSession, number: int, act: Callable[[], object]) -> None:
    """Does something in the worker, before a batch of all that comes; counted from 1."""
    ask, numbers = session._should_stop, itertools.count(1)

    def asked() -> bool:
        if next(numbers) == number:
            act()
        return ask()

    session._should_stop = asked  # type: ignore[method-assign]


def after(session: SearchSession, count: int, act: Callable[[], object], *, trait: str) -> None:
    """Does something when a trait has changed so many times, in the hands of an observer."""
    changes = itertools.count(1)
    session.observe(lambda change: act() if next(changes) == count else None, trait)


def interrupt(session: SearchSession) -> Callable[[], None]:
    """Gives what interrupts the cell, as the kernel does, and goes on when that has arrived."""

    def act() -> None:
        interrupt_main()
        until(session._is_stopped)

    return act


def interrupt_main() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def until(condition: Callable[[], object], *, seconds: float = 60.0) -> None:
    """Waits for what another thread does, without delivering anything."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.001)


class Spy:
    """A split that counts how often its images were looked at."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.looks = 0

    def __len__(self) -> int:
        return len(self.split)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.split, name)

    def batches(self, *args: Any, **kwargs: Any) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        self.looks += 1
        return self.split.batches(*args, **kwargs)


def small(data: Data, **settings: Any) -> SearchSession:
    """A LeNet of a quarter of the width, with a population of five."""
    return SearchSession("lenet", data, **(SMALL | settings))


def watchers(session: SearchSession) -> int:
    """How many callbacks watch its traits."""
    return sum(len(callbacks) for kinds in session._trait_notifiers.values() for callbacks in kinds.values())
