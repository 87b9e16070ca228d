"""Search for a neural-network architecture and steer the search by hand.

```python
import oneshot_lab as osl

session = osl.SearchSession("lenet", data="digits", seed=0)
session.train(epochs=3)
for generation in session.evolve(10):
    print(generation.index, generation.loss_min)
final = session.finalize(epochs=3)
```

Names are loaded when they are first used (PEP 562): importing the package imports neither torch nor widgets.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oneshot_lab.architecture.edits import (
        AddBlock,
        AddComponent,
        AddLayer,
        AddLink,
        CopyBlock,
        CopyComponent,
        CopyLayer,
        MoveBlock,
        MoveComponent,
        MoveLayer,
        RemoveBlock,
        RemoveComponent,
        RemoveLayer,
        RemoveLink,
        SetMerge,
        SetParams,
        apply,
        revise,
    )
    from oneshot_lab.architecture.mask import Mask
    from oneshot_lab.architecture.model import Architecture, Block, Component, Layer, Link
    from oneshot_lab.architecture.repair import repair
    from oneshot_lab.architecture.shapes import infer
    from oneshot_lab.architecture.templates import list_templates, load_template, widen_choices
    from oneshot_lab.errors import ArchitectureError, DataError, MaskError, OneShotError, SessionError, ShapeError
    from oneshot_lab.session.session import SearchSession
    from oneshot_lab.session.sketch import Sketch
    from oneshot_lab.supernet.data import load_data
    from oneshot_lab.views.blocks.widget import BlockInfoView
    from oneshot_lab.views.graph.widget import GraphView
    from oneshot_lab.views.lab.widget import Lab
    from oneshot_lab.views.lego.widget import LegoView
    from oneshot_lab.views.map.widget import SearchSpaceView

__all__ = [
    "AddBlock",
    "AddComponent",
    "AddLayer",
    "AddLink",
    "Architecture",
    "ArchitectureError",
    "Block",
    "BlockInfoView",
    "Component",
    "CopyBlock",
    "CopyComponent",
    "CopyLayer",
    "DataError",
    "GraphView",
    "Lab",
    "Layer",
    "LegoView",
    "Link",
    "Mask",
    "MaskError",
    "MoveBlock",
    "MoveComponent",
    "MoveLayer",
    "OneShotError",
    "RemoveBlock",
    "RemoveComponent",
    "RemoveLayer",
    "RemoveLink",
    "SearchSession",
    "SearchSpaceView",
    "SessionError",
    "SetMerge",
    "SetParams",
    "ShapeError",
    "Sketch",
    "apply",
    "infer",
    "list_templates",
    "load_data",
    "load_template",
    "repair",
    "revise",
    "widen_choices",
]

# Which module of the package defines a name. Static tools read the same from the imports above.
_MODULES = {
    "architecture.edits": (
        "AddBlock AddComponent AddLayer AddLink CopyBlock CopyComponent CopyLayer MoveBlock MoveComponent MoveLayer "
        "RemoveBlock RemoveComponent RemoveLayer RemoveLink SetMerge SetParams apply revise"
    ),
    "architecture.mask": "Mask",
    "architecture.model": "Architecture Block Component Layer Link",
    "architecture.repair": "repair",
    "architecture.shapes": "infer",
    "architecture.templates": "list_templates load_template widen_choices",
    "errors": "ArchitectureError DataError MaskError OneShotError SessionError ShapeError",
    "session.sketch": "Sketch",
    "session.session": "SearchSession",
    "supernet.data": "load_data",
    "views.blocks.widget": "BlockInfoView",
    "views.graph.widget": "GraphView",
    "views.lab.widget": "Lab",
    "views.lego.widget": "LegoView",
    "views.map.widget": "SearchSpaceView",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("oneshot-lab")
    elif name in _HOME:
        value = getattr(importlib.import_module(f"oneshot_lab.{_HOME[name]}"), name)
    else:
        message = f"module 'oneshot_lab' has no attribute {name!r}"
        if not name.startswith("_"):
            from oneshot_lab.errors import closest

            message = f"{message}; {closest(name, __all__)}"
        raise AttributeError(message)
    globals()[name] = value  # so that this function runs once for each name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Returns where the browser part lies and its name in JupyterLab, for `jupyter-builder develop`."""
    return [{"src": "labextension", "dest": "oneshot-lab"}]
