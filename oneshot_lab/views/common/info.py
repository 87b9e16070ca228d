"""The values that the views draw, taken from a session or a sketch, without any widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from oneshot_lab.architecture.catalogue import FAMILIES, KINDS, get_kind
from oneshot_lab.architecture.model import MERGES, Architecture, Block, Component, Layer, Link
from oneshot_lab.architecture.params import format_params, hint
from oneshot_lab.architecture.repair import Repair
from oneshot_lab.architecture.shapes import Info, shape_text, survey
from oneshot_lab.architecture.templates import list_templates
from oneshot_lab.errors import OneShotError


class Problem(NamedTuple):
    """Why an architecture does not fit: the item to outline, the message, and the edits that fix it."""

    item: str | None
    message: str
    expected: str | None
    remedy: str | None
    fix: list[dict[str, Any]] | None


class RepairInfo(NamedTuple):
    """One repaired parameter."""

    name: str
    old: str | None
    new: str
    reason: str


class ComponentInfo(NamedTuple):
    """A component as a row."""

    id: str
    kind: str
    params: str
    parameters: int | None
    problem: Problem | None
    repairs: list[RepairInfo]


class BlockInfo(NamedTuple):
    """A block with its components; `fitness` is None before there are scores."""

    id: str
    output: str | None
    parameters: int | None
    macs: int | None
    fitness: float | None
    untrained: bool
    problem: Problem | None
    components: list[ComponentInfo]


class LayerInfo(NamedTuple):
    """A layer with its blocks; shapes are None after the first place that does not fit."""

    id: str
    merge: str
    input: str | None
    output: str | None
    parameters: int | None
    problem: Problem | None
    blocks: list[BlockInfo]


class LinkInfo(NamedTuple):
    """A skip connection; `projection` says what brings its source to its target's shape, if anything has to."""

    id: str
    source: str
    target: str
    projection: str | None


class NetworkInfo(NamedTuple):
    """A whole network, as the Lego View draws it."""

    name: str
    input: str
    classes: int
    output: str | None
    parameters: int | None
    macs: int | None
    layers: list[LayerInfo]
    links: list[LinkInfo]
    problem: Problem | None


def network_info(
    architecture: Architecture,
    *,
    problem: OneShotError | None = None,
    repairs: Sequence[Repair] = (),
    fitness: Mapping[str, float] | None = None,
    untrained: Sequence[str] = (),
) -> NetworkInfo:
    """Returns what to draw of an architecture, also of one that does not fit.

    Args:
        architecture: The architecture, or a draft.
        problem: Why the draft does not fit.
        repairs: What the last edit had to repair.
        fitness: Block fitness by block id, where there is any.
        untrained: Blocks with weights that no training has seen.
    """
    drawing = _Drawing(architecture, problem, repairs, fitness or {}, frozenset(untrained))
    layers = [drawing.layer(layer) for layer in architecture.layers]
    whole = drawing.found
    return NetworkInfo(
        architecture.name,
        shape_text(architecture.input_shape),
        architecture.classes,
        layers[-1].output,
        None if problem else sum(info.parameters for group in (whole.layers, whole.links) for info in group.values()),
        None if problem else sum(info.macs for group in (whole.layers, whole.links) for info in group.values()),
        layers,
        [LinkInfo(link.id, link.source, link.target, _projection(link)) for link in architecture.links],
        drawing.problem,
    )


def summary(info: NetworkInfo) -> str:
    """Returns the size of a network in words."""
    blocks = sum(len(layer.blocks) for layer in info.layers)
    size = "" if info.parameters is None else f", {info.parameters:,} parameters, {info.macs:,} multiply-adds"
    return f"{len(info.layers)} layers, {blocks} blocks, {len(info.links)} links{size}"


class _Drawing:
    def __init__(
        self,
        architecture: Architecture,
        problem: OneShotError | None,
        repairs: Sequence[Repair],
        fitness: Mapping[str, float],
        untrained: frozenset[str],
    ) -> None:
        self.found = survey(architecture)
        self.problem = problem_info(architecture, problem) if problem else None
        self.fitness, self.untrained = fitness, untrained
        self.repairs: dict[str, list[RepairInfo]] = {}
        for repair in repairs:
            old = None if repair.old is None else str(repair.old)
            name = f"{repair.name} of {repair.where}" if repair.name == "projection" else repair.name
            info = RepairInfo(name, old, str(repair.new), repair.reason)
            self.repairs.setdefault(_shown_at(architecture, repair), []).append(info)

    def at(self, item: str) -> Problem | None:
        return self.problem if self.problem and self.problem.item == item else None

    def layer(self, layer: Layer) -> LayerInfo:
        info = self.found.layers.get(layer.id)
        inputs = self.found.inputs.get(layer.id)
        return LayerInfo(
            layer.id,
            layer.merge,
            shape_text(inputs) if inputs else None,
            _output(info),
            info.parameters if info else None,
            self.at(layer.id),
            [self.block(block) for block in layer.blocks],
        )

    def block(self, block: Block) -> BlockInfo:
        info = self.found.blocks.get(block.id)
        return BlockInfo(
            block.id,
            _output(info),
            info.parameters if info else None,
            info.macs if info else None,
            self.fitness.get(block.id),
            block.id in self.untrained,
            self.at(block.id),
            [self.component(component) for component in block.components],
        )

    def component(self, component: Component) -> ComponentInfo:
        info = self.found.components.get(component.id)
        return ComponentInfo(
            component.id,
            component.kind,
            format_params(get_kind(component.kind), component.values),
            info.parameters if info else None,
            self.at(component.id),
            self.repairs.get(component.id, []),
        )


def _output(info: Info | None) -> str | None:
    return shape_text(info.outputs) if info else None


def _projection(link: Link) -> str | None:
    parts = [f"{part.kind} {format_params(get_kind(part.kind), part.values)}".strip() for part in link.projection]
    return ", ".join(parts) or None


def _shown_at(architecture: Architecture, repair: Repair) -> str:
    """Returns the component that shows a repair: its own; for a link's, the first of the layer where that ends."""
    if any(component.id == repair.item for block in architecture.blocks for component in block.components):
        return repair.item
    source, _, target = repair.where.removeprefix("link ").partition("→")
    index = architecture.layer_index
    # The layers at the ends of a lost link may have been removed as well.
    position = index.get(target, index.get(source, 0))
    return architecture.layers[max(position, 0)].blocks[0].components[0].id


def problem_info(architecture: Architecture, error: OneShotError) -> Problem:
    """Returns an error as a view shows it, at the innermost item that its place names; a link's where that ends."""
    items: list[Layer | Block | Component] = []
    for layer in architecture.layers:
        items.append(layer)
        for block in layer.blocks:
            items += [block, *block.components]
    # `layer L1` must not match inside `layer L10`.
    where = f"{error.where},"
    named = [item.id for item in items if where.startswith(f"{architecture.address(item)},")]
    named += [link.target for link in architecture.links if where == f"{architecture.address(link)},"]
    fix = [dict(edit) for edit in error.fix] or None
    return Problem(named[-1] if named else None, error.message, error.expected, error.remedy, fix)


def catalogue_info() -> dict[str, Any]:
    """Returns the component kinds, families, merges and templates that an editor offers."""
    return {
        "kinds": [
            {
                "name": kind.name,
                "label": kind.label,
                "family": kind.family,
                "colour": kind.colour,
                "hint": hint(kind),
                "params": [param.name for param in kind.params],
            }
            for kind in KINDS.values()
        ],
        "families": [{"name": name, "colour": colour} for name, colour in FAMILIES.items()],
        "merges": list(MERGES),
        "templates": list(list_templates()),
    }


def to_json(value: Any) -> Any:
    """Returns named tuples as dicts, all the way down: what a synced trait can hold."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: to_json(field) for name, field in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    return value
