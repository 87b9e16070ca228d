"""Any sequence of public calls, accepted or refused, leaves a session that saves, loads and replays bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from functools import cache
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

import oneshot_lab as osl
from oneshot_lab.search.registry import STRATEGIES
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.recipes import Recipe
from tests.session.replayed import replay
from tests.session.sessions import equal, portrait, weights
from tests.soak.kinds import kind

MOST_CALLS = 12

Call = Callable[[SearchSession], object]


@kind(full=300)
def calls(seed: int) -> None:
    """Makes calls that a seed draws, and looks at what they have led to."""
    called(Random(seed))


def called(rng: Random) -> list[str]:
    """Does what `calls` does. Returns the names of what was called."""
    with TemporaryDirectory() as folder:
        session, names = begun(rng), []
        for _ in range(rng.randint(1, MOST_CALLS)):
            name = rng.choice(sorted(CALLS))
            names.append(name)
            # Whatever it is that a call is refused with is another matter.
            with suppress(Exception):
                CALLS[name](session, rng)
            session.wait()
            if rng.random() < 0.1:
                session = _again(session, Path(folder, "middle.oneshot"))
        _look(session, Path(folder, "end.oneshot"))
        return names


# ---- what holds ----------------------------------------------------------------------------------------------------


def _again(session: SearchSession, path: Path) -> SearchSession:
    session.save(path)
    return SearchSession.load(path, data=pictures(), device="cpu", bar=False)


def _look(session: SearchSession, path: Path) -> None:
    loaded = _again(session, path)
    assert loaded.log == session.log[:-1], "all but the entry of saving itself"
    # Its cells print what they find.
    with redirect_stdout(StringIO()):
        replayed = replay(session.to_python(), pictures())
    each = (session, loaded, replayed)
    _assert_same(*each)
    for one in each:
        # What an edit took comes back with all that was known of it.
        with suppress(osl.OneShotError):
            one.undo()
    _assert_same(*each)
    for one in each:
        _go_on(one)
    _assert_same(*each)


def _go_on(session: SearchSession) -> None:
    """Does a little of all that depends on what a session keeps."""
    if session.problem is not None:
        session.undo()
    for action in (
        lambda: session.train(1, stop_after=1),
        lambda: session.train(1, recipe="single"),
        session.step,
        session.undo,
        session.step,
        session.redo,
        session.project,
        lambda: session.landmarks(1, epochs=1),
        session.finalize,
    ):
        # A training may diverge, a limit of size may leave no network, and there may be nothing to undo.
        with suppress(osl.OneShotError):
            action()


def _assert_same(first: SearchSession, *others: SearchSession) -> None:
    for other in others:
        one, two = portrait(first), portrait(other)
        assert {name for name in one if one[name] != two[name]} == set()
        assert (first.state.drawing.past, first.state.drawing.future, first.draft) == (
            other.state.drawing.past,
            other.state.drawing.future,
            other.draft,
        )
        assert equal(weights(first), weights(other))
        assert first.state.map == other.state.map
        for mine, its in zip(first.finals, other.finals, strict=True):
            assert equal(dict(mine.module.state_dict()), dict(its.module.state_dict()))


# ---- what is called ------------------------------------------------------------------------------------------------


@cache
def pictures() -> Data:
    """Images of three classes, 48 of 6 by 6."""
    labels = np.arange(48) % 3
    images = np.random.default_rng(7).integers(0, 90, (48, 6, 6)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 2] += 150
    return load_data((images, labels))


def network(name: str = "tiny") -> osl.Architecture:
    """Two convolutions, then an activation or a normalisation, then a head; 9 networks."""
    kernels = [osl.Component(f"C{n}", "Conv2d", {"out_channels": 2, "kernel_size": 2 * n + 1}) for n in (1, 2)]
    conv = [osl.Block(f"B{n}", [kernel]) for n, kernel in enumerate(kernels, start=1)]
    middle = [osl.Block("B3", [osl.Component("C3", "ReLU")]), osl.Block("B4", [osl.Component("C4", "BatchNorm2d")])]
    head = osl.Block("B5", [osl.Component("C5", "Flatten"), osl.Component("C6", "Linear")])
    layers = [osl.Layer("L1", conv), osl.Layer("L2", middle, "mean"), osl.Layer("L3", [head])]
    return osl.Architecture(name, layers, [osl.Link("K1", "input", "L3")])


def begun(rng: Random) -> SearchSession:
    """A new session, of one or another kind."""
    own = Recipe("own", ["whole", "dropout"], learning_rate=np.float32(0.02), batch_size=np.int64(16))
    settings: dict[str, Any] = {
        "seed": rng.choice([0, np.int64(3)]),
        "population_size": rng.choice([None, 4, np.int32(5)]),
        "mutation_rate": rng.choice([0.1, np.float64(0.3), 1]),
        "crossover": rng.choice(["fitness", "uniform"]),
        "recipe": rng.choice(["sandwich", "paper", own]),
        "strategy": rng.choice(sorted(STRATEGIES)),
    }
    if settings["strategy"] != "evolution":
        del settings["mutation_rate"], settings["crossover"]
    return SearchSession(network(), pictures(), device="cpu", bar=False, **settings)


ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    2,
    10**30,
    0.5,
    math.nan,
    -math.inf,
    "",
    "B1",
    "x" * 300,
    "two\nlines",
    "\udc80",
    b"B1",
    (),
    ["B1"],
    {"B1", "B3"},
    {"a": 1},
    np.int64(1),
    np.float32(0.5),
    np.array([1, 0, 1]),
    torch.tensor(1),
    Path("here"),
    osl.Mask.of("B1"),
    osl.Mask.of("B1", "B3", "B5"),
    object,
]
"""Values that are hardly ever what is asked for."""


def _one(rng: Random, *usual: Any, odd: float = 0.2) -> Any:
    return rng.choice(ODD) if rng.random() < odd else rng.choice(usual)


def _mask(session: SearchSession, rng: Random) -> Any:
    blocks = [block for block in session.architecture.block_ids if rng.random() < 0.7]
    return _one(rng, osl.Mask.of(*blocks), osl.Mask.full(session.architecture))


def _block(session: SearchSession, rng: Random) -> Any:
    return _one(rng, *session.drawn.block_ids, "B99")


def _edit(session: SearchSession, rng: Random) -> Any:
    drawn = session.drawn
    layers, parts = [layer.id for layer in drawn.layers], [component.id for component in drawn.components()]
    block, layer, part = _block(session, rng), _one(rng, *layers), _one(rng, *parts)
    index = _one(rng, None, None, 0, 1, np.int64(1))
    kind, params = _one(rng, "ReLU", "Conv2d", "MaxPool2d", "Dropout", "Tanh"), _one(rng, "", "", "2", ", 3, 3", "99")
    return _one(
        rng,
        lambda: osl.AddLayer(kind, params, index),
        lambda: osl.AddBlock(layer, kind, params, index),
        lambda: osl.AddComponent(block, kind, params, index),
        lambda: osl.RemoveLayer(layer),
        lambda: osl.RemoveBlock(block),
        lambda: osl.RemoveComponent(part),
        lambda: osl.MoveBlock(block, layer, index),
        lambda: osl.CopyBlock(block, layer, index),
        lambda: osl.SetParams(part, params),
        lambda: osl.SetMerge(layer, _one(rng, "sum", "mean", "concat")),
        lambda: osl.AddLink(_one(rng, "input", *layers), layer),
        lambda: osl.RemoveLink(_one(rng, "input", *layers), layer),
        odd=0.05,
    )


def _edits(session: SearchSession, rng: Random) -> list[Any]:
    drawn = [_edit(session, rng) for _ in range(rng.choice([1, 1, 1, 2]))]
    return [edit() if callable(edit) and edit is not object else edit for edit in drawn]


def _name(session: SearchSession, rng: Random) -> Any:
    return _one(rng, None, *session.regions, *session.regions.values(), "left", "Größe ∪ 2")


def _area(session: SearchSession, rng: Random) -> dict[str, Any]:
    side = _one(rng, (-5, 5), (0, np.float64(2)), [-1e6, 1e6])
    ways: list[dict[str, Any]] = [
        {"x": side},
        {"x": side, "y": (-3, 3)},
        {"polygon": _one(rng, [(0, 0), (9, 0), (0, 9)], np.array([[-9.0, -9], [9, -9], [0, 9]]))},
        {"masks": _one(rng, [_mask(session, rng) for _ in range(2)], {_mask(session, rng)})},
        {"blocks": _one(rng, ["B1"], "B3", (np.str_("B1"), "B4"))},
        {},
    ]
    return rng.choice(ways)


def _epochs(rng: Random) -> dict[str, Any]:
    given = {"recipe": _one(rng, None, "paper", "single", Recipe("late", ("whole",), 1e6))}
    return {"epochs": _one(rng, 1, 2, np.int64(1))} | (given if rng.random() < 0.3 else {})


def _evolve(session: SearchSession, rng: Random) -> None:
    for _ in session.evolve(_one(rng, 1, 2, np.int64(2))):
        if rng.random() < 0.2:
            break


def _background(session: SearchSession, rng: Random) -> None:
    """Asks for several things at once, and stops or pauses some of them."""
    for _ in range(rng.randint(1, 3)):
        with suppress(Exception):
            rng.choice(
                [
                    lambda: session.train.start(1),
                    lambda: session.evolve.start(2),
                    lambda: session.edit.start(*_edits(session, rng)),
                    lambda: session.landmarks.start(2, epochs=1),
                    lambda: session.finalize.start(epochs=1),
                    session.undo.start,
                    lambda: session.focus.start(_name(session, rng)),
                ]
            )()
        rng.choice([session.stop, session.pause, lambda: None, lambda: None])()
    session.wait()
    session.resume()
    session.wait()
    # Of several that rest, and of a search that waits for a network that fits.
    while session.job is not None:
        session.stop()
        session.wait()


CALLS: dict[str, Callable[[SearchSession, Random], object]] = {
    "train": lambda s, r: s.train(**_epochs(r)),
    "train, stopped": lambda s, r: s.train(1, stop_after=_one(r, 0, 1, np.int64(2))),
    "step": lambda s, _: s.step(),
    "evolve": _evolve,
    "background": _background,
    "evaluate": lambda s, r: s.evaluate(*(_mask(s, r) for _ in range(r.randint(1, 2)))),
    "edit": lambda s, r: s.edit(*_edits(s, r)),
    "propose": lambda s, r: s.propose(*_edits(s, r)),
    "replace": lambda s, r: s.replace(_one(r, network("other"), network(), osl.load_template("lenet5", width=0.1))),
    "undo": lambda s, _: s.undo(),
    "redo": lambda s, _: s.redo(),
    "project": lambda s, _: s.project(),
    "region": lambda s, r: s.region(**_area(s, r), name=_one(r, None, "left", np.str_("right"))),
    "where_common": lambda s, r: s.where_common(_block(s, r), name=_one(r, None, "common")),
    "focus": lambda s, r: s.focus(_name(s, r)),
    "forget": lambda s, r: s.forget(_name(s, r)),
    "constrain": lambda s, r: s.constrain(
        **r.choice(
            [
                {"weight": _one(r, 0.5, np.float32(0.1), 0)},
                {"limit": _one(r, None, 300, 10**9, np.int64(200))},
                {"measure": _one(r, "macs", np.str_("parameters"))},
            ]
        )
    ),
    "landmarks": lambda s, r: s.landmarks(
        _one(r, 1, np.int64(2), odd=0.1), epochs=1, recipe=_one(r, "whole", "single")
    ),
    "landmarks, named": lambda s, r: s.landmarks(
        masks=[_mask(s, r) for _ in range(r.randint(1, 2))], epochs=_one(r, 1)
    ),
    "finalize": lambda s, r: s.finalize(_one(r, None, _mask(s, r)), epochs=_one(r, 1), seeds=_one(r, 1, 2, odd=0.1)),
    "finalize by fitness": lambda s, r: s.finalize(threshold=_one(r, 0.1, np.float32(0.2)), epochs=1),
    "with_data": lambda s, r: s.with_data(_one(r, pictures())),
    "attend": lambda s, r: setattr(s, r.choice(["selected_region", "set_operation"]), _one(r, "left", "union", "")),
}
