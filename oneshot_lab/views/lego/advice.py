"""Advice as the Lego View draws it: a line below the layer of its blocks, and a mark on each of them."""

from __future__ import annotations

from typing import Any

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.session.advice import Advice


def advice_info(advice: Advice, architecture: Architecture) -> dict[str, Any]:
    """Returns an advice as values that JSON can hold; its edits stay here, and the browser names it by its key.

    Args:
        advice: The advice, on at least one block.
        architecture: The architecture that it is on.
    """
    layer = next(layer.id for layer in architecture.layers if any(block.id in advice.blocks for block in layer.blocks))
    return {
        "key": advice.key,
        "what": advice.what,
        "why": advice.why,
        "remedy": advice.remedy,
        "layer": layer,
        "blocks": list(advice.blocks),
        "has_edits": bool(advice.edits),
    }
