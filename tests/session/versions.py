"""Sessions that each version of the format has in a file of its own, under `data/`: later builds must load them.

`python -m tests.session.versions` writes those of the present version, which come beside the older ones.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_info

import oneshot_lab as osl
from oneshot_lab.session.saving import snapshot
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import at_batch

FOLDER = Path(__file__).with_name("files_of_before")

LONGEST = 600
"""Characters of a value that is written out; of a longer one its digest is."""


PLACED = ("map", "regions")
"""What depends on where candidates are placed, in a description."""


# ---- what was done -------------------------------------------------------------------------------------------------


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """Images without a name: 90 of 10 by 10, in three classes."""
    labels = np.arange(90) % 3
    images = np.random.default_rng(7).integers(0, 90, (90, 10, 10)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[3 * label : 3 * label + 3] += 150
    return images, labels


def searched(log_file: Path | None = None) -> SearchSession:
    """A search with everything that it can have but a draft: map, regions, size, edits, undo and redo, finals."""
    session = SearchSession(
        "lenet", "digits", seed=3, width=0.25, population_size=5, device="cpu", bar=False, log_file=log_file
    )
    session.train(1)
    for _ in session.evolve(2):
        pass
    session.region(blocks=["B1"], name="with B1")
    session.region(x=(-5, 100), name="right")
    session.region(polygon=[(0, 0), (9, 0), (0, 9)])
    session.region(masks=[session.best.mask], name="the best")
    session.where_common("B2")
    session.forget("right")
    session.focus("with B1")
    session.constrain(measure="macs", weight=0.5, limit=10_000_000)
    session.step()
    session.finalize(epochs=1)
    session.edit(osl.RemoveBlock("L1.B3"), osl.AddComponent("B4", "MaxPool2d", "2"))
    session.train(1, recipe="paper")
    session.step()
    session.edit(osl.RemoveBlock("B2"))
    session.undo()
    session.evaluate(osl.Mask.full(session.architecture))
    return session


def drawn(log_file: Path | None = None) -> SearchSession:
    """A network, a recipe and pictures of one's own; a training that was stopped; at the end a draft."""
    network = osl.Architecture(
        "drawn",
        (
            osl.Layer(
                "L1", (osl.Block("B1", (osl.Component("C1", "Conv2d", (("out_channels", 3), ("kernel_size", 3))),)),)
            ),
            osl.Layer(
                "L2",
                (
                    osl.Block("B2", (osl.Component("C2", "BatchNorm2d"), osl.Component("C3", "ReLU"))),
                    osl.Block("B3", (osl.Component("C4", "Tanh"),)),
                ),
                merge="mean",
            ),
            osl.Layer("L3", (osl.Block("B4", (osl.Component("C5", "Flatten"), osl.Component("C6", "Linear"))),)),
        ),
        links=(osl.Link("K1", "input", "L3"),),
        next_numbers=(4, 5, 7, 2),
    )
    from oneshot_lab.supernet.recipes import Recipe

    own = Recipe("own", ("whole", "single"), learning_rate=0.01, batch_size=16, draw="epoch")
    settings: dict[str, Any] = {"recipe": own, "mutation_rate": 0.25, "crossover": "uniform", "population_size": 4}
    session = SearchSession(network, pictures(), device="cpu", bar=False, log_file=log_file, **settings)
    at_batch(session, 4, session.stop)
    session.train(2)
    session.step()
    session.finalize(epochs=1, seeds=2)
    session.propose(osl.AddBlock("L2", "MaxPool2d", "9, padding=0"))
    assert session.draft is not None
    return session


def landmarked(log_file: Path | None = None) -> SearchSession:
    """Landmarks: chosen ones, a second training of one, one that diverged, and one whose network was edited."""
    from oneshot_lab.supernet.recipes import Recipe

    settings: dict[str, Any] = {"seed": 5, "width": 0.25, "population_size": 4}
    session = SearchSession("lenet", pictures(), device="cpu", bar=False, log_file=log_file, **settings)
    session.train(1)
    session.step()
    session.landmarks(3, epochs=1)
    session.landmarks(masks=[session.trained_landmarks[1]], epochs=1)
    session.landmarks(1, epochs=1, recipe=Recipe("steep", ("whole",), 1e6))
    at_batch(session, 4, session.stop)
    session.landmarks(3, epochs=1)
    session.edit(osl.RemoveBlock("B3"))
    return session


STORIES: Mapping[str, Callable[..., SearchSession]] = {"searched": searched, "drawn": drawn, "landmarked": landmarked}
DATA: Mapping[str, Any] = {"searched": None, "drawn": pictures, "landmarked": pictures}
"""What has to be given to load one: pictures that have no name."""


# ---- what came of it -----------------------------------------------------------------------------------------------


def description(session: SearchSession) -> dict[str, Any]:
    """All that makes a session what it is, but times, in values that JSON can hold and that compare exactly."""
    generations = [_generation(one) for one in session.generations]
    atlas = session.state.map.atlas
    values = {
        "architecture": _network(session.architecture),
        "draft": None if session.draft is None else _network(session.draft),
        "past": [_network(architecture) for architecture in session.state.drawing.past],
        "future": [_network(architecture) for architecture in session.state.drawing.future],
        "settings": [session.seed, session.width, _recipe(session.recipe), session.data_source],
        "constraint": [session.constraint.measure, session.constraint.weight, session.constraint.limit],
        "training_losses": _text(session.training_losses),
        "trainings": session.state.weights.version,
        "untrained": [session.untrained_blocks, sorted(session.state.weights.untrained)],
        "generations": generations,
        "waits": _masks(session.state.strategy.ask()) if session.state.strategy.waits else None,
        "block_fitness": [_text(session.block_fitness), _text(session.state.strategy.block_fitness)],
        "candidates": [_candidate(one) for one in session.state.evaluations.candidates],
        "best": _masks([session.best.mask]),
        "generators": [
            session.state.rng.bit_generator.state["state"],
            session.state.strategy.state(generations=False)["generator"]["state"],
        ],
        "map": None if atlas is None else [[_masks([mask]), _text(place)] for mask, place in atlas.places.items()],
        "regions": {name: [_masks(region.masks), _area(region)] for name, region in session.regions.items()},
        "focused": None if session.focused is None else session.focused.name,
        "finals": [_final(one) for one in session.finals],
        "weights": digest(session.state.weights.tensors()),
        "attic": _components(tuple(session.state.weights.retired)),
    }
    if session.state.landmarks:
        values["landmarks"] = [[_landmark(one) for one in session.state.landmarks], len(session.trained_landmarks)]
    return {name: _short(json.loads(json.dumps(value))) for name, value in values.items()}


def digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """A short text that is the same for the same tensors, bit for bit."""
    told = hashlib.sha256()
    for name in sorted(tensors):
        told.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        told.update(tensors[name].contiguous().numpy().tobytes())
    return told.hexdigest()[:24]


def machine() -> list[str]:
    """What has to be the same for the same bits to come out of torch again."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8", errors="replace").splitlines() if info.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return [
        torch.__version__,
        np.__version__,
        torch.backends.cpu.get_cpu_capability(),
        model,
        str(torch.get_num_threads()),
    ]


def blas() -> list[str]:
    """What has to be the same as well for the same map: the kernels that the BLAS of NumPy and SciPy has chosen.

    Processors of one name can differ in them, and OPENBLAS_CORETYPE chooses others.
    """
    return sorted({each["architecture"] for each in threadpool_info() if each["user_api"] == "blas"})


def _masks(masks: Any) -> list[list[str]]:
    lists = [sorted(mask.blocks) for mask in masks]
    return sorted(lists) if isinstance(masks, frozenset) else lists


def _network(one: osl.Architecture) -> list[Any]:
    layers = [
        [layer.id, layer.merge, [[block.id, _components(block.components)] for block in layer.blocks]]
        for layer in one.layers
    ]
    links = [[link.id, link.source, link.target, _components(link.projection)] for link in one.links]
    return [one.name, one.input_shape, one.classes, one.next_numbers, layers, links]


def _components(components: tuple[osl.Component, ...]) -> list[Any]:
    return [[component.id, component.kind, component.params] for component in components]


def _recipe(one: Any) -> list[Any]:
    names = ("name", "paths", "learning_rate", "momentum", "weight_decay", "schedule", "batch_size", "draw", "keep")
    return [getattr(one, name) for name in (*names, "clip")]


def _candidate(one: Any) -> list[Any]:
    parents = None if one.parents is None else _masks(one.parents)
    size = [one.parameters, one.macs, one.generation, one.version, one.network]
    return [*_masks([one.mask]), repr(one.loss), repr(one.accuracy), *size, parents]


def _generation(one: Any) -> list[Any]:
    parents = [_masks((child, *pair)) for child, pair in one.parents.items()]
    numbers = [_text(one.losses), _text(one.fitness), _text(one.block_fitness)]
    return [one.index, _masks(one.population), *numbers, parents]


def _final(one: Any) -> list[Any]:
    numbers = [one.parameters, one.macs, one.epochs, one.recipe, digest(one.module.state_dict())]
    return [_masks([one.mask]), _network(one.architecture), [_run(run) for run in one.runs], *numbers]


def _landmark(one: Any) -> list[Any]:
    numbers = [repr(one.accuracy), repr(one.loss), one.epochs, one.seed, one.parameters, one.macs, one.network]
    return [*_masks([one.mask]), *numbers, _recipe(one.recipe)]


def _run(one: Any) -> list[Any]:
    return [one.seed, one.test_accuracy, one.test_loss, one.validation_accuracy, one.losses]


def _area(region: Any) -> str:
    blocks = getattr(region.area, "blocks", None)
    return repr(region.area) if blocks is None else repr(sorted(blocks))


def _text(value: Any) -> str:
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)


def _short(value: Any) -> Any:
    text = json.dumps(value, sort_keys=True)
    if len(text) <= LONGEST:
        return value
    return f"{len(value)} entries, {hashlib.sha256(text.encode()).hexdigest()[:24]}"


# ---- files ---------------------------------------------------------------------------------------------------------


def write(name: str) -> None:
    """Writes the session of a story, its log, and what it must load to."""
    path = FOLDER / f"{name}-{snapshot.VERSION}.oneshot"
    for old in (path, path.with_suffix(".jsonl")):
        old.unlink(missing_ok=True)
    session = STORIES[name](path.with_suffix(".jsonl"))
    told = {"machine": machine(), "blas": blas(), "session": description(session)}
    path.with_suffix(".json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    session.save(path)


if __name__ == "__main__":
    for story in sys.argv[1:] or STORIES:
        write(story)
