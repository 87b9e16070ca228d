"""A sub-network as an architecture of its own, from which stand-alone and final training start."""

from __future__ import annotations

from dataclasses import replace

from oneshot_lab.architecture.mask import Mask, check_mask, live_by_id
from oneshot_lab.architecture.model import Architecture, Block, Layer, Link
from oneshot_lab.architecture.repair import repair
from oneshot_lab.errors import ArchitectureError


def select(architecture: Architecture, mask: Mask) -> Architecture:
    """Returns the sub-network of a mask as an architecture, repaired, with all ids kept.

    Layers that carry no signal are left out. A link whose ends become neighbours turns into the plain connection; its
    projection, if it has one, becomes a layer. A concatenation holds the active blocks only, so the next layer is
    narrower than in the supernet, where absent blocks leave zeros.

    Raises:
        MaskError: The mask is not valid.
        ArchitectureError: The sub-network has two parallel branches, which a sequence of layers cannot express.
    """
    live = live_by_id(architecture, check_mask(architecture, mask))
    kept = [layer for layer in architecture.layers if live[layer.id]]
    links = [link for link in architecture.links if live[link.source] and live[link.target]]
    layers: list[Layer] = []
    for layer in kept:
        before = layers[-1].id if layers else "input"
        bridge = next((link for link in links if (link.source, link.target) == (before, layer.id)), None)
        if bridge is not None:
            links.remove(bridge)
            layers += _as_layer(bridge)
        elif not _follows(architecture, before, layer):
            raise ArchitectureError(
                f"{before} and {layer.id} would be parallel branches",
                where=f"mask, layer {layer.id}",
                remedy="switch on a block in the layers between them, or remove a link",
            )
        layers.append(replace(layer, blocks=tuple(block for block in layer.blocks if block.id in mask.blocks)))
    return repair(replace(architecture, layers=tuple(layers), links=tuple(links)))[0]


def _follows(architecture: Architecture, before: str, layer: Layer) -> bool:
    return architecture.layer_index[layer.id] == architecture.layer_index[before] + 1


def _as_layer(link: Link) -> list[Layer]:
    if not link.projection:
        return []
    return [Layer(link.id, (Block(f"{link.id}B", link.projection),))]
