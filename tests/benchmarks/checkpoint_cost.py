"""What checkpoints cost of a training's time, and what they save: the seconds of work that a kill takes along."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

from oneshot_lab.session.actions.train import Learning
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.saving import snapshot
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.train import Progress
from tests.benchmarks.registry import Figure, benchmark, compare_seconds, seconds
from tests.session.sessions import end

ROUNDS = 5
EPOCHS = 12
"""Some 15 seconds on two cores: several checkpoints."""

ENDLESS = 10_000
KILLED_AFTER = (10.0, 11.0, 12.0, 13.0, 14.0)
"""Seconds of work, at different times since the last checkpoint."""

NAME = "bench.checkpoint.oneshot"


@benchmark("checkpoint_cost", "checkpoint_share")
def checkpoint_cost() -> Iterator[Figure]:
    """The same training of LeNet on digits of 28×28, in turn: kept in a file, and not."""
    data = load_data("digits", size=28)
    with TemporaryDirectory() as folder:
        kept, plain = _begun(data), _begun(data)
        kept.checkpoint = Path(folder, NAME)
        written = _timed(kept)
        ratio, bare, busy = compare_seconds(
            lambda: seconds(lambda: plain.train(EPOCHS)), lambda: seconds(lambda: kept.train(EPOCHS)), rounds=ROUNDS
        )
        trained = sum(entry.seconds for entry in kept.log if entry.action == "train")
        end(kept)
    yield Figure("checkpoint_cost", ratio, "x", 1.02, at_most=True)
    yield Figure("  with checkpoints", busy, "s")
    yield Figure("  without", bare, "s")
    yield Figure("checkpoint_share", 100 * sum(written) / trained, "%", 2, at_most=True)
    yield Figure("  of them", len(written), "")
    yield Figure("  each", 1000 * sum(written) / len(written), "ms")


@benchmark("checkpoint_lost_s")
def checkpoint_lost() -> Iterator[Figure]:
    """A training in another process that is killed after some ten seconds: what was done since the last checkpoint."""
    data = load_data("digits", size=28)
    yield Figure("checkpoint_lost_s", max(_lost(after, data) for after in KILLED_AFTER), "s", 5, at_most=True)


def _begun(data: Data) -> SearchSession:
    return SearchSession("lenet", data, device="cpu", bar=False)


def _timed(session: SearchSession) -> list[float]:
    """Returns a list that grows by the seconds of each checkpoint that is written in the middle of something."""
    write, written = session._checkpoints.write, list[float]()

    def timed() -> None:
        started, before = perf_counter(), session.last_checkpoint
        write()
        if session.last_checkpoint is not before and session.status != IDLE:
            written.append(perf_counter() - started)

    session._checkpoints.write = timed  # type: ignore[method-assign]
    return written


def _lost(after: float, data: Data) -> float:
    context = get_context("spawn")
    with TemporaryDirectory() as folder:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(folder, theirs))
        process.start()
        theirs.close()
        # From the first batch on: it takes as long as torch takes to get ready.
        done = [ours.recv()]
        while done[-1] - done[0] < after:
            done.append(ours.recv())
        process.kill()
        killed = monotonic()
        process.join()
        # Batch by batch, with its time.
        at = snapshot.load(Path(folder, NAME)).log[-1].arguments["stop_after"]
    return killed - done[at - 1]


def _work(folder: str, connection: Connection) -> None:
    """Trains without end, and tells when each batch is done."""
    session = _begun(load_data("digits", size=28))
    session.checkpoint = Path(folder, NAME)
    progress = Learning.progress

    def told(learning: Learning, state: Progress) -> None:
        progress(learning, state)
        connection.send(monotonic())

    Learning.progress = told  # type: ignore[method-assign]
    session.train(ENDLESS)
