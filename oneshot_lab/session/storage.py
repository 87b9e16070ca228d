"""A session in one file: a zip of JSON and safetensors, written atomically and read without trust. Never pickle."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture, Component
from oneshot_lab.architecture.serial import component_from_json, component_to_json, from_json, to_json
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.session.candidates import Candidate, Ledger
from oneshot_lab.session.final import Final, Run
from oneshot_lab.session.log import LogEntry
from oneshot_lab.supernet.components import build
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import Recipe

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

VERSION = 1
LARGEST_STATE = 256 * 2**20
LARGEST_WEIGHTS = 16 * 2**30


@dataclass(frozen=True)
class Saved:
    """What a file holds, checked as far as it can be without the data."""

    path: Path
    state: Mapping[str, Any]
    tensors: Mapping[str, torch.Tensor]
    architecture: Architecture
    recipe: Recipe
    seed: int
    data_source: str | None


def write(session: SearchSession, path: Path) -> None:
    """Writes a session; a file of that name is replaced only when the new one is complete.

    Raises:
        SessionError: The file cannot be written.
    """
    tensors = session._weights.tensors()
    for index, final in enumerate(session.finals):
        tensors |= {f"final.{index}.{name}": tensor.contiguous() for name, tensor in final.module.state_dict().items()}
    state = json.dumps(_state(session), ensure_ascii=False, allow_nan=False)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                with zipfile.ZipFile(file, "w") as archive:
                    archive.writestr("session.json", state, compress_type=zipfile.ZIP_DEFLATED)
                    archive.writestr("weights.safetensors", save_tensors(tensors))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SessionError(f"it cannot be written ({error})", where=str(path), remedy="choose another place") from error


def _state(session: SearchSession) -> dict[str, Any]:
    return {
        "oneshot_session": VERSION,
        "seed": session.seed,
        "recipe": asdict(session.recipe),
        "data": {"source": session.data_source, **_fingerprint(session)},
        "architecture": to_json(session.architecture),
        "past": [to_json(architecture) for architecture in session._past],
        "future": [to_json(architecture) for architecture in session._future],
        "generator": session._rng.bit_generator.state,
        "evolution": session._evolution.state(),
        "candidates": [candidate.to_json() for candidate in session._ledger.candidates],
        "training_losses": list(session.training_losses),
        "version": session._weights.version,
        "untrained": sorted(session._weights.untrained),
        "attic": [component_to_json(component) for component in session._weights.attic],
        "log": [entry.to_json() for entry in session.log],
        "finals": [_final_state(final) for final in session.finals],
    }


def _fingerprint(session: SearchSession) -> dict[str, Any]:
    """Returns what tells other data apart: evaluations hold for one data set only."""
    data = session.data
    return {
        "name": data.name,
        "input_shape": list(data.input_shape),
        "class_names": list(data.class_names),
        "sizes": [len(data.train), len(data.validation), len(data.test)],
    }


def _final_state(final: Final) -> dict[str, Any]:
    return {
        "blocks": sorted(final.mask.blocks),
        "architecture": to_json(final.architecture),
        "runs": [asdict(run) for run in final.runs],
        "parameters": final.parameters,
        "macs": final.macs,
        "epochs": final.epochs,
        "seconds": final.seconds,
    }


def read(path: Path) -> Saved:
    """Reads what `write` wrote.

    Raises:
        SessionError: There is no such file, it is damaged, or of a later version.
    """
    with _refusing(path):
        with zipfile.ZipFile(path) as archive:
            state = json.loads(_entry(archive, "session.json", LARGEST_STATE))
            tensors = load_tensors(_entry(archive, "weights.safetensors", LARGEST_WEIGHTS))
        version = state["oneshot_session"]
        if version != VERSION:
            raise SessionError(
                f"it is of version {str(version)[:20]}",
                where=str(path),
                expected=f"version {VERSION}",
                remedy="update oneshot-lab",
            )
        recipe = Recipe(**{**state["recipe"], "paths": tuple(state["recipe"]["paths"])})
        source = state["data"]["source"]
        if source is not None and not isinstance(source, str):
            raise TypeError("the data's source is not text")
        architecture = from_json(state["architecture"], where="architecture")
        return Saved(path, state, tensors, architecture, recipe, int(state["seed"]), source)


def _entry(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > largest:
        raise ValueError(f"{name} has {info.file_size:,} bytes")
    return archive.read(info)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turns whatever a damaged or hostile file provokes into one clear error."""
    try:
        yield
    except SessionError:
        raise
    except FileNotFoundError:
        raise SessionError("there is no such file", where=str(path)) from None
    except (
        OneShotError,
        OSError,
        zipfile.BadZipFile,
        SafetensorError,
        RecursionError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        detail = f"{type(error).__name__}: {str(error)[:200]}"
        raise SessionError(
            f"it is no saved session, or damaged ({detail})",
            where=str(path),
            expected="a file that session.save() wrote",
            remedy="use another copy",
        ) from error


def restore(session: SearchSession, saved: Saved) -> None:
    """Brings a new session on the same architecture and data to where the saved one was.

    Raises:
        SessionError: The file is damaged, or was made with other data. The session is not to be used then.
    """
    expected = {name: value for name, value in saved.state["data"].items() if name != "source"}
    if _fingerprint(session) != expected:
        raise SessionError(
            f"the data is {session.data!r}",
            where=str(saved.path),
            expected=str(expected)[:300],
            remedy="give that data",
        )
    with _refusing(saved.path):
        state, weights = saved.state, session._weights
        weights.supernet.components.load_state_dict(_part(saved.tensors, "net."))
        weights.version = int(state["version"])
        weights.untrained = frozenset(map(str, state["untrained"]))
        weights.attic = dict(_attic(saved))
        session._evolution = Evolution.restore(saved.architecture, state["evolution"])
        session._ledger = Ledger(Candidate.from_json(candidate) for candidate in state["candidates"])
        session._rng.bit_generator.state = state["generator"]
        session._past = [from_json(architecture, where="past") for architecture in state["past"]]
        session._future = [from_json(architecture, where="future") for architecture in state["future"]]
        session.set_trait("training_losses", tuple(float(loss) for loss in state["training_losses"]))
        session.set_trait("log", tuple(LogEntry.from_json(entry) for entry in state["log"]))
        session.set_trait("finals", tuple(_final(saved, index) for index in range(len(state["finals"]))))
        session._publish()


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _attic(saved: Saved) -> Iterator[tuple[Component, torch.nn.Module]]:
    for index, entry in enumerate(saved.state["attic"]):
        component = component_from_json(entry, where="attic")
        module = build(component, seed=0)
        module.load_state_dict(_part(saved.tensors, f"attic.{index}."))
        yield component, module


def _final(saved: Saved, index: int) -> Final:
    state = saved.state["finals"][index]
    architecture = from_json(state["architecture"], where=f"final {index}")
    module = to_module(architecture)
    module.load_state_dict(_part(saved.tensors, f"final.{index}."))
    return Final(
        Mask.of(*state["blocks"]),
        architecture,
        module.eval(),
        tuple(Run(**{**run, "losses": tuple(run["losses"])}) for run in state["runs"]),
        int(state["parameters"]),
        int(state["macs"]),
        int(state["epochs"]),
        float(state["seconds"]),
    )
