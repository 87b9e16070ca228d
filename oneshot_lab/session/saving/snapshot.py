"""Writes a whole session as JSON and tensors, and reads it back."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from oneshot_lab.search.generation import Generation
from oneshot_lab.search.strategy import Strategy
from oneshot_lab.session.checks import check_count, check_population, check_seed
from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.columns import History, Numbers, pack, unpack
from oneshot_lab.session.saving.fingerprint import fingerprint
from oneshot_lab.session.saving.former import Layers, whole
from oneshot_lab.session.state.evaluations import Candidate, Evaluations
from oneshot_lab.session.state.final import Final, completed
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.session.state.map_state import MapState
from oneshot_lab.session.state.origin import Origin, Plain
from oneshot_lab.session.state.settings import Settings
from oneshot_lab.session.state.state import State
from oneshot_lab.session.state.weights import filled
from oneshot_lab.session.strategies import known_strategy
from oneshot_lab.space.area import mask_of
from oneshot_lab.supernet.components import build
from oneshot_lab.supernet.computing import MOST_THREADS
from oneshot_lab.supernet.recipes import Recipe

if TYPE_CHECKING:
    pass

VERSION = 4
"""The version of the format. A file of a later one is refused rather than half understood.

Version 1 had no map, version 2 wrote each mask out, wherever it came up, and each former architecture whole.
"""

WITHOUT_LANDMARKS = 3
"""The version of a file that holds no landmarks, so that builds from before them read it."""


@dataclass(frozen=True)
class Snapshot:
    """A session that was read from a file and checked as far as possible without its data."""

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
    evolution: Strategy
    evaluations: Evaluations
    training_losses: tuple[float, ...]
    version: int
    untrained: frozenset[str]
    retired: dict[Component, torch.nn.Module]
    network: Mapping[str, torch.Tensor]
    log: tuple[LogEntry, ...]
    finals: tuple[Final, ...]
    landmarks: tuple[Landmark, ...]
    map_state: MapState


def save(state: State, settings: Settings, log: Iterable[LogEntry], path: Path) -> str:
    """Writes a session.

    Args:
        state: What it holds.
        settings: What it was made with.
        log: All that was done in it.
        path: The file.

    Raises:
        SessionError: The file cannot be written, or it would be one that is too large to be read.

    Returns:
        What is to be said about its size; empty: nothing.
    """
    tensors, numbers, shared = state.weights.tensors(), Numbers(), Layers()
    for index, final in enumerate(state.finals):
        tensors |= {f"final.{index}.{name}": tensor.contiguous() for name, tensor in final.tensors().items()}
    drawing, strategy = state.drawing, state.strategy
    written = {
        "oneshot_session": VERSION if state.landmarks else WITHOUT_LANDMARKS,
        "seed": settings.seed,
        "threads": settings.threads,
        "deterministic": settings.deterministic,
        "recipe": settings.recipe.to_json(),
        **settings.origin.to_json(path.parent),
        "data": fingerprint(settings.data),
        "architecture": to_json(drawing.architecture),
        "draft": None if drawing.draft is None else to_json(drawing.draft),
        "past": [shared.to_json(architecture) for architecture in drawing.past],
        "future": [shared.to_json(architecture) for architecture in drawing.future],
        "generator": state.rng.bit_generator.state,
        "strategy": strategy.name,
        # Its name from before there was another strategy.
        "evolution": strategy.state(generations=False),
        "training_losses": list(state.training_losses),
        "version": state.weights.version,
        "untrained": sorted(state.weights.untrained),
        "attic": [component_to_json(component) for component in state.weights.retired],
        "log": [entry.to_json() for entry in log],
        "finals": [final.to_json() for final in state.finals],
        **({"landmarks": [each.to_json(numbers.of) for each in state.landmarks]} if state.landmarks else {}),
        "map": state.map.to_json(drawing.architecture, numbers.of, write_former=shared.to_json),
        "layers": shared.written,
    }
    found, columns = pack(state.evaluations.candidates, strategy.generations, numbers)
    share = max(numbers.share, shared.share)
    return storage.write(path, {**written, "history": found}, tensors | columns, share=share)


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
                f"the file has version {str(version)[:20]}",
                where=str(path),
                expected=f"version {VERSION} or earlier",
                remedy="update oneshot-lab",
            )
        return _snapshot(path, {"map": MapState().to_json(None)} | state, tensors)


def _snapshot(path: Path, state: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> Snapshot:
    architecture = from_json(state["architecture"], where="architecture")
    network = _part(tensors, "net.")
    # Check before making the supernet, so that it is not larger than the file.
    if infer(architecture).parameters > sum(tensor.numel() for tensor in network.values()):
        raise ValueError("there are fewer weights than parameters")
    origins = Origin.from_json(state, path.parent)
    _check_size(origins[0].options.get("size"), architecture.input_shape)
    history, version = _history(state, tensors), check_count("version", state["version"], low=0)
    former = partial(_former, layers=state.get("layers"), present=architecture)
    if version == 0 and (state["training_losses"] or history.candidates):
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
        past=former(state["past"]),
        future=former(state["future"]),
        generator=_generator(state["generator"]),
        evolution=_restored(
            known_strategy(state.get("strategy"), where=str(path)),
            architecture,
            state["evolution"],
            history.generations,
        ),
        evaluations=Evaluations(history.candidates),
        training_losses=tuple(float(loss) for loss in state["training_losses"]),
        version=version,
        untrained=frozenset(str(component) for component in state["untrained"]),
        retired=dict(_retired(state["attic"], tensors)),
        network=network,
        log=tuple(LogEntry.from_json(entry) for entry in state["log"]),
        finals=tuple(
            Final.from_json(final, _part(tensors, f"final.{index}.")) for index, final in enumerate(state["finals"])
        ),
        landmarks=tuple(
            Landmark.from_json(one, history.read, read_recipe=_recipe) for one in state.get("landmarks", ())
        ),
        map_state=MapState.from_json(
            state["map"], architecture, history.read, read_former=lambda one: former([one])[0]
        ),
    )


def _check_size(size: Plain, input_shape: tuple[int, ...]) -> None:
    """Checks that the data have the size of the network's input: a file must not request more memory than that."""
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
        raise ValueError("the entries about the data contradict each other")
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


def _former(states: Any, *, layers: Any, present: Architecture) -> list[Architecture]:
    return list(_architectures(states if layers is None else whole(states, layers), present=present))


def _architectures(states: Iterable[object], *, present: Architecture) -> Iterator[Architecture]:
    for state in states:
        architecture = from_json(state, where="a former architecture")
        misfit(architecture)  # it need not fit, but `survey` must be able to check it
        if (architecture.input_shape, architecture.classes) != (present.input_shape, present.classes):
            raise ValueError("a former architecture is for other data")
        yield architecture


def _generator(state: Mapping[str, Any]) -> Mapping[str, Any]:
    np.random.default_rng(0).bit_generator.state = state
    return state


def _restored(
    kind: type[Strategy], architecture: Architecture, state: Mapping[str, Any], generations: Sequence[Generation]
) -> Strategy:
    check_population(state.get("population_size"))
    strategy = kind.restore(architecture, state, generations=generations)
    masks = [mask for generation in strategy.generations for mask in generation.population]
    if not all(isinstance(block, str) for mask in masks for block in mask.blocks):
        raise TypeError("a mask that is not a list of block ids")
    return strategy


def _retired(
    states: Iterable[object], tensors: Mapping[str, torch.Tensor]
) -> Iterator[tuple[Component, torch.nn.Module]]:
    for index, state in enumerate(states):
        component = component_from_json(state, where="attic")
        yield component, filled(partial(build, component, seed=0), _part(tensors, f"attic.{index}."))


def restore(state: State, settings: Settings, snapshot: Snapshot) -> None:
    """Brings the state of a new session on the same architecture and data to where the saved one was.

    Args:
        state: What the new session holds.
        settings: What it was made with.
        snapshot: What was read.

    Raises:
        SessionError: The weights are not those of the architecture.
    """
    with storage.refusing(snapshot.path):
        drawing, weights = state.drawing, state.weights
        weights.supernet.components.load_state_dict(dict(snapshot.network))
        weights.version, weights.untrained, weights.retired = snapshot.version, snapshot.untrained, snapshot.retired
        state.strategy, state.evaluations = snapshot.evolution, snapshot.evaluations
        state.rng.bit_generator.state = snapshot.generator
        state.map, state.training_losses = snapshot.map_state, snapshot.training_losses
        drawing.past, drawing.future = snapshot.past, snapshot.future
        if snapshot.draft is not None:
            problem = misfit(snapshot.draft)
            if problem is None:
                raise ValueError("the draft fits, so it is not a draft")
            drawing.draft, drawing.problem = snapshot.draft, problem
        state.finals = completed(snapshot.finals, settings.data)
        state.landmarks = snapshot.landmarks
