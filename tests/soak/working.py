"""Somebody at work on a session, without end: what a process does that is going to be killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import zipfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

import oneshot_lab as osl
from oneshot_lab.errors import OneShotError
from oneshot_lab.session.saving import schedule
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data
from tests.session.sessions import small

NAME = "work.checkpoint.oneshot"

PACES = ((4.0, 1.0, 50.0), (0.3, 0.05, 0.0), (0.0, 0.0, 0.0))
"""`UNSAVED_SECONDS`, `SETTLE_SECONDS` and `SHARE`: as they are, for frequent saving, for saving before each batch."""

FATAL: tuple[tuple[Any, str], ...] = (
    (zipfile.ZipFile, "writestr"),
    (os, "fsync"),
    (os, "replace"),
    (shutil, "copystat"),
)
"""Steps of the writing of a file, and of what puts another one aside."""


def work(folder: str, seed: int, connection: Connection) -> None:
    """Works on a session, the one that is kept in the folder if there is one, until the process is killed.

    Args:
        folder: Where it is kept.
        seed: Of what is done, how often the session is kept, and where in a file's writing the process kills itself,
            if it does.
        connection: Told when the work begins, and what goes wrong.
    """
    Thread(target=_end_with, args=(connection,), daemon=True).start()
    try:
        os.chdir(folder)
        rng, data = random.Random(seed), load_data("digits", limit=400)
        schedule.UNSAVED_SECONDS, schedule.SETTLE_SECONDS, schedule.SHARE = rng.choice(PACES)
        found = Path(NAME).exists()
        session = SearchSession.load(NAME, data=data, device="cpu", bar=False) if found else small(data, seed=seed)
        session.checkpoint = NAME
        if rng.random() < 0.4:
            _die_in(*rng.choice(FATAL), rng.choice((1, 2, 3, 5, 8, 13)))
        connection.send("")
        if not found:
            # Something to lose, before anything that takes long and changes nothing, such as compiling.
            session.train(1)
        while True:
            act = rng.choice(ACTS)
            # What is refused, such as an edit that does not fit, changes nothing.
            with suppress(OneShotError):
                act(session, rng)
    except BaseException as error:
        connection.send(f"{type(error).__name__}: {error}")
        raise


def _end_with(connection: Connection) -> None:
    """Ends the process when the one that started it is gone."""
    with suppress(EOFError):
        connection.recv()
    os._exit(1)


def _die_in(where: Any, name: str, call: int) -> None:
    """Has the process killed when a function has been called so many times, before its last call or after it."""
    run, calls = getattr(where, name), iter(range(1, call + 1))

    def fatal(*args: Any, **options: Any) -> Any:
        is_last = next(calls) == call
        if is_last and call % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        result = run(*args, **options)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(where, name, fatal)


# ---- what is done --------------------------------------------------------------------------------------------------


def _train(session: SearchSession, rng: random.Random) -> None:
    session.train(rng.choice((1, 2)), recipe=rng.choice((None, None, "paper")))


def _train_behind(session: SearchSession, rng: random.Random) -> None:
    job = session.train.start(rng.choice((3, 40)))
    for _ in range(rng.randrange(3)):
        session.edit.start(_an_edit(session, rng))
    if rng.random() < 0.5:
        session.pause()
        session.resume()
    if rng.random() < 0.7:
        session.stop()
    with suppress(OneShotError):
        job.wait()
    session.wait()


def _search(session: SearchSession, rng: random.Random) -> None:
    for _ in session.evolve(rng.choice((1, 3))):
        pass


def _search_behind(session: SearchSession, rng: random.Random) -> None:
    job = session.evolve.start(rng.choice((3, 8)))
    for _ in range(rng.randrange(4)):
        session.edit.start(_an_edit(session, rng))
    if rng.random() < 0.5:
        session.stop()
    with suppress(OneShotError):
        job.wait()
    session.wait()


def _edit(session: SearchSession, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 4)):
        with suppress(OneShotError):
            session.edit(_an_edit(session, rng))


def _edit_that_is_trained(session: SearchSession, rng: random.Random) -> None:
    session.auto_train = True
    session.edit(_an_edit(session, rng))
    session.wait()
    session.auto_train = False


def _an_edit(session: SearchSession, rng: random.Random) -> osl.Edit:
    layer = rng.choice(session.drawn.layers)
    if rng.random() < 0.5:
        return osl.AddBlock(layer.id, *rng.choice((("Conv2d", "2, 2, 3"), ("ReLU", ""), ("Tanh", ""))))
    return osl.RemoveBlock(rng.choice(layer.blocks).id)


def _travel(session: SearchSession, rng: random.Random) -> None:
    (session.undo if rng.random() < 0.7 else session.redo)()


def _focus(session: SearchSession, rng: random.Random) -> None:
    region = session.region(x=(rng.uniform(-9, 9), 1e6), name=rng.choice("ab"))
    session.focus(rng.choice((region, None)))


def _project(session: SearchSession, rng: random.Random) -> None:
    session.project()


def _weigh(session: SearchSession, rng: random.Random) -> None:
    session.constrain(weight=rng.choice((0.0, 0.5)))


def _evaluate(session: SearchSession, rng: random.Random) -> None:
    session.evaluate(osl.Mask(frozenset(session.architecture.block_ids)))


def _finalize(session: SearchSession, rng: random.Random) -> None:
    session.finalize(epochs=1)


def _landmarks(session: SearchSession, rng: random.Random) -> None:
    session.landmarks(2, epochs=1)


def _save(session: SearchSession, rng: random.Random) -> None:
    session.save("own.oneshot")


ACTS: tuple[Callable[[SearchSession, random.Random], None], ...] = (
    *(_train, _train_behind, _search, _search_behind) * 3,
    *(_edit, _travel) * 2,
    *(_edit_that_is_trained, _focus, _project, _weigh, _evaluate, _landmarks, _finalize, _save),
)
