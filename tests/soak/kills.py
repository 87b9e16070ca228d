"""A process that is killed at any instant: its checkpoint loads, and goes on bit for bit as what its log leads to."""

from __future__ import annotations

import random
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from unittest.mock import patch

import torch

from oneshot_lab.session.saving import replacing
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from tests.session.replayed import replay
from tests.session.sessions import end, equal, portrait, small, weights
from tests.soak.kinds import kind
from tests.soak.working import NAME, work

LONGEST = 10.0
"""Seconds of work before a kill, at most; counted from when there is something to lose."""

KILLS = 2
"""Of one session: a process goes on from what the one before it left."""

PATIENCE = 120.0
"""Seconds until there is a file, where others use the machine as well."""


@kind(full=40)
def kills(seed: int) -> None:
    """Kills a process at work, twice, and looks at what is left each time."""
    killed(seed, longest=LONGEST)


def killed(seed: int, *, longest: float) -> None:
    """Does what `kills` does.

    Args:
        seed: Of the work, and of the instants.
        longest: Seconds of work before a kill, at most.
    """
    rng, data = random.Random(seed), load_data("digits", limit=400)
    with TemporaryDirectory() as folder:
        path, looks = Path(folder, NAME), 0
        for life in count():
            _live(path, 1000 * seed + life, seconds=rng.uniform(0.0, longest))
            # A process that dies in its first writing leaves nothing.
            if path.exists():
                _look(path, data)
                looks += 1
            if looks == KILLS:
                break
        _sweep(path, data)


def _live(path: Path, seed: int, *, seconds: float) -> None:
    """Has a process work, and kills it unless it kills itself before."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.soak.working"])
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(str(path.parent), seed, theirs))
    process.start()
    theirs.close()
    try:
        # An empty line tells that it has begun.
        said, limit = ours.recv(), monotonic() + PATIENCE
        while process.is_alive() and not path.exists():
            assert monotonic() < limit, f"nothing is kept in {PATIENCE:g} s"
            process.join(0.01)
        process.join(seconds)
    finally:
        process.kill()
        process.join()
    with suppress(EOFError):
        said = said or ours.recv()
    assert not said, said


def _look(path: Path, data: Data) -> None:
    """Loads what is left, and holds it against what its log leads to."""
    kept = SearchSession.load(path, data=data, device="cpu", bar=False)
    # Its cells print what they find.
    with redirect_stdout(StringIO()):
        replayed = replay(kept.to_python(), data)
    _assert_same(kept, replayed)
    for session in (kept, replayed):
        if session.problem is not None:
            session.undo()
        session.train(1, stop_after=3)
        session.train(1)
        session.step()
        session.finalize(epochs=1)
    _assert_same(kept, replayed)


def _assert_same(one: SearchSession, other: SearchSession) -> None:
    assert portrait(one) == portrait(other)
    assert equal(weights(one), weights(other))
    assert one.state.map == other.state.map
    for mine, its in zip(one.finals, other.finals, strict=True):
        states = mine.module.state_dict(), its.module.state_dict()
        assert all(torch.equal(tensor, states[1][name]) for name, tensor in states[0].items())


def _sweep(path: Path, data: Data) -> None:
    """Begins another session in the same place: it is offered what is left, and what was half written goes."""
    session, left = small(data), path.exists()
    session.checkpoint = path
    assert Path(session.checkpoint) == path, "a process that was killed still has its file"
    offered = session.earlier_checkpoint()
    assert (offered is not None) is left
    with patch.object(replacing, "LEFT_BEHIND_SECONDS", 0.0):
        session.train(1, stop_after=1)
        end(session)
        previous = path.with_name(f"{path.stem}.previous{path.suffix}")
        # Half of a copy that was put aside, or of a file of your own, goes when that is written the next time.
        for other in (previous, path.with_name("own.oneshot")):
            replacing.sweep(other)
    names = {found.name for found in path.parent.iterdir()}
    assert names <= {path.name, previous.name, "own.oneshot"}, names
    assert previous.exists() is left
