"""A whole session as JSON and tensors, and back."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from oneshot_lab.architecture.model import Architecture, Component
from oneshot_lab.architecture.repair import misfit
from oneshot_lab.architecture.serial import component_from_json, component_to_json, from_json, to_json
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.generation import Generation
from oneshot_lab.session import storage
from oneshot_lab.session.candidates import Candidate, Ledger
from oneshot_lab.session.chart import Chart
from oneshot_lab.session.checks import check_count, check_population, check_seed
from oneshot_lab.session.columns import History, Numbers, pack, unpack
from oneshot_lab.session.final import Final, completed
from oneshot_lab.session.fingerprint import fingerprint
from oneshot_lab.session.former import Layers, whole
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.origin import Origin, Plain
from oneshot_lab.session.weights import filled
from oneshot_lab.space.area import mask_of
from oneshot_lab.supernet.components import build
from oneshot_lab.supernet.computing import MOST_THREADS
from oneshot_lab.supernet.recipes import Recipe

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

VERSION = 3
"""The version of the format. A file of a later one is refused rather than half understood.

Version 1 had no map, version 2 wrote each mask out, wherever it came up, and each former architecture whole.
"""


@dataclass(frozen=True)
class Snapshot:
    """A session that was read from a file. All that can be checked without the data has been."""

    path: Path
    seed: int
    threads: int | None
    deterministic: bool
    recipe: Recipe
    origins: tuple[Origin, ...]
    fingerprint: Mapping[str, Any]
    architecture: Architecture
    draft: Architecture | None
    past: list[Architecture]
    future: list[Architecture]
    generator: Mapping[str, Any]
    evolution: Evolution
    ledger: Ledger
    training_losses: tuple[float, ...]
    version: int
    untrained: frozenset[str]
    attic: dict[Component, torch.nn.Module]
    network: Mapping[str, torch.Tensor]
    log: tuple[LogEntry, ...]
    finals: tuple[Final, ...]
    chart: Chart


def save(session: SearchSession, path: Path, *, instead: Mapping[str, Any] | None = None) -> str:
    """Writes a session.

    Args:
        session: The session.
        path: The file.
        instead: Parts of the state that are written in the place of the present ones: `evolution` and `map` as
            they are, others as the file holds them.

    Raises:
        SessionError: The file cannot be written, or it would be one that is too large to be read.

    Returns:
        What is to be said about its size; empty: nothing.
    """
    given = dict(instead or {})
    evolution: Evolution = given.pop("evolution", session._evolution)
    chart: Chart = given.pop("map", None) or session._chart()
    tensors, numbers, shared = session._weights.tensors(), Numbers(), Layers()
    for index, final in enumerate(session.finals):
        tensors |= {f"final.{index}.{name}": tensor.contiguous() for name, tensor in final.tensors().items()}
    state = {
        "oneshot_session": VERSION,
        "seed": session.seed,
        "threads": session.threads,
        "deterministic": session.deterministic,
        "recipe": asdict(session.recipe),
        **session._data_origin.to_json(path.parent),
        "data": fingerprint(session.data),
        "architecture": to_json(session.architecture),
        "draft": None if session.draft is None else to_json(session.draft),
        "past": [shared.to_json(architecture) for architecture in session._past],
        "future": [shared.to_json(architecture) for architecture in session._future],
        "layers": shared.written,
        "generator": session._rng.bit_generator.state,
        "evolution": evolution.state(generations=False),
        "training_losses": list(session.training_losses),
        "version": session._weights.version,
        "untrained": sorted(session._weights.untrained),
        "attic": [component_to_json(component) for component in session._weights.attic],
        "log": [entry.to_json() for entry in session.log],
        "finals": [final.to_json() for final in session.finals],
        "map": chart.to_json(numbers.of),
    }
    found, columns = pack(session._ledger.candidates, evolution.generations, numbers)
    share = max(numbers.share, shared.share)
    return storage.write(path, {**state, **given, "history": found}, tensors | columns, share=share)


def load(path: Path) -> Snapshot:
    """Reads what `save` wrote.

    Raises:
        SessionError: There is no such file, it is damaged, or of a later version.
    """
    state, tensors = storage.read(path)
    with storage.refusing(path):
        version = state["oneshot_session"]
        if version not in range(1, VERSION + 1):
            raise SessionError(
                f"it is of version {str(version)[:20]}",
                where=str(path),
                expected=f"version {VERSION} or earlier",
                remedy="update oneshot-lab",
            )
        return _snapshot(path, {"map": Chart().to_json()} | state, tensors)


def _snapshot(path: Path, state: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> Snapshot:
    architecture = from_json(state["architecture"], where="architecture")
    network = _part(tensors, "net.")
    # The supernet is made before its weights are read: nothing larger than the file.
    if infer(architecture).parameters > sum(tensor.numel() for tensor in network.values()):
        raise ValueError("there are fewer weights than parameters")
    origins = Origin.from_json(state, path.parent)
    _check_size(origins[0].options.get("size"), architecture.input_shape)
    history, version = _history(state, tensors), int(state["version"])
    if version < 0 or (version == 0 and (state["training_losses"] or history.candidates)):
        raise ValueError(f"trained {version} times")
    return Snapshot(
        path=path,
        seed=check_seed(state["seed"]),
        threads=None if state.get("threads") is None else check_count("threads", state["threads"], high=MOST_THREADS),
        deterministic=state.get("deterministic") is True,
        recipe=_recipe(state["recipe"]),
        origins=origins,
        fingerprint=_fingerprint(state["data"]),
        architecture=architecture,
        draft=None if state["draft"] is None else next(_architectures([state["draft"]], present=architecture)),
        past=list(_architectures(_former(state, "past"), present=architecture)),
        future=list(_architectures(_former(state, "future"), present=architecture)),
        generator=_generator(state["generator"]),
        evolution=_evolution(architecture, state["evolution"], history.generations),
        ledger=Ledger(history.candidates),
        training_losses=tuple(float(loss) for loss in state["training_losses"]),
        version=version,
        untrained=frozenset(str(component) for component in state["untrained"]),
        attic=dict(_attic(state["attic"], tensors)),
        network=network,
        log=tuple(LogEntry.from_json(entry) for entry in state["log"]),
        finals=tuple(
            Final.from_json(final, _part(tensors, f"final.{index}.")) for index, final in enumerate(state["finals"])
        ),
        chart=Chart.from_json(state["map"], architecture, history.read),
    )


def _check_size(size: Plain, input_shape: tuple[int, ...]) -> None:
    """Checks that data are asked for in the size that the network takes: no file may ask for more memory than that."""
    if size is not None and (size if isinstance(size, tuple) else (size, size)) != tuple(input_shape[1:]):
        raise ValueError(f"images of size {size!r:.40} for a network that takes {input_shape}")


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _recipe(state: Mapping[str, Any]) -> Recipe:
    paths, numbers = tuple(state["paths"]), ("learning_rate", "momentum", "weight_decay", "keep", "clip")
    values = {name: float(state[name]) for name in numbers} | {
        "batch_size": check_count("batch_size", state["batch_size"])
    }
    return Recipe(**{**state, **values, "name": str(state["name"]), "paths": paths})


def _fingerprint(state: Mapping[str, Any]) -> dict[str, Any]:
    shape, sizes = ([operator.index(value) for value in state[name]] for name in ("input_shape", "sizes"))
    mean, std = ([float(value) for value in state[name]] for name in ("mean", "std"))
    if len(sizes) != 3 or not len(shape) == 3 or not len(mean) == len(std) == shape[0]:
        raise ValueError("what is known of the data does not belong together")
    return {
        "name": str(state["name"]),
        "input_shape": shape,
        "class_names": [str(name) for name in list(state["class_names"])],
        "sizes": sizes,
        "labels": str(state["labels"]),
        "mean": mean,
        "std": std,
    }


def _history(state: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> History:
    if "history" in state:
        return unpack(state["history"], tensors)
    candidates = [Candidate.from_json(candidate) for candidate in state["candidates"]]
    return History(candidates, list(map(Generation.restore, state["evolution"]["generations"])), mask_of)


def _former(state: Mapping[str, Any], name: str) -> Iterable[object]:
    return whole(state[name], state["layers"]) if "layers" in state else state[name]


def _architectures(states: Iterable[object], *, present: Architecture) -> Iterator[Architecture]:
    for state in states:
        architecture = from_json(state, where="a former architecture")
        misfit(architecture)  # it need not fit, but it must be possible to ask
        if (architecture.input_shape, architecture.classes) != (present.input_shape, present.classes):
            raise ValueError("a former architecture is for other data")
        yield architecture


def _generator(state: Mapping[str, Any]) -> Mapping[str, Any]:
    np.random.default_rng(0).bit_generator.state = state
    return state


def _evolution(architecture: Architecture, state: Mapping[str, Any], generations: Sequence[Generation]) -> Evolution:
    check_population(state["population_size"])
    if state["elite"] is not None and not isinstance(state["elite"], int):
        raise TypeError("an elite that is no number")
    evolution = Evolution.restore(architecture, state, generations=generations)
    masks = [mask for generation in evolution.generations for mask in generation.population]
    if not all(isinstance(block, str) for mask in masks for block in mask.blocks):
        raise TypeError("a mask that is no list of block ids")
    return evolution


def _attic(
    states: Iterable[object], tensors: Mapping[str, torch.Tensor]
) -> Iterator[tuple[Component, torch.nn.Module]]:
    for index, state in enumerate(states):
        component = component_from_json(state, where="attic")
        yield component, filled(partial(build, component, seed=0), _part(tensors, f"attic.{index}."))


def restore(session: SearchSession, snapshot: Snapshot) -> None:
    """Brings a new session on the same architecture and data to where the saved one was.

    Raises:
        SessionError: The weights are not those of the architecture.
    """
    with storage.refusing(snapshot.path):
        weights = session._weights
        weights.supernet.components.load_state_dict(dict(snapshot.network))
        weights.version, weights.untrained, weights.attic = snapshot.version, snapshot.untrained, snapshot.attic
        session._evolution, session._ledger = snapshot.evolution, snapshot.ledger
        session._past, session._future = snapshot.past, snapshot.future
        session._rng.bit_generator.state = snapshot.generator
        session._take_chart(snapshot.chart)
        if snapshot.draft is not None:
            problem = misfit(snapshot.draft)
            if problem is None:
                raise ValueError("the draft is none, it fits")
            session._set(draft=snapshot.draft, problem=problem)
        finals = completed(snapshot.finals, session.data)
        session._publish(training_losses=snapshot.training_losses, log=snapshot.log, finals=finals)
