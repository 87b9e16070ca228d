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
from traitlets import HasTraits

from oneshot_lab.session.editing import Editing
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, Split

PRESSES = ("pause", "resume", "stop")

SMALL: dict[str, Any] = {"width": 0.25, "population_size": 5, "bar": False, "device": "cpu"}


def weights(session: SearchSession) -> dict[str, torch.Tensor]:
    """A copy of the supernet's weights and buffers, by name."""
    return {name: tensor.clone() for name, tensor in session.state.weights.supernet.components.state_dict().items()}


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
        "evolution": session.state.strategy.state(),
        "candidates": [tuple(map(repr, row)) for row in table.itertuples(index=False)],
        "generator": session.state.rng.bit_generator.state,
        "version": session.state.weights.version,
        "landmarks": [replace(each, seconds=0.0).to_json() for each in session.state.landmarks],
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
    numbers = itertools.count(1)
    before_batches(session, lambda: act() if next(numbers) == number else None)


def before_batches(session: SearchSession, act: Callable[[], object]) -> None:
    """Does something in the worker, before each batch of all that comes: whenever it asks whether to stop."""
    ask = session._running.should_stop

    def asked() -> bool:
        act()
        return ask()

    session._running.should_stop = asked  # type: ignore[method-assign]


def after(session: SearchSession, count: int, act: Callable[[], object], *, trait: str) -> None:
    """Does something when a trait has changed so many times, in the hands of an observer."""
    changes = itertools.count(1)
    session.observe(lambda change: act() if next(changes) == count else None, trait)


def interrupt(session: SearchSession) -> Callable[[], None]:
    """Gives what interrupts the cell, as the kernel does, and goes on when that has arrived."""

    def act() -> None:
        interrupt_main()
        until(session._running.is_stopped)

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


def watchers(target: HasTraits) -> dict[str, int]:
    """How many callbacks watch each of its traits, where there are any. traitlets tells nobody."""
    counts = {str(name): sum(len(found) for found in kinds.values()) for name, kinds in target._trait_notifiers.items()}
    return {name: count for name, count in counts.items() if count}


def publish(session: SearchSession) -> None:
    """Has a session show what a test has put into its state, as the end of an action does."""
    session._publish()


def show(session: SearchSession, **values: Any) -> None:
    """Has it show values that its state does not have, such as the status of an action that there is not."""
    for name, value in values.items():
        session.set_trait(name, value)


def note(session: SearchSession, entry: LogEntry) -> None:
    """Has it show a line of the log more, such as an odd one that was read from a file."""
    show(session, log=(*session.log, entry))


def pump(
    target: Editing, condition: Callable[[], bool] | None = None, *, errors: list[Exception] | None = None
) -> None:
    """Delivers as a waiting caller does, until a condition holds; by default until the worker has nothing to do.

    What observers raise is put to `errors`, where `wait` would raise the first one.
    """
    raised: list[Exception] = []
    target._notifications.pump(
        condition or (lambda: is_idle(target)), errors=raised if errors is None else errors, timeout=60
    )
    assert not raised


def is_idle(target: Editing) -> bool:
    """Whether nothing runs in its worker, or is going to before it is asked for."""
    return target._worker.is_idle()


def is_kept(session: SearchSession) -> bool:
    """Whether its checkpoint has all of it, and nothing goes on."""
    return not session._checkpoints.schedule.is_unsaved and is_idle(session)


def write_checkpoint(session: SearchSession) -> None:
    """Writes it now, as if something had changed; to be called in the worker."""
    session._checkpoints.changed()
    session._checkpoints.write()


def end(session: SearchSession) -> None:
    """Closes it, and waits until the worker has written it a last time and its thread has ended."""
    session.close()
    session._worker.join(60)
