"""A network as a plain torch module, which runs and loads without this package."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import reduce

import torch
from torch import fx, nn

from oneshot_lab.architecture.mask import Mask, live_layers
from oneshot_lab.architecture.model import INPUT, Architecture, Component, Layer
from oneshot_lab.supernet.components import build


def to_module(architecture: Architecture, *, seed: int = 0) -> nn.Module:
    """Returns the network as a plain torch module: a Sequential if it is a chain, otherwise an fx.GraphModule.

    The names in its state dict are the component ids, with an underscore if torch uses the name itself, such as that of
    a method. It has the initial weights of the supernet of the same architecture and seed, and computes the same as
    that with all blocks on.

    Args:
        architecture: Repaired; `select` gives the one of a mask.
        seed: Seed of the initial weights.
    """
    live = live_layers(architecture, Mask.full(architecture))
    layers = {layer.id: layer for layer, wanted in zip(architecture.layers, live, strict=True) if wanted}
    if not architecture.links and all(len(layer.blocks) == 1 for layer in layers.values()):
        chain = [component for layer in layers.values() for component in layer.blocks[0].components]
        return nn.Sequential(OrderedDict((_name(c.id), build(c, seed=seed)) for c in chain))
    root = {_name(component.id): build(component, seed=seed) for component in architecture.components()}
    graph = _graph(architecture, layers)
    used = {str(node.target) for node in graph.nodes if node.op == "call_module"}
    return fx.GraphModule({name: module for name, module in root.items() if name in used}, graph)


def with_normalisation(network: nn.Module, *, mean: Sequence[float], std: Sequence[float]) -> fx.GraphModule:
    """Returns a plain torch module that takes raw pixels, normalises them and passes them to a network.

    Args:
        network: A plain torch module; its name in the state dict is `network`, and its weights are shared.
        mean: Per channel, in the units of the raw pixels.
        std: The deviation, likewise.
    """
    root = nn.Module()
    root.add_module("network", network)
    for name, values in (("mean", mean), ("std", std)):
        root.register_buffer(name, torch.tensor(tuple(values)).view(-1, 1, 1))
    graph = fx.Graph()
    centred = graph.call_function(torch.sub, (graph.placeholder("x"), graph.get_attr("mean")))
    scaled = graph.call_function(torch.div, (centred, graph.get_attr("std")))
    graph.output(graph.call_module("network", (scaled,)))
    return fx.GraphModule(root, graph)


def _name(component: str) -> str:
    return f"{component}_" if hasattr(_EMPTY, component) or hasattr(fx.GraphModule, component) else component


_EMPTY = nn.Sequential()


def _graph(architecture: Architecture, layers: Mapping[str, Layer]) -> fx.Graph:
    graph = fx.Graph()
    outputs = {INPUT: graph.placeholder("x")}
    before = INPUT
    for layer in architecture.layers:
        if layer.id in layers:
            terms = [outputs[before]] if before in outputs else []
            links = [link for link in architecture.links_into.get(layer.id, ()) if link.source in outputs]
            terms += [_run(graph, link.projection, outputs[link.source]) for link in links]
            x = _sum(graph, terms)
            outputs[layer.id] = _merge(graph, layer, [_run(graph, block.components, x) for block in layer.blocks])
        before = layer.id
    graph.output(outputs[before])
    return graph


def _run(graph: fx.Graph, components: tuple[Component, ...], x: fx.Node) -> fx.Node:
    return reduce(lambda node, component: graph.call_module(_name(component.id), (node,)), components, x)


def _sum(graph: fx.Graph, terms: list[fx.Node]) -> fx.Node:
    return reduce(lambda total, term: graph.call_function(operator.add, (total, term)), terms)


def _merge(graph: fx.Graph, layer: Layer, terms: list[fx.Node]) -> fx.Node:
    if layer.merge == "concat":
        return graph.call_function(torch.cat, (terms, 1))
    total = _sum(graph, terms)
    return graph.call_function(operator.truediv, (total, len(terms))) if layer.merge == "mean" else total
