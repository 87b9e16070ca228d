"""A saved file that was cut or changed is refused with a SessionError, or holds the session that was saved."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

import oneshot_lab as osl
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.storage import STATE, WEIGHTS
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import equal, portrait, weights
from tests.soak.calls import network, pictures
from tests.soak.kinds import kind

Entries = dict[str, bytes]


@kind(full=50)
def truncations(seed: int) -> None:
    """Cuts a file somewhere; the seed says where."""
    rng = random.Random(seed)
    content, _ = saved()
    with TemporaryDirectory() as folder:
        _look(content[: rng.randrange(len(content))], Path(folder, "cut.oneshot"))


@kind(full=500)
def mutations(seed: int) -> None:
    """Changes a file in one of many ways, as mischance does, or with all checksums right again."""
    rng = random.Random(seed)
    content, _ = saved()
    with TemporaryDirectory() as folder:
        path = Path(folder, "changed.oneshot")
        if rng.random() < 0.5:
            _look(rng.choice(BY_CHANCE)(content, rng), path)
        else:
            _look_on_purpose(rng, path)


@cache
def saved() -> tuple[bytes, SearchSession]:
    """A small file with a little of everything, and the session that it holds."""
    session = SearchSession(network(), pictures(), device="cpu", bar=False, population_size=4)
    session.train(1)
    for _ in session.evolve(2):
        pass
    session.region(blocks=["B1"], name="here")
    session.region(polygon=[(0, 0), (9, 0), (0, 9)])
    session.focus("here")
    session.step()
    session.landmarks(2, epochs=1)
    session.finalize(epochs=1)
    session.edit(osl.AddBlock("L2", "Tanh"), osl.SetMerge("L2", "sum"))
    session.edit(osl.RemoveBlock("B2"))
    session.undo()
    session.propose(osl.SetParams("C1", "1, 2, 99"), osl.AddBlock("L2", "MaxPool2d", "9, padding=0"))
    with TemporaryDirectory() as folder:
        path = Path(folder, "whole.oneshot")
        session.save(path)
        return path.read_bytes(), _load(path)


# ---- what holds ----------------------------------------------------------------------------------------------------


def _load(path: Path) -> SearchSession:
    return SearchSession.load(path, data=pictures(), device="cpu", bar=False)


def _look(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    try:
        session = _load(path)
    except SessionError:
        return
    _, before = saved()
    assert portrait(session) == portrait(before)
    assert session.log == before.log
    assert equal(weights(session), weights(before))
    assert session.state.map == before.state.map


def _look_on_purpose(rng: random.Random, path: Path) -> None:
    """Writes other values as if they had been saved: they are refused, or make a session that can be worked with."""
    content, _ = saved()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        state, tensors = json.loads(archive.read(STATE)), load_tensors(archive.read(WEIGHTS))
    if rng.random() < 0.7:
        state = _with_another_value(state, rng)
    else:
        tensors = _with_another_tensor(tensors, rng)
    try:
        storage.write(path, state, tensors)
        session = _load(path)
    except SessionError:
        return
    repr(session)
    # A log that no session writes is refused when it is to become code.
    with suppress(OneShotError):
        session.to_python()
    if session.problem is not None:
        session.undo()
    # Such as a learning rate that no training survives.
    with suppress(OneShotError):
        session.train(1, stop_after=1)
        session.step()
    session.save(path)
    _load(path)


# ---- by mischance --------------------------------------------------------------------------------------------------


def _flipped(content: bytes, rng: random.Random) -> bytes:
    """Some bits are others."""
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 10])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _overwritten(content: bytes, rng: random.Random) -> bytes:
    """A part is something else, is there twice, or is missing."""
    start = rng.randrange(len(content))
    end = min(len(content), start + rng.choice([1, 16, 512, 4096]))
    return content[:start] + rng.choice([bytes(end - start), rng.randbytes(end - start), b""]) + content[end:]


def _extended(content: bytes, rng: random.Random) -> bytes:
    """There is something before or after it."""
    more = rng.randbytes(rng.choice([1, 100, 70_000]))
    return more + content if rng.random() < 0.5 else content + more


def _repacked(content: bytes, rng: random.Random) -> bytes:
    """Somebody has taken it apart, and packed something else, with checksums that are right."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
        comment = archive.comment
    rng.choice(REPACKING)(entries, rng)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name in rng.sample(sorted(entries), len(entries)):
            archive.writestr(name.rstrip(), entries[name])
        archive.comment = rng.choice([comment, comment, b"", comment[:-1] + b"0"])
    return packed.getvalue()


def _with_value_changed(entries: Entries, rng: random.Random) -> None:
    state = json.loads(entries[STATE])
    entries[STATE] = json.dumps(_with_another_value(state, rng)).encode()


def _with_tensor_changed(entries: Entries, rng: random.Random) -> None:
    entries[WEIGHTS] = save_tensors(_with_another_tensor(load_tensors(entries[WEIGHTS]), rng))


def _nested(entries: Entries, rng: random.Random) -> None:
    entries[STATE] = rng.choice([b"[" * 50_000, b'{"a":' * 50_000, b"[" * 50_000 + b"]" * 50_000, b"9" * 6_000])


REPACKING: list[Callable[[Entries, random.Random], Any]] = [
    _with_value_changed,
    _with_value_changed,
    _with_value_changed,
    _with_tensor_changed,
    _with_tensor_changed,
    _nested,
    lambda entries, rng: entries.pop(rng.choice([STATE, WEIGHTS])),
    lambda entries, rng: entries.update({"more.txt": b"more"}),
    lambda entries, rng: entries.update({STATE: rng.randbytes(100)}),
    lambda entries, rng: entries.update({WEIGHTS: entries[WEIGHTS][: rng.randrange(len(entries[WEIGHTS]))]}),
    lambda entries, rng: None,
]

BY_CHANCE: list[Callable[[bytes, random.Random], bytes]] = [_flipped, _overwritten, _extended, _repacked, _repacked]


# ---- values and tensors --------------------------------------------------------------------------------------------

VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    1,
    2,
    3.5,
    10**9,
    10**40,
    -(10**400),
    float("nan"),
    float("-inf"),
    "",
    "B1",
    "..",
    "x" * 1000,
    "\x00",
    "\ud800",
    [],
    [[]],
    {},
    {"a": 1},
    [0, 1, 2],
]


def _with_another_value(state: Any, rng: random.Random) -> Any:
    state = json.loads(json.dumps(state))
    # By depth: most of the values are ids.
    parent, name = rng.choice([place for depth in [rng.randint(1, 6)] for place in _places(state, depth)])
    way, old = rng.randrange(6), parent[name]
    if isinstance(old, (int, float)) and not isinstance(old, bool) and rng.random() < 0.5:
        # So little that nothing but the seal tells.
        parent[name] = old + rng.choice([1, -1]) if isinstance(old, int) else old * 1.0001
    elif way == 0:
        del parent[name]
    elif way == 1 and isinstance(parent[name], list):
        parent[name] = parent[name] * rng.choice([2, 100])
    elif way == 2 and isinstance(parent, dict):
        parent["another"] = parent[name]
    elif way == 3:
        nest: Any = []
        for _ in range(500):
            nest = [nest]
        parent[name] = nest
    else:
        parent[name] = rng.choice(VALUES)
    return state


def _places(state: Any, depth: int) -> list[tuple[Any, Any]]:
    """Returns where the values of a depth are, or those of the greatest depth above it."""
    found = [(state, name) for name in _names(state)]
    for _ in range(depth - 1):
        deeper = [(parent[name], inner) for parent, name in found for inner in _names(parent[name])]
        found = deeper or found
    return found


def _names(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def _with_another_tensor(tensors: dict[str, torch.Tensor], rng: random.Random) -> dict[str, torch.Tensor]:
    name = rng.choice(sorted(tensors))
    old = tensors[name]
    others: list[Callable[[], Any]] = [
        lambda: old.double() if old.dtype == torch.float32 else old.float(),
        lambda: old.to(torch.bfloat16),
        lambda: old.to(torch.bool),
        lambda: torch.zeros((3, 3)),
        lambda: torch.zeros(0),
        lambda: torch.tensor(1.0),
        lambda: old.reshape(1, *old.shape),
        lambda: torch.cat([old.reshape(-1)] * 2),
        lambda: torch.full_like(old, -1) if old.dtype != torch.uint8 else torch.full_like(old, 255),
        lambda: torch.full_like(old, float("nan")) if old.is_floating_point() else torch.full_like(old, 100),
    ]
    if rng.random() < 0.2:
        return {other: tensor for other, tensor in tensors.items() if other != name}
    if rng.random() < 0.2:
        return tensors | {rng.choice([name + "x", "net.C99.weight", "masks.", ""]): old.clone()}
    return tensors | {name: rng.choice(others)().contiguous()}
